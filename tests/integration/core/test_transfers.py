"""A contract handed over: the history stays, the rest passes on a day, the new company is welcomed."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.access import NOT_YOURS, commitment_for, receipt_for
from core.amendments import recompute
from core.commitments import title_of
from core.declarations import Work, record
from core.hours import NBSP
from core.models import Commitment, Organisation, Person, Receipt
from core.owed import duties, owed
from core.refusal import Refused
from core.shares import hours_on, whole_of
from core.signing import enter, sign, to_sign
from core.standing import Change
from core.terms import AmendmentKind, ShareRole
from tests.cast import Cast
from tests.houses import FakeClock
from tests.letters import letters_to
from tests.talk import Talk

DAY = date(2026, 12, 1)
NEWCOMER = "accueil.alpha@exemple.fr"


def taken(cast: Cast) -> Commitment:
    """What the company that took the school over holds."""
    with cast.house.database.reading() as session:
        query = select(Commitment).join(Organisation, Organisation.id == Commitment.awardee_id)
        return session.scalars(query.where(Organisation.name == "Alpha Bâtiment")).unique().one()


@pytest.fixture
def handed(cast: Cast, clock: FakeClock) -> Talk:
    """The school, asked in words by Carole to be handed over on the first of December, and signed; eight days later."""
    talk = cast.talk(cast.carole)
    talk.says("Le marché est cédé à Alpha Bâtiment au 1er décembre")
    assert "SIRET" in talk.taps("2026-TX-014")
    talk.taps("Je ne l’ai pas")
    talk.says(NEWCOMER)
    summary = talk.taps("Je ne l’ai pas")
    for expected in (
        f"cession à Alpha Bâtiment le 1{'er'} décembre 2026",
        f"Pour Bâti Nord{NBSP}: 287,5{NBSP}h, celles déjà faites (avant{NBSP}: 1{NBSP}200{NBSP}h)",
        f"Pour Alpha Bâtiment{NBSP}: 912,5{NBSP}h",
        "à confirmer auprès du facilitateur",
    ):
        assert expected in summary
    talk.says("oui")
    with cast.house.database.transaction() as session:
        fanny = session.get_one(Person, cast.fanny.id)
        [seen] = to_sign(session, cast.house, fanny)
        sign(session, cast.house, seen.id, fanny)
    clock.advance(days=8)
    recompute(cast.house)
    return talk


def test_the_rest_passes_and_the_whole_stays(cast: Cast, handed: Talk) -> None:
    with cast.house.database.reading() as session:
        now, former = session.get_one(Commitment, taken(cast).id), session.get_one(Commitment, cast.school.id)
        assert (now.committed_hours, now.starts_on, now.ends_on) == (Decimal("912.5"), DAY, date(2027, 8, 31))
        assert (former.committed_hours, former.ends_on) == (Decimal("287.5"), date(2026, 11, 30))
        assert (former.whole_id, former.share_role) == (now.id, ShareRole.FORMER)
        assert "ancien titulaire" in title_of(former)
        for day in (date(2026, 10, 1), date(2026, 11, 30), DAY, date(2027, 8, 31)):
            assert hours_on(session, now, day) == Decimal(1200)
        whole = whole_of(session, now)
        assert whole is not None
        assert (whole.progress.committed, whole.progress.done) == (Decimal(1200), Decimal("287.5"))


def test_the_new_company_is_welcomed_and_asked_from_its_day(cast: Cast, handed: Talk) -> None:
    [welcome] = letters_to(cast.house, NEWCOMER, "WelcomeLetter")
    assert "hours='912,5" in str(welcome["commitments"])
    today = cast.house.today()
    with cast.house.database.reading() as session:
        due = [(duty.id, each.month) for duty, each in owed(session, duties(session, cast.house), today)]
        assert [month for number, month in due if number == taken(cast).id] == ["2026-12"]
        assert [month for number, month in due if number == cast.school.id] == ["2026-11"], "its last month is its own"


def test_the_former_company_declares_its_last_month_and_keeps_its_receipts(cast: Cast, handed: Talk) -> None:
    with cast.house.database.transaction() as session:
        carole = session.get_one(Person, cast.carole.id)
        record(session, cast.house, carole, cast.school.id, "2026-11", {cast.marie.id: Work(Decimal(30))})
        receipt = session.scalars(select(Receipt).order_by(Receipt.number)).first()
        assert receipt is not None
        assert receipt_for(session, carole, receipt.number) is receipt
        with pytest.raises(Refused, match="après la fin"):
            record(session, cast.house, carole, cast.school.id, "2026-12", {cast.marie.id: Work(Decimal(30))})
        now = session.get_one(Commitment, taken(cast).id)
        whole = whole_of(session, now)
        assert whole is not None
        assert whole.progress.done == Decimal("317.5"), "what it declared late counts for the whole"
        with pytest.raises(Refused, match=NOT_YOURS):
            commitment_for(session, carole, now.id)


def test_the_new_company_reads_hours_but_nobody_s_name(cast: Cast, handed: Talk) -> None:
    with cast.house.database.reading() as session:
        alpha = session.scalars(select(Person).where(Person.organisation_id == taken(cast).awardee_id)).unique().one()
        with pytest.raises(Refused, match=NOT_YOURS):
            commitment_for(session, alpha, cast.school.id)
    said = cast.talk(alpha).says("mes obligations")
    assert f"Bâti Nord (ancien titulaire){NBSP}: 287,5{NBSP}h faites" in said
    for name in ("Marie", "Karim", "Leroy"):
        assert name not in said


def test_who_handed_it_over_cannot_do_it_again(cast: Cast, handed: Talk) -> None:
    again = Change(AmendmentKind.TRANSFER, date(2026, 11, 25), awardee_id=cast.netto.id)
    with cast.house.database.transaction() as session:
        fanny = session.get_one(Person, cast.fanny.id)
        with pytest.raises(Refused, match="déjà cédé"):
            enter(session, cast.house, fanny, cast.school.id, again, reason="")


def test_subcontractors_stay_with_the_contract(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        fanny = session.get_one(Person, cast.fanny.id)
        today = cast.house.today()
        share = Change(
            AmendmentKind.SHARE, today, hours=Decimal(-100), awardee_id=cast.netto.id,
            share_role=ShareRole.SUBCONTRACTOR,
        )  # fmt: skip
        enter(session, cast.house, fanny, cast.school.id, share, reason="")
        over = Change(AmendmentKind.TRANSFER, today, awardee_id=cast.landlord.id)
        enter(session, cast.house, fanny, cast.school.id, over, reason="")
        now = session.scalars(select(Commitment).where(Commitment.awardee_id == cast.landlord.id)).unique().one()
        whole = whole_of(session, now)
        assert whole is not None
        assert [part.role for part in whole.parts] == ["titulaire", "ancien titulaire", "sous-traitant"]
        assert whole.progress.committed == Decimal(1200)


@pytest.mark.parametrize(
    ("day", "company", "why"),
    [
        (date(2026, 9, 1), "netto", "ne peut venir qu’ensuite"),
        (date(2027, 9, 15), "netto", "avant la cession"),
        (DAY, "bati", "déjà un engagement"),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, day: date, company: str, why: str) -> None:
    change = Change(AmendmentKind.TRANSFER, day, awardee_id=getattr(cast, company).id)
    with cast.house.database.transaction() as session:
        fanny = session.get_one(Person, cast.fanny.id)
        with pytest.raises(Refused, match=why):
            enter(session, cast.house, fanny, cast.school.id, change, reason="")
