"""The parts of a mail: what is its text, what is a file, what is only decoration, within limits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from mailer.reading.headers import decoded, headers_of, one_line, recovered

MOST_PARTS = 400
DEEPEST = 12
MOST_LETTERS = 400_000  # of one text part; the longest genuine mail has a tenth of it

_CONTENT_ID = re.compile(r"cid:([^\"'>\s)]{1,300})", re.IGNORECASE)
_SIGNING = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
            "application/pgp-keys", "application/applefile"}  # fmt: skip
_SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}
_REPORTS = {"message/delivery-status", "message/feedback-report", "message/disposition-notification",
            "text/rfc822-headers"}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """One stretch of text, as the sender's program wrote it: plain, HTML, or both for the same words."""

    plain: str = ""
    html: str = ""


@dataclass(frozen=True)
class RawFile:
    """A part that is a file, not decoded yet."""

    name: str
    declared: str
    part: Message
    content_id: str = ""
    is_inline: bool = False


@dataclass
class Parts:
    """What a mail is made of, in its order. `reports` are the machine-readable parts of delivery reports."""

    blocks: list[Block] = field(default_factory=list)
    files: list[RawFile] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    reports: list[tuple[str, Message]] = field(default_factory=list)
    has_invitation: bool = False
    is_sealed: bool = False
    is_cut: bool = False

    def shown_inside(self) -> set[str]:
        """Return the identifiers of the pictures that the text shows."""
        return {found.lower() for block in self.blocks for found in _CONTENT_ID.findall(block.html)}


def parts_of(message: Message) -> Parts:
    """Sort the parts of a mail. Nothing is decoded but its texts."""
    parts = Parts()
    budget = [MOST_PARTS]
    parts.blocks.extend(_sorted(message, parts, 0, budget))
    parts.is_cut = parts.is_cut or budget[0] <= 0
    return parts


def _sorted(part: Message, parts: Parts, depth: int, budget: list[int]) -> list[Block]:
    """File away what is no text, return what is."""
    budget[0] -= 1
    if budget[0] < 0:
        return []
    if depth > DEEPEST:
        parts.is_cut = True
        return []
    kind = part.get_content_type()
    if kind in _REPORTS:
        parts.reports.append((kind, part))
        return []
    if kind == "message/rfc822":
        parts.messages.extend(child for child in _children(part))
        return []
    if part.is_multipart():
        parts.is_sealed = parts.is_sealed or kind == "multipart/encrypted"
        blocks = [block for child in _children(part) for block in _sorted(child, parts, depth + 1, budget)]
        return _merged(blocks) if kind == "multipart/alternative" else blocks
    return _leaf(part, kind, parts)


def _children(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    yield from (child for child in payload if isinstance(child, Message)) if isinstance(payload, list) else ()


def _merged(blocks: list[Block]) -> list[Block]:
    """Versions of the same words: keep one of each sort."""
    plain = next((block.plain for block in blocks if block.plain.strip()), "")
    html = next((block.html for block in blocks if block.html.strip()), "")
    return [Block(plain, html)] if plain or html else []


def _leaf(part: Message, kind: str, parts: Parts) -> list[Block]:
    disposition = str(part.get_content_disposition() or "")
    name = _name_of(part)
    if kind == "text/calendar" or name.lower().endswith(".ics"):
        parts.has_invitation = True
    elif kind in _SIGNING:
        return []
    elif kind in _SEALED and not _is_signature(name):
        parts.is_sealed = True
    elif kind.startswith("multipart/"):  # its boundary never comes
        return [_text(part, "text/plain")]
    elif kind in {"text/plain", "text/html", "text/enriched"} and disposition != "attachment" and not name:
        return [_text(part, kind)]
    else:
        parts.files.append(RawFile(name, kind, part, _content_id(part), disposition == "inline"))
    return []


def _is_signature(name: str) -> bool:
    return name.lower().endswith(".p7s")


def _name_of(part: Message) -> str:
    try:
        written = part.get_filename("")
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""
    return one_line(recovered(str(written))[:1000])


def _content_id(part: Message) -> str:
    raw = next((value for name, value in headers_of(part) if name == "content-id"), "")
    return raw.strip().strip("<>").lower()


def _text(part: Message, kind: str) -> Block:
    text = text_of(part)
    if kind == "text/html":
        return Block(html=text)
    if _parameter(part, "format").lower() == "flowed":
        text = _unflowed(text, keep_space=_parameter(part, "delsp").lower() != "yes")
    return Block(plain=text)


def text_of(part: Message) -> str:
    """Return the text of a part, its bytes read as declared or as they most likely are."""
    data = content_of(part)[: MOST_LETTERS * 4]
    text = decoded(data, _parameter(part, "charset"))
    return text.replace("\r\n", "\n").replace("\r", "\n")[:MOST_LETTERS]


def content_of(part: Message) -> bytes:
    """Return the bytes of a part; b"" when its encoding cannot be undone."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, TypeError, LookupError, AttributeError, KeyError, IndexError):
        return b""
    return data if isinstance(data, bytes) else b""


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name, "")
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""
    return str(value[2] if isinstance(value, tuple) else value)


def _unflowed(text: str, *, keep_space: bool) -> str:
    """Join the lines that a program broke (RFC 3676): those that end with a space, of the same depth of quoting."""
    lines: list[str] = []
    open_line = False
    for raw in text.split("\n"):
        flows = raw.endswith(" ") and raw != "-- "
        line = raw[1:] if raw.startswith(" ") and len(raw) > 1 else raw
        shown = line if keep_space or not flows else line[:-1]
        if open_line and not line.startswith(">") and line != "-- ":
            lines[-1] += shown
        else:
            lines.append(shown)
        open_line = flows and not line.startswith(">")
    return "\n".join(lines)
