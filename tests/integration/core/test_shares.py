"""Hours shared between the awardee, its co-awardees and its subcontractors: who owes, declares and sees what."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from core.access import NOT_YOURS, commitment_for, commitments_seen_by, sees_participants
from core.amendments import recompute, standing_at
from core.attestations import figures_of
from core.commitments import title_of
from core.declarations import Work, record
from core.employments import Hire, hire
from core.hours import NBSP
from core.models import Amendment, Commitment, Organisation, Person
from core.owed import duties, owed
from core.papers.summary import summary_pdf
from core.people import person_by_email
from core.refusal import Refused
from core.shares import hours_on, parts_of, whole_of
from core.signing import enter, sign, to_sign
from core.standing import Change
from core.terms import AmendmentKind, Criterion, EmploymentKind, Modality, ShareRole
from tests.cast import Cast
from tests.houses import FakeClock
from tests.letters import letters_to
from tests.talk import Talk

TODAY = date(2026, 11, 23)
PAINTER = "contact.peintre@exemple.fr"


def share(cast: Cast, hours: str, *, on: date = TODAY, to: Organisation | None = None) -> None:
    """Fanny enters a share of the school; the company is Netto unless another is given."""
    company = (to or cast.netto).id
    change = Change(AmendmentKind.SHARE, on, hours=-Decimal(hours), awardee_id=company, share_role=ShareRole.CO_AWARDEE)
    enters(cast, change)


def enters(cast: Cast, change: Change) -> None:
    """Fanny enters an amendment of the school."""
    with cast.house.database.transaction() as session:
        enter(session, cast.house, session.get_one(Person, cast.fanny.id), cast.school.id, change, reason="")


def part_of(cast: Cast) -> Commitment:
    """The only part of the school."""
    with cast.house.database.reading() as session:
        (found,) = parts_of(session, session.get_one(Commitment, cast.school.id))
        return found


def declared_by_netto(cast: Cast, hours: str) -> None:
    """David hires somebody on Netto's part, and declares November."""
    with cast.house.database.transaction() as session:
        david = session.get_one(Person, cast.david.id)
        (part,) = parts_of(session, session.get_one(Commitment, cast.school.id))
        hired = Hire("Zoé Zanier", TODAY, Modality.DIRECT_HIRE, EmploymentKind.CDD, Criterion.RSA)
        zoe = hire(session, cast.house, part, hired, david)
        record(session, cast.house, david, part.id, "2026-11", {zoe.id: Work(Decimal(hours))})


@pytest.fixture
def asked(cast: Cast) -> Talk:
    """Carole, who says that she subcontracts to a company that nobody knows here."""
    talk = cast.talk(cast.carole)
    assert "Quel marché change" in talk.says("On sous-traite 300 h à Martin Peinture à partir du 1er décembre")
    assert "SIRET" in talk.taps("2026-TX-014")
    assert "quatorze" in talk.says("12345678901234")
    assert "adresse e-mail" in talk.taps("Je ne l’ai pas")
    talk.says(PAINTER)
    summary = talk.taps("Je ne l’ai pas")
    for expected in (
        f"300{NBSP}h confiées à Martin Peinture (sous-traitant)",
        f"Pour Bâti Nord{NBSP}: 900{NBSP}h (avant{NBSP}: 1{NBSP}200{NBSP}h)",
        f"Pour Martin Peinture{NBSP}: 300{NBSP}h (avant{NBSP}: 0{NBSP}h)",
        "Prend effet le 1er décembre 2026",
        "à confirmer auprès du facilitateur",
    ):
        assert expected in summary
    assert "D-2026-00001" in talk.says("oui")
    return talk


