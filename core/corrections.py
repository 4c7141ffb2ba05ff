"""Corrections asked of an accepted month: a case that shows before and after; one click of the facilitateur makes it.

The new version is accepted at once, its receipt replaces the former one, and the company is told in its chat.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit, cases, checks
from core.access import NOT_YOURS, ONLY_FACILITATOR, commitment_for, declares_for, reviews
from core.cases import Request
from core.commitments import progress_of, total_of
from core.declarations import Work, in_force, write
from core.employments import employments_of
from core.hours import NBSP, in_hours
from core.house import House
from core.line_facts import facts_of
from core.models import Case, Commitment, Conversation, Correction, Declaration, Employment, Person
from core.months import in_french
from core.people import post_letter
from core.receipt_letters import receipt_letter
from core.receipts import number_of
from core.refusal import Refused
from core.terms import CorrectionStatus, DeclarationStatus

OUTDATED = "Ce mois a changé depuis la demande. Répondez à l’entreprise, qui peut en faire une nouvelle."


@dataclass(frozen=True)
class Change:
    """One line before and after, in hours already written."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class CorrectionSeen:
    """What the facilitateur sees of a correction asked: the lines that change, the totals, the reason."""

    month: str
    changes: tuple[Change, ...]
    total_before: str
    total_after: str
    reason: str
    status: str
    is_open: bool


def request_correction(
    session: Session,
    house: House,
    conversation: Conversation,
    person: Person,
    commitment_id: int,
    month: str,
    lines: Mapping[int, Work],
    *,
    reason: str,
    replaces: int,
) -> Case:
    """Ask for a correction of an accepted month; a former request on it is replaced.

    Raises Refused: not yours, not accepted any more, hours impossible, nothing changes, asked already.
    """
    commitment = commitment_for(session, person, commitment_id)
    if not declares_for(person, commitment):
        raise Refused(NOT_YOURS)
    former = in_force(session, commitment_id, month, lock=True)
    if former is None or former.id != replaces or former.status is not DeclarationStatus.ACCEPTED:
        raise Refused("Ce mois vient de changer. Reprenez la correction.")
    known = {employment.id: employment for employment in employments_of(session, commitment_id)}
    if not set(lines) <= set(known):
        raise Refused("Une des personnes n’est plus suivie sur ce marché. Reprenez la correction.")
    works = {known[employment_id]: (work.worked, work.training) for employment_id, work in lines.items()}
    for facts in facts_of(session, commitment, month, works).values():
        checks.refuse(facts)
    wanted = {str(number): [str(work.worked), str(work.training)] for number, work in lines.items()}
    changes = changes_of(former, lines, known)
    if not changes:
        raise Refused("Ces heures sont déjà celles qui sont validées. Il n’y a rien à corriger.")
    _replace_request(session, former, wanted)
    said = "\n".join(f"- {each.name}{NBSP}: {each.after} au lieu de {each.before}" for each in changes)
    text = f"Correction demandée pour {in_french(month)}{NBSP}:\n{said}"
    text += f"\n\nRaison{NBSP}: {reason}" if reason else ""
    asked = Request(subject=f"Corriger {in_french(month)}", text=text, commitment_id=commitment_id)
    case = cases.open_case(session, house, conversation, person, asked)
    session.add(
        Correction(
            declaration_id=former.id,
            case_id=case.id,
            wanted=wanted,
            reason=reason,
            status=CorrectionStatus.ASKED,
            asked_by_id=person.id,
            asked_at=house.now(),
        )
    )
    session.flush()
    audit.note(session, house, "ask_correction", f"declaration:{former.id}", person_id=person.id)
    return case


def _replace_request(session: Session, former: Declaration, wanted: dict[str, list[str]]) -> None:
    query = select(Correction).where(
        Correction.declaration_id == former.id, Correction.status == CorrectionStatus.ASKED
    )
    for earlier in session.scalars(query):
        if earlier.wanted == wanted:
            raise Refused("Cette correction est déjà demandée au facilitateur.")
        earlier.status = CorrectionStatus.OUTDATED


