"""Commitments of one company counted together (globalisation): what remains is the total owed less the total done.

Each keeps its own row, where its hours are declared, once; what was done beyond one of them counts for the others.
DOMAIN.md: by an agreement that the facilitateur signs; what buyers ask of it is practice, to be confirmed with him.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.amendment_words import Difference
from core.amendments import before_and_after, held, put_in_force
from core.commitments import lot_of, progress_of
from core.designation import commitments_designated
from core.hours import NBSP, Progress, in_hours
from core.house import House
from core.models import Amendment, Commitment, Globalisation
from core.months import day_in_french
from core.refusal import Refused
from core.shares import added
from core.standing import NEWCOMER, Change
from core.terms import AmendmentKind, AmendmentStatus, CommitmentStatus


@dataclass(frozen=True)
class Pool:
    """Commitments counted together, by id, since a day."""

    names: dict[int, str]
    progress: dict[int, Progress]
    since: date

    @property
    def total(self) -> Progress:
        """The hours of all of them."""
        return added(self.progress.values())


def name_of(commitment: Commitment) -> str:
    """Name a commitment beside others: "2026-TX-014 lot 1"."""
    return f"{commitment.contract.reference} {lot_of(commitment)}".strip()


def members_of(session: Session, pool_id: int | None) -> list[Commitment]:
    """Return the commitments of a pool today."""
    if pool_id is None:
        return []
    query = select(Commitment).where(Commitment.globalisation_id == pool_id).order_by(Commitment.id)
    return list(session.scalars(query).unique())


def pool_of(session: Session, commitment: Commitment) -> Pool | None:
    """Return what a commitment is counted with today, None when alone. The caller has checked who sees it."""
    rows = members_of(session, commitment.globalisation_id)
    if len(rows) < 2 or commitment.globalisation_id is None:
        return None
    agreed_on = session.get_one(Globalisation, commitment.globalisation_id).agreed_on
    return Pool({row.id: name_of(row) for row in rows}, progress_of(session, rows), agreed_on)


def in_lines(pool: Pool, *, is_named: bool) -> list[str]:
    """Write a pool: the total, then each commitment for the company and the facilitateur, not for one of the buyers."""
    total, count = pool.total, len(pool.names)
    lines = [
        f"**Heures comptées ensemble sur {count} marchés** depuis le {day_in_french(pool.since)}{NBSP}: "
        f"{in_hours(total.done)} faites sur {in_hours(total.committed)}, reste {in_hours(total.remaining)}"
    ]
    if is_named:
        lines += [
            f"{name}{NBSP}: {in_hours(each.done)} faites sur {in_hours(each.committed)}"
            for name, each in ((name, pool.progress[number]) for number, name in pool.names.items())
        ]
    return lines


def chosen(session: Session, commitment: Commitment, change: Change) -> list[Commitment]:
    """Return the other commitments to count with this one. Raises Refused: not the same company's, not known, ended."""
    others = [each for number in change.members if (each := session.get(Commitment, number)) is not None]
    if not others or commitment.id in change.members:
        raise Refused("Choisissez l’autre marché dont les heures sont comptées avec celui-ci.")
    for each in others:
        if each.awardee_id != commitment.awardee_id or each.contract.territory_id != commitment.contract.territory_id:
            raise Refused("On ne compte ensemble que les heures d’une même entreprise, sur un même territoire.")
        if each.committed_hours is None or each.status is CommitmentStatus.ENDED:
            raise Refused(f"Le marché {name_of(each)} est terminé, ou ses heures ne sont pas connues.")
    return others


def members_named(session: Session, commitment_id: int, typed: str) -> tuple[int, ...]:
    """Return the commitments of the same company that the facilitateur names: "REF", "REF:LOT". Raises Refused."""
    commitment = session.get_one(Commitment, commitment_id)
    found = []
    for name in filter(None, (part.strip() for part in typed.split(","))):
        same = [row for row in commitments_designated(session, name) if row.awardee_id == commitment.awardee_id]
        if len(same) != 1:
            raise Refused(f"Cette entreprise n’a pas un seul engagement sur «{NBSP}{name}{NBSP}». Précisez le lot.")
        found.append(same[0].id)
    return tuple(dict.fromkeys(found))


