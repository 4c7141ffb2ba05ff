"""The clock of a case whose two sides only write mails: the closing question, the late answer, the deputy."""

import pytest
from sqlalchemy import select

from core.cases import Request, answer, open_case
from core.deadlines import follow_up
from core.house import House
from core.models import Case, Person
from core.people import enrol
from core.terms import Box, CaseStatus
from tests.cast import Cast, gather
from tests.houses import FakeClock
from tests.integration.mail.letters import Writer, posted, text_of, with_mail

CAROLE, FANNY, GASTON = "carole.constructeur@exemple.fr", "fanny.facilite@exemple.fr", "gaston.guide@exemple.fr"


@pytest.fixture
def cast(sqlite_house: House) -> Cast:
    """The cast, in a house that reads mail; a deputy of Fanny."""
    made = gather(with_mail(sqlite_house))
    with made.house.database.transaction() as session:
        deputy = enrol(session, made.house, name="Gaston Guide", email=GASTON, is_facilitator=True)
        session.get_one(Person, made.fanny.id).deputy_id = deputy.id
    return made


@pytest.fixture
def carole(cast: Cast) -> Writer:
    """Carole, whose mail opened a case."""
    made = Writer(cast.house, CAROLE)
    made.writes("La grue du lot 3 est tombée sur la base vie ce matin.", subject="Accident")
    return made


def case_of(house: House) -> Case:
    """The only case."""
    with house.database.reading() as session:
        return session.scalars(select(Case)).unique().one()


def test_no_in_answer_to_the_closing_question_opens_the_case_again_and_yes_ends_it(cast: Cast, carole: Writer) -> None:
    fanny = Writer(cast.house, FANNY)
    fanny.answers("#fermer\nLe report est accordé.")
    assert "Répondez « oui » ou « non »" in text_of(carole.latest)
    said = carole.answers("Non")
    assert "Votre dossier est rouvert" in said
    assert "Dossier : D-2026-00001" in said
    assert "transmise" not in said
    assert "pas réglée" in text_of(fanny.latest)
    assert case_of(cast.house).status is CaseStatus.OPENED
    fanny.answers("#fermer\nC’est fait.")
    carole.answers("Oui")
    case = case_of(cast.house)
    assert (case.status, case.solved) == (CaseStatus.CLOSED, True)


def test_a_late_answer_is_told_in_the_thread_and_the_deputy_answers_his_reminder(
    cast: Cast, carole: Writer, clock: FakeClock
) -> None:
    clock.advance(days=3)
    follow_up(cast.house)
    assert "Elle n’est pas encore partie" in text_of(carole.latest)
    assert carole.latest["Subject"] == "Re: Accident"
    assert "attend encore votre réponse" in text_of(posted(cast.house, FANNY)[-1])
    assert not posted(cast.house, GASTON)
    clock.advance(days=1)
    follow_up(cast.house)
    gaston = Writer(cast.house, GASTON)
    assert "Fanny Facilite n’a pas répondu" in text_of(gaston.latest)
    gaston.answers("Je prends votre dossier, je vous appelle à midi.")
    assert "je vous appelle à midi" in text_of(carole.latest)
    assert GASTON not in text_of(carole.latest)
    clock.advance(days=3)
    letters = len(posted(cast.house))
    follow_up(cast.house)
    assert len(posted(cast.house)) == letters


def test_writing_again_long_after_the_end_opens_another_case_that_continues_it(
    cast: Cast, carole: Writer, clock: FakeClock
) -> None:
    fanny = Writer(cast.house, FANNY)
    fanny.answers("#fermer\nLe report est accordé.")
    closing = carole.latest
    clock.advance(days=40)
    carole.writes("Une autre grue est tombée.", reply_to=closing)
    with cast.house.database.reading() as session:
        first, second = session.scalars(select(Case).order_by(Case.id)).unique()
    assert (first.status, second.previous_id) == (CaseStatus.CLOSED, first.id)


@pytest.mark.parametrize(
    "words", ["Toujours rien ??", "Je vous relance", "Bonjour,\n\nPas de nouvelles de votre part.\n\nCarole", "???"]
)
def test_who_loses_patience_is_told_when_the_answer_comes_and_the_facilitateur_hears_of_it(
    cast: Cast, carole: Writer, clock: FakeClock, words: str
) -> None:
    said = carole.answers(words)
    assert "nous relançons Fanny Facilite" in said
    for fact in ("Dossier : D-2026-00001", "Ouvert le : 23 novembre 2026", "au plus tard le 25 novembre 2026"):
        assert fact in said
    assert carole.latest["Subject"] == "Re: Accident"
    told = text_of(posted(cast.house, FANNY)[-1])
    assert "attend toujours votre réponse" in told
    clock.advance(days=3)
    said = carole.answers(words)
    assert "La réponse annoncée pour le 25 novembre 2026 n’est pas encore partie" in said
    assert [message.text for message in case_of(cast.house).messages][1:] == [words] * 2


def test_what_is_added_is_acknowledged_once_an_hour_and_kept_beyond_any_limit(
    cast: Cast, carole: Writer, clock: FakeClock
) -> None:
    assert carole.answers("Personne n’est blessé.") == "", "the case was told of a moment ago"
    clock.advance(hours=2)
    assert "Votre message est ajouté à votre dossier" in carole.answers("Voici une précision.")
    assert carole.answers("Et une autre.") == ""
    letters = len(posted(cast.house, CAROLE))
    for number in range(35):
        carole.answers(f"Toujours rien, {number} ?")
    assert len(posted(cast.house, CAROLE)) - letters <= 30
    assert len(case_of(cast.house).messages) == 39


def test_a_case_of_the_web_chat_that_was_closed_opens_again_by_mail(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        person = session.get_one(Person, cast.carole.id)
        case = open_case(session, cast.house, None, person, Request("Retard", "Je serai en retard."))
        answer(session, cast.house, case.id, "C’est noté.", close=True)
    carole = Writer(cast.house, CAROLE)
    assert "Votre dossier est rouvert" in carole.answers("Finalement ce sera la semaine prochaine.")
    assert carole.boxes == [Box.HANDLED]


@pytest.mark.parametrize("order", ["", "#fermer\n"])
def test_thanks_alone_are_kept_and_set_no_clock_going(cast: Cast, carole: Writer, order: str) -> None:
    fanny = Writer(cast.house, FANNY)
    fanny.answers(f"{order}Le report est accordé.")
    before, letters = case_of(cast.house).status, len(posted(cast.house))
    carole.answers("Merci beaucoup, bonne journée !")
    after = case_of(cast.house)
    assert after.status is before is not CaseStatus.OPENED
    assert after.messages[-1].text == "Merci beaucoup, bonne journée !"
    assert len(posted(cast.house)) == letters
    carole.answers("Merci, mais la grue est encore par terre.")
    assert case_of(cast.house).status is CaseStatus.OPENED


@pytest.mark.parametrize("said", ["Non", "Oui", "Oui merci", "D'accord, merci", "ok"])
def test_what_may_answer_the_facilitateur_reaches_him(cast: Cast, carole: Writer, said: str) -> None:
    fanny = Writer(cast.house, FANNY)
    fanny.answers("Avez-vous prévenu l’acheteur ?")
    carole.answers(said)
    assert said in text_of(fanny.latest)
    assert case_of(cast.house).status is CaseStatus.OPENED
