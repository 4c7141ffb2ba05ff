"""Replies handed over to the channel that asked for them: sent without another claim, lost by nobody."""

import asyncio
from dataclasses import replace

from sqlalchemy import select

from core.conversations import turn
from core.dispatch import Marks, deliver
from core.exchange import Turned
from core.house import House
from core.models import Outgoing
from core.models.outbox import OutgoingState
from core.outbox import LEASE, DeliveryError, Parcel, claim, mark_sent, release
from core.terms import Channel
from tests.houses import FakeClock
from tests.talk import Talk


def answered(house: House, text: str = "aide") -> Turned:
    """Have a message answered for a channel that sends the replies itself."""
    return turn(house, replace(Talk(house, Channel.TELEGRAM, "42").inbound(text=text), hands_over=True))


def states(house: House) -> list[OutgoingState]:
    with house.database.reading() as session:
        return list(session.scalars(select(Outgoing.state).order_by(Outgoing.id)))


def sent(house: House, parcels: tuple[Parcel, ...], *, refuse: str = "") -> tuple[list[str], bool]:
    """Deliver parcels; give the bodies that left, and whether something is left to claim."""
    left: list[str] = []

    async def send(parcel: Parcel) -> None:
        if refuse and refuse in parcel.body.decode():
            raise DeliveryError("not now", permanent=False)
        left.append(parcel.body.decode())

    more = asyncio.run(deliver(house, parcels, send, Marks(house)))
    return left, more


def test_a_reply_handed_over_is_claimed_by_nobody_else(house: House) -> None:
    turned = answered(house)
    assert [parcel.peer for parcel in turned.parcels] == ["42"]
    assert claim(house, Channel.TELEGRAM) == []
    left, more = sent(house, turned.parcels)
    assert (len(left), more, states(house)) == (1, False, [OutgoingState.SENT])


def test_nothing_is_handed_over_before_what_waits(house: House) -> None:
    first = answered(house)
    second = answered(house, "annuler")
    assert second.parcels == ()
    assert states(house) == [OutgoingState.SENDING, OutgoingState.QUEUED]
    assert mark_sent(house, first.parcels) == {first.conversation_id}
    assert len(claim(house, Channel.TELEGRAM)) == 1


def test_a_process_that_died_gives_back_what_it_was_handed(house: House, clock: FakeClock) -> None:
    handed = answered(house).parcels
    assert release(house) == 1
    (parcel,) = claim(house, Channel.TELEGRAM)
    assert (parcel.id, parcel.body, parcel.message_id) == (handed[0].id, handed[0].body, handed[0].message_id)
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert [again.id for again in claim(house, Channel.TELEGRAM)] == [parcel.id]


def test_after_a_failure_the_rest_is_given_back_in_order(house: House, clock: FakeClock) -> None:
    answered(house, "me connecter")
    with house.database.transaction() as session:
        session.query(Outgoing).delete()
    parcels = answered(house).parcels  # help, then the pending question again
    assert len(parcels) == 2
    assert sent(house, parcels, refuse="annuler**") == ([], True)
    assert states(house) == [OutgoingState.QUEUED, OutgoingState.QUEUED]
    assert claim(house, Channel.TELEGRAM) == []
    clock.advance(minutes=1)
    assert [parcel.id for parcel in claim(house, Channel.TELEGRAM)] == [parcels[0].id]


def test_replies_that_leave_together_are_marked_together(house: House) -> None:
    parcels = [turn(house, replace(Talk(house, Channel.TELEGRAM, str(chat)).inbound(text="aide"), hands_over=True))
               .parcels[0] for chat in range(6)]  # fmt: skip
    marks = Marks(house)

    async def all_marked() -> list[bool]:
        return await asyncio.gather(*(marks.sent(parcel) for parcel in parcels))

    assert asyncio.run(all_marked()) == [False] * 6
    assert states(house) == [OutgoingState.SENT] * 6
