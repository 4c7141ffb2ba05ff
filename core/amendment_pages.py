"""What the facilitateur sees of amendments: those to sign, the contracts to choose from, one contract with its life."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from core import audit, pools, shares
from core.access import ONLY_FACILITATOR, commitment_for, reviews
from core.amendment_words import periods
from core.amendments import first_standing, known_standing
from core.commitments import dates_of, state_of, title_of
from core.hours import in_hours
from core.house import House
from core.letters import CommitmentState
from core.models import Commitment, Contract, Organisation, Person
from core.refusal import Refused
from core.signing import AmendmentSeen, history, to_sign

MOST_SHOWN = 50
Awardee = aliased(Organisation)


@dataclass(frozen=True)
class CommitmentRow:
    """One contract to choose."""

    id: int
    title: str
    company: str
    owed: str
    dates: str
    status: str


@dataclass(frozen=True)
class AmendmentsPage:
    """What waits for a signature, and the contracts that a search finds."""

    to_sign: Sequence[AmendmentSeen]
    asked: str
    rows: Sequence[CommitmentRow]
    left_out: bool


@dataclass(frozen=True)
class CommitmentPage:
    """One contract: where it stands, and all its amendments, latest first. `first_hours` is "" when unchanged.

    `others` says which companies do parts of it, and which contracts it is counted with.
    """

    id: int
    title: str
    status: str
    state: CommitmentState
    suspensions: str
    first_hours: str
    others: Sequence[str]
    history: Sequence[AmendmentSeen]


def amendments_page(session: Session, house: House, by: Person, asked: str) -> AmendmentsPage:
    """Return the page of a facilitateur; `asked` is part of a reference, an object, a lot's title or a company."""
    like = f"%{asked.strip()[:80]}%"
    query = (
        select(Commitment)
        .join(Contract, Contract.id == Commitment.contract_id)
        .join(Awardee, Awardee.id == Commitment.awardee_id)
        .where(Contract.territory_id == by.territory_id)
        .where(
            or_(
                Contract.reference.ilike(like),
                Contract.object.ilike(like),
                Commitment.lot_title.ilike(like),
                Awardee.name.ilike(like),
            )
        )
        .order_by(Contract.reference, Commitment.lot, Commitment.id)
        .limit(MOST_SHOWN + 1)
    )
    rows = session.scalars(query).unique().all()
    return AmendmentsPage(
        to_sign(session, house, by),
        asked.strip()[:80],
        [_row(row) for row in rows[:MOST_SHOWN]],
        len(rows) > MOST_SHOWN,
    )


def commitment_page(session: Session, house: House, by: Person, commitment_id: int) -> CommitmentPage:
    """Return one contract with its life; the read is audited. Raises Refused."""
    row = commitment_for(session, by, commitment_id)
    if not reviews(by, row):
        raise Refused(ONLY_FACILITATOR)
    audit.note(session, house, "read_commitment", f"commitment:{row.id}", person_id=by.id)
    first, now = first_standing(row), known_standing(row)
    whole, pool = shares.whole_of(session, row), pools.pool_of(session, row)
    others = shares.in_lines(whole) if whole is not None else []
    others += pools.in_lines(pool, is_named=True) if pool is not None else []
    return CommitmentPage(
        id=row.id,
        title=title_of(row),
        status=row.status.label,
        state=state_of(session, row, house.today()),
        suspensions=periods(now.suspensions),
        first_hours=in_hours(first.hours) if first.hours is not None and first.hours != now.hours else "",
        others=[each.replace("**", "") for each in others],
        history=history(session, house, row),
    )


def _row(row: Commitment) -> CommitmentRow:
    return CommitmentRow(
        id=row.id,
        title=f"{row.contract.reference}, {title_of(row, short=True)}",
        company=row.awardee.name,
        owed="heures à compléter" if row.committed_hours is None else in_hours(row.committed_hours),
        dates=dates_of(row),
        status=row.status.label,
    )
