"""A draft as a Word file, with the styles of Word itself, so that buyers can take it over in their own documents."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, cast

from core.later import later
from knowledge.drafting.document import Block, Bullets, Draft, Heading, Table, Text

if TYPE_CHECKING:
    import docx
    from docx import oxml, shared
    from docx.document import Document
    from docx.enum import style as styles
    from docx.oxml import ns
    from docx.styles.style import ParagraphStyle
else:
    docx, oxml, shared = later("docx"), later("docx.oxml"), later("docx.shared")
    styles, ns = later("docx.enum.style"), later("docx.oxml.ns")

BASIS = "Fondement"  # the style of the lines that a buyer takes out before publication


def word_file(draft: Draft, *, written_at: datetime) -> bytes:
    """The bytes of a .docx holding the whole draft."""
    document = docx.Document()
    _prepare(document, draft, written_at)
    document.add_heading(draft.title, level=0)
    document.add_heading("À vérifier", level=1)
    for check in draft.checks:
        document.add_paragraph(check, style="List Bullet")
    for block in draft.blocks:
        _add(document, block)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _prepare(document: Document, draft: Draft, written_at: datetime) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.language = draft.title[:250], "", "fr-FR"
    properties.comments, properties.created, properties.modified = draft.checks[0], written_at, written_at
    for language in document.styles.element.iter(ns.qn("w:lang")):
        language.set(ns.qn("w:val"), "fr-FR")
    basis = cast("ParagraphStyle", document.styles.add_style(BASIS, styles.WD_STYLE_TYPE.PARAGRAPH))
    basis.base_style = document.styles["Normal"]
    basis.font.size, basis.font.italic, basis.font.color.rgb = shared.Pt(8.5), True, shared.RGBColor(0x55, 0x55, 0x55)
    document.sections[0].page_width, document.sections[0].page_height = shared.Cm(21), shared.Cm(29.7)
    document.sections[0].footer.paragraphs[0].text = draft.checks[0]


def _add(document: Document, block: Block) -> None:
    match block:
        case Heading(text, level):
            document.add_heading(text, level=level).paragraph_format.page_break_before = level == 1
        case Text(text, basis):
            document.add_paragraph(text).paragraph_format.keep_with_next = True
            document.add_paragraph(basis, style=BASIS)
        case Bullets(items):
            for item in items:
                document.add_paragraph(item, style="List Bullet")
        case Table():
            _add_table(document, block)


def _add_table(document: Document, block: Table) -> None:
    table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
    for place, row in enumerate(block.rows):
        cells = table.add_row().cells
        for column, (cell, text) in enumerate(zip(cells, row, strict=True)):
            titled = place == 0 if block.header else column == 0
            cell.paragraphs[0].add_run(text).bold = titled
    if block.header:
        # A screen reader and a page break both need to know which row names the columns.
        table.rows[0]._tr.get_or_add_trPr().append(oxml.OxmlElement("w:tblHeader"))
    document.add_paragraph()
