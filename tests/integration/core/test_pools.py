"""Commitments of one company counted together: the total, each one's own, and who sees which."""

from datetime import date
from decimal import Decimal

import pytest

from core.amendments import standing_at
from core.board import board_of
from core.hours import NBSP
from core.models import Commitment, Globalisation, Person, Territory
from core.outlook import outlook_of
from core.pools import pool_of
from core.refusal import Refused
from core.signing import enter, sign, to_sign
from core.standing import Change
from core.terms import AmendmentKind
from tests.cast import Cast
from tests.talk import Talk

TODAY = date(2026, 11, 23)


def enters(cast: Cast, commitment: Commitment, change: Change) -> None:
    """Fanny enters an amendment."""
    with cast.house.database.transaction() as session:
        enter(session, cast.house, session.get_one(Person, cast.fanny.id), commitment.id, change, reason="")


def together(cast: Cast) -> None:
    """The school and the housing are counted together."""
    enters(cast, cast.school, Change(AmendmentKind.POOLING, TODAY, members=(cast.housing.id,)))


@pytest.fixture
def asked(cast: Cast) -> Talk:
    """Carole, who asks that the hours of her two contracts be counted together."""
    talk = cast.talk(cast.carole)
    assert "Avez-vous l’avenant" in talk.says("On met nos heures en commun sur les deux marchés")
    summary = talk.taps("Je ne l’ai pas")
    for expected in (
        "heures comptées avec celles de HL-2026-07",
        f"Reste{NBSP}: 1{NBSP}562,5{NBSP}h, ensemble (avant{NBSP}: 1{NBSP}562,5{NBSP}h, marché par marché)",
        "convention de globalisation",
        "à confirmer auprès du facilitateur",
    ):
        assert expected in summary
    talk.says("oui")
    return talk


def test_asked_in_words_signed_then_each_is_shown_with_the_total(cast: Cast, asked: Talk) -> None:
    with cast.house.database.transaction() as session:
        fanny = session.get_one(Person, cast.fanny.id)
        [seen] = to_sign(session, cast.house, fanny)
        assert pool_of(session, session.get_one(Commitment, cast.school.id)) is None
        sign(session, cast.house, seen.id, fanny)
    said = asked.says("mes obligations")
    assert f"287,5{NBSP}h faites sur 1{NBSP}850{NBSP}h, reste 1{NBSP}562,5{NBSP}h" in said
    assert f"HL-2026-07{NBSP}: 0{NBSP}h faites sur 650{NBSP}h" in said


def test_hours_done_beyond_one_count_for_the_other_once(cast: Cast) -> None:
    enters(cast, cast.school, Change(AmendmentKind.HOURS, TODAY, hours=Decimal(-1000)))
    together(cast)
    with cast.house.database.reading() as session:
        found = pool_of(session, session.get_one(Commitment, cast.housing.id))
        assert found is not None
        assert (found.total.committed, found.total.done) == (Decimal(850), Decimal("287.5"))
        assert found.total.remaining == Decimal("562.5"), "87.5 hours of surplus on the school count here"


def test_a_buyer_sees_the_total_without_the_other_buyer_s_contract(cast: Cast) -> None:
    together(cast)
    said = cast.talk(cast.bernard).says("mes obligations")
    said += cast.talk(cast.alice).says("mes obligations")
    assert "Heures comptées ensemble sur 2 marchés" in said
    for other in (cast.talk(cast.bernard), cast.talk(cast.outsider)):
        assert "2026-TX-014 lot" + NBSP + "1" not in other.says("mes obligations")


def test_those_counted_together_land_together(cast: Cast) -> None:
    together(cast)
    with cast.house.database.reading() as session:
        school, housing = (session.get_one(Commitment, each.id) for each in (cast.school, cast.housing))
        found = outlook_of(session, housing, TODAY)
        assert found is not None
        assert found.committed == Decimal(1850)
        assert found == outlook_of(session, school, TODAY)
        place = session.get_one(Territory, school.contract.territory_id)
        risky = {each.commitment_id: each.found for each in board_of(session, cast.house, place, "2026-10").at_risk}
        assert risky.get(school.id) == risky.get(housing.id)


def test_it_ends_for_both_and_what_it_was_is_still_known(cast: Cast) -> None:
    together(cast)
    enters(cast, cast.housing, Change(AmendmentKind.UNPOOLING, date(2026, 11, 23)))
    with cast.house.database.reading() as session:
        for each in (cast.school, cast.housing):
            row = session.get_one(Commitment, each.id)
            assert row.globalisation_id is None
            assert pool_of(session, row) is None
            assert standing_at(session, row, date(2026, 11, 22)).pool_id is None
        assert session.query(Globalisation).count() == 1


@pytest.mark.parametrize("which", ["cleaning", "roads"])
def test_only_one_company_s_commitments_are_counted_together(cast: Cast, which: str) -> None:
    other = getattr(cast, which)
    with pytest.raises(Refused, match="même entreprise"):
        enters(cast, cast.school, Change(AmendmentKind.POOLING, TODAY, members=(other.id,)))


def test_nothing_to_count_with_is_said(cast: Cast) -> None:
    with pytest.raises(Refused, match="Choisissez l’autre marché"):
        enters(cast, cast.school, Change(AmendmentKind.POOLING, TODAY))
    with pytest.raises(Refused, match="aucun autre"):
        enters(cast, cast.school, Change(AmendmentKind.UNPOOLING, TODAY))
