"""A case that waits too long: each is told once, on a working day, whatever the number of processes that look."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.cases import answer
from core.deadlines import follow_up
from core.house import House
from core.models import Case, Outgoing
from core.people import enrol
from core.terms import Channel
from tests.cast import Cast
from tests.houses import FakeClock
from tests.together import together

GASTON = "gaston.guide@exemple.fr"


@pytest.fixture
def opened(cast: Cast) -> Case:
    """Carole's case, opened on Telegram on Monday 23 November, promised for Wednesday; there are two facilitateurs."""
    with cast.house.database.transaction() as session:
        enrol(session, cast.house, name="Gaston Guide", email=GASTON, is_facilitator=True)
    talk = cast.talk(cast.carole, Channel.TELEGRAM, "4242")
    for text in ("humain", "Une grue", "Aucun", "La grue est en panne", "Sans fichier"):
        talk.says(text)
    with cast.house.database.reading() as session:
        return session.scalars(select(Case)).unique().one()


def posted(house: House) -> list[tuple[str, str]]:
    """What waits to leave: to whom, and which letter."""
    with house.database.reading() as session:
        rows = session.scalars(select(Outgoing).order_by(Outgoing.id)).all()
        return [(row.peer, (row.body or b"").decode()) for row in rows]


def reminders(house: House) -> list[str]:
    """To whom reminders were posted."""
    return [peer for peer, body in posted(house) if "Subject: CaseReminderLetter" in body]


def told_on_telegram(house: House) -> int:
    """How many times the person was told that the answer is late."""
    return sum(1 for peer, body in posted(house) if peer == "4242" and "prions de nous en excuser" in body)


def test_nobody_is_told_before_the_announced_day_has_passed(cast: Cast, opened: Case, clock: FakeClock) -> None:
    clock.advance(days=2)  # Wednesday, the announced day
    follow_up(cast.house)
    assert reminders(cast.house) == []


def test_the_facilitateur_then_the_deputy_are_reminded_and_the_person_told_once(
    cast: Cast, opened: Case, clock: FakeClock
) -> None:
    clock.advance(days=3)
    for _ in range(3):
        follow_up(cast.house)
    assert reminders(cast.house) == ["fanny.facilite@exemple.fr"]
    assert told_on_telegram(cast.house) == 1
    clock.advance(days=1)
    for _ in range(3):
        follow_up(cast.house)
    assert reminders(cast.house) == ["fanny.facilite@exemple.fr", GASTON]
    clock.advance(days=7)
    follow_up(cast.house)
    assert len(reminders(cast.house)) == 2
    assert told_on_telegram(cast.house) == 1


def test_processes_that_look_together_tell_each_once(cast: Cast, opened: Case, clock: FakeClock) -> None:
    clock.advance(days=3)
    outcomes = together(*[lambda: follow_up(cast.house)] * 4)
    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert len(reminders(cast.house)) == 1
    assert told_on_telegram(cast.house) == 1


def test_nobody_is_told_of_an_answered_case(cast: Cast, opened: Case, clock: FakeClock) -> None:
    with cast.house.database.transaction() as session:
        answer(session, cast.house, opened.id, "C’est vu.", person_id=cast.fanny.id)
    clock.advance(days=8)
    assert follow_up(cast.house) == []
    assert reminders(cast.house) == []


@pytest.mark.parametrize("away", [timedelta(days=5), timedelta(days=6), timedelta(days=2, hours=20)])
def test_nobody_is_told_at_night_or_at_the_week_end(
    cast: Cast, opened: Case, clock: FakeClock, away: timedelta
) -> None:
    clock.now += away
    assert follow_up(cast.house) == []
    assert reminders(cast.house) == []
