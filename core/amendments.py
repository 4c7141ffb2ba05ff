"""Amendments of a commitment: proposed or entered, signed by the facilitateur, in force from their day on.

Nothing changes before the signature. What a commitment was on any past day is computed again from its first terms and
the signed amendments in force by then (`core.standing`); the columns of the commitment hold the result for today.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from core import audit
from core.amendment_checks import NOTHING_CHANGES, refuse, refuse_below_zero, refuse_result
from core.house import House
from core.loading import Shape
from core.models import Amendment, Commitment
from core.prepared import Listed
from core.refusal import Refused
from core.standing import Change, Period, Standing, standing_on
from core.terms import AmendmentStatus, CommitmentStatus
from core.welcome import announce

AMENDMENT = Shape(Amendment)
TO_COME = Listed(
    Amendment.commitment_id,
    lambda of_these: select(*AMENDMENT.columns).where(
        of_these, Amendment.status == AmendmentStatus.SIGNED, Amendment.effective_on > bindparam("today")
    ),
)


def known_standing(commitment: Commitment | Row[*tuple[Any, ...]]) -> Standing:
    """Return what a commitment is by its own columns.

    A suspension without dates, as imported, holds from the first day: no month of it is asked.
    """
    suspensions = _periods(commitment.suspensions)
    if commitment.status is CommitmentStatus.SUSPENDED and not suspensions:
        suspensions = ((commitment.starts_on or date.min, None),)
    return Standing(
        commitment.committed_hours,
        commitment.starts_on,
        commitment.ends_on,
        commitment.awardee_id,
        suspensions,
        commitment.globalisation_id,
    )


def first_standing(commitment: Commitment) -> Standing:
    """Return what a commitment was before its first signed amendment."""
    kept = commitment.initial
    if kept is None:
        return known_standing(commitment)
    return Standing(
        Decimal(kept["hours"]) if kept["hours"] is not None else None,
        _day(kept["starts_on"]),
        _day(kept["ends_on"]),
        int(kept["awardee_id"]),
        _periods(kept["suspensions"]),
        kept.get("pool_id"),
    )


def standing_at(session: Session, commitment: Commitment, day: date) -> Standing:
    """Compute again what a commitment was, or will be, on a day."""
    return standing_on(first_standing(commitment), map(change_of, signed(session, commitment.id)), day)


def signed(session: Session, commitment_id: int) -> Sequence[Amendment]:
    """Return the signed amendments of a commitment, by the day they take effect."""
    return session.scalars(
        select(Amendment)
        .where(Amendment.commitment_id == commitment_id, Amendment.status == AmendmentStatus.SIGNED)
        .order_by(Amendment.effective_on, Amendment.id)
    ).all()


def to_come(session: Session, commitment_ids: Iterable[int], today: date) -> dict[int, list[Change]]:
    """Return the changes that are signed and take effect after a day, by commitment id."""
    found: defaultdict[int, list[Change]] = defaultdict(list)
    for row in TO_COME.rows(session, commitment_ids, {"today": today}):
        amendment = AMENDMENT.made(session, row)
        found[amendment.commitment_id].append(change_of(amendment))
    return found


def change_of(row: Amendment) -> Change:
    """Return the change that an amendment makes."""
    return Change(
        row.kind,
        row.effective_on,
        hours=row.hours,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        until=row.until,
        awardee_id=row.awardee_id,
        share_role=row.share_role,
        members=tuple(row.members),
        pool_id=row.globalisation_id,
        order=row.id or 0,
    )


def before_and_after(
    session: Session, commitment: Commitment, change: Change, today: date
) -> tuple[Standing, Standing]:
    """Return what a commitment is and what it would be with a change, on the later of today and its day.

    Raises Refused when the change is not possible or changes nothing.
    """
    day = max(today, change.effective_on)
    others = list(map(change_of, signed(session, commitment.id)))
    first = first_standing(commitment)
    before = standing_on(first, others, day)
    refuse(standing_on(first, others, change.effective_on), change)
    last = replace(change, order=max((each.order for each in others), default=0) + 1)
    after = standing_on(first, [*others, last], day)
    if after == before:
        raise Refused(NOTHING_CHANGES)
    refuse_result(after)
    refuse_below_zero(first, [*others, last])
    return before, after


def held(session: Session, numbers: Iterable[int]) -> list[Commitment]:
    """Lock commitments, by id so that two signatures wait for one another, and read them as they are."""
    query = select(Commitment).where(Commitment.id.in_(set(numbers))).order_by(Commitment.id)
    locked = query.with_for_update(of=Commitment).execution_options(populate_existing=True)
    return list(session.scalars(locked).unique())


def put_in_force(
    session: Session, house: House, commitment: Commitment, rows: Iterable[Amendment] | None = None
) -> None:
    """Write into a commitment what it is today. The caller holds its row."""
    today = house.today()
    if commitment.initial is None:
        commitment.initial = _kept(known_standing(commitment))
    found = signed(session, commitment.id) if rows is None else rows
    now = standing_on(first_standing(commitment), map(change_of, found), today)
    commitment.committed_hours, commitment.starts_on, commitment.ends_on = now.hours, now.starts_on, now.ends_on
    commitment.suspensions = [
        [since.isoformat(), until.isoformat() if until else None] for since, until in now.suspensions
    ]
    commitment.globalisation_id = now.pool_id
    commitment.status = _status(commitment.status, now, today)
    commitment.recomputed_on = today
    session.flush()


def recompute(house: House) -> int:
    """Bring to today the commitments that were ever amended; return how many changed.

    What takes effect today, or ended yesterday, is seen there; safe to run at any time, by any process.
    """
    with house.database.reading() as session:
        due = session.scalars(select(Commitment.id).where(Commitment.recomputed_on < house.today())).all()
    return sum(_brought_to_today(house, number) for number in due)


def _brought_to_today(house: House, commitment_id: int) -> bool:
    with house.database.transaction() as session:
        row = session.scalar(
            select(Commitment).where(Commitment.id == commitment_id).with_for_update(of=Commitment, skip_locked=True)
        )
        if row is None or row.recomputed_on is None or row.recomputed_on >= house.today():
            return False  # another process does it, or did
        former = known_standing(row)
        put_in_force(session, house, row)
        is_changed = known_standing(row) != former
        if is_changed:
            if former.hours is None:  # a share, or a contract that was handed over, is in force from today
                announce(session, house, row)
            audit.note(session, house, "apply_amendment", f"commitment:{row.id}")
        return is_changed


def _status(former: CommitmentStatus, now: Standing, today: date) -> CommitmentStatus:
    if now.hours is None or now.starts_on is None:
        return CommitmentStatus.TO_COMPLETE
    if former is CommitmentStatus.ENDED and now.ends_on is not None and now.ends_on < today:
        return former
    return CommitmentStatus.SUSPENDED if now.is_suspended_on(today) else CommitmentStatus.ACTIVE


def _kept(standing: Standing) -> dict[str, object]:
    return {
        "hours": str(standing.hours) if standing.hours is not None else None,
        "starts_on": standing.starts_on.isoformat() if standing.starts_on else None,
        "ends_on": standing.ends_on.isoformat() if standing.ends_on else None,
        "awardee_id": standing.awardee_id,
        "pool_id": standing.pool_id,
        "suspensions": [
            [since.isoformat(), until.isoformat() if until else None] for since, until in standing.suspensions
        ],
    }


def _periods(written: Iterable[Sequence[str | None]]) -> tuple[Period, ...]:
    return tuple(
        (date.fromisoformat(since), date.fromisoformat(until) if until else None)
        for since, until in sorted(written, key=lambda each: each[0] or "")
        if since is not None
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
