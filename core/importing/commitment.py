"""A commitment on its way in: made empty, a lead of open data as long as its hours are unknown, then its status."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from core.models import Commitment, Contract, Organisation
from core.terms import CommitmentStatus


def new_commitment(contract: Contract, awardee: Organisation, lot: str = "") -> Commitment:
    """Return a commitment of which nothing is known yet; the contract and the awardee have their ids."""
    return Commitment(
        contract_id=contract.id,
        awardee_id=awardee.id,
        lot=lot,
        lot_title="",
        modalities=[],
        publics=[],
        penalty_terms="",
        contract_article="",
        status=CommitmentStatus.TO_COMPLETE,
    )


def is_lead(commitment: Commitment) -> bool:
    """Tell whether nobody gave the hours yet, so that open data may still say more."""
    return commitment.committed_hours is None and commitment.status is CommitmentStatus.TO_COMPLETE


def status_for(
    hours: Decimal | None,
    starts_on: date | None,
    ends_on: date | None,
    today: date,
    *,
    former: CommitmentStatus | None = None,
) -> CommitmentStatus:
    """Return the status that hours and dates give; a suspension is somebody's decision and stays.

    Without hours or a first day nothing can be asked: the commitment is to complete.
    """
    if former is CommitmentStatus.SUSPENDED:
        return former
    if hours is None or starts_on is None:
        return CommitmentStatus.TO_COMPLETE
    return CommitmentStatus.ENDED if ends_on and ends_on < today else CommitmentStatus.ACTIVE


def last_day_of(starts_on: date | None, months: int | None) -> date | None:
    """Return the last day of so many months from a first day, or None when one of them is not known."""
    if starts_on is None or months is None:
        return None
    years, month = divmod(starts_on.year * 12 + starts_on.month - 1 + months, 12)
    day = min(starts_on.day, monthrange(years, month + 1)[1])
    return date(years, month + 1, day) - timedelta(days=1)