def changes_of(former: Declaration, lines: Mapping[int, Work], known: Mapping[int, Employment]) -> tuple[Change, ...]:
    """Return the lines that change, before and after."""
    before = {line.employment_id: line.worked + line.training for line in former.lines}
    trainings = {line.employment_id: line.training for line in former.lines}
    return tuple(
        Change(known[number].participant.name, in_hours(before.get(number, Decimal(0))), in_hours(work.total))
        for number, work in lines.items()
        if (work.total, work.training) != (before.get(number, Decimal(0)), trainings.get(number, Decimal(0)))
    )


def correction_in(session: Session, case_id: int) -> CorrectionSeen | None:
    """Return the correction that a case asks for, or None. The caller has checked who reads the case."""
    found = session.scalar(select(Correction).where(Correction.case_id == case_id))
    if found is None:
        return None
    former = session.get_one(Declaration, found.declaration_id)
    lines = _works(found)
    known = {employment.id: employment for employment in employments_of(session, former.commitment_id)}
    return CorrectionSeen(
        month=in_french(former.month),
        changes=changes_of(former, lines, known),
        total_before=in_hours(total_of(former)),
        total_after=in_hours(sum((work.total for work in lines.values()), Decimal(0))),
        reason=found.reason,
        status=found.status.label,
        is_open=found.status is CorrectionStatus.ASKED,
    )


def make(session: Session, house: House, case_id: int, by: Person) -> int | None:
    """Make the correction that a case asks for; return the conversation to ring.

    Raises Refused: not the facilitateur of the territory, decided already, the month changed since.
    """
    asked = _asked(session, case_id, by)
    former = session.get_one(Declaration, asked.declaration_id)
    held = in_force(session, former.commitment_id, former.month, lock=True)
    if held is None or held.id != former.id:
        raise Refused(OUTDATED)
    commitment, asker = session.get_one(Commitment, former.commitment_id), session.get_one(Person, asked.asked_by_id)
    note = f"Correction{NBSP}: {asked.reason}" if asked.reason else ""
    recorded = write(session, house, asker, commitment, former.month, former, _works(asked), note=note)
    made = recorded.declaration
    made.status, made.decided_by_id, made.decided_at = DeclarationStatus.ACCEPTED, by.id, house.now()
    asked.status, asked.made_in_id = CorrectionStatus.MADE, made.id
    asked.decided_by_id, asked.decided_at = by.id, house.now()
    session.flush()
    audit.note(session, house, "make_correction", f"declaration:{made.id}", person_id=by.id)
    progress = progress_of(session, [commitment])[commitment.id]
    post_letter(session, house, receipt_letter(house, asker, recorded, commitment, progress), asker)
    said = (
        f"La correction est faite{NBSP}: {in_hours(total_of(made))} pour {in_french(made.month)}, au lieu de "
        f"{in_hours(total_of(former))}. Le reçu {number_of(recorded.receipt)} remplace le précédent."
    )
    return cases.answer(session, house, case_id, said, person_id=by.id, close=True)


def refuse(session: Session, house: House, case_id: int, why: str, by: Person) -> int | None:
    """Refuse the correction that a case asks for, with words; return the conversation to ring. Raises Refused."""
    asked = _asked(session, case_id, by)
    if not why.strip():
        raise Refused("Écrivez pourquoi vous refusez la correction.")
    asked.status, asked.decided_by_id, asked.decided_at = CorrectionStatus.REFUSED, by.id, house.now()
    session.flush()
    audit.note(session, house, "refuse_correction", f"declaration:{asked.declaration_id}", person_id=by.id)
    return cases.answer(session, house, case_id, why, person_id=by.id)


def _asked(session: Session, case_id: int, by: Person) -> Correction:
    found = session.scalar(select(Correction).where(Correction.case_id == case_id).with_for_update(of=Correction))
    if found is None:
        raise Refused(ONLY_FACILITATOR)
    declaration = session.get_one(Declaration, found.declaration_id)
    if not reviews(by, session.get_one(Commitment, declaration.commitment_id)):
        raise Refused(ONLY_FACILITATOR)
    if found.status is not CorrectionStatus.ASKED:
        raise Refused(f"Cette demande est déjà {found.status.label}.")
    return found


def _works(asked: Correction) -> dict[int, Work]:
    return {
        int(number): Work(Decimal(worked), Decimal(training)) for number, (worked, training) in asked.wanted.items()
    }
