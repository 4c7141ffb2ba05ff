"""Spreadsheets out: a sheet written line by line, so that a file of any length needs the same memory."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font

Value = str | int | Decimal | date | None
_DAY = "DD/MM/YYYY"


class WrittenSheet:
    """A sheet of a write-only workbook: its heads are bold and stay in view; a text is never a formula."""

    def __init__(self, book: Workbook, title: str, heads: Iterable[str]) -> None:
        self._sheet = book.create_sheet(title)
        self._sheet.freeze_panes = "A2"
        self._sheet.append([self._cell(head, bold=True) for head in heads])

    def add(self, values: Iterable[Value]) -> None:
        """Write one line."""
        self._sheet.append([self._cell(value) for value in values])

    def _cell(self, value: Value, *, bold: bool = False) -> Cell:
        cell = WriteOnlyCell(self._sheet)
        cell.value = None if value == "" else value
        if isinstance(value, str) and value:
            cell.data_type = "s"  # a text stays a text even when it starts with "=", that openpyxl would make a formula
            cell.number_format = "@"
        elif isinstance(value, date):
            cell.number_format = _DAY
        if bold:
            cell.font = Font(bold=True)
        return cell
