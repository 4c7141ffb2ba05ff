"""The parts of a commitment: the hours that co-awardees and subcontractors do of it, and the whole they make together.

A part is a commitment of its own, which names its whole. The hours of a part left the whole's own row by the same
signed amendment (`SHARE` there, `PART` here): on any day the sum of the rows is what the contract asks, and an hour is
declared on one row only. Each company declares, is asked and sees its own row; the awardee of the whole sees the hours
of all, never the names of the others' employees. When the whole stops or its dates move, its parts follow.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.amendment_words import Difference
from core.amendments import before_and_after, change_of, held, known_standing, put_in_force, signed, standing_at
from core.commitments import progress_of
from core.hours import NBSP, Progress, in_hours
from core.house import House
from core.models import Amendment, Commitment
from core.months import day_in_french
from core.prepared import Prepared
from core.refusal import Refused
from core.standing import NEWCOMER, Change
from core.terms import AmendmentKind, AmendmentStatus, CommitmentStatus, ShareRole

PARTS = Prepared(select(Commitment.id).where(Commitment.whole_id == bindparam("whole")).order_by(Commitment.id))
OF_TIME = (AmendmentKind.DATES, AmendmentKind.EARLY_END, AmendmentKind.SUSPENSION, AmendmentKind.RESUMPTION)
COPIED = (
    "contract_id", "lot", "lot_title", "modalities", "publics", "reporting_day", "contract_article",
    "eligibility_months", "prolonging_kinds",
)  # fmt: skip
NOT_SHARED_AGAIN = "Une part ne se partage pas à son tour. Écrivez au facilitateur, il verra avec l’acheteur."


@dataclass(frozen=True)
class Part:
    """One company's part of a commitment; `role` is "titulaire" for the awardee.

    `from_on` is its first day while it is not in force, and its hours not known yet.
    """

    company: str
    role: str
    progress: Progress
    from_on: date | None = None

    @property
    def line(self) -> str:
        """As a line of a list."""
        who = f"{self.company} ({self.role}){NBSP}: "
        if self.from_on is not None:
            return f"{who}à partir du {day_in_french(self.from_on)}"
        hours = self.progress
        return f"{who}{in_hours(hours.done)} faites sur {in_hours(hours.committed)}, reste {in_hours(hours.remaining)}"


@dataclass(frozen=True)
class Whole:
    """A commitment with all its parts, the awardee's first."""

    parts: tuple[Part, ...]

    @property
    def progress(self) -> Progress:
        """The hours of all together."""
        return added([part.progress for part in self.parts])


def added(each: Iterable[Progress]) -> Progress:
    """Add hours up. What one did beyond its part counts for all."""
    listed = list(each)
    return Progress(
        sum((one.committed for one in listed), Decimal(0)),
        sum((one.done for one in listed), Decimal(0)),
        sum((one.accepted for one in listed), Decimal(0)),
    )


def parts_of(session: Session, commitment: Commitment) -> list[Commitment]:
    """Return the parts of a commitment, oldest first; none for a part."""
    numbers = [number for (number,) in PARTS.rows(session, {"whole": commitment.id})]
    return [session.get_one(Commitment, number) for number in numbers]


def whole_of(session: Session, commitment: Commitment) -> Whole | None:
    """Return a commitment with its parts, None without any. The caller has checked who sees the commitment."""
    parts = parts_of(session, commitment)
    if not parts:
        return None
    rows = [commitment, *parts]
    progress = progress_of(session, rows)
    return Whole(
        tuple(
            Part(
                row.awardee.name,
                role_of(row),
                progress[row.id],
                row.starts_on if row.committed_hours is None and row.id != commitment.id else None,
            )
            for row in rows
        )
    )


def role_of(commitment: Commitment) -> str:
    """Say in what capacity a company does its hours."""
    return commitment.share_role.label if commitment.share_role is not None else "titulaire"


def in_lines(whole: Whole) -> list[str]:
    """Write a whole for whoever may see it: the total, then each part."""
    total = whole.progress
    return [
        f"**Ensemble**{NBSP}: {in_hours(total.done)} faites sur {in_hours(total.committed)}, "
        f"reste {in_hours(total.remaining)}",
        *(part.line for part in whole.parts),
    ]


def hours_on(session: Session, commitment: Commitment, day: date) -> Decimal:
    """Return what a commitment and its parts asked together on a day, computed again from the signed amendments."""
    rows = [commitment, *parts_of(session, commitment)]
    return sum((standing_at(session, row, day).hours or Decimal(0) for row in rows), Decimal(0))


def part_held(session: Session, whole: Commitment, company_id: int | None) -> Commitment | None:
    """Return a company's part of a commitment, if it has one."""
    query = select(Commitment).where(Commitment.whole_id == whole.id, Commitment.awardee_id == company_id)
    return session.scalars(query).unique().one_or_none()


