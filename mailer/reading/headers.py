"""The headers of a mail as people wrote them: decoded, on one line, whatever their charset really is.

The parser's own typed headers are not used: on a To of 10,000 recipients they take seconds, and some bytes make them
raise. Here a header costs what its length costs.
"""

import binascii
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

LONGEST = 64_000  # a longer header is cut: nobody wrote it
MOST_ADDRESSES = 100

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\s]*)\?=")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)\s+(?==\?)")
_WESTERN = {"iso-8859-1", "latin1", "latin-1", "iso8859-1", "iso_8859-1", "windows-1252", "cp1252", "us-ascii", "ascii"}
_CHARSET = re.compile(r"utf|iso|windows|cp\d|latin|mac|koi|big5|gb|euc|shift|ks_c")  # others are no charsets of mails
_ESCAPED = re.compile(rb"=([0-9A-Fa-f]{2})")
_IDENTIFIER = re.compile(r"<[^<>\s]{1,900}>")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069]+")
_ADDRESS = re.compile(r"[^\s@<>\",;:()\\]{1,128}@[^\s@<>\",;:()\\]{1,255}")

Headers = Sequence[tuple[str, str]]


def headers_of(message: Message) -> Headers:
    """Return names, in small letters, and raw values in their order; 8-bit bytes become what they most likely mean."""
    return tuple((name.lower(), recovered(str(value)[:LONGEST])) for name, value in message.raw_items())


def every(headers: Headers, name: str) -> tuple[str, ...]:
    """Return the raw values of a header, topmost first."""
    return tuple(value for known, value in headers if known == name)


def first(headers: Headers, name: str) -> str:
    """Return the topmost raw value of a header, "" without one."""
    return next((value for known, value in headers if known == name), "")


def recovered(raw: str) -> str:
    """Return a text whose undeclared 8-bit bytes are read as UTF-8, or else as Windows' Western characters."""
    if raw.isascii():
        return raw
    data = raw.encode("utf-8", "surrogateescape")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def words(raw: str) -> str:
    """Decode the encoded words (RFC 2047) of a header, also when a letter is split between two of them."""
    joined = _BETWEEN_WORDS.sub("", raw)
    return _UNPRINTABLE.sub(" ", _decoded(joined)).strip() if "=?" in joined else _UNPRINTABLE.sub(" ", raw).strip()


def hides_a_line_break(raw: str) -> bool:
    """Tell whether an encoded word of a header holds a line break: no program writes one, it makes another header."""
    return any(re.search(rb"[\r\n]", _bytes_of(found[2].lower(), found[3])) for found in _WORD.finditer(raw))


def one_line(raw: str) -> str:
    """Return a header for people: decoded, single spaces."""
    return " ".join(words(raw).split())


def _decoded(text: str) -> str:
    shown: list[str] = []
    pending, charset, end = b"", "", 0
    for match in _WORD.finditer(text):
        follows = match.start() == end and charset == match[1].lower()
        if not follows:
            shown.append(decoded(pending, charset))
            pending = b""
            shown.append(text[end : match.start()])
        charset, end = match[1].lower(), match.end()
        pending += _bytes_of(match[2].lower(), match[3])
    return "".join((*shown, decoded(pending, charset), text[end:]))


def _bytes_of(encoding: str, written: str) -> bytes:
    data = written.encode("utf-8", "replace")
    if encoding == "q":
        return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data.replace(b"_", b" "))
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return data


def decoded(data: bytes, charset: str) -> str:
    """Decode bytes as declared if that works, or else as UTF-8, or else as Windows' Western characters.

    ISO 8859-1 is always read as Windows-1252, which only adds letters where the other has control characters.
    """
    declared = charset.split("*", maxsplit=1)[0].strip().lower()  # RFC 2231 §5: a language may follow
    candidates = ("utf-8", "cp1252") if declared in _WESTERN or not _CHARSET.match(declared) else (declared, "utf-8")
    for candidate in candidates:
        try:
            return data.decode(candidate)
        except (UnicodeError, LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def addresses(raw: str) -> list[tuple[str, str]]:
    """Read the mailboxes of a header: names, bare addresses in small letters; at most MOST_ADDRESSES of them.

    An address in a comment or in a quoted name is no address: that is how one is shown in the place of another.
    """
    found: list[tuple[str, str]] = []
    for name, angle, rest in _mailboxes(raw):
        match = _ADDRESS.fullmatch(angle.strip()) or _ADDRESS.fullmatch(rest.strip())
        if match is not None:
            found.append((one_line(name) if angle else "", match[0].lower()))
        if len(found) == MOST_ADDRESSES:
            break
    return found


def _mailboxes(raw: str) -> Iterator[tuple[str, str, str]]:
    """Yield for each mailbox its name, what stands between angles, and its bare words."""
    pieces = {"quoted": "", "angle": "", "bare": ""}
    for kind, text in _tokens(raw):
        if kind == "end":
            yield pieces["quoted"] or pieces["bare"], pieces["angle"], pieces["bare"]
            pieces = {"quoted": "", "angle": "", "bare": ""}
        elif kind == "group":  # "undisclosed-recipients:;", "Équipe: a@…, b@…;"
            pieces["bare"] = ""
        elif kind != "comment":
            pieces[kind] = text if kind != "bare" else pieces["bare"] + text
    yield pieces["quoted"] or pieces["bare"], pieces["angle"], pieces["bare"]


_CLOSING = {'"': ('"', "quoted"), "<": (">", "angle"), "(": (")", "comment")}


def _tokens(raw: str) -> Iterator[tuple[str, str]]:
    """Walk a header once: quoted names, addresses between angles, comments, separators, and the words between."""
    at, start = 0, 0
    while at < len(raw):
        letter = raw[at]
        if letter in _CLOSING:
            yield "bare", raw[start:at]
            closing, kind = _CLOSING[letter]
            at, text = _closed(raw, at + 1, closing)
            yield kind, text
            start = at
        elif letter in ",;:":
            yield "bare", raw[start:at]
            yield ("group" if letter == ":" else "end"), ""
            at += 1
            start = at
        else:
            at += 1
    yield "bare", raw[start:]


def _closed(raw: str, at: int, closing: str) -> tuple[int, str]:
    """Return where a piece ends and what it holds, its escapes undone; unclosed, it goes to the end."""
    held: list[str] = []
    while at < len(raw) and raw[at] != closing:
        at += raw[at] == "\\" and at + 1 < len(raw)
        held.append(raw[at])
        at += 1
    return at + 1, "".join(held)


def identifiers(raw: str) -> tuple[str, ...]:
    """Return the Message-IDs of a header, at most the last 100."""
    return tuple(_IDENTIFIER.findall(raw)[-100:])


def moment(raw: str) -> datetime | None:
    """Read a date; None when it is none."""
    try:
        at = parsedate_to_datetime(raw)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
