"""Small invented files, with the habits of real ones."""

import io
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from openpyxl import Workbook

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEADERS = ("Acheteur", "Référence du marché", "Objet", "Attributaire", "Heures d’insertion")
LINE = ("Commune d’Exemple", "2026-01T", "Préau de l’école", "Maçonnerie Exemple", 1200)

Value = str | int | float | bool | date | None


def workbook(path: Path, *rows: Iterable[object], title: str = "Feuille") -> Path:
    """Write rows in an XLSX workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def contracts(path: Path, extra: dict[str, Value] | None = None, *more: dict[str, Value]) -> Path:
    """Write a contracts table whose lines are LINE, each with some values changed or added by title."""
    base: dict[str, Value] = dict(zip(HEADERS, LINE, strict=True))
    lines = [base | change for change in (extra or {}, *more)]
    titles = list(dict.fromkeys(title for line in lines for title in line))
    return workbook(path, titles, *([line.get(title) for title in titles] for line in lines))


def with_part(path: Path, name: str, part: bytes) -> Path:
    """Replace or add one part of a zipped workbook."""
    parts = {}
    with zipfile.ZipFile(path) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    return zipped(path, parts | {name: part})


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    """Write a zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    path.write_bytes(buffer.getvalue())
    return path


def ods(path: Path, rows: str, *, manifest: str = "") -> Path:
    """Write an ODS workbook of one sheet from the XML of its rows."""
    names = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text", "manifest")
    )
    body = (
        f"<office:document-content{names}><office:body><office:spreadsheet>"
        f'<table:table table:name="Marchés">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        path,
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": body.encode(),
            "META-INF/manifest.xml": f"<manifest:manifest{names}>{manifest}</manifest:manifest>".encode(),
        },
    )


def ods_row(*texts: str, repeated: int = 1, cell_repeated: int = 1) -> str:
    """Write the XML of a row of texts."""
    cells = "".join(
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{cell_repeated}">'
        f"<text:p>{text}</text:p></table:table-cell>"
        for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'
