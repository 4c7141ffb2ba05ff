"""The reply token of a letter of ours: in the plus-part of the address, or in the identifiers of the thread."""

import re
from collections.abc import Iterator

from mailer.reading.headers import Headers, addresses, every, identifiers
from mailer.reading.receiver import Receiver, without_tag

MOST = 10

_TOKEN = re.compile(r"[A-Za-z0-9_.-]{8,80}")
_ANY_CASE_ADDRESS = re.compile(r"([^\s@<>\",;:()\\+]{1,64})\+([A-Za-z0-9_.-]{8,80})@([A-Za-z0-9.-]{1,255})")
_MARK = re.compile(r"retour-\d{1,18}-[0-9a-f]{16}", re.IGNORECASE)
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to")
_ADDRESSED = ("to", "cc", "resent-to")


def tokens_of(headers: Headers, receiver: Receiver) -> tuple[str, ...]:
    """Return what may be tokens, the surest place first, each once, as written there (its case is kept).

    A receiver without an address takes the plus-part of any recipient.
    """
    found = (*_in_addresses(headers, receiver), *_in_identifiers(headers, receiver))
    return tuple(dict.fromkeys(found))[:MOST]


def return_mark_of(headers: Headers, receiver: Receiver) -> str:
    """Return the mark of the return address that a report came to, "" without one."""
    for name in (*_DELIVERED, "to"):
        for value in every(headers, name)[:5]:
            for local, mark, host in _ANY_CASE_ADDRESS.findall(value[:16_000]):
                if _MARK.fullmatch(mark) and without_tag(f"{local}@{host}") in receiver.own:
                    return str(mark).lower()
    return ""


def recipients_of(headers: Headers) -> tuple[str, ...]:
    """Return the addresses of To and Cc, in small letters."""
    found = (address for name in ("to", "cc") for value in every(headers, name) for _, address in addresses(value))
    return tuple(dict.fromkeys(found))


def _in_addresses(headers: Headers, receiver: Receiver) -> Iterator[str]:
    for name in (*_DELIVERED, *_ADDRESSED):
        for value in every(headers, name)[:5]:
            yield from _tagged(value[:16_000], receiver)


def _in_identifiers(headers: Headers, receiver: Receiver) -> Iterator[str]:
    if not receiver.reply_to:
        return
    for name in ("in-reply-to", "references"):
        for value in every(headers, name)[:1]:
            for identifier in reversed(identifiers(value)):
                yield from _tagged(identifier, receiver)


def _tagged(text: str, receiver: Receiver) -> Iterator[str]:
    domain = receiver.reply_to.rpartition("@")[2]
    ours = {receiver.reply_to, f"reply@{domain}"} if domain else set()
    for local, token, host in _ANY_CASE_ADDRESS.findall(text):
        is_ours = not ours or without_tag(f"{local}@{host}") in ours
        if is_ours and _TOKEN.fullmatch(token):
            yield token
