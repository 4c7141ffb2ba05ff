"""Who owes what for which month: derived from the state each time it is asked, never scheduled, never stored."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.commitments import IN_FORCE, Due, months_due
from core.house import House
from core.models import Commitment, Contract, Declaration, Territory
from core.terms import CommitmentStatus

FOLLOWED = (CommitmentStatus.ACTIVE, CommitmentStatus.SUSPENDED)
# Built once, run at each tick.
DUTIES = (
    select(
        Commitment.id,
        Commitment.awardee_id,
        Contract.territory_id,
        Commitment.status,
        Commitment.starts_on,
        Commitment.ends_on,
        Commitment.suspensions,
        func.coalesce(Commitment.reporting_day, Territory.reporting_day),
        Commitment.welcomed_at,
    )
    .join(Contract, Contract.id == Commitment.contract_id)
    .join(Territory, Territory.id == Contract.territory_id)
    .where(Commitment.status.in_(FOLLOWED), Commitment.starts_on.is_not(None))
    .order_by(Commitment.id)
)
DECLARED = select(Declaration.commitment_id, Declaration.month).where(Declaration.status.in_(IN_FORCE))


@dataclass(frozen=True)
class Duty:
    """A commitment of which months are asked, as far as they are concerned. `told_on`: its awardee's welcome."""

    id: int
    awardee_id: int
    territory_id: int
    status: CommitmentStatus
    starts_on: date | None
    ends_on: date | None
    suspensions: list[list[str | None]]
    reporting_day: int
    told_on: date | None


def duties(
    session: Session,
    house: House,
    *,
    awardee_id: int | None = None,
    territory_id: int | None = None,
    numbers: Sequence[int] | None = None,
) -> list[Duty]:
    """Return the commitments of which months are asked; one awardee's, one territory's or these, when given."""
    wanted = DUTIES if awardee_id is None else DUTIES.where(Commitment.awardee_id == awardee_id)
    if territory_id is not None:
        wanted = wanted.where(Contract.territory_id == territory_id)
    if numbers is not None:
        wanted = wanted.where(Commitment.id.in_(numbers))
    return [
        Duty(
            id=number,
            awardee_id=awardee,
            territory_id=territory,
            status=status,
            starts_on=starts_on,
            ends_on=ends_on,
            suspensions=suspensions,
            reporting_day=day,
            told_on=house.local(welcomed_at).date() if welcomed_at else None,
        )
        for number, awardee, territory, status, starts_on, ends_on, suspensions, day, welcomed_at in session.execute(
            wanted
        )
    ]


def owed(session: Session, wanted: Iterable[Duty], today: date) -> list[tuple[Duty, Due]]:
    """Return the months that are owed on commitments, oldest first on each: begun, not declared, not suspended."""
    listed = list(wanted)
    declared: defaultdict[int, set[str]] = defaultdict(set)
    numbers = [duty.id for duty in listed]
    rows = DECLARED if len(numbers) > 500 else DECLARED.where(Declaration.commitment_id.in_(numbers))
    for number, month in session.connection().execute(rows):  # ten thousand rows, without an object for each
        declared[number].add(month)
    return [(duty, due) for duty in listed for due in months_due(duty, declared[duty.id], today, duty.reporting_day)]
