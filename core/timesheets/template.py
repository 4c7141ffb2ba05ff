"""The table that we propose: the month and the names are filled in, only hours are missing."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.later import later
from core.months import in_french
from core.timesheets.layout import signature_of

if TYPE_CHECKING:
    import openpyxl
    from openpyxl import styles
    from openpyxl.worksheet import worksheet
else:
    openpyxl, styles = later("openpyxl"), later("openpyxl.styles")
    worksheet = later("openpyxl.worksheet.worksheet")

HEADERS = ("Référence du marché", "Lot", "Mois", "Personne", "Heures travaillées", "Heures de formation", "Commentaire")
WIDTHS = (22, 8, 16, 28, 18, 20, 34)
SIGNATURE = signature_of(HEADERS, {})
HOURS_COLUMN = HEADERS.index("Heures travaillées")


@dataclass(frozen=True)
class Expected:
    """One line to fill in; `month` is YYYY-MM."""

    reference: str
    lot: str
    month: str
    name: str


def template_of(lines: Iterable[Expected]) -> bytes:
    """Return a workbook (.xlsx) with a line for each person expected; texts stay texts, whatever they begin with."""
    book = openpyxl.Workbook()
    sheet = book.active
    if not isinstance(sheet, worksheet.Worksheet):
        raise TypeError("a new workbook has a sheet")
    sheet.title, sheet.freeze_panes = "Heures", "A2"
    rows = [HEADERS, *((line.reference, line.lot, in_french(line.month), line.name) for line in lines)]
    for number, texts in enumerate(rows, start=1):
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(number, column, text)
            cell.data_type = "s"
            cell.font = styles.Font(bold=number == 1)
    for letter, width in zip("ABCDEFG", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
