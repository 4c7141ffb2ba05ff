"""The reading of one mail: from its bytes to who wrote what."""

import logging
from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

from core.hours import NBSP
from mailer.reading.bounces import bounce_of, is_success
from mailer.reading.files import files_of
from mailer.reading.headers import Headers, addresses, every, first, headers_of, identifiers, moment, one_line
from mailer.reading.markup import has_table, text_of_html
from mailer.reading.oddities import oddities_of
from mailer.reading.parts import Block, Parts, RawFile, parts_of
from mailer.reading.quotes import new_text, unmarked
from mailer.reading.receiver import Receiver, without_tag
from mailer.reading.result import Kind, Reading
from mailer.reading.robots import automatic_reasons, is_spam, list_reasons
from mailer.reading.tokens import recipients_of, return_mark_of, tokens_of
from mailer.reading.verdicts import verdict_on

log = logging.getLogger(__name__)

MOST_BYTES = 48 * 1024 * 1024  # 30 MB of files, once encoded, and room for the words
MOST_BYTES_OF_HEADERS = 512 * 1024
MOST_LETTERS = 100_000
LONGEST_SUBJECT = 300
DEEPEST_FORWARD = 3
SHORTEST_PLAIN = 200  # a shorter one that speaks of HTML only says that it is not the message

_SEALED = f"Le message est chiffré, il ne se lit pas ici{NBSP}: renvoyez-le sans chiffrement."
_TOO_DEEP = f"Le message contient trop de parties{NBSP}: certaines n’ont pas été lues."
_TOO_LONG = f"Le texte du message est trop long{NBSP}: seul le début a été lu."
_TOO_HEAVY = f"Le message est trop lourd pour être lu (plus de 48{NBSP}Mo){NBSP}: envoyez des fichiers moins lourds."
_BROKEN = f"Le message est abîmé, il ne se lit pas{NBSP}: renvoyez-le, en texte simple si possible."


def read(data: bytes, receiver: Receiver | None = None) -> Reading:
    """Understand one mail as it came from the server. Never raises: at worst it is `Kind.UNREADABLE`."""
    receiver = receiver or Receiver()
    if len(data) > MOST_BYTES:
        return _unreadable(data, receiver, _TOO_HEAVY)
    try:
        return understood(data, receiver)
    except (RecursionError, MemoryError):
        return _unreadable(data, receiver, _TOO_DEEP)
    except Exception:
        log.exception("mail: one could not be read")
        return _unreadable(data, receiver, _BROKEN)


def understood(data: bytes, receiver: Receiver) -> Reading:
    """Understand one mail. Raises RecursionError or MemoryError on what is built to harm; anything else is a bug."""
    message = message_from_bytes(data, policy=compat32)
    headers = headers_of(message)
    parts = parts_of(message)
    reading = replace(_headed(headers, receiver), oddities=oddities_of(headers, parts))
    whole = "\n\n".join(text for text in map(_text_of, parts.blocks) if text.strip())
    bounced = bounce_of(message, headers, parts, unmarked(whole), receiver)
    if bounced is not None:
        bounced = replace(bounced, mark=return_mark_of(headers, receiver))
        return replace(reading, kind=Kind.BOUNCE, bounced=bounced, text=_capped(unmarked(whole)),
                       whole=_capped(unmarked(whole)), reasons=("delivery report",))  # fmt: skip
    reasons = automatic_reasons(headers, reading.subject)
    kind, reasons = _kind(reading, reasons, list_reasons(headers), receiver, is_report=is_success(parts))
    text = new_text(whole, reading.subject)
    files = parts.files
    if kind is Kind.HUMAN:
        forwarded, more = _forwarded(parts.messages, DEEPEST_FORWARD)
        text = "\n\n".join(filter(None, (text, forwarded)))
        whole = "\n\n".join(filter(None, (whole, forwarded)))
        files = [*files, *more]
    kept, about_files = files_of(files, parts.shown_inside())
    left_out = (
        _SEALED if parts.is_sealed and not text else "",
        *about_files,
        _TOO_DEEP if parts.is_cut else "",
        _TOO_LONG if len(text) > MOST_LETTERS else "",
    )
    return replace(reading, kind=kind, text=_capped(unmarked(text)), whole=_capped(unmarked(whole)), attachments=kept,
                   left_out=" ".join(filter(None, left_out)), reasons=reasons)  # fmt: skip


