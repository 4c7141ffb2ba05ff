"""The clock of a case whose two sides only write mails: the closing question, the late answer, the deputy."""

import pytest
from sqlalchemy import select

from core.deadlines import follow_up
from core.house import House
from core.models import Case, Person
from core.people import enrol
from core.terms import CaseStatus
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
    assert "D-2026-00001" in carole.answers("Non")
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
