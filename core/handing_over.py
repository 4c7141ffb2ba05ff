"""A commitment handed over to another company (cession du marché, rachat, fusion) on a day.

The former company keeps its own commitment, which ends the day before and holds what it has done: its months,
receipts, documents and the names of its people stay its own, and it may still declare the months before that day. The
rest of the hours leaves it for a new commitment of the company that takes over, of which it becomes a part like
others: what the contract asks in all is the same on any day, and each hour is counted where it was declared.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.amendment_words import Difference
from core.amendments import before_and_after, standing_at
from core.commitments import progress_of
from core.hours import in_hours
from core.house import House
from core.models import Amendment, Commitment
from core.months import day_in_french
from core.refusal import Refused
from core.shares import opened, parts_of, written
from core.standing import ONE_DAY, Change
from core.terms import AmendmentKind, ShareRole

TAKEN = "Cette entreprise a déjà un engagement sur ce lot. Changez plutôt ses heures par un avenant."


def differences_of(
    session: Session, house: House, commitment: Commitment, change: Change, company: str
) -> tuple[Difference, ...]:
    """Return what a transfer would do to each side. Raises Refused when it is not possible."""
    if commitment.share_role is ShareRole.FORMER:
        raise Refused("Ce marché est déjà cédé. Une nouvelle cession se fait depuis l’entreprise qui l’a repris.")
    same = select(Commitment.id).where(
        Commitment.contract_id == commitment.contract_id,
        Commitment.lot == commitment.lot,
        Commitment.awardee_id == change.awardee_id,
    )
    if session.scalar(same.limit(1)) is not None:
        raise Refused(TAKEN)
    left = _left(session, commitment, change.effective_on)
    leaving = replace(change, hours=None if left is None else -left, ends_on=change.effective_on - ONE_DAY)
    before, after = before_and_after(session, commitment, leaving, house.today())
    former = commitment.awardee.name
    found = [Difference(f"Dernier jour pour {former}", _day(before.ends_on), _day(after.ends_on))]
    if left is not None and before.hours is not None and after.hours is not None:
        found += [
            Difference(f"Pour {former}", in_hours(before.hours), f"{in_hours(after.hours)}, celles déjà faites"),
            Difference(f"Pour {company}", in_hours(Decimal(0)), in_hours(left)),
        ]
    return tuple(found)


def carry(session: Session, house: House, commitment: Commitment, row: Amendment) -> Commitment:
    """Open the commitment of the company that takes over, with what is left to do; return it.

    The caller holds the row of the commitment, has checked the amendment, and puts it in force afterwards.
    """
    left = _left(session, commitment, row.effective_on)
    row.hours, row.ends_on = None if left is None else -left, row.effective_on - ONE_DAY
    taken = opened(session, house, commitment, row)
    taken.whole_id, taken.share_role = commitment.whole_id, commitment.share_role
    taken.penalty_per_hour, taken.penalty_terms = commitment.penalty_per_hour, commitment.penalty_terms
    if commitment.whole_id is None:
        for part in parts_of(session, commitment):
            part.whole_id = taken.id
        commitment.whole_id, commitment.share_role = taken.id, ShareRole.FORMER
    change = Change(
        AmendmentKind.PART,
        row.effective_on,
        hours=left,
        awardee_id=commitment.awardee_id,
        share_role=ShareRole.FORMER,
    )
    written(session, house, taken, change, row)
    return taken


def _left(session: Session, commitment: Commitment, day: date) -> Decimal | None:
    """Return the hours that nobody has done yet of what is owed on a day, None while that is not known."""
    owed = standing_at(session, commitment, day).hours
    return None if owed is None else max(Decimal(0), owed - progress_of(session, [commitment])[commitment.id].done)


def _day(day: date | None) -> str:
    return day_in_french(day) if day is not None else "à compléter"