def test_asked_in_words_signed_then_welcomed_on_its_day(cast: Cast, clock: FakeClock, asked: Talk) -> None:
    with cast.house.database.transaction() as session:
        fanny = session.get_one(Person, cast.fanny.id)
        [seen] = to_sign(session, cast.house, fanny)
        assert [each.label for each in seen.changes] == ["Pour Bâti Nord", "Pour Martin Peinture", "Ensemble"]
        assert person_by_email(session, cast.house, PAINTER) is None, "nobody is let in before the signature"
        sign(session, cast.house, seen.id, fanny)
    assert "L’avenant est signé" in asked.looks()
    assert part_of(cast).committed_hours is None, "nothing is asked before its day"
    assert f"Martin Peinture (sous-traitant){NBSP}: à partir du 1er décembre 2026" in asked.says("mes obligations")
    [letter] = letters_to(cast.house, PAINTER, "NoticeLetter")
    assert "vous confie" in letter["opening"]
    assert not letters_to(cast.house, PAINTER, "WelcomeLetter")
    clock.advance(days=8)
    recompute(cast.house)
    part = part_of(cast)
    assert (part.committed_hours, part.starts_on, part.ends_on) == (
        Decimal(300), date(2026, 12, 1), date(2027, 8, 31),
    )  # fmt: skip
    [welcome] = letters_to(cast.house, PAINTER, "WelcomeLetter")
    assert "part de Martin Peinture" in str(welcome["commitments"])
    assert part.welcomed_at is not None


def test_the_awardee_sees_the_whole_and_no_other_s_names(cast: Cast) -> None:
    share(cast, "300")
    declared_by_netto(cast, "40")
    said = cast.talk(cast.carole).says("mes obligations")
    assert f"**Ensemble**{NBSP}: 327,5{NBSP}h faites sur 1{NBSP}200{NBSP}h" in said
    assert f"Netto Services (cotraitant){NBSP}: 40{NBSP}h faites sur 300{NBSP}h" in said
    assert "Zoé" not in said
    with cast.house.database.reading() as session:
        carole, part = session.get_one(Person, cast.carole.id), session.get_one(Commitment, part_of(cast).id)
        assert part.id not in {row.id for row in commitments_seen_by(session, carole)}
        with pytest.raises(Refused, match=NOT_YOURS):
            commitment_for(session, carole, part.id)
        assert not sees_participants(carole, part)


def test_the_partner_sees_and_declares_its_own_part_only(cast: Cast) -> None:
    share(cast, "300")
    declared_by_netto(cast, "40")
    said = cast.talk(cast.david).says("combien il me reste d’heures ?")
    assert f"Il reste **260{NBSP}h** à faire sur 300{NBSP}h" in said
    assert "Bâti Nord" not in said
    with cast.house.database.transaction() as session:
        david = session.get_one(Person, cast.david.id)
        assert cast.school.id not in {row.id for row in commitments_seen_by(session, david)}
        with pytest.raises(Refused, match=NOT_YOURS):
            record(session, cast.house, david, cast.school.id, "2026-11", {cast.marie.id: Work(Decimal(10))})
        carole, part = session.get_one(Person, cast.carole.id), part_of(cast).id
        with pytest.raises(Refused, match=NOT_YOURS):
            record(session, cast.house, carole, part, "2026-11", {cast.marie.id: Work(Decimal(10))})


def test_the_outsider_sees_neither_and_the_buyer_sees_hours_without_names(cast: Cast) -> None:
    share(cast, "300")
    declared_by_netto(cast, "40")
    with cast.house.database.reading() as session:
        part = session.get_one(Commitment, part_of(cast).id)
        for stranger in (cast.outsider, cast.bernard, cast.lucas):
            with pytest.raises(Refused, match=NOT_YOURS):
                commitment_for(session, session.get_one(Person, stranger.id), part.id)
        alice = session.get_one(Person, cast.alice.id)
        assert commitment_for(session, alice, part.id) is part
        assert not sees_participants(alice, part)
        assert "part de Netto Services (cotraitant)" in title_of(part)


def test_each_company_is_asked_for_its_own_months(cast: Cast) -> None:
    share(cast, "300", on=date(2026, 11, 1))
    part = part_of(cast)
    with cast.house.database.reading() as session:
        due = [(duty.id, each.month) for duty, each in owed(session, duties(session, cast.house), TODAY)]
        assert [month for number, month in due if number == part.id] == ["2026-11"]
        assert (cast.school.id, "2026-11") in due
        asked = duties(session, cast.house, awardee_id=cast.netto.id)
        assert part.id in {duty.id for duty in asked}
        assert cast.school.id not in {duty.id for duty in asked}


