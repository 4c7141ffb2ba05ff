"""Documents of every kind that a buyer may send, made in memory."""

import io
import zipfile
from collections.abc import Sequence

from docx import Document
from openpyxl import Workbook

_ODT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:text>{}</office:text></office:body>'
    "</office:document-content>"
)


def docx(lines: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word file: lines beginning with « # » are headings; then a table."""
    document = Document()
    for line in lines:
        if line.startswith("# "):
            document.add_heading(line[2:], level=1)
        else:
            document.add_paragraph(line)
    if rows:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def odt(body: str, **others: str) -> bytes:
    """An OpenDocument text with that body, in XML, and other members."""
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": _ODT.format(body), **others})


def archive(members: dict[str, str]) -> bytes:
    """A zip file."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, text in members.items():
            zipped.writestr(name, text)
    return written.getvalue()


def changed(data: bytes, name: str, old: str, new: str) -> bytes:
    """The archive with `old` replaced by `new` in one member, or the member added where there is none."""
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        members = {member: zipped.read(member).decode("utf-8", "surrogateescape") for member in zipped.namelist()}
    assert name not in members or old in members[name]
    members[name] = members[name].replace(old, new) if name in members else new
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as zipped:
        for member, text in members.items():
            zipped.writestr(member, text.encode("utf-8", "surrogateescape"))
    return written.getvalue()


def pdf(pages: Sequence[Sequence[str]], catalogue: str = "") -> bytes:
    """A PDF with those lines on its pages, in Helvetica."""
    objects = [f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>".encode(), b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for lines in pages:
        shown = b" ".join(b"(" + _escaped(line) + b") Tj T*" for line in lines)
        content = b"BT /F1 11 Tf 14 TL 50 780 Td " + shown + b" ET"
        objects.append(b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [" + b" ".join(kids) + b"] /Count %d >>" % len(kids)
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def _escaped(line: str) -> bytes:
    return line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def sheet(rows: Sequence[Sequence[object]]) -> bytes:
    """A spreadsheet with those rows."""
    book, written = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(written)
    return written.getvalue()
