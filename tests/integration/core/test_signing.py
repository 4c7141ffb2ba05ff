"""An amendment told in a sentence: shown before and after, signed by the facilitateur, and nothing before that."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.amendments import standing_at
from core.hours import NBSP
from core.models import Amendment, Audit, Case, Commitment, Person
from core.refusal import Refused
from core.reminders import remind
from core.signing import decline, enter, history, sign, to_sign
from core.standing import Change
from core.terms import AmendmentKind, AmendmentStatus, CaseStatus
from tests.cast import Cast
from tests.houses import FakeClock
from tests.letters import letters_to
from tests.talk import Talk

LESS = Change(AmendmentKind.HOURS, date(2026, 11, 23), hours=Decimal(-300))


def hours_of(cast: Cast) -> Decimal | None:
    """The hours that the school's commitment counts today."""
    with cast.house.database.reading() as session:
        return session.get_one(Commitment, cast.school.id).committed_hours


def only(cast: Cast) -> Amendment:
    """The only amendment."""
    with cast.house.database.reading() as session:
        return session.scalars(select(Amendment)).one()


@pytest.fixture
def talk(cast: Cast) -> Talk:
    """Carole, who asks for 300 hours less on the school."""
    opened = cast.talk(cast.carole)
    assert "Quel marché change" in opened.says("Avenant : 300 heures de moins, la tranche ferme est réduite")
    opened.taps("2026-TX-014")
    summary = opened.taps("Je ne l’ai pas")
    assert f"Heures à faire{NBSP}: 900{NBSP}h (avant{NBSP}: 1{NBSP}200{NBSP}h)" in summary
    assert f"Reste{NBSP}: 612,5{NBSP}h (avant{NBSP}: 912,5{NBSP}h)" in summary
    assert "D-2026-00001" in opened.says("oui")
    return opened


def test_nothing_changes_before_the_signature(cast: Cast, talk: Talk) -> None:
    row = only(cast)
    assert (row.status, row.hours, row.proposed_by_id) == (AmendmentStatus.PROPOSED, Decimal(-300), cast.carole.id)
    assert hours_of(cast) == Decimal(1200)
    with cast.house.database.reading() as session:
        case = session.scalars(select(Case)).unique().one()
        assert "300" in case.subject
        assert "la tranche ferme est réduite" in case.messages[0].text
        [seen] = to_sign(session, cast.house, session.get_one(Person, cast.fanny.id))
        assert [(each.label, each.after) for each in seen.changes] == [
            ("Heures à faire", f"900{NBSP}h"),
            ("Reste", f"612,5{NBSP}h"),
        ]


def test_signed_it_counts_everywhere_and_the_company_is_told_where_it_wrote(cast: Cast, talk: Talk) -> None:
    with cast.house.database.transaction() as session:
        rung = sign(session, cast.house, only(cast).id, session.get_one(Person, cast.fanny.id))
    assert rung
    assert "L’avenant est signé" in talk.looks()
    assert hours_of(cast) == Decimal(900)
    assert f"Reste{NBSP}: 612,5{NBSP}h" in talk.says("mes obligations")
    with cast.house.database.reading() as session:
        row = session.get_one(Commitment, cast.school.id)
        assert standing_at(session, row, date(2026, 11, 22)).hours == Decimal(1200)
        assert session.scalars(select(Case)).unique().one().status is CaseStatus.CLOSED
        signed = select(func.count()).where(Audit.action == "sign_amendment", Audit.person_id == cast.fanny.id)
        assert session.scalar(signed) == 1
        assert [each.status for each in history(session, cast.house, row)] == ["signé"]


def test_declined_with_words_it_changes_nothing(cast: Cast, talk: Talk) -> None:
    with cast.house.database.transaction() as session:
        fanny = session.get_one(Person, cast.fanny.id)
        with pytest.raises(Refused, match="pourquoi"):
            decline(session, cast.house, only(cast).id, " ", fanny)
        decline(session, cast.house, only(cast).id, "L’acheteur ne l’a pas signé.", fanny)
        with pytest.raises(Refused, match="déjà non retenu"):
            sign(session, cast.house, only(cast).id, fanny)
    assert "L’acheteur ne l’a pas signé." in talk.looks()
    assert hours_of(cast) == Decimal(1200)


