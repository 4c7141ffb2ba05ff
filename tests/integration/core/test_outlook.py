"""Where a commitment lands: told first to the company with the way back, to the buyer without a name."""

from datetime import date
from decimal import Decimal

from core.amendments import put_in_force
from core.board import board_of, latest_month
from core.declarations import Work, in_force, record
from core.hindsight import looked_back
from core.models import Amendment, Commitment, Person, Territory
from core.outlook import months_of, outlook_of
from core.terms import AmendmentKind, AmendmentStatus, DeclarationStatus, NilReason
from tests.cast import Cast
from tests.houses import FakeClock


def slow(cast: Cast) -> None:
    """Let the school owe three times as much."""
    with cast.house.database.transaction() as session:
        session.get_one(Commitment, cast.school.id).committed_hours = Decimal(3600)


def test_the_hours_of_each_month_count_as_everywhere_else(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        october = in_force(session, cast.school.id, "2026-10")
        assert october is not None
        for line in october.lines:
            line.is_returned = line.employment_id == cast.karim.id
        record(session, cast.house, session.get_one(Person, cast.carole.id), cast.school.id, "2026-11", {},
               nil_reason=NilReason.NO_NEED)  # fmt: skip
        session.flush()
        found = months_of(session, [cast.school.id, cast.cleaning.id])
    assert found == {cast.school.id: {"2026-09": Decimal(100), "2026-10": Decimal("120.5"), "2026-11": Decimal(0)}}


def test_the_company_reads_where_it_lands_and_the_way_back(cast: Cast) -> None:
    slow(cast)
    said = cast.talk(cast.carole).says("vais-je y arriver ?").replace("\xa0", " ")
    assert "Prévision : à ce rythme, environ" in said
    assert "sur 3 600 h" in said
    assert "Pour y arriver : " in said.replace("*", "")
    assert "dès décembre 2026" in said
    assert "à confirmer auprès du facilitateur" in said
    assert "Prévision" in cast.talk(cast.carole).says("mes obligations")


def test_the_buyer_reads_it_for_his_own_contract_without_a_name(cast: Cast) -> None:
    slow(cast)
    said = cast.talk(cast.alice).says("où en est le lot 1 de Jean-Zay ?").replace("\xa0", " ")
    assert "Prévision : à ce rythme, environ" in said
    assert "% de risque d’en manquer" in said
    for kept in ("Pour y arriver", "Marie", "Karim", "de pénalités si"):
        assert kept not in said
    assert "Prévision" not in cast.talk(cast.bernard).says("où en est le lot 1 de Jean-Zay ?")
    assert "Gros œuvre" not in cast.talk(cast.outsider).says("vais-je y arriver ?")


def test_the_board_shows_those_above_the_level_of_the_territory(cast: Cast) -> None:
    slow(cast)
    with cast.house.database.transaction() as session:
        place = session.get_one(Territory, session.get_one(Person, cast.fanny.id).territory_id)
        month = latest_month(cast.house.today())
        assert [each.commitment_id for each in board_of(session, cast.house, place, month).at_risk] == [cast.school.id]
        found = outlook_of(session, session.get_one(Commitment, cast.school.id), cast.house.today())
        assert found is not None
        assert found.percent >= place.shortfall_percent
        place.shortfall_percent = found.percent + 1
        assert board_of(session, cast.house, place, month).at_risk == ()


def test_past_forecasts_are_judged_with_the_hours_owed_at_the_time(cast: Cast, clock: FakeClock) -> None:
    """Three months of a commitment that ended; its last amendment came after the first forecast."""
    with cast.house.database.transaction() as session:
        carole = session.get_one(Person, cast.carole.id)
        recorded = record(session, cast.house, carole, cast.school.id, "2026-11", {cast.marie.id: Work(Decimal(80))})
        recorded.declaration.status = DeclarationStatus.ACCEPTED
        session.add(
            Amendment(
                commitment_id=cast.school.id,
                kind=AmendmentKind.EARLY_END,
                status=AmendmentStatus.SIGNED,
                effective_on=date(2026, 10, 15),
                ends_on=date(2026, 11, 30),
                hours=Decimal(-900),
                proposed_at=cast.house.now(),
            )
        )
        session.flush()
        put_in_force(session, cast.house, session.get_one(Commitment, cast.school.id))
    clock.advance(days=30)
    with cast.house.database.reading() as session:
        found = looked_back(session, cast.house.today())
    assert (found.commitments, found.forecasts) == (1, 2)
    assert "rejouées" in found.in_words()


def signed(cast: Cast, kind: AmendmentKind, on: date, **terms: object) -> None:
    """Let the facilitateur have signed a change of the school's that takes effect later."""
    with cast.house.database.transaction() as session:
        row = session.get_one(Commitment, cast.school.id)
        session.add(
            Amendment(commitment_id=row.id, kind=kind, effective_on=on, reason="", status=AmendmentStatus.SIGNED,
                      signed_by_id=cast.fanny.id, signed_at=cast.house.now(), proposed_at=cast.house.now(), **terms)
        )  # fmt: skip
        session.flush()
        put_in_force(session, cast.house, row)


def test_a_change_to_come_is_in_the_forecast_from_its_signature(cast: Cast) -> None:
    def landing() -> tuple[Decimal, Decimal]:
        with cast.house.database.reading() as session:
            row = session.get_one(Commitment, cast.school.id)
            assert row.ends_on == date(2027, 8, 31)
            found = outlook_of(session, row, cast.house.today())
            assert found is not None
            return found.committed, found.expected

    before = landing()
    signed(cast, AmendmentKind.SUSPENSION, date(2027, 1, 1), until=date(2027, 4, 30))
    stopped = landing()
    assert stopped[0] == before[0]
    assert stopped[1] < before[1]
    signed(cast, AmendmentKind.EARLY_END, date(2027, 6, 1), ends_on=date(2027, 6, 30), hours=Decimal(-300))
    assert landing()[0] == before[0] - 300
    assert landing()[1] < stopped[1]
    said = cast.talk(cast.carole).says("vais-je y arriver ?").replace("\xa0", " ")
    assert "sur 900 h" in said
