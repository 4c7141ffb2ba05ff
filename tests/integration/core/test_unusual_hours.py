"""Unusual hours: confirmed by the company one by one, kept with the line; what only the facilitateur sees."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.checks import flags_of
from core.declarations import NewHire, Work, record
from core.employments import Hire, hash_again, hire
from core.hours import NBSP
from core.line_facts import facts_of
from core.models import Commitment, DeclarationLine, Employment, Participant
from core.refusal import Refused
from core.terms import Criterion, EligibilityStatus, EmploymentKind, Modality
from tests.cast import Cast

NOVEMBER = "2026-11"


def line(cast: Cast, employment: Employment, month: str = NOVEMBER) -> DeclarationLine:
    """The latest line of somebody."""
    with cast.house.database.reading() as session:
        query = select(DeclarationLine).where(DeclarationLine.employment_id == employment.id)
        return session.scalars(query.order_by(DeclarationLine.id.desc())).all()[0]


def test_each_doubt_is_asked_once_and_what_was_confirmed_is_kept(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    asked = talk.says("novembre : Leroy 185 h, Karim 160 h")
    assert f"**Marie Leroy**{NBSP}: 185{NBSP}h, c’est plus qu’un mois à temps plein" in asked
    asked = talk.taps("Oui, c’est exact")
    assert f"**Marie Leroy**{NBSP}: 185{NBSP}h, alors que ses derniers mois ne dépassaient pas 120,5{NBSP}h" in asked
    assert "**Karim Haddad**" in talk.says("oui")
    assert f"Total{NBSP}: 345{NBSP}h" in talk.says("oui")
    assert "C’est enregistré" in talk.says("oui")
    assert line(cast, cast.marie).confirmed == "above_full_time,unusual_jump"
    assert line(cast, cast.karim).confirmed == "above_full_time"


def test_hours_changed_after_a_doubt_are_asked_about_again(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("novembre : Leroy 160 h, Karim 0 h")
    assert "Combien d’heures pour **Marie Leroy**" in talk.taps("Non, je corrige")
    assert f"161{NBSP}h, c’est plus" in talk.says("161")
    assert f"Total{NBSP}: 161{NBSP}h" in talk.says("oui")
    talk.taps("Corriger")
    talk.taps("Heures de Marie")
    assert f"162{NBSP}h, c’est plus" in talk.says("162")


def test_a_hire_with_unusual_hours_is_asked_about_too(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        hired = Hire("Nadia Benali", date(2026, 11, 2), Modality.DIRECT_HIRE, EmploymentKind.CDD, Criterion.RSA)
        for confirmed in ((), ("unusual_jump",)):
            new = NewHire(hired, Work(Decimal(160), confirmed=confirmed))
            with pytest.raises(Refused, match="temps plein"), session.begin_nested():
                record(session, cast.house, cast.carole, cast.housing.id, NOVEMBER, {}, hires=(new,))
        new = NewHire(hired, Work(Decimal(160), confirmed=("above_full_time",)))
        recorded = record(session, cast.house, cast.carole, cast.housing.id, NOVEMBER, {}, hires=(new,))
        assert [each.confirmed for each in recorded.declaration.lines] == ["above_full_time"]


def test_what_was_not_unusual_is_not_said_to_be_confirmed(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        lines = {cast.marie.id: Work(Decimal(100), confirmed=("above_full_time", "anything"))}
        record(session, cast.house, cast.carole, cast.school.id, NOVEMBER, lines)
    assert line(cast, cast.marie).confirmed == ""


def test_two_hires_of_one_name_in_a_declaration_are_refused(cast: Cast) -> None:
    hired = Hire("Nadia Benali", date(2026, 11, 2), Modality.DIRECT_HIRE, EmploymentKind.CDD, Criterion.RSA)
    new = NewHire(hired, Work(Decimal(60)))
    with cast.house.database.transaction() as session, pytest.raises(Refused, match="deux fois"):
        record(session, cast.house, cast.carole, cast.housing.id, NOVEMBER, {}, hires=(new, new))


def hired_elsewhere(cast: Cast, name: str, hours: str) -> Employment:
    """Somebody employed by the outsider too, with hours in October."""
    with cast.house.database.transaction() as session:
        roads = session.get_one(Commitment, cast.roads.id)
        hired = Hire(name, date(2026, 10, 1), Modality.DIRECT_HIRE, EmploymentKind.CDD, Criterion.RSA)
        made = hire(session, cast.house, roads, hired, cast.olivia)
        lines = {cast.paul.id: Work(Decimal(35)), made.id: Work(Decimal(hours))}
        record(session, cast.house, cast.olivia, roads.id, "2026-10", lines, replaces=3)
        return made


def flags(cast: Cast, employment: Employment, hours: str = "120.5") -> set[str]:
    """What the facilitateur is told of somebody's October."""
    with cast.house.database.reading() as session:
        held = session.get_one(Employment, employment.id)
        row = session.get_one(Commitment, held.commitment_id)
        return set(flags_of(facts_of(session, row, "2026-10", {held: (Decimal(hours), Decimal(0))})[held.id]))


