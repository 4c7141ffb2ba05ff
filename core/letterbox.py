"""What came in by mail: one row for each, written in the transaction of what it does, so that it does it once.

What is in doubt is held: kept whole and encrypted, until whoever owns the known address says that it is theirs.
"""

import hashlib
import logging
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.orm import Session

from core import audit
from core.addresses import email_hash
from core.house import House
from core.models import Case, MailCursor, MailThread, ReceivedMail, ReplyToken
from core.terms import Box, MailState

log = logging.getLogger(__name__)

HELD_FOR = timedelta(days=14)
HELD_KEPT = timedelta(days=30)
GIVEN = "given"  # why a released mail is somebody's: the facilitateur said so
KEPT = timedelta(days=395)  # as long as conversations


class AlreadySettled(Exception):
    """Another process did what this mail asks."""


@dataclass(frozen=True)
class Spot:
    """Where a mail lies in a box. `account` is a hash: the box of one user on one server, one folder."""

    account: str
    uid_validity: int
    uid: int


@dataclass(frozen=True)
class Entry:
    """A mail under way. `row` is its row's id when it was held before."""

    fingerprint: str
    spot: Spot
    kind: str
    sender: str = field(repr=False)
    subject: str = field(repr=False)
    received_at: datetime
    row: int | None = None

    @property
    def name(self) -> str:
        """Return what names the mail in the log, and nobody."""
        return self.fingerprint[:12]


@dataclass(frozen=True)
class Outcome:
    """What became of a mail: its state, its folder, whom and what it concerned, whether it was answered."""

    state: MailState
    box: Box
    reason: str = ""
    person_id: int | None = None
    case_id: int | None = None
    conversation_id: int | None = None
    is_answered: bool = False


def fingerprint_of(message_id: str, sender: str, content: bytes) -> str:
    """Name a mail by its identifier and what it says below its headers: what travelled twice is the same."""
    body = content.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    digest = hashlib.sha256(f"{message_id}\0{sender}\0".encode("utf-8", "replace"))
    digest.update(body)
    return digest.hexdigest()


def known(session: Session, fingerprint: str) -> ReceivedMail | None:
    """Return the row of a mail that came before."""
    return session.scalar(select(ReceivedMail).where(ReceivedMail.fingerprint == fingerprint))


def settle(session: Session, house: House, entry: Entry, outcome: Outcome) -> ReceivedMail:
    """Write down what became of a mail, in the caller's transaction.

    Raises AlreadySettled, or IntegrityError, when another process did: what was about to be done must be undone.
    """
    if entry.row is not None:
        return _settle_held(session, house, entry.row, outcome)
    row = ReceivedMail(
        fingerprint=entry.fingerprint,
        account=entry.spot.account,
        uid_validity=entry.spot.uid_validity,
        uid=entry.spot.uid,
        kind=entry.kind,
        state=outcome.state,
        reason=outcome.reason,
        sender=entry.sender,
        sender_hash=email_hash(house, entry.sender),
        subject=entry.subject,
        person_id=outcome.person_id,
        case_id=outcome.case_id,
        conversation_id=outcome.conversation_id,
        is_answered=outcome.is_answered,
        folder=str(outcome.box),
        received_at=entry.received_at,
    )
    session.add(row)
    session.flush()
    log.info("mail %s is %s: %s, %s (%s)", entry.name, row.id, entry.kind, outcome.state, outcome.reason)
    if outcome.state in {MailState.HELD, MailState.DROPPED}:
        audit.note(session, house, f"mail_{outcome.state}", f"mail:{row.id}", person_id=outcome.person_id,
                   detail=outcome.reason)  # fmt: skip
    return row


def _settle_held(session: Session, house: House, number: int, outcome: Outcome) -> ReceivedMail:
    done = session.execute(
        update(ReceivedMail)
        .where(ReceivedMail.id == number, ReceivedMail.state == MailState.RELEASED)
        .values(
            state=outcome.state,
            case_id=outcome.case_id,
            conversation_id=outcome.conversation_id,
            is_answered=outcome.is_answered,
        )
    )
    if getattr(done, "rowcount", 0) != 1:
        raise AlreadySettled
    return session.get_one(ReceivedMail, number, populate_existing=True)


def hold(session: Session, house: House, entry: Entry, content: bytes, excerpt: str, outcome: Outcome) -> str:
    """Keep a mail aside, and the `excerpt` that says what it is; return the secret of the link that releases it."""
    path = _path(house, entry.fingerprint)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(house.keys.encrypt(content))
        file.flush()
        os.fsync(file.fileno())
    secret = secrets.token_urlsafe(32)
    row = settle(session, house, entry, outcome)
    row.kept_as, row.excerpt = entry.fingerprint, excerpt
    row.link_hash = _hashed(secret)
    return secret


def held_by(session: Session, house: House, secret: str) -> ReceivedMail | None:
    """Return the mail that a link shows: held, or released already; None when the link is over or unknown."""
    return session.scalar(
        select(ReceivedMail).where(
            ReceivedMail.link_hash == _hashed(secret), ReceivedMail.received_at > house.now() - HELD_FOR
        )
    )