def _headed(headers: Headers, receiver: Receiver) -> Reading:
    """Read what the headers say, as if a person had written."""
    senders = [sender for value in every(headers, "from")[:2] for sender in addresses(value)[:2]]
    name, sender = senders[0] if len(senders) == 1 else ("", "")
    return Reading(
        kind=Kind.HUMAN,
        sender=sender,
        sender_name=name[:200],
        subject=one_line(first(headers, "subject"))[:LONGEST_SUBJECT],
        message_id=next(iter(identifiers(first(headers, "message-id"))), ""),
        in_reply_to=next(iter(identifiers(first(headers, "in-reply-to"))), ""),
        references=identifiers(first(headers, "references")),
        sent_at=moment(first(headers, "date")),
        recipients=recipients_of(headers),
        tokens=tokens_of(headers, receiver),
        verdict=verdict_on(headers, receiver.trusted_authserv),
        is_spam=is_spam(headers),
    )


def _kind(
    reading: Reading,
    automatic: tuple[str, ...],
    of_list: tuple[str, ...],
    receiver: Receiver,
    *,
    is_report: bool,
) -> tuple[Kind, tuple[str, ...]]:
    """Say who wrote, and why it is thought so. A newsletter says both that it is bulk and that it is a list."""
    if reading.sender and without_tag(reading.sender) in receiver.own:
        return Kind.OWN, ("From",)
    if is_report:
        return Kind.AUTO_REPLY, ("delivery report", *automatic)
    only_bulk = all(
        reason.startswith(("Precedence", "Auto-Submitted: auto-generated", "X-Auto")) for reason in automatic
    )
    if of_list and only_bulk:
        return Kind.LIST, (*of_list, *automatic)
    if automatic:
        return Kind.AUTO_REPLY, automatic
    return (Kind.HUMAN, ()) if reading.sender else (Kind.UNREADABLE, ("no single address in From",))


def _text_of(block: Block) -> str:
    """Choose the better version: the plain one, unless it is missing, says so, or loses the columns of a table."""
    says_nothing = len(block.plain) < SHORTEST_PLAIN and "html" in block.plain.lower()
    if block.html and (says_nothing or not block.plain.strip() or has_table(block.html)):
        return text_of_html(block.html) or block.plain
    return block.plain


def _forwarded(messages: list[Message], deepest: int) -> tuple[str, list[RawFile]]:
    """Return the texts of the mails joined to this one, each under its sender and subject, and their files."""
    texts: list[str] = []
    files: list[RawFile] = []
    for message in messages if deepest else ():
        headers, parts = headers_of(message), parts_of(message)
        own = "\n\n".join(unmarked(_text_of(block)) for block in parts.blocks).strip()
        inner, more = _forwarded(parts.messages, deepest - 1)
        head = f"De{NBSP}: {one_line(first(headers, 'from'))}\nObjet{NBSP}: {one_line(first(headers, 'subject'))}"
        texts.append("\n\n".join(filter(None, ("---------- Message transféré ----------\n" + head, own, inner))))
        files += [*_without_pictures(parts), *more]
    return "\n\n".join(texts), files


def _without_pictures(parts: Parts) -> list[RawFile]:
    """The pictures that the text of a forwarded mail shows are its own business."""
    shown = parts.shown_inside()
    return [file for file in parts.files if file.content_id not in shown or not file.content_id]


def _capped(text: str) -> str:
    return text[:MOST_LETTERS].strip()


def _unreadable(data: bytes, receiver: Receiver, why: str) -> Reading:
    """Keep what the headers say, so that the sender can be told."""
    head = BytesHeaderParser(policy=compat32).parsebytes(data[:MOST_BYTES_OF_HEADERS])
    return replace(_headed(headers_of(head), receiver), kind=Kind.UNREADABLE, left_out=why, reasons=("unreadable",))
