"""PDF files as they are kept: without the names that software writes beside the pages; and what their text gives away.

Scanned pages are pictures: nothing is read in them, and nothing is said of them.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from core.later import later

if TYPE_CHECKING:
    import pypdf
    from pypdf import errors, generic
else:
    pypdf, errors, generic = later("pypdf"), later("pypdf.errors"), later("pypdf.generic")

MOST_PAGES_READ = 12
_SIGNED = re.compile(rb"/ByteRange\s*\[")
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch)\b")
_BROKEN = (RecursionError, MemoryError, KeyError, ValueError, TypeError, AttributeError, IndexError,
           OverflowError, EOFError, NotImplementedError, OSError, zipfile.BadZipFile)  # fmt: skip
_NIR = re.compile(r"(?<!\d)[1-478](?:[ .]?\d){4}[ .]?(?:\d[ .]?[\dAB])(?:[ .]?\d){6}[ .]?(?:\d[ .]?\d)(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,3})?\b")
NIR, IBAN = "nir", "iban"
PRIVATE = {NIR: "un numéro de sécurité sociale", IBAN: "des coordonnées bancaires (IBAN)"}


def without_metadata(content: bytes) -> bytes:
    """Take out who wrote a PDF, with what and when (Info and XMP).

    Photos placed in its pages stay as they are, with what their camera wrote. One that is signed, protected or not
    quite a PDF is returned as it is: rewritten, it would prove less.
    """
    if _SIGNED.search(content):
        return content
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            return content
        writer = pypdf.PdfWriter(clone_from=reader)
        writer.metadata = None
        for held in (writer.root_object, *writer.pages):
            xmp = held.pop(generic.NameObject("/Metadata"), None)
            written = xmp.get_object() if xmp is not None else None
            if isinstance(written, generic.StreamObject):
                written.set_data(b"")
        made = io.BytesIO()
        writer.write(made)
    except (errors.PyPdfError, *_BROKEN):
        return content
    return made.getvalue()


def refusal_of(content: bytes) -> str:
    """Say why a PDF cannot be a proof, in French, or "": a password, a program inside, no page to look at."""
    if _ACTIVE.search(content):
        return "contient un programme. Exportez-le à nouveau, ou envoyez une photo."
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return "est protégé par un mot de passe. Envoyez-le sans mot de passe, ou en photo."
        if not reader.pages:
            return "est vide. Vérifiez-le et renvoyez-le."
    except (errors.PyPdfError, *_BROKEN):
        return "ne s’ouvre pas. Exportez-le à nouveau, ou envoyez une photo."
    return ""


def private_in(content: bytes) -> tuple[str, ...]:
    """Return what the text of a PDF holds that nobody needs: keys of `PRIVATE`; nothing when it has no text."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return ()
        text = "\n".join(page.extract_text() for page in reader.pages[:MOST_PAGES_READ])
    except (errors.PyPdfError, *_BROKEN):
        return ()
    return private_in_text(text)


def private_in_text(text: str) -> tuple[str, ...]:
    """Return which private numbers a text holds, told from any other number by their check digits."""
    found = []
    if any(_is_nir(match[0]) for match in _NIR.finditer(text)):
        found.append(NIR)
    if any(_is_iban(match[0]) for match in _IBAN.finditer(text)):
        found.append(IBAN)
    return tuple(found)


def _is_nir(written: str) -> bool:
    """Tell whether 15 characters are a NIR: its key is 97 less the rest by 97 (décret n° 82-103, INSEE)."""
    digits = re.sub(r"[ .]", "", written).replace("2A", "19").replace("2B", "18")
    return digits.isdigit() and len(digits) == 15 and 97 - int(digits[:13]) % 97 == int(digits[13:])


def _is_iban(written: str) -> bool:
    """Tell whether letters and digits are an IBAN: 1 by 97 once turned (ISO 13616); what follows it may be caught."""
    letters = written.replace(" ", "")
    return any(_turned(letters[:end]) % 97 == 1 for end in range(15, min(len(letters), 34) + 1))


def _turned(letters: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4]))
