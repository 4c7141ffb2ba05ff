"""The files of a mail: named, sorted by their bytes, within limits; what was dropped is said."""

import re
from collections.abc import Iterable, Sequence

import filetype

from core.files import MOST_BYTES as MOST_BYTES_OF_ONE
from core.files import shown_name, type_of
from core.hours import NBSP
from mailer.reading.parts import RawFile, content_of
from mailer.reading.result import Attachment

MOST_FILES = 20
MOST_BYTES_OF_ALL = 30 * 1024 * 1024
SMALLEST_PHOTO = 150_000  # a picture pasted in the text is a logo below, a photographed proof above
SMALLEST_PICTURE = 12_000  # a picture that the text does not show: a logo below

_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_LOGO = re.compile(r"(?:image\d{3}|outlook-[\w-]+|logo[\w-]*|signature[\w-]*|facebook|linkedin|twitter|instagram)\.\w+",
                   re.IGNORECASE)  # fmt: skip


def files_of(raw: Sequence[RawFile], shown_inside: set[str]) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """Return the files kept, and sentences about those that are not."""
    kept: list[Attachment] = []
    too_big: list[str] = []
    too_many: list[str] = []
    sentences: list[str] = []
    total = 0
    for file in raw:
        if file.declared in _TNEF or file.name.lower() == "winmail.dat":
            sentences.append(_WINMAIL)
            continue
        content = content_of(file.part)
        if not content or _is_decoration(file, content, shown_inside):
            continue
        name = shown_name(file.name) if file.name else _name_for(content)
        if len(kept) == MOST_FILES:
            too_many.append(name)
        elif len(content) > MOST_BYTES_OF_ONE or total + len(content) > MOST_BYTES_OF_ALL:
            too_big.append(name)
        else:
            total += len(content)
            kept.append(Attachment(name, _type(name, content), content))
    return tuple(kept), (*dict.fromkeys(sentences), *_about(too_big, too_many))


_WINMAIL = (
    f"Le fichier «{NBSP}winmail.dat{NBSP}» ne se lit que dans Outlook{NBSP}: renvoyez vos pièces jointes "
    "dans un message au format HTML ou texte."
)


def _about(too_big: Sequence[str], too_many: Sequence[str]) -> Iterable[str]:
    if too_big:
        yield (
            f"Trop lourd pour être gardé (15{NBSP}Mo par fichier, 30{NBSP}Mo en tout){NBSP}: {_listed(too_big)}. "
            "Envoyez une version moins lourde, ou plusieurs messages."
        )
    if too_many:
        yield (
            f"Seuls {MOST_FILES} fichiers sont gardés par message. "
            f"Renvoyez dans un autre message{NBSP}: {_listed(too_many)}."
        )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"«{NBSP}{name}{NBSP}»" for name in names[:5])
    return f"{shown} et {len(names) - 5} autres" if len(names) > 5 else shown


def _type(name: str, content: bytes) -> str:
    guessed = filetype.guess(content)
    return str(guessed.mime) if guessed is not None else type_of(name, content) or "application/octet-stream"


def _is_decoration(file: RawFile, content: bytes, shown_inside: set[str]) -> bool:
    """A logo, or a picture that the text shows; a large pasted one is kept, for proofs are photographed too."""
    if not file.declared.startswith("image/"):
        return False
    if file.content_id and file.content_id in shown_inside:
        return len(content) < SMALLEST_PHOTO
    return len(content) < SMALLEST_PICTURE and (_LOGO.fullmatch(file.name) is not None or bool(file.content_id))


def _name_for(content: bytes) -> str:
    guessed = filetype.guess(content)
    return f"fichier.{guessed.extension}" if guessed is not None else "fichier"
