"""Answers to the letters that know their month: a reminder, a receipt."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from core.house import House
from core.models import Commitment
from core.reminders import remind
from core.terms import CommitmentStatus
from tests.cast import Cast, gather
from tests.houses import FakeClock
from tests.integration.mail.letters import Writer, posted, text_of, with_mail

CAROLE = "carole.constructeur@exemple.fr"


@pytest.fixture
def cast(sqlite_house: House) -> Cast:
    """The cast, welcomed in August, in a house that reads mail; two contracts wait for months."""
    made = gather(with_mail(sqlite_house))
    with made.house.database.transaction() as session:
        session.execute(update(Commitment).values(welcomed_at=datetime(2026, 8, 20, 9, 0, tzinfo=UTC)))
    return made


def test_hours_in_answer_to_a_reminder_are_of_its_month_and_its_contract(cast: Cast, clock: FakeClock) -> None:
    with cast.house.database.transaction() as session:
        session.execute(update(Commitment).where(Commitment.id != cast.school.id).values(status=CommitmentStatus.ENDED))
    clock.now = datetime(2026, 12, 10, 8, 0, tzinfo=UTC)
    remind(cast.house)
    carole = Writer(cast.house, CAROLE)
    assert "Novembre 2026" in str(carole.latest["Subject"])
    said = carole.answers("Bonjour,\n\n84 h pour Karim, Marie Leroy rien\n\nCordialement,\nCarole")
    assert "Novembre 2026, 2026-TX-014 lot 1" in said
    assert "Karim Haddad : 84 h" in said
    assert "C’est enregistré : 84 h pour novembre 2026" in carole.answers("oui")


def test_hours_in_answer_to_a_receipt_correct_its_month_and_not_the_latest(cast: Cast) -> None:
    carole = Writer(cast.house, CAROLE)
    for told in ("En fait, octobre : Leroy 92 h, Karim 67 h", "Novembre : Leroy 84 h, Karim rien"):
        assert "Vous confirmez" in carole.writes(told, subject="Heures")
        assert "C’est enregistré" in carole.answers("oui")
    october = next(mail for mail in posted(cast.house, CAROLE) if "pour octobre 2026" in text_of(mail))
    said = carole.writes("Je me suis trompée, 93 h pour Leroy", reply_to=october)
    assert "Octobre 2026" in said
    assert "Marie Leroy : 93 h (avant : 92 h)" in said
    assert "C’est enregistré : 160 h pour octobre 2026" in carole.answers("oui")


def test_thanks_for_a_receipt_declare_nothing(cast: Cast) -> None:
    carole = Writer(cast.house, CAROLE)
    carole.writes("Novembre : Leroy 84 h, Karim rien", subject="Heures")
    carole.answers("oui")
    said = carole.answers("Merci beaucoup, bonne journée")
    assert "Avec plaisir" in said


def test_a_month_confirmed_by_mail_brings_one_letter_that_is_its_receipt(cast: Cast) -> None:
    carole = Writer(cast.house, CAROLE)
    carole.writes("Novembre : Leroy 84 h, Karim rien", subject="Heures")
    before = len(posted(cast.house, CAROLE))
    said = carole.answers("oui")
    assert len(posted(cast.house, CAROLE)) == before + 1
    for part in ("84 h pour novembre 2026", "Reçu R-", "Marie Leroy : 84 h", "Karim Haddad : 0 h"):
        assert part in said
    assert "Une copie part" not in said
    assert "Pour quel marché" in carole.answers("1"), "a number is a choice, not hours"
