"""Drafts that people send, read as paragraphs: text, .docx, .odt, .pdf. Nothing in them is run, fetched or believed.

Word and OpenDocument files are read from their XML: a word processor keeps what was inserted under tracked changes and
in content controls where python-docx does not look, and a clause half written there would be said to be missing.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError

import filetype
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.later import later
from core.refusal import Refused
from knowledge.checker import Paragraph, paragraphs_of

if TYPE_CHECKING:
    import pypdf
    from pypdf import errors
else:
    pypdf, errors = later("pypdf"), later("pypdf.errors")

MOST_BYTES = 15_000_000
MOST_UNZIPPED = 50_000_000
MOST_PAGES = 199
MOST_LETTERS = 1_000_000
FEWEST_LETTERS_A_PAGE = 20  # below, the pages are pictures

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_LINK = "{http://www.w3.org/1999/xlink}"
_MACROS = re.compile(r"(?:^|/)vbaProject|^Basic/|^Scripts/", re.IGNORECASE)
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_BROKEN = (zipfile.BadZipFile, ParseError, DefusedXmlException, KeyError, ValueError, EOFError, NotImplementedError)
_TANGLED = (RecursionError, MemoryError, TypeError, AttributeError, OverflowError)  # what pypdf stumbles on, besides
_FORMATS = "Envoyez le texte, ou un fichier .docx, .odt ou .pdf."

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it comments every oddity of a file on the error output


def read_document(data: bytes) -> tuple[Paragraph, ...]:
    """The paragraphs of a draft, recognised from its bytes. Raises Refused when it cannot be read, or should not be."""
    if not data.strip():
        raise Refused("Le fichier est vide.")
    if len(data) > MOST_BYTES:
        raise Refused(f"Le fichier dépasse {MOST_BYTES // 1_000_000} Mo : envoyez seulement l’article sur l’insertion.")
    paragraphs = _read(data)
    if sum(len(paragraph.text) for paragraph in paragraphs) > MOST_LETTERS:
        raise Refused("Le document est trop long : envoyez seulement l’article sur l’insertion.")
    if not any(paragraph.text.strip() for paragraph in paragraphs):
        raise Refused("Le document ne contient aucun texte.")
    return paragraphs


def _read(data: bytes) -> tuple[Paragraph, ...]:
    if data.lstrip()[:5] == b"%PDF-":
        return paragraphs_of(_text_of_pdf(data))
    if data[:4] == b"PK\x03\x04":
        return _read_archive(data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refused("Ancien format de Word (.doc), ou fichier protégé : enregistrez-le en .docx sans mot de passe.")
    if data[:5] == b"{\\rtf":
        raise Refused("Le format .rtf n’est pas lu : enregistrez le document en .docx.")
    return paragraphs_of(_plain_text(data))


def _plain_text(data: bytes) -> str:
    if filetype.guess(data) is not None:
        raise Refused(f"Ce fichier n’est pas un document à lire. {_FORMATS}")
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    text = next((text for encoding in encodings if (text := _decoded(data, encoding)) is not None), None)
    if text is None or "\x00" in text:
        raise Refused(f"Ce fichier n’est pas un texte. {_FORMATS}")
    strange = sum(1 for letter in text if ord(letter) < 32 and letter not in "\t\n\r\f\v")
    if strange * 100 > len(text):
        raise Refused(f"Ce fichier n’est pas un texte. {_FORMATS}")
    return text


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _text_of_pdf(data: bytes) -> str:
    if re.search(rb"/(?:JavaScript|JS|Launch)\b", data):
        raise Refused(
            "Le PDF contient un programme ou une action : exportez-le à nouveau depuis votre traitement de texte."
        )
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise Refused("Le PDF est protégé : envoyez-le sans mot de passe.")
        if len(reader.pages) > MOST_PAGES:
            raise Refused(
                f"Le PDF compte {len(reader.pages)} pages, au plus {MOST_PAGES} : envoyez l’article sur l’insertion."
            )
        pages = [page.extract_text() for page in reader.pages]
    except (*_BROKEN, *_TANGLED, errors.PyPdfError) as error:
        raise Refused("Le PDF est abîmé : exportez-le à nouveau.") from error
    if sum(len(page.strip()) for page in pages) < FEWEST_LETTERS_A_PAGE * len(pages):
        raise Refused("Le PDF est une image, sans texte à lire : envoyez le fichier d’origine ou un PDF exporté.")
    return "\n".join(pages)


def _read_archive(data: bytes) -> tuple[Paragraph, ...]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MOST_UNZIPPED:
                raise Refused("Le fichier décompressé dépasse 50 Mo : envoyez seulement l’article sur l’insertion.")
            if any(member.flag_bits & 1 for member in members):
                raise Refused("Le fichier est protégé : envoyez-le sans mot de passe.")
            names = {member.filename for member in members}
            if any(_MACROS.search(name) for name in names):
                raise Refused("Le document contient des macros : enregistrez-le en .docx ou .odt sans macro.")
            if "word/document.xml" in names:
                return tuple(_paragraphs_of_docx(archive, names))
            if "content.xml" in names and b"opendocument.text" in archive.read("mimetype"):
                return tuple(_paragraphs_of_odt(archive))
    except (*_BROKEN, RecursionError) as error:
        raise Refused("Le fichier est abîmé : enregistrez-le à nouveau.") from error
    raise Refused(f"Cette archive n’est pas un document à lire. {_FORMATS}")


def _paragraphs_of_docx(archive: zipfile.ZipFile, names: set[str]) -> Iterator[Paragraph]:
    for name in names:
        if name.startswith("word/") and name.endswith(".rels"):
            _refuse_what_is_fetched(fromstring(archive.read(name)))
    levels = _heading_levels(fromstring(archive.read("word/styles.xml"))) if "word/styles.xml" in names else {}
    for part in ("word/document.xml", "word/footnotes.xml"):
        if part in names:
            yield from _blocks(fromstring(archive.read(part)), levels)


def _refuse_what_is_fetched(relationships: Element) -> None:
    for relationship in relationships.iter(_RELATIONSHIP):
        kind = relationship.get("Type", "").rsplit("/", 1)[-1]
        # A template on the author's own disk is what every office leaves behind; a hyperlink is only text.
        local_template = kind == "attachedTemplate" and relationship.get("Target", "").startswith("file:///")
        if relationship.get("TargetMode") == "External" and kind != "hyperlink" and not local_template:
            raise Refused(
                "Le document va chercher un contenu extérieur : rompez ses liaisons et enregistrez-le à nouveau."
            )


def _heading_levels(styles: Element) -> dict[str, int]:
    """Level of each style of heading, by its identifier, from the outline level or the English name Word keeps."""
    levels = {}
    for style in styles.iter(f"{_W}style"):
        name, outline = style.find(f"{_W}name"), style.find(f"{_W}pPr/{_W}outlineLvl")
        heading = re.fullmatch(r"heading (\d)", (name.get(f"{_W}val") or "").lower() if name is not None else "")
        if outline is not None and (outline.get(f"{_W}val") or "9") in "012345678":
            levels[style.get(f"{_W}styleId", "")] = int(outline.get(f"{_W}val") or 0) + 1
        elif heading:
            levels[style.get(f"{_W}styleId", "")] = int(heading[1])
    return levels


def _blocks(parent: Element, levels: dict[str, int]) -> Iterator[Paragraph]:
    for child in parent:
        if child.tag == f"{_W}tr":
            cells = (" ".join(p.text for p in _blocks(cell, levels) if p.text) for cell in child.iter(f"{_W}tc"))
            yield Paragraph(" | ".join(cells))
        elif child.tag == f"{_W}p":
            style = child.find(f"{_W}pPr/{_W}pStyle")
            level = levels.get(style.get(f"{_W}val", "")) if style is not None else None
            yield from (Paragraph(" ".join(line.split()), level) for line in _letters(child).split("\n"))
        elif child.tag != f"{_MC}Fallback":
            yield from _blocks(child, levels)


def _letters(element: Element) -> str:
    """The text of a paragraph as it stands with the tracked changes accepted."""
    if element.tag == f"{_W}t":
        return element.text or ""
    if element.tag in (f"{_W}br", f"{_W}cr"):
        return "\n"
    if element.tag in (f"{_W}tab", f"{_W}noBreakHyphen"):
        return " " if element.tag == f"{_W}tab" else "-"
    if element.tag in (f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_MC}Fallback"):
        return ""
    return "".join(map(_letters, element))


def _paragraphs_of_odt(archive: zipfile.ZipFile) -> Iterator[Paragraph]:
    content = fromstring(archive.read("content.xml"))
    for element in content.iter():
        embedded = element.get(f"{_LINK}show") == "embed"
        if embedded and re.match(r"(?:https?|ftp|file|smb):|//|\\\\", element.get(f"{_LINK}href", "")):
            raise Refused(
                "Le document va chercher un contenu extérieur : rompez ses liaisons et enregistrez-le à nouveau."
            )
    yield from _odt_blocks(content)


def _odt_blocks(parent: Element) -> Iterator[Paragraph]:
    for child in parent:
        if child.tag == f"{_TABLE}table-row":
            cells = (
                " ".join(p.text for p in _odt_blocks(cell) if p.text) for cell in child.iter(f"{_TABLE}table-cell")
            )
            yield Paragraph(" | ".join(cells))
        elif child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            level = int(child.get(f"{_TEXT}outline-level", "1")) if child.tag == f"{_TEXT}h" else None
            yield from (Paragraph(" ".join(line.split()), level) for line in _odt_letters(child).split("\n"))
        elif child.tag != f"{_TEXT}tracked-changes":
            yield from _odt_blocks(child)


def _odt_letters(element: Element) -> str:
    special = {f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": "\n"}.get(element.tag)
    if special is not None:
        return special
    return (element.text or "") + "".join(_odt_letters(child) + (child.tail or "") for child in element)
