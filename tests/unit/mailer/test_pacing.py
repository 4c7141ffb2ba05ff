"""The rhythm of a domain: what can wait is spread, what people wait for leaves at once, each is put aside once."""

from datetime import datetime, timedelta

from core.outbox import CAMPAIGN, CHAT, NOTICE, REMINDER, Parcel
from core.terms import Channel
from mailer.pacing import BURST, Pace
from tests.houses import FakeClock


def parcel(number: int, domain: str = "grand.exemple.fr", priority: int = REMINDER) -> Parcel:
    return Parcel(number, Channel.EMAIL, f"p{number}@{domain}", b"", f"<{number}@e.fr>", 1, None, None, None, priority)


def test_a_campaign_to_one_domain_is_spread_and_leaves_at_the_minute_that_was_given() -> None:
    clock = FakeClock()
    pace, begun = Pace(60, clock), clock.now
    waits = [pace.wait(parcel(number)) for number in range(60)]
    burst = int(BURST.total_seconds()) + 1
    assert waits[:burst] == [None] * burst
    assert waits[burst:] == [begun + timedelta(seconds=n) for n in range(1, 60 - burst + 1)]
    clock.now = begun + timedelta(seconds=5)
    assert pace.wait(parcel(burst + 4)) is None, "its minute has come: it is not put aside twice"


def test_what_people_wait_for_never_waits_but_counts() -> None:
    pace = Pace(60, FakeClock())
    assert {pace.wait(parcel(n, priority=(CHAT, NOTICE)[n % 2])) for n in range(200)} == {None}
    assert pace.wait(parcel(200, priority=CAMPAIGN)) is not None


def test_one_domain_does_not_slow_another_whatever_its_case() -> None:
    pace = Pace(1, FakeClock())
    assert pace.wait(parcel(1)) is None
    assert pace.wait(parcel(2, domain="GRAND.exemple.fr")) is not None
    assert pace.wait(parcel(3, domain="petit.exemple.fr")) is None


def test_after_a_quiet_time_a_burst_may_leave_and_no_more() -> None:
    clock = FakeClock()
    pace = Pace(60, clock)
    for number in range(100):
        pace.wait(parcel(number))
    clock.advance(hours=1)
    free: list[datetime | None] = [pace.wait(parcel(1000 + number)) for number in range(100)]
    assert free.count(None) == int(BURST.total_seconds()) + 1


def test_there_may_be_no_limit() -> None:
    pace = Pace(0, FakeClock())
    assert {pace.wait(parcel(number)) for number in range(1000)} == {None}