def born(cast: Cast, employment: Employment, day: str) -> None:
    """Give somebody a birth date."""
    with cast.house.database.transaction() as session:
        session.get_one(Participant, employment.participant_id).born_on = day


def test_the_same_person_over_two_companies_is_seen_by_the_facilitateur(cast: Cast) -> None:
    elsewhere = hired_elsewhere(cast, "LEROY Marie", "110")
    assert "too_much_elsewhere" in flags(cast, cast.marie)
    assert "same_hours_elsewhere" in flags(cast, cast.marie, "110")
    assert "too_much_elsewhere" in flags(cast, elsewhere, "110")
    assert "too_much_elsewhere" in line(cast, elsewhere).flags


def test_another_birth_date_is_another_person(cast: Cast) -> None:
    elsewhere = hired_elsewhere(cast, "Marie Leroy", "110")
    born(cast, cast.marie, "1990-01-31")
    assert "too_much_elsewhere" in flags(cast, cast.marie)  # the other one's is not known
    born(cast, elsewhere, "1990-01-31")
    assert "too_much_elsewhere" in flags(cast, cast.marie)
    born(cast, elsewhere, "1991-01-31")
    assert "too_much_elsewhere" not in flags(cast, cast.marie)


def test_no_company_ever_learns_of_another(cast: Cast) -> None:
    hired_elsewhere(cast, "Marie Leroy", "110")
    talk = cast.talk(cast.carole)
    heard = talk.says("en fait 115 h pour Leroy en octobre") + talk.says("oui") + talk.says("mes obligations")
    assert "C’est enregistré" in heard
    for word in ("110", "Voirie", "ailleurs", "autre marché", "ensemble de ses marchés"):
        assert word not in heard, word


def test_names_recorded_before_the_hash_get_it_later_and_erased_ones_never(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        for participant in session.scalars(select(Participant)):
            participant.person_hash = None
        session.get_one(Participant, cast.paul.participant_id).name_hash = "-erased"
    hash_again(cast.house)
    with cast.house.database.reading() as session:
        known = {each.name: each.person_hash for each in session.scalars(select(Participant))}
    assert known.pop("Paul Girard") is None
    assert all(known.values())
    hired_elsewhere(cast, "Marie Leroy", "110")
    assert "too_much_elsewhere" in flags(cast, cast.marie)


def test_what_was_accepted_since_is_no_longer_to_be_looked_at(cast: Cast) -> None:
    assert "eligibility_not_accepted" in flags(cast, cast.karim, "60")
    with cast.house.database.transaction() as session:
        session.get_one(Employment, cast.karim.id).eligibility = EligibilityStatus.ACCEPTED
    assert "eligibility_not_accepted" not in flags(cast, cast.karim, "60")
