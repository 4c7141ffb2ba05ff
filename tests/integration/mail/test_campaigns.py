"""Campaigns: ten thousand reminders delay no receipt, a domain is not flooded, a kill loses nothing."""

import asyncio
from datetime import timedelta
from types import TracebackType
from typing import Self

import pytest
from sqlalchemy import func, insert, select

from core.dispatch import drain
from core.house import House
from core.models import Outgoing
from core.models.outbox import OutgoingState
from core.outbox import CAMPAIGN, NOTICE, Parcel, post
from core.terms import Channel
from mailer.delivery import run
from mailer.pacing import BURST, Pace
from tests.houses import FakeClock
from tests.killing import campaign
from tests.waiting import until

RECEIPT = b"a receipt"


def campaign_of(house: House, many: int, domain: str = "exemple.fr") -> None:
    """Put a campaign in the outbox."""
    now = house.now()
    rows = [
        {
            "channel": Channel.EMAIL, "peer": f"p{number}@{domain}", "peer_hash": f"{number:032}", "ordered": False,
            "priority": CAMPAIGN, "body": b"a reminder", "message_id": f"<{number}@exemple.fr>", "attempts": 0,
            "state": OutgoingState.QUEUED, "created_at": now, "due_at": now,
        }
        for number in range(many)
    ]  # fmt: skip
    with house.database.transaction() as session:
        session.execute(insert(Outgoing), rows)


def post_receipt(house: House) -> None:
    with house.database.transaction() as session:
        post(session, house, channel=Channel.EMAIL, peer="carole@exemple.fr", body=RECEIPT, priority=NOTICE,
             ordered=False)  # fmt: skip


class Stuck:
    """A server that answers to no reminder after the fifth one, until a receipt has left."""

    state = "ok"

    def __init__(self) -> None:
        self.reminders = 0
        self.receipt_left = asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close."""

    async def ready(self) -> bool:
        return True

    async def send(self, parcel: Parcel) -> None:
        if parcel.body == RECEIPT:
            self.receipt_left.set()
            return
        self.reminders += 1
        if self.reminders > 5:
            await self.receipt_left.wait()


async def test_a_campaign_of_ten_thousand_delays_no_receipt(mail_house: House) -> None:
    await asyncio.to_thread(campaign_of, mail_house, 10_000)
    transport, stop, wake = Stuck(), asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(run(mail_house, transport, stop, wake))
    await until(lambda: transport.reminders > 5)
    await asyncio.to_thread(post_receipt, mail_house)
    wake.set()
    async with asyncio.timeout(60):
        await transport.receipt_left.wait()
    assert transport.reminders <= 5 + 3, "the receipt left while every reminder in flight was stuck"
    stop.set()
    async with asyncio.timeout(60):
        await running


async def test_a_domain_gets_its_mails_a_minute_and_loses_no_attempt(mail_house: House, clock: FakeClock) -> None:
    campaign_of(mail_house, 60)
    left: list[Parcel] = []

    async def send(parcel: Parcel) -> None:
        left.append(parcel)

    pace = Pace(60, clock)
    begun, burst = clock.now, int(BURST.total_seconds()) + 1
    await drain(mail_house, Channel.EMAIL, send, hold=pace.wait)
    assert len(left) == burst
    with mail_house.database.reading() as session:
        waiting = select(func.count(), func.max(Outgoing.attempts)).where(Outgoing.state == OutgoingState.QUEUED)
        assert session.execute(waiting).one() == (60 - burst, 0)
    clock.now = begun + timedelta(seconds=10)
    await drain(mail_house, Channel.EMAIL, send, hold=pace.wait)
    assert len(left) == burst + 10
    clock.now = begun + timedelta(seconds=60)
    await drain(mail_house, Channel.EMAIL, send, hold=pace.wait)
    assert [parcel.attempts for parcel in left] == [1] * 60


def test_a_kill_in_the_middle_of_a_campaign_loses_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    outcome = campaign(tmp_path_factory.mktemp("campaign"), mails=120, kills=2)
    assert outcome.lost == 0
    assert outcome.duplicates <= 2 * outcome.in_flight
    assert outcome.strangers == 0, "what came twice came with the same Message-ID"