def joined(commitment: Commitment, others: list[Commitment]) -> int:
    """Return the pool that these would be in: one of theirs, or NEWCOMER. Raises Refused when they have two."""
    known = {each.globalisation_id for each in (commitment, *others)} - {None}
    if len(known) > 1:
        raise Refused("Ces marchés sont déjà comptés avec d’autres. Mettez d’abord fin à l’un des comptes communs.")
    return next((number for number in known if number is not None), NEWCOMER)


def pooling_differences(
    session: Session, house: House, commitment: Commitment, change: Change
) -> tuple[Difference, ...]:
    """Return what counting together, or no longer, would change. Raises Refused when it is not possible."""
    if change.kind is AmendmentKind.POOLING:
        others = chosen(session, commitment, change)
        pool_id = joined(commitment, others)
        before_and_after(session, commitment, replace(change, pool_id=pool_id), house.today())
        rows = {row.id: row for row in (commitment, *others, *members_of(session, pool_id or None))}
    else:
        before_and_after(session, commitment, change, house.today())
        rows = {row.id: row for row in members_of(session, commitment.globalisation_id)}
    progress = progress_of(session, rows.values())
    apart = sum((each.remaining for each in progress.values()), Decimal(0))
    together = in_hours(added(progress.values()).remaining)
    total = (f"{in_hours(apart)}, marché par marché", f"{together}, ensemble")
    if change.kind is AmendmentKind.UNPOOLING:
        total = (total[1], total[0])
    return (
        *(Difference(name_of(row), *_counted(progress[row.id], change)) for row in rows.values()),
        Difference("Reste", *total),
    )


def _counted(each: Progress, change: Change) -> tuple[str, str]:
    alone = f"seul, reste {in_hours(each.remaining)}"
    together = f"avec les autres, {in_hours(each.done)} faites sur {in_hours(each.committed)}"
    return (alone, together) if change.kind is AmendmentKind.POOLING else (together, alone)


def carry(session: Session, house: House, commitment: Commitment, row: Amendment) -> list[Commitment]:
    """Do to the other commitments what a signed amendment about a pool asks; return those that it touched.

    The caller holds the row of the commitment and has checked the amendment; it puts the amendment itself in force.
    """
    beside = [*row.members, *(each.id for each in members_of(session, commitment.globalisation_id))]
    held(session, (number for number in beside if number != commitment.id))
    if row.kind is AmendmentKind.UNPOOLING:
        left = [each for each in members_of(session, commitment.globalisation_id) if each.id != commitment.id]
        alone = left if len(left) == 1 else []  # what would be counted with nothing
        for each in alone:
            _write(session, house, each, row)
        return alone
    others = [session.get_one(Commitment, number) for number in row.members]
    pool_id = joined(commitment, others)
    row.globalisation_id = pool_id or _opened(session, commitment, others, row)
    touched = [each for each in others if each.globalisation_id != row.globalisation_id]
    for each in touched:
        _write(session, house, each, row)
    return touched


def _opened(session: Session, commitment: Commitment, others: list[Commitment], row: Amendment) -> int:
    pool = Globalisation(
        territory_id=commitment.contract.territory_id,
        title=", ".join(name_of(each) for each in (commitment, *others))[:200],
        agreed_on=row.effective_on,
        signed_by_id=row.signed_by_id,
    )
    session.add(pool)
    session.flush()
    return pool.id


def _write(session: Session, house: House, other: Commitment, row: Amendment) -> None:
    session.add(
        Amendment(
            commitment_id=other.id,
            kind=row.kind,
            status=AmendmentStatus.SIGNED,
            effective_on=row.effective_on,
            globalisation_id=row.globalisation_id,
            members=[row.commitment_id] if row.kind is AmendmentKind.POOLING else [],
            follows_id=row.id,
            proposed_by_id=row.proposed_by_id,
            proposed_at=row.proposed_at,
            signed_by_id=row.signed_by_id,
            signed_at=row.signed_at,
        )
    )
    session.flush()
    put_in_force(session, house, other)
