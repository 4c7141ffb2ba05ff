"""Spreadsheets in: XLSX, XLSM, ODS and CSV files as rows of cells, or a clear reason why not.

Macros are never run nor even opened; formulas give their last computed value.
"""

import zipfile
from pathlib import Path

from core.sheets.cells import EMPTY_FILE, EMPTY_TABLE, LOCKED, NOT_A_TABLE, OLD_FORMAT, TOO_LARGE
from core.sheets.cells import Cell as Cell
from core.sheets.cells import Row as Row
from core.sheets.cells import Sheet as Sheet
from core.sheets.cells import UnreadableSheet as UnreadableSheet
from core.sheets.delimited import delimited_rows
from core.sheets.workbook import workbook_sheets

MOST_BYTES = 50_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NOT_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf", b"PK", b"<")


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """Return the visible sheets of a file that hold something; a CSV file is one sheet.

    Empty rows are left out; each row knows its number as the person sees it. The content of the file decides what it
    is, not its name. Raises UnreadableSheet with a French sentence for the person.
    """
    sheets = tuple(sheet for sheet in _sheets(path) if sheet.rows)
    if not sheets:
        raise UnreadableSheet(EMPTY_TABLE)
    return sheets


def _sheets(path: Path) -> tuple[Sheet, ...]:
    size = path.stat().st_size
    if not size:
        raise UnreadableSheet(EMPTY_FILE)
    if size > MOST_BYTES:
        raise UnreadableSheet(TOO_LARGE)
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(_OLE):
        # A workbook under a password is an old-style container around the encrypted one.
        raise UnreadableSheet(LOCKED if _ENCRYPTED_STREAM in path.read_bytes() else OLD_FORMAT)
    if zipfile.is_zipfile(path):
        return workbook_sheets(path, MOST_BYTES)
    if start.lstrip().startswith(_NOT_TEXT) or (b"\x00" in start and not start.startswith(_UTF16)):
        raise UnreadableSheet(NOT_A_TABLE)
    return (Sheet(path.stem, delimited_rows(path)),)
