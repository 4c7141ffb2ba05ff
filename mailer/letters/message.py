"""A rendered letter as a complete e-mail: headers, plain text and HTML, attachments, ready for SMTP.

The headers are written here because EmailMessage (Python 3.11) encodes long identifiers of References as if they were
words, and puts a space inside long accented names.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr, quote

from core.letters import Attached, Envelope
from mailer.letters.markup import one_line
from mailer.letters.rendering import Rendered

SEVEN_BITS = SMTP.clone(cte_type="7bit")
LINE_END = "\r\n"

_ADDRESS = re.compile(r"[^\s@<>\",;:\x00-\x1f\x7f]+@[^\s@<>\",;:\x00-\x1f\x7f]+")
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]+>")
_CONTENT_TYPE = re.compile(r"(?!message/|multipart/)[a-z]+/[a-z0-9][a-z0-9.+-]*")
_NOT_IN_A_FILE_NAME = re.compile(r"[/\\\"]")


def flattened(rendered: Rendered, envelope: Envelope, written_at: datetime) -> bytes:
    """Return the message, CRLF line ends, ASCII only but for addresses that are not.

    Raises ValueError for an address or a Message-ID that is none: words are mended, identifiers are not.
    """
    headers = [
        _mailbox("From", envelope.sender),
        _mailbox("To", envelope.recipient),
        _words("Subject", rendered.subject),
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
    head = "".join(f"{header}{LINE_END}" for header in headers)
    return head.encode() + _body(rendered, envelope.attachments).as_bytes()


def _body(rendered: Rendered, attachments: Sequence[Attached]) -> EmailMessage:
    body = EmailMessage(policy=SEVEN_BITS)
    body.set_content(rendered.text, cte="quoted-printable")
    body.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    for attached in attachments:
        known = _CONTENT_TYPE.fullmatch(attached.content_type)
        main, _, sub = (attached.content_type if known else "application/octet-stream").partition("/")
        name = _NOT_IN_A_FILE_NAME.sub("_", one_line(attached.name)) or "fichier"
        body.add_attachment(attached.content, maintype=main, subtype=sub, filename=name)
    return body


def _words(name: str, text: str) -> str:
    clean = one_line(text)
    charset = "us-ascii" if clean.isascii() else "utf-8"
    return f"{name}: {Header(clean, charset, header_name=name).encode(linesep=LINE_END)}"


def _mailbox(name: str, written: str) -> str:
    """One mailbox: "Clausette <clausette@exemple.fr>" or the address alone."""
    shown, address = parseaddr(written)
    if not _ADDRESS.fullmatch(address) or "\r" in written or "\n" in written:
        raise ValueError(f"{name}: not one e-mail address")
    if not shown:
        return f"{name}: {address}"
    words = (
        f'"{quote(shown)}"' if shown.isascii() else Header(shown, "utf-8", header_name=name).encode(linesep=LINE_END)
    )
    return f"{name}: {words}{LINE_END} <{address}>"


def _identifiers(name: str, identifiers: Sequence[str]) -> str:
    """One identifier a line: they are never cut."""
    for identifier in identifiers:
        if not _MESSAGE_ID.fullmatch(identifier):
            raise ValueError(f"{name}: not a Message-ID")
    return f"{name}: {f'{LINE_END} '.join(identifiers)}"