def test_the_parts_follow_when_the_whole_stops_and_are_told(cast: Cast) -> None:
    share(cast, "300")
    stops = Change(AmendmentKind.SUSPENSION, date(2026, 12, 1), until=date(2027, 1, 31), ends_on=date(2027, 11, 1))
    enters(cast, stops)
    part = part_of(cast)
    with cast.house.database.reading() as session:
        then = standing_at(session, session.get_one(Commitment, part.id), date(2026, 12, 15))
        assert (then.suspensions, then.ends_on) == (((date(2026, 12, 1), date(2027, 1, 31)),), date(2027, 11, 1))
    assert any("suspension" in letter["title"] for letter in letters_to(cast.house, cast.david.email or "", "NoticeL"))


def test_what_the_contract_asks_is_the_same_on_any_day(cast: Cast) -> None:
    share(cast, "300", on=TODAY + timedelta(days=10))
    share(cast, "-100", on=TODAY + timedelta(days=40))
    share(cast, "200", to=cast.landlord)
    with cast.house.database.reading() as session:
        school = session.get_one(Commitment, cast.school.id)
        for later in (-60, 0, 9, 10, 39, 40, 300):
            assert hours_on(session, school, TODAY + timedelta(days=later)) == Decimal(1200)
        whole = whole_of(session, school)
        assert whole is not None
        assert whole.progress.committed == sum(part.progress.committed for part in whole.parts)


@pytest.mark.parametrize(
    ("hours", "to", "why"),
    [
        ("1300", "netto", "ne peut pas en confier davantage"),
        ("-10", "netto", "lui en reprendre davantage"),
        ("10", "bati", "Choisissez l’autre entreprise"),
        ("0", "netto", "Donnez les heures"),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, hours: str, to: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        share(cast, hours, to=getattr(cast, to))


def test_a_part_is_not_shared_again_nor_given_to_who_owes_the_lot_itself(cast: Cast) -> None:
    share(cast, "300")
    part = part_of(cast)
    again = Change(AmendmentKind.SHARE, TODAY, hours=Decimal(-10), awardee_id=cast.voirie.id)
    with cast.house.database.transaction() as session:
        fanny = session.get_one(Person, cast.fanny.id)
        with pytest.raises(Refused, match="à son tour"):
            enter(session, cast.house, fanny, part.id, again, reason="")
    with cast.house.database.transaction() as session:
        session.get_one(Commitment, cast.school.id).lot = "2"
    with pytest.raises(Refused, match="son propre engagement"):
        share(cast, "10", to=cast.voirie)


def test_nobody_enters_a_company_by_naming_an_address_in_it(cast: Cast) -> None:
    """Carole names Netto, which has people: no address is asked, and one given in a forged way is not kept."""
    talk = cast.talk(cast.carole)
    talk.says("On sous-traite 100 h à Netto Services")
    assert "À partir de quel jour" in talk.taps("2026-TX-014")
    talk.taps("Aujourd’hui")
    talk.taps("Je ne l’ai pas")
    talk.says("oui")
    with cast.house.database.reading() as session:
        row = session.scalars(select(Amendment)).one()
        assert (row.awardee_id, row.contact) == (cast.netto.id, None)


def test_papers_say_whose_part_they_are_about(cast: Cast) -> None:
    share(cast, "300")
    declared_by_netto(cast, "40")
    with cast.house.database.reading() as session:
        school = session.get_one(Commitment, cast.school.id)
        printed = PdfReader(io.BytesIO(summary_pdf(session, cast.house, school)))
        attested = figures_of(session, cast.house, school, session.get_one(Person, cast.fanny.id))
    summary = " ".join("\n".join(page.extract_text() for page in printed.pages).split())
    said = summary.replace(NBSP, " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Netto Services (cotraitant) 40 h réalisées sur 300 h" in said
    assert "Ensemble du marché 327,5 h réalisées sur 1 200 h" in said
    assert "Zanier" not in said
    assert attested.title.endswith(", part du titulaire")
    assert attested.committed == "900"
