"""How many messages a month takes: two when it is told, two and one for each person when it is guided."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from core.employments import Hire, hire
from core.house import House
from core.models import Commitment, Person
from core.reminders import remind
from core.terms import Channel, CommitmentStatus, Criterion, EmploymentKind, Modality
from tests.cast import Cast, gather
from tests.houses import FakeClock


@pytest.fixture
def cast(sqlite_house: House, clock: FakeClock) -> Cast:
    """Three people at work on the school; Carole is reminded of November, on Telegram, on its last day."""
    made = gather(sqlite_house)
    with made.house.database.transaction() as session:
        session.execute(update(Commitment).values(welcomed_at=clock.now - timedelta(days=90)))
        session.execute(update(Commitment).where(Commitment.id != made.school.id).values(status=CommitmentStatus.ENDED))
        hired = Hire("Nadia Benali", date(2026, 11, 2), Modality.DIRECT_HIRE, EmploymentKind.CDD, Criterion.RSA)
        carole = session.get_one(Person, made.carole.id)
        hire(session, made.house, session.get_one(Commitment, made.school.id), hired, carole)
    clock.now = clock.now.replace(month=12, day=10, hour=9)
    return made


def test_three_people_are_declared_on_telegram_in_two_messages(cast: Cast) -> None:
    talk = cast.talk(cast.carole, Channel.TELEGRAM, "4242")
    talk.says("Novembre : Leroy 84 h, Karim rien, Nadia 60,5 h")
    assert "C’est enregistré\xa0: 144,5\xa0h pour novembre 2026" in talk.says("oui")


def test_the_guided_way_takes_two_messages_and_one_answer_for_each_person(cast: Cast, clock: FakeClock) -> None:
    talk = cast.talk(cast.carole, Channel.TELEGRAM, "4242")
    talk.says("bonjour")
    clock.now += timedelta(minutes=20)
    remind(cast.house)
    talk.looks()
    asked = talk.taps("Déclarer novembre 2026")
    for hours in ("84", "rien", "60,5"):
        assert "Vous confirmez" not in asked
        asked = talk.says(hours)
    assert "Vous confirmez" in asked
    assert "C’est enregistré\xa0: 144,5\xa0h pour novembre 2026" in talk.says("oui")


def test_the_guided_way_by_buttons_takes_one_tap_more(cast: Cast, clock: FakeClock) -> None:
    talk = cast.talk(cast.carole, Channel.TELEGRAM, "4242")
    talk.says("bonjour")
    clock.now += timedelta(minutes=20)
    remind(cast.house)
    talk.looks()
    for tapped in ("Déclarer novembre 2026", "Saisir les heures"):
        talk.taps(tapped)
    for hours in ("84", "rien", "60,5"):
        assert "Combien d’heures pour" in talk.shown[-1].text
        talk.says(hours)
    assert "Vous confirmez" in talk.shown[-1].text
    assert "C’est enregistré\xa0: 144,5\xa0h pour novembre 2026" in talk.says("oui")