def test_only_the_facilitateur_signs(cast: Cast, talk: Talk) -> None:
    for person in (cast.carole, cast.outsider, cast.alice):
        with cast.house.database.transaction() as session, pytest.raises(Refused):
            sign(session, cast.house, only(cast).id, session.get_one(Person, person.id))
        with cast.house.database.transaction() as session, pytest.raises(Refused):
            enter(session, cast.house, session.get_one(Person, person.id), cast.school.id, LESS, reason="")
    assert hours_of(cast) == Decimal(1200)


def test_the_same_request_twice_is_refused(cast: Cast, talk: Talk) -> None:
    talk.says("avenant : 300 heures de moins")
    talk.taps("2026-TX-014")
    talk.taps("Je ne l’ai pas")
    assert "déjà demandé" in talk.says("oui")


def test_what_became_impossible_meanwhile_is_not_signed(cast: Cast, talk: Talk) -> None:
    """The facilitateur lowered the hours himself; the request now takes away more than is left."""
    with cast.house.database.transaction() as session:
        fanny = session.get_one(Person, cast.fanny.id)
        less = Change(AmendmentKind.HOURS, date(2026, 11, 23), hours=Decimal(-1000))
        enter(session, cast.house, fanny, cast.school.id, less, reason="Réduction")
    with cast.house.database.transaction() as session, pytest.raises(Refused, match="moins d’heures"):
        sign(session, cast.house, 1, session.get_one(Person, cast.fanny.id))
    assert hours_of(cast) == Decimal(200)


def test_what_the_facilitateur_enters_is_told_to_the_company(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.greeted()
    with cast.house.database.transaction() as session:
        enter(session, cast.house, session.get_one(Person, cast.fanny.id), cast.school.id, LESS, reason="Réduction")
    assert f"300{NBSP}h en moins" in talk.looks()
    [letter] = letters_to(cast.house, "claude.chantier@exemple.fr", "NoticeLetter")
    assert f"300{NBSP}h en moins" in letter["title"]


def test_a_suspended_commitment_gets_no_reminder_and_gets_them_again_after(cast: Cast, clock: FakeClock) -> None:
    with cast.house.database.transaction() as session:
        for row in session.scalars(select(Commitment)).unique():
            row.welcomed_at = cast.house.now() if row.id == cast.school.id else None
        stopped = Change(AmendmentKind.SUSPENSION, date(2026, 11, 1), until=date(2026, 12, 31))
        enter(
            session, cast.house, session.get_one(Person, cast.fanny.id), cast.school.id, stopped, reason="Intempéries"
        )
    reminded = []
    for _ in range(100):
        clock.advance(days=1)
        if remind(cast.house):
            reminded.append(cast.house.today())
    assert min(reminded) >= date(2027, 2, 1), "January is the first month owed again"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("le chantier est arrêté deux mois", "Depuis quel jour"),
        ("le chantier est arrêté depuis le 2 novembre", "Jusqu’à quel jour"),
        ("le marché est prolongé jusqu'en mars 2028", "Avez-vous l’avenant"),
        ("tranche 2 affermie", "Combien d’heures d’insertion cette tranche"),
        ("le marché s’arrête le 15", "Avez-vous l’avenant"),
        ("le chantier a repris", "Quel jour le travail reprend-il"),
        ("nous avons un avenant", "Qu’est-ce qui change"),
        ("le marché est cédé", "Quelle entreprise reprend le marché"),
    ],
)
def test_what_is_missing_is_asked(cast: Cast, said: str, expected: str) -> None:
    talk = cast.talk(cast.carole)
    talk.says(said)
    assert expected in talk.taps("2026-TX-014")


def test_a_stranger_and_a_buyer_get_an_answer_and_no_amendment(cast: Cast) -> None:
    for person in (None, cast.alice):
        assert "Quel marché change" not in cast.talk(person).says("le chantier est arrêté deux mois")


def test_an_end_without_a_known_resumption(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("le chantier est arrêté depuis le 2 novembre")
    talk.taps("2026-TX-014")
    talk.says("je ne sais pas")
    assert "sans date de reprise connue" in talk.taps("Je ne l’ai pas")
