"""Spreadsheets of hours as payroll tools, temp agencies and site managers send them, made for the tests."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Value = str | float | int | date | datetime | time | timedelta | None
Rows = Sequence[Sequence[Value]]


def workbook(path: Path, *sheets: tuple[str, Rows], merged: Sequence[str] = ()) -> Path:
    """Write a workbook; `merged` are ranges of its first sheet."""
    made = Workbook()
    first = made.active
    if not isinstance(first, Worksheet):
        raise TypeError("a new workbook has a sheet")
    for place, (title, rows) in enumerate(sheets):
        sheet = first if not place else made.create_sheet()
        sheet.title = title
        for row in rows:
            sheet.append(list(row))
    for each in merged:
        first.merge_cells(each)
    made.save(path)
    return path


def delimited(path: Path, rows: Sequence[Sequence[str]], *, separator: str = ";", encoding: str = "utf-8") -> Path:
    """Write a text file of rows."""
    with open(path, "w", encoding=encoding, newline="") as file:
        file.writelines(separator.join(row) + "\r\n" for row in rows)
    return path
