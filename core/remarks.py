"""Remarks: hours that the facilitateur sent back, line by line, and what became of each.

A remark is open while the line in force of its employment is marked as returned. It ends by a correction, by an
explanation, or by the facilitateur who accepts the month after all; nothing of it is erased.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.hours import NBSP, in_hours
from core.house import House
from core.models import Declaration, DeclarationLine, Employment, Person, Remark
from core.months import day_in_french
from core.prepared import Listed
from core.terms import DeclarationStatus


@dataclass(frozen=True)
class OpenRemark:
    """A remark that waits for the company, and the line that it is about."""

    remark: Remark
    line: DeclarationLine

    @property
    def name(self) -> str:
        """Who the hours are of."""
        return self.line.employment.participant.name

    @property
    def in_words(self) -> str:
        """Say what was sent back, why, and until when it is waited for."""
        said = f"{self.name}, {in_hours(self.line.worked + self.line.training)}{NBSP}: {self.remark.reason.label}."
        if self.remark.text:
            said += f" «{NBSP}{self.remark.text}{NBSP}»"
        return f"{said} Réponse attendue avant le {day_in_french(self.remark.due_on)}."


def remarks_of(session: Session, commitment_id: int, month: str) -> Sequence[Remark]:
    """Return every remark ever made on a month, oldest first."""
    versions = select(Declaration.id).where(Declaration.commitment_id == commitment_id, Declaration.month == month)
    return session.scalars(select(Remark).where(Remark.declaration_id.in_(versions)).order_by(Remark.id)).all()


def open_remarks(session: Session, declaration: Declaration | None) -> tuple[OpenRemark, ...]:
    """Return what waits for the company on a version in force, in the order of its lines."""
    if declaration is None or declaration.status is not DeclarationStatus.RETURNED:
        return ()
    last = {each.employment_id: each for each in remarks_of(session, declaration.commitment_id, declaration.month)}
    return tuple(OpenRemark(last[line.employment_id], line) for line in declaration.lines if line.is_returned)


def carry_over(house: House, waiting: Sequence[OpenRemark], new: Declaration, person: Person) -> None:
    """Settle what was returned in a version when `new` replaces it: hours that are the same stay returned.

    Hours that changed, or a person taken out, are the company's answer.
    """
    left = {line.employment_id: line for line in new.lines}
    for each in waiting:
        line = left.get(each.line.employment_id)
        if line is not None and (line.worked, line.training) == (each.line.worked, each.line.training):
            line.is_returned = True
            new.status = DeclarationStatus.RETURNED
        else:
            _answered(house, each.remark, person)
            each.remark.corrected_in_id = new.id


def explain(session: Session, house: House, declaration: Declaration, each: OpenRemark, text: str, by: Person) -> None:
    """Keep what the company answers to a remark; once nothing is open, the month is to be examined again."""
    _answered(house, each.remark, by)
    each.remark.answer = text
    each.line.is_returned = False
    if not any(line.is_returned for line in declaration.lines):
        declaration.status = DeclarationStatus.SUBMITTED
        declaration.awaiting_since = house.now()
    session.flush()


def _answered(house: House, remark: Remark, by: Person) -> None:
    remark.answered_by_id, remark.answered_at = by.id, house.now()


RETURNED = Listed(  # built once, run at many turns
    Declaration.commitment_id,
    lambda of_these: (
        select(Declaration.commitment_id, Declaration.month)
        .where(of_these, Declaration.status == DeclarationStatus.RETURNED)
        .order_by(Declaration.month)
    ),
)


def months_returned(session: Session, commitment_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the months that wait for the company, by commitment."""
    rows = RETURNED.rows(session, commitment_ids)
    found: dict[int, list[str]] = {}
    for commitment_id, month in rows:
        found.setdefault(commitment_id, []).append(month)
    return found


def names_of(session: Session, remarks: Sequence[Remark]) -> dict[int, str]:
    """Return the names of the people that remarks are about, by employment."""
    rows = session.scalars(select(Employment).where(Employment.id.in_({each.employment_id for each in remarks})))
    return {row.id: row.participant.name for row in rows}
