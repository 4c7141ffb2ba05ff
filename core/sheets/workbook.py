"""XLSX and ODS workbooks: a checked copy of the file goes to the reader, never the file itself.

The reader (calamine) allocates the whole rectangle between the first and the last filled cell, and a 2 kB file that
fills A1 and XFD1048576 aborts the process (tafia/calamine #693). So each part is unzipped here within a limit and
measured, and only what was measured is given to it: a lying zip header, a picture or a macro never reaches it.
"""

import io
import zipfile
import zlib
from pathlib import Path
from xml.parsers.expat import ExpatError

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, ZipError

from core.sheets.cells import DAMAGED, LOCKED, NOT_A_TABLE, TOO_LARGE, TOO_WIDE, Row, Sheet, UnreadableSheet, filled
from core.sheets.extent import extent_of

MOST_CELLS = 5_000_000
_DAMAGES = (
    CalamineError, ZipError, zipfile.BadZipFile, zlib.error, ExpatError,
    ArithmeticError, EOFError, LookupError, OSError, RuntimeError, ValueError,
)  # fmt: skip


def workbook_sheets(path: Path, most_bytes: int) -> tuple[Sheet, ...]:
    """Read the visible sheets of a zipped workbook; raises UnreadableSheet."""
    try:
        workbook = CalamineWorkbook.from_filelike(_checked_copy(path, most_bytes))
        visible = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        return tuple(Sheet(name, _rows(workbook, name)) for name in visible)
    except UnreadableSheet:
        raise
    except PasswordError as error:
        raise UnreadableSheet(LOCKED) from error
    except _DAMAGES as error:
        raise UnreadableSheet(DAMAGED) from error
    except BaseException as error:
        # A panic of the Rust reader is no Exception, so it would go through every handler and end the server.
        if type(error).__name__ == "PanicException":
            raise UnreadableSheet(DAMAGED) from error
        raise


def _rows(workbook: CalamineWorkbook, name: str) -> tuple[Row, ...]:
    sheet = workbook.get_sheet_by_name(name)
    rows = (Row(number, tuple(cells)) for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1))
    return tuple(row for row in rows if filled(row.cells))


def _checked_copy(path: Path, most_bytes: int) -> io.BytesIO:
    copy = io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(copy, "w") as checked:
        members = {member.filename: member for member in archive.infolist() if not member.is_dir()}
        if not members.keys() & {"xl/workbook.xml", "content.xml"}:
            raise UnreadableSheet(NOT_A_TABLE)
        if sum(member.file_size for member in members.values()) > most_bytes:
            raise UnreadableSheet(TOO_LARGE)
        if any(member.flag_bits & 1 for member in members.values()):
            raise UnreadableSheet(LOCKED)
        for name, member in members.items():
            if name.endswith((".xml", ".rels")) or name == "mimetype":
                part = archive.read(member)
                _check(name, part)
                checked.writestr(name, part)
    copy.seek(0)
    return copy


def _check(name: str, part: bytes) -> None:
    if name == "mimetype":
        if b"spreadsheet" not in part:
            raise UnreadableSheet(NOT_A_TABLE)
    elif name == "META-INF/manifest.xml" and b"encryption-data" in part:
        raise UnreadableSheet(LOCKED)
    elif extent_of(part) > MOST_CELLS:
        raise UnreadableSheet(TOO_WIDE)
