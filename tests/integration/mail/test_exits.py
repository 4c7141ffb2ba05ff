"""What became of people, asked by mail and answered in words: read back, then « oui »."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from core.exit_asking import ask_exits
from core.house import House
from core.models import Employment, ExitAnswer
from core.terms import ExitSituation
from tests.cast import Cast, gather
from tests.houses import FakeClock
from tests.integration.mail.letters import Writer, posted, with_mail

CAROLE = "carole.constructeur@exemple.fr"


@pytest.fixture
def cast(sqlite_house: House, clock: FakeClock) -> Cast:
    """Marie and Karim left Bâti Nord on 12 November; three months later, the question leaves."""
    made = gather(with_mail(sqlite_house))
    with made.house.database.transaction() as session:
        for each in (made.marie, made.karim):
            session.get_one(Employment, each.id).ends_on = date(2026, 11, 12)
    clock.now = datetime(2027, 2, 12, 10, tzinfo=UTC)
    return made


def kept(cast: Cast) -> dict[int, ExitSituation]:
    with cast.house.database.reading() as session:
        return {row.employment_id: row.situation for row in session.scalars(select(ExitAnswer))}


def test_two_people_are_told_in_one_mail_read_back_and_kept_at_oui(cast: Cast) -> None:
    ask_exits(cast.house)
    carole = Writer(cast.house, CAROLE)
    assert len(posted(cast.house, CAROLE)) == 1
    assert str(carole.latest["Subject"]).startswith("Que deviennent Marie Leroy et Karim Haddad")
    said = carole.answers("Bonjour,\n\nKarim est en CDI chez nous, on ne sait pas pour Marie.\n\nCordialement,\nCarole")
    assert "Karim Haddad : toujours chez le même employeur" in said
    assert "Marie Leroy : je ne sais pas" in said
    assert kept(cast) == {}
    assert "Merci, c’est noté pour Karim Haddad" in carole.answers("oui")
    assert kept(cast) == {cast.karim.id: ExitSituation.KEPT, cast.marie.id: ExitSituation.UNKNOWN}
    ask_exits(cast.house)
    assert not any("Que devien" in str(mail["Subject"]) for mail in posted(cast.house, CAROLE)[3:])


def test_of_one_person_a_number_or_a_word_is_enough_and_what_is_not_understood_is_asked_again(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        session.get_one(Employment, cast.marie.id).ends_on = None
    ask_exits(cast.house)
    carole = Writer(cast.house, CAROLE)
    assert "Je n’ai pas compris ce que devient" in carole.answers("Merci, bonne journée")
    assert "Karim Haddad : en formation" in carole.answers("en formation à l’AFPA")
    assert "que devient Karim Haddad" in carole.answers("non")
    assert "Karim Haddad : en CDI ou en CDD de 6 mois et plus" in carole.answers("2")
    carole.answers("oui")
    assert kept(cast) == {cast.karim.id: ExitSituation.LASTING_JOB}


def test_who_is_left_out_is_asked_about_or_left_for_later(cast: Cast) -> None:
    ask_exits(cast.house)
    carole = Writer(cast.house, CAROLE)
    said = carole.answers("Karim est au chômage")
    assert "que devient Marie Leroy" in said
    carole.answers("plus tard")
    carole.answers("oui")
    assert kept(cast) == {cast.karim.id: ExitSituation.SEEKING}


def test_a_sentence_in_the_chat_answers_too_and_only_for_those_waited_for(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    said = talk.says("Karim est en CDI chez nous").replace("\N{NO-BREAK SPACE}", " ")
    assert "Karim Haddad : toujours chez le même employeur" in said
    assert "Merci" in talk.says("oui")
    assert kept(cast) == {cast.karim.id: ExitSituation.KEPT}
    other = cast.talk(cast.outsider)
    assert "Je note" not in other.says("Karim est en CDI chez nous")
