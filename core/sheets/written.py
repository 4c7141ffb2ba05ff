"""Spreadsheets out: a sheet written line by line, so that a file of any length needs the same memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from core.later import later

if TYPE_CHECKING:
    import openpyxl
    from openpyxl import cell as cells
    from openpyxl import styles
else:
    openpyxl, cells, styles = later("openpyxl"), later("openpyxl.cell"), later("openpyxl.styles")

Value = str | int | Decimal | date | None
_DAY = "DD/MM/YYYY"


def new_book() -> openpyxl.Workbook:
    """Return a workbook (.xlsx) that is written line by line; `save` ends it."""
    return openpyxl.Workbook(write_only=True)


class WrittenSheet:
    """A sheet of a write-only workbook: its heads are bold and stay in view; a text is never a formula."""

    def __init__(self, book: openpyxl.Workbook, title: str, heads: Iterable[str]) -> None:
        self._sheet = book.create_sheet(title)
        self._sheet.freeze_panes = "A2"
        self._sheet.append([self._cell(head, bold=True) for head in heads])

    def add(self, values: Iterable[Value]) -> None:
        """Write one line."""
        self._sheet.append([self._cell(value) for value in values])

    def _cell(self, value: Value, *, bold: bool = False) -> cells.Cell:
        cell = cells.WriteOnlyCell(self._sheet)
        cell.value = None if value == "" else value
        if isinstance(value, str) and value:
            cell.data_type = "s"  # a text stays a text even when it starts with "=", that openpyxl would make a formula
            cell.number_format = "@"
        elif isinstance(value, date):
            cell.number_format = _DAY
        if bold:
            cell.font = styles.Font(bold=True)
        return cell
