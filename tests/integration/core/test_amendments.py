"""A commitment on any day: its columns are today's, its past is computed again from its first terms."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from core.amendments import put_in_force, recompute, standing_at
from core.models import Amendment, Commitment
from core.owed import duties, owed
from core.terms import AmendmentKind, AmendmentStatus, CommitmentStatus
from tests.cast import Cast
from tests.houses import FakeClock

YESTERDAY = date(2026, 11, 22)


def sign(session: Session, cast: Cast, kind: AmendmentKind, effective_on: date, **fields: object) -> None:
    """Add a signed amendment to the school's commitment."""
    session.add(
        Amendment(
            commitment_id=cast.school.id,
            kind=kind,
            status=AmendmentStatus.SIGNED,
            effective_on=effective_on,
            proposed_at=cast.house.now(),
            **fields,
        )
    )
    session.flush()
    put_in_force(session, cast.house, session.get_one(Commitment, cast.school.id))


def months_owed(cast: Cast) -> list[str]:
    """Return the months of the school that nobody declared."""
    with cast.house.database.reading() as session:
        asked = [duty for duty in duties(session, cast.house) if duty.id == cast.school.id]
        return [due.month for _, due in owed(session, asked, cast.house.today())]


def test_hours_of_today_and_of_any_past_day(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        sign(session, cast, AmendmentKind.HOURS, date(2026, 10, 1), hours=Decimal(-300))
        sign(
            session, cast, AmendmentKind.TRANCHE, date(2026, 11, 2), hours=Decimal("450.5"), ends_on=date(2027, 12, 31)
        )
        row = session.get_one(Commitment, cast.school.id)
        assert (row.committed_hours, row.ends_on) == (Decimal("1350.5"), date(2027, 12, 31))
        past = {day: standing_at(session, row, day).hours for day in (date(2026, 9, 30), date(2026, 10, 1), YESTERDAY)}
        assert past == {date(2026, 9, 30): Decimal(1200), date(2026, 10, 1): Decimal(900), YESTERDAY: Decimal("1350.5")}


def test_only_signed_amendments_count(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        sign(session, cast, AmendmentKind.HOURS, YESTERDAY, hours=Decimal(-300))
        for status in (AmendmentStatus.PROPOSED, AmendmentStatus.DECLINED):
            session.add(
                Amendment(
                    commitment_id=cast.school.id,
                    kind=AmendmentKind.HOURS,
                    status=status,
                    hours=Decimal(-100),
                    effective_on=YESTERDAY,
                    proposed_at=cast.house.now(),
                )
            )
        session.flush()
        row = session.get_one(Commitment, cast.school.id)
        put_in_force(session, cast.house, row)
        assert row.committed_hours == Decimal(900)


def test_a_suspended_month_is_not_owed_until_the_work_resumes(cast: Cast, clock: FakeClock) -> None:
    assert months_owed(cast) == ["2026-11"]
    with cast.house.database.transaction() as session:
        sign(session, cast, AmendmentKind.SUSPENSION, date(2026, 11, 1))
        assert session.get_one(Commitment, cast.school.id).status is CommitmentStatus.SUSPENDED
    clock.advance(days=30)
    assert months_owed(cast) == []
    with cast.house.database.transaction() as session:
        sign(session, cast, AmendmentKind.RESUMPTION, date(2026, 12, 14))
        assert session.get_one(Commitment, cast.school.id).status is CommitmentStatus.ACTIVE
    assert months_owed(cast) == ["2026-12"]


def test_what_is_signed_for_later_takes_effect_on_its_day(cast: Cast, clock: FakeClock) -> None:
    """The day's round sees it, once, even after days without one."""
    with cast.house.database.transaction() as session:
        sign(session, cast, AmendmentKind.HOURS, date(2026, 11, 25), hours=Decimal(-300))
        sign(session, cast, AmendmentKind.SUSPENSION, date(2026, 12, 1), until=date(2026, 12, 31))
    assert recompute(cast.house) == 0
    hours, statuses = [], []
    for days in (1, 1, 8, 40):
        clock.advance(days=days)
        recompute(cast.house)
        assert recompute(cast.house) == 0
        with cast.house.database.reading() as session:
            row = session.get_one(Commitment, cast.school.id)
            hours.append(row.committed_hours)
            statuses.append(row.status)
    assert hours == [Decimal(1200), Decimal(900), Decimal(900), Decimal(900)]
    assert statuses == [
        CommitmentStatus.ACTIVE,
        CommitmentStatus.ACTIVE,
        CommitmentStatus.SUSPENDED,
        CommitmentStatus.ACTIVE,
    ]


def test_a_suspension_imported_without_dates_is_lifted(cast: Cast) -> None:
    """No month before the resumption is asked: nobody knows since when the work was stopped."""
    with cast.house.database.transaction() as session:
        session.get_one(Commitment, cast.school.id).status = CommitmentStatus.SUSPENDED
    assert months_owed(cast) == []
    with cast.house.database.transaction() as session:
        sign(session, cast, AmendmentKind.RESUMPTION, date(2026, 11, 16))
    assert months_owed(cast) == ["2026-11"]