def release(session: Session, house: House, row: ReceivedMail) -> None:
    """Let a held mail be handled as its owner's; twice does no harm."""
    done = session.execute(
        update(ReceivedMail)
        .where(ReceivedMail.id == row.id, ReceivedMail.state == MailState.HELD, ReceivedMail.person_id.is_not(None))
        .values(state=MailState.RELEASED)
    )
    if getattr(done, "rowcount", 0) == 1:
        audit.note(session, house, "mail_released", f"mail:{row.id}", person_id=row.person_id)


def released(session: Session) -> list[ReceivedMail]:
    """Return the mails that their owners confirmed and that wait to be handled."""
    query = select(ReceivedMail).where(ReceivedMail.state == MailState.RELEASED).order_by(ReceivedMail.id).limit(20)
    return list(session.scalars(query))


def content_of(house: House, row: ReceivedMail) -> bytes:
    """Return a held mail as it came. Raises OSError when it is no longer there."""
    return house.keys.decrypt(_path(house, row.kept_as or "-").read_bytes())


def forget_content(house: House, row: ReceivedMail) -> None:
    """Erase what was kept of a mail."""
    _path(house, row.kept_as or "-").unlink(missing_ok=True)


def answered_lately(session: Session, house: House, sender: str, *, within: timedelta) -> int:
    """Count the mails from an address that were answered of late."""
    query = select(func.count()).where(
        ReceivedMail.sender_hash == email_hash(house, sender),
        ReceivedMail.is_answered,
        ReceivedMail.received_at > house.now() - within,
    )
    return session.scalar(query) or 0


def answered_about(session: Session, house: House, case: Case, *, within: timedelta) -> bool:
    """Tell whether a mail about a case was answered of late: the one that opened it, or another."""
    about = ReceivedMail.case_id == case.id
    if case.conversation_id is not None:
        about |= ReceivedMail.conversation_id == case.conversation_id
    query = select(ReceivedMail.id).where(
        about, ReceivedMail.is_answered, ReceivedMail.received_at > house.now() - within
    )
    return session.scalar(query.limit(1)) is not None


def asked_lately(session: Session, house: House, person_id: int, *, within: timedelta) -> int:
    """Count the confirmations that a person was asked for of late."""
    query = select(func.count()).where(
        ReceivedMail.person_id == person_id,
        ReceivedMail.link_hash.is_not(None),
        ReceivedMail.received_at > house.now() - within,
    )
    return session.scalar(query) or 0


def cursor_of(session: Session, account: str) -> MailCursor | None:
    """Return how far a box was read."""
    return session.get(MailCursor, account)


def advance(session: Session, house: House, account: str, uid_validity: int, last_uid: int) -> None:
    """Remember that a box was read up to a mail."""
    row = session.get(MailCursor, account)
    if row is None:
        row = MailCursor(account=account, uid_validity=uid_validity, last_uid=last_uid, read_at=house.now())
        session.add(row)
    row.uid_validity, row.last_uid, row.read_at = uid_validity, last_uid, house.now()


def mark_moved(session: Session, house: House, spots: Sequence[Spot]) -> None:
    """Remember that mails of one box lie in their folders."""
    session.execute(
        update(ReceivedMail)
        .where(
            ReceivedMail.account.in_({spot.account for spot in spots}),
            ReceivedMail.uid_validity.in_({spot.uid_validity for spot in spots}),
            ReceivedMail.uid.in_([spot.uid for spot in spots]),
        )
        .values(moved_at=house.now())
    )


def to_move(session: Session, account: str, uid_validity: int) -> list[tuple[int, Box]]:
    """Return the mails that should lie in another folder by now."""
    query = select(ReceivedMail.uid, ReceivedMail.folder).where(
        ReceivedMail.account == account,
        ReceivedMail.uid_validity == uid_validity,
        ReceivedMail.moved_at.is_(None),
    )
    return [(uid, Box.of(folder)) for uid, folder in session.execute(query.order_by(ReceivedMail.id).limit(200))]


def forget_conversations(session: Session, silent: Select[int]) -> None:
    """Forget the mail side of conversations that are about to be erased."""
    session.execute(delete(MailThread).where(MailThread.conversation_id.in_(silent)))
    session.execute(update(ReplyToken).where(ReplyToken.conversation_id.in_(silent)).values(conversation_id=None))
    session.execute(update(ReceivedMail).where(ReceivedMail.conversation_id.in_(silent)).values(conversation_id=None))


def due_to_forget(now: datetime) -> ColumnElement[bool]:
    """Select the mails of which nothing needs to be kept: held ones that nobody confirmed, and those of long ago."""
    unconfirmed = ReceivedMail.kept_as.is_not(None) & (ReceivedMail.received_at < now - HELD_KEPT)
    return unconfirmed | (ReceivedMail.received_at < now - KEPT)


def forget(session: Session, house: House, now: datetime) -> None:
    """Erase what is due: first the contents that were held, then the rows of long ago."""
    for row in session.scalars(select(ReceivedMail).where(due_to_forget(now), ReceivedMail.kept_as.is_not(None))):
        forget_content(house, row)
        row.kept_as, row.excerpt = None, None
        row.state = MailState.DROPPED if row.state is MailState.HELD else row.state
    session.flush()
    session.execute(delete(ReceivedMail).where(ReceivedMail.received_at < now - KEPT))


def _path(house: House, name: str) -> Path:
    return house.files_dir / "mail" / name[:2] / name


def _hashed(secret: str) -> str:
    return hashlib.sha256(f"mail:{secret}".encode("utf-8", "replace")).hexdigest()