def share_differences(
    session: Session, house: House, whole: Commitment, change: Change, company: str
) -> tuple[Difference, ...]:
    """Return what a share would do to each side and to the whole. Raises Refused when it is not possible."""
    if whole.whole_id is not None:
        raise Refused(NOT_SHARED_AGAIN)
    today = house.today()
    before, after = before_and_after(session, whole, change, today)
    part, hours = None, change.hours or Decimal(0)
    if change.awardee_id != NEWCOMER:
        _refuse_own(session, whole, change)
        part = part_held(session, whole, change.awardee_id)
    day = max(today, change.effective_on)
    has = (standing_at(session, part, day).hours if part is not None else None) or Decimal(0)
    if has - hours < 0:
        raise Refused(f"{company} a {in_hours(has)} à sa part{NBSP}: on ne peut pas lui en reprendre davantage.")
    if part is not None:
        before_and_after(session, part, _of_part(whole, change), today)
    total = in_hours(hours_on(session, whole, day))
    return (
        Difference(f"Pour {whole.awardee.name}", _hours(before.hours), _hours(after.hours)),
        Difference(f"Pour {company}", in_hours(has), in_hours(has - hours)),
        Difference("Ensemble", total, total),
    )


def _refuse_own(session: Session, whole: Commitment, change: Change) -> None:
    """Refuse a company that owes hours on this lot by itself: the two rows would be told apart by nothing."""
    own = select(Commitment.id).where(
        Commitment.contract_id == whole.contract_id,
        Commitment.lot == whole.lot,
        Commitment.awardee_id == change.awardee_id,
        Commitment.whole_id.is_distinct_from(whole.id),
    )
    if session.scalar(own.limit(1)) is not None:
        raise Refused("Cette entreprise a déjà son propre engagement sur ce lot. Changez plutôt ses heures.")


def carry(session: Session, house: House, whole: Commitment, row: Amendment) -> list[Commitment]:
    """Do to the parts what a signed amendment of their whole asks; return those that it touched.

    The caller holds the row of the whole and has checked the amendment.
    """
    parts = held(session, (part.id for part in parts_of(session, whole)))
    if row.kind is AmendmentKind.SHARE:
        return [_give(session, house, whole, row)]
    return [part for part in parts if _follow(session, house, part, row)]


def _give(session: Session, house: House, whole: Commitment, row: Amendment) -> Commitment:
    part = part_held(session, whole, row.awardee_id) or opened(session, house, whole, row)
    written(session, house, part, _of_part(whole, change_of(row)), row)
    return part


def opened(session: Session, house: House, whole: Commitment, row: Amendment) -> Commitment:
    """Open the part of a company that had none; without hours until its share is in force, so nothing is asked."""
    now = known_standing(whole)
    part = Commitment(
        **{name: getattr(whole, name) for name in COPIED},
        awardee_id=row.awardee_id,
        whole_id=whole.id,
        share_role=row.share_role,
        starts_on=max(now.starts_on or row.effective_on, row.effective_on),
        ends_on=now.ends_on,
        suspensions=whole.suspensions,
        status=CommitmentStatus.TO_COMPLETE,
    )
    session.add(part)
    session.flush()
    session.refresh(part, ["awardee", "contract"])
    for later in signed(session, whole.id):
        if later.effective_on > house.today() and later.id != row.id:
            _follow(session, house, part, later)
    return part


def _follow(session: Session, house: House, part: Commitment, row: Amendment) -> bool:
    """Do to a part what moves its whole in time; say whether anything changed for it."""
    kind = row.kind if row.kind in OF_TIME else AmendmentKind.DATES
    starts_on = row.starts_on if row.starts_on and row.starts_on > (part.starts_on or row.starts_on) else None
    change = replace(
        change_of(row), kind=kind, hours=None, awardee_id=None, share_role=None, members=(), starts_on=starts_on
    )
    if (row.kind not in OF_TIME and row.ends_on is None) or part.share_role is ShareRole.FORMER:
        return False  # who handed the contract over has ended, whatever happens to it next
    try:
        before_and_after(session, part, change, house.today())
    except Refused:
        return False  # it had stopped, or ended, already
    written(session, house, part, change, row)
    return True


def _of_part(whole: Commitment, change: Change) -> Change:
    """Return the other side of a share."""
    hours = -(change.hours or Decimal(0))
    return replace(change, kind=AmendmentKind.PART, hours=hours, awardee_id=whole.awardee_id)


def written(session: Session, house: House, part: Commitment, change: Change, row: Amendment) -> None:
    """Write on a part, signed, the change that came with the amendment of another commitment; put it in force."""
    session.add(
        Amendment(
            commitment_id=part.id,
            kind=change.kind,
            status=AmendmentStatus.SIGNED,
            effective_on=change.effective_on,
            hours=change.hours,
            starts_on=change.starts_on,
            ends_on=change.ends_on,
            until=change.until,
            awardee_id=change.awardee_id,
            share_role=change.share_role,
            follows_id=row.id,
            proposed_by_id=row.proposed_by_id,
            proposed_at=row.proposed_at,
            signed_by_id=row.signed_by_id,
            signed_at=row.signed_at,
        )
    )
    session.flush()
    put_in_force(session, house, part)


def _hours(hours: Decimal | None) -> str:
    return "à compléter" if hours is None else in_hours(hours)
