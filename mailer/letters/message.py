"""A rendered letter as a complete e-mail: headers, plain text and HTML, attachments, ready for SMTP.

The headers are written here because EmailMessage (Python 3.11) writes the long identifiers of References as encoded
words, which no mail reader takes for identifiers; and so are the two versions of the text, which every letter has,
because it parses again each header that it is given: ten times the time of their encoding.
"""

import re
import secrets
from binascii import b2a_qp
from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.message import MIMEPart
from email.policy import SMTP
from email.utils import format_datetime, getaddresses, quote

from core.letters import Envelope
from mailer.letters.markup import one_line
from mailer.letters.rendering import Rendered

SEVEN_BITS = SMTP.clone(cte_type="7bit")
LINE_END = "\r\n"
LONGEST_WORD = 60  # a longer one does not fold: it is encoded

_ADDRESS = re.compile(r"[^\s@<>\",;:\x00-\x1f\x7f]+@[^\s@<>\",;:\x00-\x1f\x7f]+")
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]+>")
_CONTENT_TYPE = re.compile(r"(?!message/|multipart/)[a-z]+/[a-z0-9][a-z0-9.+-]*")
_METHOD = re.compile(rb"^METHOD:([A-Z]+)\r?$", re.MULTILINE)
_NOT_IN_A_FILE_NAME = re.compile(r"[/\\\"]")


def flattened(rendered: Rendered, envelope: Envelope, written_at: datetime) -> bytes:
    """Return the message, CRLF line ends, ASCII only but for addresses that are not.

    Raises ValueError for an address or a Message-ID that is none: words are mended, identifiers are not.
    """
    headers = [
        _mailbox("From", envelope.sender),
        _mailbox("To", envelope.recipient),
        _words("Subject", envelope.subject or rendered.subject),
        f"Date: {format_datetime(written_at)}",
        _identifiers("Message-ID", [envelope.message_id]),
        "Content-Language: fr",
    ]
    if envelope.reply_to:
        headers.append(_mailbox("Reply-To", envelope.reply_to))
    if envelope.in_reply_to:
        headers.append(_identifiers("In-Reply-To", [envelope.in_reply_to]))
    if envelope.references:
        headers.append(_identifiers("References", envelope.references))
    if envelope.automatic:
        headers += ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"]
    if envelope.stop_link:
        headers += [_identifiers("List-Unsubscribe", [f"<{envelope.stop_link}>"]),
                    "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]  # fmt: skip
    head = "".join(f"{header}{LINE_END}" for header in headers)
    return head.encode() + _body(rendered, envelope)


def _body(rendered: Rendered, envelope: Envelope) -> bytes:
    versions = [_text("plain", rendered.text), _text("html", rendered.html)]
    if envelope.calendar:
        versions.append(_invitation(envelope.calendar))
    files = [_file("invitation.ics", "application/ics", envelope.calendar)] if envelope.calendar else []
    files += [_file(each.name, each.content_type, each.content) for each in envelope.attachments]
    body = _parts("alternative", versions)
    return b"MIME-Version: 1.0\r\n" + (_parts("mixed", [body, *files]) if files else body)


def _parts(kind: str, parts: Sequence[bytes]) -> bytes:
    """Put parts together. Neither an encoded text nor an encoded file can hold "=_", which the boundary begins with."""
    boundary = f"=_{secrets.token_hex(16)}"
    between = f"--{boundary}{LINE_END}".encode()
    head = f'Content-Type: multipart/{kind};{LINE_END} boundary="{boundary}"{LINE_END}{LINE_END}'.encode()
    return head + b"".join(between + part + b"\r\n" for part in parts) + f"--{boundary}--{LINE_END}".encode()


def _text(kind: str, text: str) -> bytes:
    head = (
        f'Content-Type: text/{kind}; charset="utf-8"{LINE_END}'
        f"Content-Transfer-Encoding: quoted-printable{LINE_END}{LINE_END}"
    )
    whole = text.rstrip("\n") + "\n"  # b2a_qp ends the lines that it breaks as it finds the first one ended
    return head.encode() + b2a_qp(whole.replace("\n", LINE_END).encode())


def _invitation(calendar: bytes) -> bytes:
    """Outlook and Gmail show the alternative as an invitation; other programs open the file."""
    method = _METHOD.search(calendar)
    params = {"method": method[1].decode(), "component": "VEVENT"} if method else {}
    part = MIMEPart(policy=SEVEN_BITS)
    part.set_content(calendar.decode(), subtype="calendar", params=params, cte="base64")
    return part.as_bytes()


def _file(name: str, content_type: str, content: bytes) -> bytes:
    known = _CONTENT_TYPE.fullmatch(content_type)
    main, _, sub = (content_type if known else "application/octet-stream").partition("/")
    shown = _NOT_IN_A_FILE_NAME.sub("_", one_line(name)) or "fichier"
    part = MIMEPart(policy=SEVEN_BITS)
    part.set_content(content, maintype=main, subtype=sub, disposition="attachment", filename=shown)
    return part.as_bytes()


def mailbox(written: str) -> tuple[str, str]:
    """Read "Clausette <clausette@exemple.fr>": a name, an address. Raises ValueError when it is not one address."""
    found = getaddresses([written])
    if len(found) != 1 or not _ADDRESS.fullmatch(found[0][1]) or "\r" in written or "\n" in written:
        raise ValueError("not one e-mail address")
    return found[0]


def is_deliverable(address: str) -> bool:
    """Tell whether this is one bare address that any server accepts: RFC 6531's accents are not."""
    return address.isascii() and _ADDRESS.fullmatch(address) is not None


def _mailbox(header: str, written: str) -> str:
    try:
        name, address = mailbox(written)
    except ValueError as error:
        raise ValueError(f"{header}: {error}") from error
    if not name:
        return f"{header}: {address}"
    shown = f'"{quote(name)}"' if name.isascii() else Header(name, "utf-8", header_name=header).encode(linesep=LINE_END)
    return f"{header}: {shown}{LINE_END} <{address}>"


def _words(header: str, text: str) -> str:
    clean = one_line(text)
    fits = clean.isascii() and "=?" not in clean and all(len(word) <= LONGEST_WORD for word in clean.split(" "))
    charset = "us-ascii" if fits else "utf-8"
    return f"{header}: {Header(clean, charset, header_name=header).encode(linesep=LINE_END)}"


def _identifiers(header: str, identifiers: Sequence[str]) -> str:
    """One identifier a line: they are never cut."""
    for identifier in identifiers:
        if not _MESSAGE_ID.fullmatch(identifier):
            raise ValueError(f"{header}: not a Message-ID")
    return f"{header}: {f'{LINE_END} '.join(identifiers)}"
