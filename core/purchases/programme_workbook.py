"""A judged programme as a workbook: one line per operation, a summary with its chart, the hours month by month."""

import io
from collections.abc import Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from core.months import in_french
from core.purchases.programme import Programme

HEADERS = (
    "Ligne",
    "Opération",
    "Nature",
    "Montant HT",
    "Durée (mois)",
    "Début",
    "Clause",
    "Pourquoi",
    "Heures estimées",
)
WIDTHS = (8, 48, 14, 14, 12, 12, 12, 60, 16)
VERDICTS = ("oui", "à étudier", "non")
NOTE = "Estimations d’usage, à confirmer auprès du facilitateur."


def programme_workbook(programme: Programme) -> bytes:
    """The bytes of an XLSX."""
    book = Workbook()
    lines = book.active
    if not isinstance(lines, Worksheet):
        raise TypeError("a new workbook has a sheet")
    lines.title = "Opérations"
    _append(lines, HEADERS, bold=True)
    for each in programme.operations:
        _append(lines, (each.line, each.object, each.nature, each.amount, each.months, each.starts_on, each.verdict,
                        each.why, each.hours))  # fmt: skip
    for place, width in enumerate(WIDTHS):
        lines.column_dimensions[chr(ord("A") + place)].width = width
    lines.freeze_panes = "A2"
    _summary(book.create_sheet("Synthèse"), programme)
    _months(book.create_sheet("Mois par mois"), programme)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _summary(sheet: Worksheet, programme: Programme) -> None:
    _append(sheet, ("Clause", "Opérations", "Montant HT", "Heures estimées"), bold=True)
    for verdict in VERDICTS:
        rows = [each for each in programme.operations if each.verdict == verdict]
        amount = sum((each.amount for each in rows if each.amount is not None), Decimal(0))
        _append(sheet, (verdict, len(rows), amount, sum((each.hours for each in rows), Decimal(0))))
    _append(sheet, (NOTE,))
    _chart(sheet, "Opérations selon l’intérêt d’une clause", column=2, last=1 + len(VERDICTS))


def _months(sheet: Worksheet, programme: Programme) -> None:
    _append(sheet, ("Mois", "Heures estimées"), bold=True)
    months = programme.by_month()
    for month, hours in months.items():
        _append(sheet, (in_french(month), hours.quantize(Decimal("0.1"))))
    if months:
        _chart(sheet, "Heures à venir", column=2, last=1 + len(months))
    else:
        _append(sheet, ("Aucune opération retenue n’a de date de début.",))


def _chart(sheet: Worksheet, title: str, *, column: int, last: int) -> None:
    chart = BarChart()
    chart.title, chart.legend = title, None
    chart.add_data(Reference(sheet, min_col=column, min_row=1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    sheet.add_chart(chart, "F2")


def _append(sheet: Worksheet, values: Sequence[object], *, bold: bool = False) -> None:
    sheet.append(list(values))
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"  # a text stays a text even when it starts with "=", that openpyxl would make a formula
        if bold:
            cell.font = Font(bold=True)
