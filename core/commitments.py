"""What is owed, done, accepted and left, and by when: the arithmetic of commitments, and its words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from core.hours import NBSP, Progress, french, in_hours, percent, share_elapsed
from core.letters import CommitmentState
from core.models import Commitment, Declaration, DeclarationLine, Employment, Territory
from core.months import day_in_french, first_day, in_french, last_day, month_of, months_between, next_first
from core.prepared import Listed, Prepared, among
from core.terms import CommitmentStatus, DeclarationStatus, EligibilityStatus, Modality

IN_FORCE = (DeclarationStatus.SUBMITTED, DeclarationStatus.ACCEPTED, DeclarationStatus.RETURNED)


# Hours sent back do not count, nor do those of somebody who is not eligible, unless they were accepted before that.
COUNTED = and_(
    among(Declaration.status, IN_FORCE),
    DeclarationLine.is_returned.is_(False),
    or_(Declaration.status == DeclarationStatus.ACCEPTED, Employment.eligibility != EligibilityStatus.REFUSED),
)

# Built once, run at many turns.
HOURS = (
    select(
        Declaration.commitment_id,
        Declaration.status,
        func.sum(DeclarationLine.worked),
        func.sum(DeclarationLine.training),
    )
    .join(DeclarationLine, DeclarationLine.declaration_id == Declaration.id)
    .join(Employment, Employment.id == DeclarationLine.employment_id)
    .where(COUNTED)
    .group_by(Declaration.commitment_id, Declaration.status)
)
HOURS_OF = Listed(Declaration.commitment_id, HOURS.where)
MONTHS = Prepared(
    select(Declaration.month).where(
        Declaration.commitment_id == bindparam("commitment"), among(Declaration.status, IN_FORCE)
    )
)


def progress_of(session: Session, commitments: Iterable[Commitment]) -> dict[int, Progress]:
    """Return hours committed, done (declared, not returned) and accepted, by commitment id, in one query."""
    wanted = list(commitments)
    rows = HOURS_OF.rows(session, [c.id for c in wanted])
    done: dict[int, Decimal] = {}
    accepted: dict[int, Decimal] = {}
    for commitment_id, status, worked, training in rows:
        hours = worked + training
        done[commitment_id] = done.get(commitment_id, Decimal(0)) + hours
        if status is DeclarationStatus.ACCEPTED:
            accepted[commitment_id] = accepted.get(commitment_id, Decimal(0)) + hours
    return {
        c.id: Progress(c.committed_hours or Decimal(0), done.get(c.id, Decimal(0)), accepted.get(c.id, Decimal(0)))
        for c in wanted
    }


def months_declared(session: Session, commitment_id: int) -> frozenset[str]:
    """Return the months that have a version in force."""
    return frozenset(month for (month,) in MONTHS.rows(session, {"commitment": commitment_id}))


def declared_months(session: Session, commitment_id: int) -> dict[str, Declaration]:
    """Return the version in force of each declared month."""
    rows = session.scalars(
        select(Declaration).where(Declaration.commitment_id == commitment_id, Declaration.status.in_(IN_FORCE))
    )
    return {row.month: row for row in rows}


@dataclass(frozen=True)
class Due:
    """One month owed: its last day to declare, and whether that day has passed."""

    month: str
    by: date
    late: bool


class Asked(Protocol):
    """What says which months are asked for: a commitment, or a row of its columns."""

    @property
    def status(self) -> CommitmentStatus:
        """Where it stands."""
        ...

    @property
    def starts_on(self) -> date | None:
        """Its first day."""
        ...

    @property
    def ends_on(self) -> date | None:
        """Its last day."""
        ...

    @property
    def suspensions(self) -> list[list[str | None]]:
        """Its suspensions: first day, last day or None."""
        ...


def months_due(commitment: Asked, declared: Iterable[str], today: date, reporting_day: int) -> list[Due]:
    """Return the months begun and not declared, oldest first, the current one included; suspended ones are not due."""
    if not is_followed(commitment) or commitment.starts_on is None:
        return []
    known = set(declared)
    last = min(today, commitment.ends_on or today)
    return [
        Due(month, by, today > by)
        for month in months_between(month_of(commitment.starts_on), month_of(last))
        if month not in known and not is_suspended(commitment, month)
        for by in (declare_by(month, reporting_day),)
    ]


def is_followed(commitment: Asked) -> bool:
    """Tell whether months are asked of a commitment: it is active, or suspended for a time that is known."""
    if commitment.status is CommitmentStatus.SUSPENDED:
        return bool(commitment.suspensions)  # what came before the suspension is still owed
    return commitment.status is CommitmentStatus.ACTIVE


def is_suspended(commitment: Asked, month: str) -> bool:
    """Tell whether a commitment is suspended all the days that a month has in common with its dates."""
    if not commitment.suspensions:
        return False
    first = max(first_day(month), commitment.starts_on or date.min)
    last = min(last_day(month), commitment.ends_on or date.max)
    for since, until in sorted(commitment.suspensions, key=lambda each: each[0] or ""):
        if since is None or date.fromisoformat(since) > first:
            continue
        if until is None or date.fromisoformat(until) >= last:
            return True
        first = max(first, date.fromisoformat(until) + timedelta(days=1))
    return False


@lru_cache(maxsize=1024)  # asked again for each month of each commitment, at each replay of a flow
def declare_by(month: str, reporting_day: int) -> date:
    """Return the last day to declare a month: a day of the month after, its last one when it is shorter."""
    following = next_first(month)
    return following.replace(day=min(reporting_day, last_day(month_of(following)).day))


def refusal_for_month(commitment: Commitment, month: str, today: date) -> str | None:
    """Say in French why a month cannot be declared for a commitment, or return None when it can."""
    if month > month_of(today):
        return f"{in_french(month).capitalize()} n’a pas encore commencé{NBSP}: on ne déclare que des heures faites."
    if commitment.starts_on and month < month_of(commitment.starts_on):
        return (
            f"{in_french(month).capitalize()} est avant le début du marché ({day_in_french(commitment.starts_on)}). "
            "Choisissez un mois du marché."
        )
    if commitment.ends_on and month > month_of(commitment.ends_on):
        return (
            f"{in_french(month).capitalize()} est après la fin du marché ({day_in_french(commitment.ends_on)}). "
            "Choisissez un mois du marché."
        )
    return None


def reporting_day_of(commitment: Commitment, territory: Territory) -> int:
    """Return the contract's reporting day, or the territory's."""
    return commitment.reporting_day or territory.reporting_day


def title_of(commitment: Commitment, *, short: bool = False) -> str:
    """Name a commitment: the object of the contract, and the lot."""
    contract = commitment.contract
    title = contract.object if len(contract.object) <= 60 or not short else contract.object[:57].rstrip() + "…"
    return ", ".join(filter(None, (title, part_of(commitment))))


def part_of(commitment: Commitment) -> str:
    """Name a lot, and whose part of it a commitment is: "lot 2 (Peinture), part de Martin Peinture (sous-traitant)"."""
    if commitment.share_role is None:
        return lot_of(commitment)
    part = f"part de {commitment.awardee.name} ({commitment.share_role.label})"
    return ", ".join(filter(None, (lot_of(commitment), part)))


def lot_of(commitment: Commitment) -> str:
    """Name a lot: "lot 2 (Gros œuvre)", or "" without lots."""
    if not commitment.lot:
        return ""
    return f"lot{NBSP}{commitment.lot}" + (f" ({commitment.lot_title})" if commitment.lot_title else "")


def penalty_of(commitment: Commitment) -> str:
    """Say what the contract provides when hours are not done, as information: the buyer decides."""
    if commitment.penalty_per_hour is None and not commitment.penalty_terms:
        return "non renseignée ici, voyez votre contrat (CCAP ou annexe insertion)"
    said = f"{french(commitment.penalty_per_hour)}{NBSP}€ par heure non faite" if commitment.penalty_per_hour else ""
    terms = commitment.penalty_terms.rstrip(".")
    return " ; ".join(part for part in (said, terms) if part).replace(" ;", f"{NBSP};")


def modalities_of(commitment: Commitment) -> str:
    """List the ways allowed to do the hours."""
    allowed = [Modality.of(value).label for value in commitment.modalities] or [term.label for term in Modality]
    return ", ".join(allowed)


def dates_of(commitment: Commitment) -> str:
    """Say from when to when."""
    if commitment.starts_on and commitment.ends_on:
        return f"du {day_in_french(commitment.starts_on)} au {day_in_french(commitment.ends_on)}"
    if commitment.starts_on:
        return f"depuis le {day_in_french(commitment.starts_on)}"
    return "dates à compléter"


def elapsed_of(commitment: Commitment, today: date) -> Decimal | None:
    """Return the share of time elapsed, from 0 to 1, or None without dates."""
    if commitment.starts_on is None or commitment.ends_on is None:
        return None
    return share_elapsed(commitment.starts_on, commitment.ends_on, today)


def state_of(session: Session, commitment: Commitment, today: date) -> CommitmentState:
    """Write a commitment's state for a letter or a page."""
    progress = progress_of(session, [commitment])[commitment.id]
    elapsed = elapsed_of(commitment, today)
    months = sorted(declared_months(session, commitment.id).items(), reverse=True)[:4]
    said = [(in_french(month).capitalize(), in_hours(total_of(each)), each.status) for month, each in months]
    return CommitmentState(
        contract=f"{commitment.contract.reference} – {commitment.contract.object}",
        lot=lot_of(commitment),
        awardee=commitment.awardee.name,
        buyer=commitment.contract.buyer.name,
        committed=in_hours(progress.committed) if commitment.committed_hours is not None else "à compléter",
        done=in_hours(progress.done),
        accepted=in_hours(progress.accepted),
        remaining=in_hours(progress.remaining) if commitment.committed_hours is not None else "à compléter",
        share_done=percent(progress.share_done) if progress.share_done is not None else "",
        share_elapsed=percent(elapsed) if elapsed is not None else "",
        dates=dates_of(commitment),
        last_months=tuple(f"{month}{NBSP}: {hours} ({status.for_facilitator})" for month, hours, status in said),
    )


def total_of(declaration: Declaration) -> Decimal:
    """Add the hours of a declaration's lines, worked and in training."""
    return sum((line.worked + line.training for line in declaration.lines), Decimal(0))


def counted_of(declaration: Declaration | None) -> Decimal:
    """Add the hours of a version in force that count: see COUNTED."""
    if declaration is None:
        return Decimal(0)
    accepted = declaration.status is DeclarationStatus.ACCEPTED
    return sum(
        (
            line.worked + line.training
            for line in declaration.lines
            if not line.is_returned and (accepted or line.employment.eligibility is not EligibilityStatus.REFUSED)
        ),
        Decimal(0),
    )


def is_within(commitment: Commitment, month: str) -> bool:
    """Tell whether a month touches the contract's dates."""
    starts, ends = commitment.starts_on, commitment.ends_on
    return (starts is None or last_day(month) >= starts) and (ends is None or first_day(month) <= ends)
