"""The outbox: rows inserted with what they announce, claimed by compare-and-swap, their outcome in one transaction.

At least once: a kill between the send and its mark repeats at most what was in flight, with the same Message-ID. The
delays of the retries are those of the mail servers; a 429 gives its own.
"""

import random
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from core.house import House
from core.models.outbox import Outgoing, OutgoingState
from core.prepared import Prepared, among
from core.terms import Channel

LEASE = timedelta(minutes=2)
PATIENCE = timedelta(hours=1)  # how long a letter waits for an earlier one of its case or thread
MOST_KEPT = 5_000_000
DELAYS = tuple(timedelta(seconds=s) for s in (30, 120, 480, 1920, 7200, 21600, 21600))
WAITING = (OutgoingState.QUEUED, OutgoingState.SENDING)

# Built once: a turn's cost is mostly the building of its statements.
ADD = Prepared(insert(Outgoing))
ADD_CLAIMED = Prepared(insert(Outgoing).returning(Outgoing.id))
SENT = Prepared(update(Outgoing).where(Outgoing.id == bindparam("number")))  # run with or without the body
QUEUED_IN = Prepared(
    select(Outgoing.id)
    .where(Outgoing.conversation_id == bindparam("conversation"), Outgoing.state == OutgoingState.QUEUED)
    .limit(1)
)
BEFORE = Prepared(
    select(Outgoing.id)
    .where(
        Outgoing.peer_hash == bindparam("peer_hash"),
        Outgoing.channel == bindparam("channel"),
        Outgoing.ordered,
        among(Outgoing.state, WAITING),
    )
    .limit(1)
)

POSTPONE = (
    update(Outgoing)
    .where(Outgoing.id == bindparam("number"), Outgoing.state == OutgoingState.SENDING)
    .values(state=OutgoingState.QUEUED, claimed_by=None, due_at=bindparam("until"), attempts=Outgoing.attempts - 1)
)

CHAT, NOTICE, REMINDER, CAMPAIGN = 0, 1, 5, 9


class DeliveryError(Exception):
    """A delivery failed: for good (`permanent`), or for now, `retry_after` when the server says how long.

    `blames_peer` tells a wrong address, or a full box, from a message refused for itself, too big for example; what
    only lasts too long is not its fault unless said.
    """

    def __init__(
        self, reason: str, *, permanent: bool, retry_after: timedelta | None = None, blames_peer: bool | None = None
    ) -> None:
        self.reason = without_addresses(reason)
        super().__init__(self.reason)
        self.permanent = permanent
        self.retry_after = retry_after
        self.blames_peer = permanent if blames_peer is None else blames_peer


@dataclass(frozen=True)
class Parcel:
    """A claimed row: what a transport needs to send it."""

    id: int
    channel: Channel
    peer: str
    body: bytes
    message_id: str
    attempts: int
    conversation_id: int | None
    person_id: int | None
    case_id: int | None
    priority: int = CHAT


def post(
    session: Session,
    house: House,
    *,
    channel: Channel,
    peer: str,
    body: bytes,
    message_id: str | None = None,
    priority: int = CHAT,
    ordered: bool = True,
    dedup_key: str | None = None,
    conversation_id: int | None = None,
    person_id: int | None = None,
    case_id: int | None = None,
    due_at: datetime | None = None,
) -> str:
    """Add one row to the outbox, in the caller's transaction; return its Message-ID."""
    now = house.now()
    message_id = message_id or new_message_id(house)
    ADD.run(
        session,
        {
            "channel": channel,
            "peer": peer,
            "peer_hash": _peer_hash(house, channel, peer),
            "ordered": ordered,
            "priority": priority,
            "body": body,
            "dedup_key": dedup_key,
            "message_id": message_id,
            "conversation_id": conversation_id,
            "person_id": person_id,
            "case_id": case_id,
            "state": OutgoingState.QUEUED,
            "attempts": 0,
            "created_at": now,
            "due_at": due_at or now,
        },
    )
    return message_id


