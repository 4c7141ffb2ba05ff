"""« Où en est mon dossier ? » on every channel: from the cases of whoever asks, and from nobody else's."""

import pytest
from sqlalchemy import select

from core.cases import answer
from core.deadlines import follow_up
from core.house import House
from core.models import Case
from core.terms import Channel
from tests.cast import Cast, gather
from tests.houses import FakeClock
from tests.integration.mail.letters import STRANGER, Writer, with_mail
from tests.talk import Talk

QUESTION = "Où en est mon dossier ?"
CAROLE = "carole.constructeur@exemple.fr"


@pytest.fixture
def mailing(sqlite_house: House) -> Cast:
    """The cast, in a house that reads mail."""
    return gather(with_mail(sqlite_house))


def spoken(talk: Talk, text: str) -> str:
    return talk.says(text).replace("\N{NO-BREAK SPACE}", " ")


def opens_a_case(talk: Talk) -> None:
    for text in ("humain", "Une grue", "Aucun", "La grue est en panne", "Sans fichier"):
        talk.says(text)


@pytest.mark.parametrize("channel", [Channel.WEB, Channel.TELEGRAM, Channel.TERMINAL])
def test_it_tells_the_number_since_when_the_promised_day_and_the_last_act(cast: Cast, channel: Channel) -> None:
    opens_a_case(cast.talk(cast.carole, Channel.TELEGRAM, "4242"))
    talk = cast.talk(cast.carole, channel, "4343")
    said = spoken(talk, QUESTION)
    for passage in (
        "Dossier D-2026-00001",
        "« Une grue »",
        "Ouvert le 23 novembre 2026",
        "Réponse au plus tard le 25 novembre 2026",
        "votre message, le 23 novembre 2026",
        "Votre dernière déclaration reçue : octobre 2026",
    ):
        assert passage in said
    assert "Écrivez votre message" in talk.taps("Compléter D-2026-00001")
    talk.says("Elle est réparée.")
    talk.says("Sans fichier")
    with cast.house.database.reading() as session:
        assert session.scalars(select(Case)).unique().one().messages[-1].text == "Elle est réparée."


def test_it_says_that_an_answer_was_given_then_that_the_case_is_closed(cast: Cast, clock: FakeClock) -> None:
    talk = cast.talk(cast.carole)
    opens_a_case(talk)
    with cast.house.database.transaction() as session:
        answer(session, cast.house, session.scalars(select(Case.id)).one(), "Oui.", person_id=cast.fanny.id)
    assert "Le facilitateur vous a répondu le 23 novembre 2026" in spoken(talk, QUESTION)
    with cast.house.database.transaction() as session:
        number = session.scalars(select(Case.id)).one()
        answer(session, cast.house, number, "C’est fini.", person_id=cast.fanny.id, close=True)
    said = spoken(talk, QUESTION)
    assert "Clos le 23 novembre 2026" in said
    assert "Rouvrir D-2026-00001" in talk.labels
    clock.advance(days=40)
    assert "aucun dossier en cours" in spoken(talk, QUESTION)


def test_it_is_honest_about_a_late_answer(cast: Cast, clock: FakeClock) -> None:
    talk = cast.talk(cast.carole)
    opens_a_case(talk)
    clock.advance(days=3)
    follow_up(cast.house)
    said = spoken(talk, "toujours pas de réponse ?")
    assert "était annoncée pour le 25 novembre 2026" in said
    assert "un rappel lui est parti" in said


def test_nobody_hears_of_the_case_of_somebody_else(cast: Cast) -> None:
    opens_a_case(cast.talk(cast.carole, Channel.TELEGRAM, "4242"))
    for person in (cast.olivia, cast.alice, None):
        talk = cast.talk(person)
        for question in (QUESTION, "où en est le dossier D-2026-00001 ?"):
            said = spoken(talk, question)
            assert "grue" not in said
            assert "Compléter D-2026-00001" not in talk.labels
            assert "25 novembre" not in said
    assert "Je ne trouve pas le dossier D-2026-00001 parmi les vôtres" in spoken(cast.talk(cast.olivia), "d-2026-00001")


def test_by_mail_it_also_says_that_the_mail_came(mailing: Cast) -> None:
    carole = Writer(mailing.house, CAROLE)
    carole.writes("La grue du lot 3 est tombée sur la base vie ce matin.", subject="Accident")
    said = carole.writes("Bonjour,\n\nVous avez reçu mon mail ?\n\nCordialement", subject="Mon mail")
    assert "Dossier D-2026-00001, « Accident »" in said
    assert "Votre dernier e-mail (« Accident ») est bien arrivé le 23 novembre 2026 à 11 h 00." in said
    assert "1. Compléter D-2026-00001" in said
    carole.answers("1")
    carole.answers("Personne n’est blessé.")
    assert "C’est ajouté au dossier D-2026-00001" in carole.answers("Sans fichier")


def test_in_answer_to_the_letter_of_a_case_it_is_answered_and_not_added_to_the_case(mailing: Cast) -> None:
    carole = Writer(mailing.house, CAROLE)
    carole.writes("La grue du lot 3 est tombée sur la base vie ce matin.", subject="Accident")
    assert "Réponse au plus tard le 25 novembre 2026" in carole.answers("Où en est ma demande ?")
    with mailing.house.database.reading() as session:
        assert len(session.scalars(select(Case)).unique().one().messages) == 1


def test_by_mail_a_stranger_hears_of_no_case(mailing: Cast) -> None:
    Writer(mailing.house, CAROLE).writes("La grue du lot 3 est tombée sur la base vie.", subject="Accident")
    paul = Writer(mailing.house, STRANGER, verdict="")
    assert "Je ne vois aucun dossier dans cette conversation" in paul.writes(QUESTION, subject="D-2026-00001")


def test_by_mail_one_that_waits_for_a_confirmation_is_told_of(mailing: Cast) -> None:
    Writer(mailing.house, CAROLE, verdict="dmarc=fail").writes("mes obligations", subject="Marché")
    said = Writer(mailing.house, CAROLE).writes("avez-vous reçu mes documents ?", subject="Question")
    assert "Un e-mail à votre nom (« Marché ») est bien arrivé" in said
    assert "Il attend que vous confirmiez qu’il est de vous" in said
