"""Reply tokens: what makes a letter answerable, and says what an answer to it is about.

A token is random, for one recipient and one thread. It stands in the plus-part of Reply-To; the letter's Message-ID,
which programs put in References, leads to the same place when Reply-To was not followed. Both are stored hashed: the
token itself is only in the letter, encrypted in the outgoing row as long as the letter may come back.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.addresses import email_hash
from core.house import House
from core.models import ReplyToken
from core.prepared import Prepared

LIFETIME = timedelta(days=395)  # as long as conversations are kept
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 5 bits a letter; servers may change the case of an address
LENGTH = 26  # 130 bits
ADD = Prepared(insert(ReplyToken))  # run at many turns


@dataclass(frozen=True)
class About:
    """What a letter is about. `asked` is the last message shown in it, when it continues a conversation."""

    case_id: int | None = None
    conversation_id: int | None = None
    commitment_id: int | None = None
    month: str | None = None
    asked: int | None = None


NOTHING = About()


def are_read(house: House) -> bool:
    """Tell whether answers by mail are read."""
    settings = house.settings
    return bool(settings.mail_reply_to and settings.imap_url.get_secret_value())


def reply_address(
    session: Session, house: House, recipient: str, message_id: str, about: About, *, person_id: int | None = None
) -> str:
    """Make the Reply-To of a letter, with a new token; "" when answers by mail are not read."""
    if not are_read(house):
        return ""
    secret = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    now = house.now()
    ADD.run(
        session,
        {
            "hash": _hashed("token", secret),
            "letter_hash": _hashed("letter", message_id),
            "address_hash": email_hash(house, recipient),
            "person_id": person_id,
            "case_id": about.case_id,
            "conversation_id": about.conversation_id,
            "commitment_id": about.commitment_id,
            "month": about.month,
            "asked": about.asked,
            "created_at": now,
            "expires_at": now + LIFETIME,
        },
    )
    local, _, domain = house.settings.mail_reply_to.rpartition("@")
    return f"{local}+{secret}@{domain}"


def token_of(
    session: Session, house: House, secrets_found: Sequence[str], message_ids: Sequence[str]
) -> ReplyToken | None:
    """Return the token that a mail bears, or None: in an address of ours first, then in its thread, as given."""
    for column, purpose, given in (
        (ReplyToken.hash, "token", [each.lower() for each in secrets_found]),
        (ReplyToken.letter_hash, "letter", list(message_ids)),
    ):
        hashes = [_hashed(purpose, each) for each in given[:100]]
        if not hashes:
            continue
        rows = {
            str(key): row
            for key, row in session.execute(
                select(column, ReplyToken).where(column.in_(hashes), ReplyToken.expires_at > house.now())
            )
        }
        found = next((rows[each] for each in hashes if each in rows), None)
        if found is not None:
            return found
    return None


def _hashed(purpose: str, secret: str) -> str:
    return hashlib.sha256(f"reply:{purpose}:{secret}".encode("utf-8", "replace")).hexdigest()