def hand_over(
    session: Session,
    house: House,
    *,
    channel: Channel,
    peer: str,
    body: bytes,
    conversation_id: int,
    person_id: int | None,
) -> Parcel:
    """Add one row of a chat, claimed already, in the caller's transaction: the caller sends it after the commit.

    Only when `is_free`. If the process dies before, `release` gives the row back, and the lease after it.
    """
    now = house.now()
    message_id = new_message_id(house)
    number: int = ADD_CLAIMED.value(
        session,
        {
            "channel": channel,
            "peer": peer,
            "peer_hash": _peer_hash(house, channel, peer),
            "ordered": True,
            "priority": CHAT,
            "body": body,
            "message_id": message_id,
            "conversation_id": conversation_id,
            "person_id": person_id,
            "state": OutgoingState.SENDING,
            "attempts": 1,
            "created_at": now,
            "due_at": now,
            "claimed_at": now,
            "claimed_by": house.settings.instance,
        },
    )
    return Parcel(number, channel, peer, body, message_id, 1, conversation_id, person_id, None)


def is_free(session: Session, house: House, channel: Channel, peer: str) -> bool:
    """Tell whether nothing waits for a peer: what is handed over would overtake it."""
    wanted = {"channel": channel, "peer_hash": _peer_hash(house, channel, peer)}
    return BEFORE.value(session, wanted) is None


def give_back(house: House, parcels: Sequence[Parcel]) -> None:
    """Queue again parcels that were not tried."""
    with house.database.transaction() as session:
        session.execute(
            update(Outgoing)
            .where(Outgoing.id.in_([parcel.id for parcel in parcels]), Outgoing.state == OutgoingState.SENDING)
            .values(state=OutgoingState.QUEUED, claimed_by=None, due_at=house.now(), attempts=Outgoing.attempts - 1)
        )


def postpone(house: House, parcels: Mapping[Parcel, datetime]) -> None:
    """Queue again parcels that were not tried, each until its own time."""
    with house.database.transaction() as session:
        session.connection().execute(
            POSTPONE, [{"number": parcel.id, "until": until} for parcel, until in parcels.items()]
        )


def _peer_hash(house: House, channel: Channel, peer: str) -> str:
    return house.keys.fingerprint(f"{channel}:{peer.lower()}")


def new_message_id(house: House) -> str:
    """Make a Message-ID in the domain of the sender's address."""
    domain = house.settings.mail_from.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{uuid.uuid4().hex}@{domain}>"


def claim(
    house: House,
    channel: Channel,
    *,
    conversation_id: int | None = None,
    urgent: bool | None = None,
    most: int = 20,
) -> list[Parcel]:
    """Claim what is due on a channel (of one conversation, when given), most urgent first.

    When `urgent` is given, either only what people wait for, or only what can wait: reminders and campaigns.

    In a chat (`ordered` rows) only the oldest waiting row is given, so that order is kept: claim again afterwards. The
    letters of one case, or of one thread, to one person follow one another too, but none waits long for another.
    """
    now = house.now()
    earlier = aliased(Outgoing)
    due = or_(
        and_(Outgoing.state == OutgoingState.QUEUED, Outgoing.due_at <= now),
        and_(Outgoing.state == OutgoingState.SENDING, Outgoing.claimed_at < now - LEASE),
    )
    before = and_(earlier.channel == Outgoing.channel, earlier.id < Outgoing.id, earlier.state.in_(WAITING))
    # hidden from the index of peers, for one of them may have thousands of rows: a case has few
    same_peer = func.coalesce(earlier.peer_hash, "") == Outgoing.peer_hash
    goes_on = or_(
        exists().where(earlier.case_id == Outgoing.case_id, same_peer, before, earlier.returns == 0),
        exists().where(earlier.conversation_id == Outgoing.conversation_id, same_peer, before, earlier.returns == 0),
    )
    held_back = or_(
        and_(Outgoing.ordered, exists().where(earlier.peer_hash == Outgoing.peer_hash, before, earlier.ordered)),
        and_(~Outgoing.ordered, Outgoing.created_at > now - PATIENCE, goes_on),
    )
    # Said in the statement's own text, or SQLite does not see that the partial index of what waits serves.
    waits = Outgoing.state.in_(bindparam("waiting", WAITING, expanding=True, literal_execute=True))
    wanted = select(Outgoing.id).where(Outgoing.channel == channel, waits, due, ~held_back)
    if conversation_id is not None:
        wanted = wanted.where(Outgoing.conversation_id == conversation_id)
    if urgent is not None:
        wanted = wanted.where(Outgoing.priority < REMINDER if urgent else Outgoing.priority >= REMINDER)
    wanted = wanted.order_by(Outgoing.priority, Outgoing.id).limit(most)
    with house.database.transaction() as session:
        if not house.database.is_sqlite:
            wanted = wanted.with_for_update(skip_locked=True)
        ids = session.scalars(wanted).all()
        if not ids:
            return []
        rows = session.scalars(
            update(Outgoing)
            .where(Outgoing.id.in_(ids))
            .values(
                state=OutgoingState.SENDING,
                claimed_at=now,
                claimed_by=house.settings.instance,
                attempts=Outgoing.attempts + 1,
            )
            .returning(Outgoing),
            execution_options={"synchronize_session": False},
        ).all()
        return [_parcel(row) for row in sorted(rows, key=lambda row: (row.priority, row.id))]


