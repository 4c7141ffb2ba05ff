"""The outbox: what is claimed by whom and when, and what becomes of a failure."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.cases import Request, add_message, open_case
from core.dispatch import drain
from core.house import House
from core.models import Case, Conversation, Outgoing, Person, RefusedAddress
from core.models.outbox import OutgoingState
from core.outbox import (
    CAMPAIGN,
    CHAT,
    DELAYS,
    LEASE,
    NOTICE,
    DeliveryError,
    Parcel,
    claim,
    mark_failed,
    mark_sent,
    post,
    release,
)
from core.terms import Channel
from tests.cast import Cast
from tests.houses import FakeClock
from tests.together import together


def put(
    house: House,
    *bodies: str,
    peer: str = "42",
    channel: Channel = Channel.TELEGRAM,
    priority: int = CHAT,
    dedup_key: str | None = None,
    due_at: datetime | None = None,
) -> None:
    for body in bodies:
        with house.database.transaction() as session:
            post(session, house, channel=channel, peer=peer, body=body.encode(), priority=priority,
                 ordered=channel is Channel.TELEGRAM, dedup_key=dedup_key, due_at=due_at)  # fmt: skip


def claimed(house: House, channel: Channel = Channel.TELEGRAM) -> list[str]:
    return [parcel.body.decode() for parcel in claim(house, channel)]


def row(house: House, number: int = 1) -> Outgoing:
    with house.database.reading() as session:
        return session.get_one(Outgoing, number)


def fail(house: House, parcel: Parcel, error: DeliveryError) -> bool:
    with house.database.transaction() as session:
        return mark_failed(session, house, parcel, error)


def test_a_chat_is_given_one_message_at_a_time_in_its_order(house: House) -> None:
    put(house, "un", "deux")
    put(house, "autre", peer="43")
    parcels = claim(house, Channel.TELEGRAM)
    assert [parcel.body for parcel in parcels] == [b"un", b"autre"]
    assert claimed(house) == []
    mark_sent(house, parcels)
    assert claimed(house) == ["deux"]


def test_what_waits_for_a_retry_holds_back_its_chat_and_no_other(house: House, clock: FakeClock) -> None:
    put(house, "un", "deux")
    (parcel,) = claim(house, Channel.TELEGRAM)
    fail(house, parcel, DeliveryError("429", permanent=False, retry_after=timedelta(seconds=30)))
    put(house, "autre", peer="43")
    assert claimed(house) == ["autre"]
    clock.advance(seconds=30)
    assert claimed(house) == ["un"]


def test_mails_leave_by_urgency_then_in_order_and_hold_back_none(house: House) -> None:
    put(house, "campagne", channel=Channel.EMAIL, peer="a@exemple.fr", priority=CAMPAIGN)
    put(house, "un", "deux", channel=Channel.EMAIL, peer="a@exemple.fr", priority=NOTICE)
    assert claimed(house, Channel.EMAIL) == ["un", "deux", "campagne"]


def test_one_conversation_may_be_drained_alone(cast: Cast) -> None:
    one, other = (cast.talk(who, Channel.TELEGRAM, str(who.id)) for who in (cast.carole, cast.david))
    one.says("aide")
    other.says("aide")
    parcels = claim(cast.house, Channel.TELEGRAM, conversation_id=other.last.conversation_id)
    assert [parcel.peer for parcel in parcels] == [other.thread]


def test_nothing_leaves_before_its_time(house: House, clock: FakeClock) -> None:
    put(house, "plus tard", due_at=house.now() + timedelta(hours=1))
    assert claimed(house) == []
    clock.advance(hours=1)
    assert claimed(house) == ["plus tard"]


def test_several_workers_never_claim_the_same_row(house: House) -> None:
    for number in range(24):
        put(house, str(number), peer=str(number))
    claims = together(*(partial(claim, house, Channel.TELEGRAM, most=6) for _ in range(4)))
    while more := claim(house, Channel.TELEGRAM):
        claims.append(more)
    bodies = [parcel.body for each in claims if isinstance(each, list) for parcel in each]
    assert sorted(bodies) == sorted(str(number).encode() for number in range(24))


def test_what_a_dead_worker_held_is_given_again_after_its_lease_with_the_same_id(
    house: House, clock: FakeClock
) -> None:
    put(house, "un")
    (first,) = claim(house, Channel.TELEGRAM)
    clock.now += LEASE
    assert claim(house, Channel.TELEGRAM) == []
    clock.advance(seconds=1)
    (second,) = claim(house, Channel.TELEGRAM)
    assert (second.id, second.message_id, second.attempts) == (first.id, first.message_id, 2)


def test_a_process_that_starts_again_takes_back_at_once_what_it_held(house: House) -> None:
    put(house, "un")
    claim(house, Channel.TELEGRAM)
    assert release(house) == 1
    assert release(house) == 0
    assert claimed(house) == ["un"]


def test_what_is_sent_is_erased(house: House) -> None:
    put(house, "un lien secret")
    mark_sent(house, claim(house, Channel.TELEGRAM))
    sent = row(house)
    assert (sent.state, sent.body, sent.sent_at) == (OutgoingState.SENT, None, house.now())


def test_failures_are_tried_again_later_and_later_then_no_more(house: House, clock: FakeClock) -> None:
    put(house, "un")
    for attempt in range(1, len(DELAYS) + 2):
        (parcel,) = claim(house, Channel.TELEGRAM)
        assert parcel.attempts == attempt
        ended = fail(house, parcel, DeliveryError("451 later", permanent=False))
        assert ended is (attempt == len(DELAYS) + 1)
        if not ended:
            wait = (row(house).due_at - house.now()) / DELAYS[attempt - 1]
            assert 0.8 <= wait <= 1.2
            clock.now = row(house).due_at - timedelta(seconds=1)
            assert claim(house, Channel.TELEGRAM) == []
            clock.advance(seconds=1)
    assert (row(house).state, row(house).body) == (OutgoingState.FAILED, None)
    assert claim(house, Channel.TELEGRAM) == []


def test_a_refusal_for_good_is_not_tried_again_and_frees_the_chat(house: House) -> None:
    put(house, "un", "deux")
    (parcel,) = claim(house, Channel.TELEGRAM)
    assert fail(house, parcel, DeliveryError("400", permanent=True))
    assert claimed(house) == ["deux"]


def test_the_same_reminder_is_posted_once(house: House) -> None:
    put(house, "relance", dedup_key="reminder:7:2026-10")
    with pytest.raises(IntegrityError):
        put(house, "relance", dedup_key="reminder:7:2026-10")


def drained(house: House, channel: Channel, *errors: DeliveryError | Exception) -> list[str]:
    """Drain a channel through a transport that raises the given errors first; return what left."""
    left: list[str] = []
    waiting = list(errors)

    async def send(parcel: Parcel) -> None:
        if waiting:
            raise waiting.pop(0)
        left.append(parcel.body.decode())

    asyncio.run(drain(house, channel, send))
    return left


def test_a_drain_empties_what_is_due_in_order(house: House) -> None:
    put(house, "un", "deux", "trois")
    assert drained(house, Channel.TELEGRAM) == ["un", "deux", "trois"]


def test_letters_of_one_case_arrive_in_the_order_they_were_written(cast: Cast) -> None:
    arrived: list[str] = []
    with cast.house.database.transaction() as session:
        case = open_case(session, cast.house, None, cast.carole, Request("Chantier", "Le chantier est arrêté."))
        add_message(session, cast.house, case, "Il reprendrait en janvier.")

    async def send(parcel: Parcel) -> None:
        await asyncio.sleep(0.1 / parcel.id)  # the earlier, the slower
        if parcel.peer == "fanny.facilite@exemple.fr":
            arrived.append(parcel.message_id)

    asyncio.run(drain(cast.house, Channel.EMAIL, send))
    with cast.house.database.reading() as session:
        assert arrived[0] == session.scalars(select(Case.message_id)).one()
    assert len(arrived) == 2


def test_a_transport_that_breaks_loses_nothing(house: House, clock: FakeClock) -> None:
    put(house, "un")
    assert drained(house, Channel.TELEGRAM, RuntimeError("bug")) == []
    clock.advance(minutes=1)
    assert drained(house, Channel.TELEGRAM) == ["un"]


def declare(cast: Cast, channel: Channel = Channel.WEB) -> None:
    talk = cast.talk(cast.carole, channel, "42")
    for text in ("déclarer", "HL-2026-07", "novembre", "rien", "recrutement", "oui"):
        talk.says(text)


def test_an_address_refused_for_good_gets_nothing_more_and_the_facilitateur_knows(cast: Cast) -> None:
    declare(cast)
    drained(
        cast.house, Channel.EMAIL, DeliveryError("550 <carole.constructeur@exemple.fr> no such user", permanent=True)
    )
    with cast.house.database.reading() as session:
        assert session.get_one(Person, cast.carole.id).email_refused_at == cast.house.now()
        refused = session.scalars(select(RefusedAddress)).one()
        assert refused.reason == "550 <…> no such user"
        case = session.scalars(select(Case)).unique().one()
        assert (case.subject, case.person_id) == ("Adresse e-mail refusée", cast.carole.id)
    assert "AddressRefusedLetter" in drained(cast.house, Channel.EMAIL)[0]
    declare(cast)
    assert drained(cast.house, Channel.EMAIL) == []


def test_an_address_that_could_not_be_reached_for_days_is_not_refused(cast: Cast, clock: FakeClock) -> None:
    declare(cast)
    for _ in range(len(DELAYS) + 1):
        drained(cast.house, Channel.EMAIL, DeliveryError("connection refused", permanent=False))
        clock.advance(hours=8)
    with cast.house.database.reading() as session:
        assert session.scalars(select(Outgoing.state)).all() == [OutgoingState.FAILED]
        assert session.get_one(Person, cast.carole.id).email_refused_at is None
        assert session.scalars(select(RefusedAddress)).all() == []


def test_the_facilitateurs_own_refused_address_opens_no_case_about_itself(cast: Cast) -> None:
    talk = cast.talk(None)
    for text in ("humain", "Une question", "Bonjour", "Sans fichier", "Zoé, 06 99 00 00 00"):
        talk.says(text)
    drained(cast.house, Channel.EMAIL, DeliveryError("550", permanent=True))
    with cast.house.database.reading() as session:
        assert len(session.scalars(select(Case.id)).all()) == 1


def test_a_chat_that_blocked_the_bot_is_left_alone(cast: Cast) -> None:
    talk = cast.talk(cast.carole, Channel.TELEGRAM, "42")
    talk.says("aide")
    drained(cast.house, Channel.TELEGRAM, DeliveryError("403 blocked by the user", permanent=True))
    with cast.house.database.reading() as session:
        assert session.get_one(Conversation, talk.last.conversation_id).blocked_at == cast.house.now()
