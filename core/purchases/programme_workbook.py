"""A judged programme as a workbook: one line per operation, a summary with its chart, the hours month by month."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.later import later
from core.months import in_french
from core.purchases.programme import VERDICTS, Programme

if TYPE_CHECKING:
    import openpyxl
    from openpyxl import chart as charts
    from openpyxl import styles
    from openpyxl.utils import cell as places
    from openpyxl.worksheet import properties, worksheet
    from openpyxl.worksheet.worksheet import Worksheet
else:
    openpyxl, charts, styles = later("openpyxl"), later("openpyxl.chart"), later("openpyxl.styles")
    places, properties = later("openpyxl.utils.cell"), later("openpyxl.worksheet.properties")
    worksheet = later("openpyxl.worksheet.worksheet")

HEADERS = ("Ligne", "Opération", "Nature", "Montant HT", "Durée (mois)", "Début", "Clause", "Pourquoi",
           "Heures estimées")  # fmt: skip
WIDTHS = (7, 44, 13, 14, 9, 12, 11, 58, 12)
WRAPPED = (2, 8)
EUROS, HOURS, TENTHS, DAY = '#,##0\\ "€"', "#,##0", "#,##0.0", "DD/MM/YYYY"
NOTE = "Estimations d’usage, à confirmer auprès du facilitateur. Les heures ne sont jamais publiées."
NO_MONTHS = "Aucune opération retenue n’a de date de début."
COLOUR, SHADE = "1F5F8B", "FFE8EEF4"


def programme_workbook(programme: Programme) -> bytes:
    """The bytes of an XLSX."""
    book = openpyxl.Workbook()
    lines = book.active
    if not isinstance(lines, worksheet.Worksheet):
        raise TypeError("a new workbook has a sheet")
    lines.title = "Opérations"
    _operations(lines, programme)
    _summary(book.create_sheet("Synthèse"), programme)
    _months(book.create_sheet("Mois par mois"), programme)
    if programme.notices:
        _notices(book.create_sheet("À vérifier"), programme.notices)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _operations(sheet: Worksheet, programme: Programme) -> None:
    _write(sheet, 1, HEADERS, bold=True)
    for row, each in enumerate(programme.operations, start=2):
        planned = each.planned
        _write(sheet, row, (planned.line, planned.object, planned.told_nature, planned.amount, planned.months,
                            planned.starts_on, each.verdict, each.why, each.hours))  # fmt: skip
        _shown_as(sheet, row, {4: EUROS, 6: DAY, 9: HOURS})
        sheet.cell(row, 1).alignment = styles.Alignment(horizontal="center", vertical="top")
        for column in WRAPPED:
            sheet.cell(row, column).alignment = styles.Alignment(wrap_text=True, vertical="top")
    sheet.auto_filter.ref = f"A1:{places.get_column_letter(len(HEADERS))}{1 + len(programme.operations)}"
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    _fit(sheet, WIDTHS, landscape=True)


def _summary(sheet: Worksheet, programme: Programme) -> None:
    _write(sheet, 1, ("Clause", "Opérations", "Montant HT", "Heures estimées"), bold=True)
    for row, verdict in enumerate(VERDICTS, start=2):
        _write(sheet, row, (verdict, *programme.counted(verdict)))
        _shown_as(sheet, row, {3: EUROS, 4: HOURS})
    _write(sheet, 6, (NOTE,))
    _chart(sheet, "Opérations selon l’intérêt d’une clause", "Opérations", last=1 + len(VERDICTS), at="A8")
    _fit(sheet, (16, 13, 16, 16), landscape=True)


def _months(sheet: Worksheet, programme: Programme) -> None:
    _write(sheet, 1, ("Mois", "Heures estimées"), bold=True)
    months = programme.by_month()
    for row, (month, hours) in enumerate(months.items(), start=2):
        _write(sheet, row, (in_french(month), hours.quantize(Decimal("0.1"))))
        _shown_as(sheet, row, {2: TENTHS})
    if months:
        _chart(sheet, "Heures d’insertion à venir", "Heures", last=1 + len(months), at="D2")
    else:
        _write(sheet, 2, (NO_MONTHS,))
    _fit(sheet, (20, 17), landscape=True)


def _notices(sheet: Worksheet, notices: Sequence[str]) -> None:
    _write(sheet, 1, ("Lignes à vérifier",), bold=True)
    for row, notice in enumerate(notices, start=2):
        _write(sheet, row, (notice,))
    _fit(sheet, (70,), landscape=False)


def _chart(sheet: Worksheet, title: str, unit: str, *, last: int, at: str) -> None:
    chart = charts.BarChart()
    chart.title, chart.legend, chart.y_axis.title = title, None, unit
    chart.x_axis.delete = chart.y_axis.delete = False  # openpyxl hides the axes by default
    chart.y_axis.number_format = HOURS
    chart.add_data(charts.Reference(sheet, min_col=2, min_row=1, max_row=last), titles_from_data=True)
    chart.set_categories(charts.Reference(sheet, min_col=1, min_row=2, max_row=last))
    chart.series[0].graphicalProperties.solidFill = COLOUR
    chart.gapWidth, chart.width, chart.height = 60, 22, 9
    sheet.add_chart(chart, at)


def _fit(sheet: Worksheet, widths: Sequence[int], *, landscape: bool) -> None:
    """Set the widths, and print on A4, as wide as the page."""
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[places.get_column_letter(place)].width = width
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = properties.PageSetupProperties(fitToPage=True)


def _write(sheet: Worksheet, row: int, values: Sequence[Any], *, bold: bool = False) -> None:
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(row, column, value)
        if isinstance(value, str):
            cell.data_type = "s"  # a text stays a text even when it starts with "=", that openpyxl would make a formula
        if bold:
            cell.font, cell.fill = styles.Font(name="Calibri", bold=True), styles.PatternFill("solid", fgColor=SHADE)
            cell.alignment = styles.Alignment(wrap_text=True, vertical="center")


def _shown_as(sheet: Worksheet, row: int, formats: Mapping[int, str]) -> None:
    for column, shown in formats.items():
        sheet.cell(row, column).number_format = shown