def _parcel(row: Outgoing) -> Parcel:
    return Parcel(
        id=row.id,
        channel=row.channel,
        peer=row.peer,
        body=row.body or b"",
        message_id=row.message_id,
        attempts=row.attempts,
        conversation_id=row.conversation_id,
        person_id=row.person_id,
        case_id=row.case_id,
        priority=row.priority,
    )


def mark_sent(house: House, parcels: Sequence[Parcel]) -> frozenset[int]:
    """Record that parcels left; return the conversations where something was queued meanwhile.

    The bodies are erased: they may hold a token, and the texts are kept elsewhere. Those of letters stay, encrypted, as
    long as they may come back (`core.returns`).
    """
    with house.database.transaction() as session:
        left = {"state": OutgoingState.SENT, "sent_at": house.now(), "last_error": None}
        for parcel in parcels:
            SENT.run(session, {"number": parcel.id, **left, **({} if _may_come_back(parcel) else {"body": None})})
        conversations = {parcel.conversation_id for parcel in parcels if parcel.conversation_id is not None}
        return frozenset(each for each in conversations if QUEUED_IN.value(session, {"conversation": each}))


def _may_come_back(parcel: Parcel) -> bool:
    """Tell whether a parcel is worth sending again: a key that opens for minutes, alone in its letter, is not."""
    is_key = parcel.priority == CHAT and parcel.conversation_id is None
    return parcel.channel is Channel.EMAIL and not is_key and len(parcel.body) <= MOST_KEPT


def mark_failed(session: Session, house: House, parcel: Parcel, error: DeliveryError) -> bool:
    """Record a failure: the next attempt, or the end. Return True when nothing more will be tried."""
    ended = error.permanent or parcel.attempts > len(DELAYS)
    values: dict[str, object] = {"last_error": error.reason[:300], "claimed_by": None}
    if ended:
        values |= {"state": OutgoingState.FAILED, "body": None}
    else:
        values |= {"state": OutgoingState.QUEUED, "due_at": house.now() + _pause(parcel.attempts, error.retry_after)}
    session.execute(update(Outgoing).where(Outgoing.id == parcel.id).values(**values))
    return ended


def without_addresses(reason: str) -> str:
    """Return what a server answered without the addresses it quotes: reasons are stored and logged in clear."""
    return re.sub(r"[^\s<>\"'=:;,]+@[^\s<>\"'=:;,]+", "…", reason)


def _pause(attempts: int, asked: timedelta | None) -> timedelta:
    if asked is not None:
        return asked
    return DELAYS[min(attempts, len(DELAYS)) - 1] * random.uniform(0.8, 1.2)


def release(house: House) -> int:
    """Give back what a former process of this instance had claimed; called once at start. Return how many rows."""
    with house.database.transaction() as session:
        found = session.execute(
            update(Outgoing)
            .where(Outgoing.state == OutgoingState.SENDING, Outgoing.claimed_by == house.settings.instance)
            .values(state=OutgoingState.QUEUED, claimed_by=None, due_at=house.now())
        )
        return int(getattr(found, "rowcount", 0))
