"""Ends: of an eligibility, told in time and once; of an employment, said in a sentence; news asked months later."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from core.eligibility import decide, prolong
from core.eligibility_ends import warn
from core.endings import Ending, end, tell_exit
from core.exit_asking import ask_exits
from core.exit_figures import HEADS, export_exits
from core.flows.leaving import leaving_told
from core.flows.register import Register
from core.models import Commitment, Employment, ExitAnswer, Notice, Person
from core.refusal import Refused
from core.rounds import ROUNDS
from core.terms import EligibilityStatus, EndReason, ExitSituation
from tests.cast import Cast
from tests.houses import FakeClock
from tests.letters import letters_to

CAROLE = "carole.constructeur@exemple.fr"
LEFT = Ending(0, date(2026, 11, 12), EndReason.RESIGNED, ExitSituation.SEEKING)


def at(clock: FakeClock, day: date, hour: int = 10) -> None:
    """Go to a day."""
    clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def accepted(cast: Cast, until_on: date) -> None:
    """Karim counts until a day."""
    with cast.house.database.transaction() as session:
        decide(session, cast.house, cast.karim.id, EligibilityStatus.ACCEPTED, "", session.merge(cast.fanny),
               until_on=until_on)  # fmt: skip


def rounds(cast: Cast) -> list[int]:
    """What the rounds do about ends."""
    return [number for act in ROUNDS if act in {warn, ask_exits} for number in act(cast.house)]


def notices(cast: Cast) -> list[str]:
    """The keys of what was told."""
    with cast.house.database.reading() as session:
        return list(session.scalars(select(Notice.key).order_by(Notice.id)))


def test_a_company_is_told_sixty_then_thirty_days_before_an_end_and_never_twice(cast: Cast, clock: FakeClock) -> None:
    talk = cast.talk(cast.carole)
    talk.says("bonjour")
    accepted(cast, date(2027, 3, 31))
    talk.looks()
    at(clock, date(2027, 1, 29))
    rounds(cast)
    assert talk.looks() == ""
    at(clock, date(2027, 2, 1))  # Monday: sixty days before was a Saturday
    assert rounds(cast) == [talk.last.conversation_id]
    told = talk.looks()
    assert "**Karim Haddad**" in told
    assert "jusqu’au 31 mars 2027" in told
    assert "CDI, contrat d’apprentissage ou contrat de professionnalisation" in told
    assert rounds(cast) == []
    at(clock, date(2027, 3, 1))
    rounds(cast)
    at(clock, date(2027, 3, 2))
    rounds(cast)
    keys = [f"eligibility:{cast.karim.id}:2027-03-31:{days}" for days in (60, 30)]
    assert [key for key in notices(cast) if key.startswith("eligibility:")] == keys
    titles = [letter["title"] for letter in letters_to(cast.house, CAROLE, "NoticeLetter")]
    assert titles.count("Éligibilité\u00a0: une fin approche") == 2


@pytest.mark.parametrize(("day", "hour"), [(date(2027, 2, 6), 10), (date(2027, 2, 8), 20), (date(2027, 5, 1), 10)])
def test_nobody_is_told_at_night_nor_on_closed_days(cast: Cast, clock: FakeClock, day: date, hour: int) -> None:
    accepted(cast, date(2027, 3, 31) if day.month == 2 else date(2027, 6, 20))
    at(clock, day, hour)
    rounds(cast)
    assert not [key for key in notices(cast) if key.startswith("eligibility:")]


def test_after_an_outage_the_latest_notice_leaves_alone_and_a_prolongation_ends_them(
    cast: Cast, clock: FakeClock
) -> None:
    accepted(cast, date(2027, 3, 31))
    at(clock, date(2027, 3, 10))
    rounds(cast)
    assert [key[-3:] for key in notices(cast) if key.startswith("eligibility:")] == [":30"]
    with cast.house.database.transaction() as session:
        prolong(session, cast.house, cast.karim.id, date(2027, 8, 1), "CDI signé", session.merge(cast.fanny))
    at(clock, date(2027, 3, 11))
    rounds(cast)
    assert len([key for key in notices(cast) if key.startswith("eligibility:")]) == 1


def test_who_leaves_before_is_not_told_of(cast: Cast, clock: FakeClock) -> None:
    accepted(cast, date(2027, 3, 31))
    with cast.house.database.transaction() as session:
        session.get_one(Employment, cast.karim.id).ends_on = date(2027, 3, 1)
    at(clock, date(2027, 2, 10))
    rounds(cast)
    assert not [key for key in notices(cast) if key.startswith("eligibility:")]


def test_a_departure_said_in_a_sentence_is_read_back_then_recorded(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    assert "Pour quelle raison" in talk.says("Karim est parti le 12")
    talk.taps("Départ de la personne")
    said = talk.taps("En formation").replace("\xa0", " ")
    for line in ("Fin du contrat de Karim Haddad", "Dernier jour : 12 novembre 2026", "Ensuite : en formation"):
        assert line in said
    assert "C’est noté" in talk.says("oui")
    with cast.house.database.reading() as session:
        karim = session.get_one(Employment, cast.karim.id)
        assert (karim.ends_on, karim.end_reason) == (date(2026, 11, 12), EndReason.RESIGNED)
        [answer] = session.scalars(select(ExitAnswer)).all()
        assert (answer.months, answer.situation) == (0, ExitSituation.TRAINING)
    assert "**Karim Haddad**" not in talk.says("mes obligations")


def test_hours_declared_after_the_day_refuse_it_and_the_day_is_asked_again(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("Karim a démissionné le 5 octobre")
    talk.taps("En recherche d’emploi")
    assert "C’est noté" in talk.says("oui")  # his last month is October itself
    talk.says("Marie est partie le 30 septembre")
    talk.taps("Autre raison")
    talk.taps("Je ne sais pas")
    said = talk.says("oui")
    assert "octobre 2026" in said
    assert "Quel est le dernier jour" in said
    assert "20 novembre 2026" in talk.says("20/11")


SAID = {
    "Karim est parti le 12": "karim|2026-11-12|",
    "Karim Haddad a démissionné hier": "karim|2026-11-22|resigned",
    "fin de contrat de Mme Leroy le 30 octobre": "marie|2026-10-30|term",
    "Marie ne travaille plus chez nous": "marie||",
    "Karim est parti en formation le 2/11": "karim|2026-11-02|training",
    "Karim est parti le 28": "karim||",
    "rupture de la période d’essai de Karim": "karim||trial",
    "Marie et Karim sont partis": None,
    "quelqu’un est parti": None,
    "Karim est parti, 35 h en novembre": None,
    "Sonia est partie le 12": None,  # she works for somebody else
    "Karim est-il parti ?": None,
    "Karim travaille bien": None,
}


@pytest.mark.parametrize(("text", "expected"), SAID.items())
def test_who_leaves_is_named_for_sure_or_asked(cast: Cast, text: str, expected: str | None) -> None:
    with cast.house.database.reading() as session:
        told = leaving_told(Register(session, cast.house, session.merge(cast.carole), None), text)
    if expected is None:
        assert told is None
        return
    who, day, reason = expected.split("|")
    assert told is not None
    assert told.get("employment") == str(getattr(cast, who).id)
    assert (told.get("ends_on", ""), told.get("reason", "")) == (day, reason)


def test_news_are_asked_at_three_and_six_months_and_one_tap_answers(cast: Cast, clock: FakeClock) -> None:
    talk = cast.talk(cast.carole)
    talk.says("bonjour")
    with cast.house.database.transaction() as session:
        end(session, cast.house, session.merge(cast.carole), Ending(cast.karim.id, *_rest(LEFT)))
    at(clock, date(2027, 2, 11))
    rounds(cast)
    assert "que devient" not in talk.looks()
    at(clock, date(2027, 2, 12))
    rounds(cast)
    rounds(cast)
    assert talk.looks().count("que devient **Karim Haddad**") == 1
    assert "Merci" in talk.taps("En CDI ou en CDD de 6 mois et plus")
    at(clock, date(2027, 5, 12))
    rounds(cast)
    assert "que devient **Karim Haddad**" in talk.looks()
    assert "Dire ce que devient Karim Haddad" in talk.labels or talk.says("mes obligations")
    talk.taps("Dire ce que devient Karim Haddad")
    talk.taps("En formation")
    with cast.house.database.reading() as session:
        found = {row.months: row.situation for row in session.scalars(select(ExitAnswer))}
    assert found == {0: ExitSituation.SEEKING, 3: ExitSituation.LASTING_JOB, 6: ExitSituation.TRAINING}
    assert len(letters_to(cast.house, CAROLE, "ConversationLetter")) == 2


def test_nobody_asks_of_who_came_back(cast: Cast, clock: FakeClock) -> None:
    with cast.house.database.transaction() as session:
        karim = session.get_one(Employment, cast.karim.id)
        karim.ends_on = date(2026, 11, 12)
        again = Employment(
            participant_id=karim.participant_id, commitment_id=cast.housing.id, modality=karim.modality,
            kind=karim.kind, starts_on=date(2026, 12, 1), criterion=karim.criterion,
            eligibility=EligibilityStatus.PENDING, declared_by_id=cast.carole.id, created_at=cast.house.now(),
        )  # fmt: skip
        session.add(again)
    at(clock, date(2027, 2, 12))
    rounds(cast)
    assert not [key for key in notices(cast) if key.startswith("exit:")]


@pytest.mark.parametrize("who", ["olivia", "alice", "david", "lucas", "fanny"])
def test_nobody_else_says_a_departure_nor_gives_news(cast: Cast, who: str) -> None:
    with cast.house.database.transaction() as session:
        other = session.get_one(Person, getattr(cast, who).id)
        with pytest.raises(Refused, match="pas suivi par votre"):
            end(session, cast.house, other, Ending(cast.karim.id, *_rest(LEFT)))
        with pytest.raises(Refused, match="pas suivi par votre"):
            tell_exit(session, cast.house, other, cast.karim.id, 3, ExitSituation.OTHER)
    if who == "olivia":
        talk = cast.talk(cast.olivia)
        said = talk.says("Karim est parti le 12") + talk.says("dire un départ")
        assert "Haddad" not in said
        assert not any("Karim" in label for label in talk.labels)


def test_news_too_early_or_of_another_month_are_refused(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        carole = session.merge(cast.carole)
        with pytest.raises(Refused, match="n’est plus posée"):
            tell_exit(session, cast.house, carole, cast.karim.id, 3, ExitSituation.OTHER)
        end(session, cast.house, carole, Ending(cast.karim.id, *_rest(LEFT)))
        with pytest.raises(Refused, match="trop tôt"):
            tell_exit(session, cast.house, carole, cast.karim.id, 3, ExitSituation.OTHER)
        with pytest.raises(Refused, match="n’est plus posée"):
            tell_exit(session, cast.house, carole, cast.karim.id, 4, ExitSituation.OTHER)


def _rest(ending: Ending) -> tuple[date, EndReason, ExitSituation]:
    return ending.ends_on, ending.reason, ending.situation


def test_exits_are_counted_by_contract_without_a_name(cast: Cast, clock: FakeClock, tmp_path: Path) -> None:
    with cast.house.database.transaction() as session:
        carole = session.merge(cast.carole)
        session.get_one(Commitment, cast.school.id).lot = "=1+1"
        end(session, cast.house, carole, Ending(cast.karim.id, *_rest(LEFT)))
    at(clock, date(2027, 2, 12))
    with cast.house.database.transaction() as session:
        tell_exit(session, cast.house, session.merge(cast.carole), cast.karim.id, 3, ExitSituation.TRAINING)
    assert export_exits(cast.house, tmp_path / "sorties.xlsx") == 3
    sheet = load_workbook(tmp_path / "sorties.xlsx").active
    assert sheet is not None
    rows = [dict(zip(HEADS, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [(row["Moment"], row["Réponses"], row["En formation"]) for row in rows] == [
        ("à la fin", 1, 0), ("3 mois après", 1, 1), ("6 mois après", 0, 0)
    ]  # fmt: skip
    assert {row["Contrats terminés"] for row in rows} == {1}
    assert "Karim" not in str(rows)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
