"""The review of monthly declarations: accepted, or sent back line by line, and answered by the company.

Both sides stay in the record (`core.remarks`). What nobody examined in the delay of the territory is accepted, and the
company is told that it was by the delay: the administration's lateness is not the company's fault (the State's control
of insertion structures works the same way).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import audit
from core.access import NOT_YOURS, ONLY_FACILITATOR, commitment_for, declares_for, reviews
from core.checks import ABOUT_PAPERS, flags_of
from core.declarations import in_force
from core.hours import NBSP
from core.house import House
from core.line_facts import facts_of
from core.models import Commitment, Contract, Declaration, Person, Remark, Territory
from core.months import in_french
from core.refusal import Refused
from core.remarks import OpenRemark, explain, open_remarks
from core.review_letters import tell_accepted, tell_answered, tell_returned
from core.terms import DeclarationStatus, ReturnReason

REPLACED = "Ce mois vient d’être remplacé par une correction, ou déjà traité. Relisez-le avant de décider."
EXAMINABLE = (DeclarationStatus.SUBMITTED, DeclarationStatus.RETURNED)
MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Returned:
    """Why one line is sent back: a reason, and words for the company."""

    reason: ReturnReason
    text: str = ""


def accept(session: Session, house: House, declaration_id: int, by: Person) -> list[int]:
    """Accept one month; return the conversations to ring. Raises Refused: not yours, or replaced meanwhile."""
    declaration = _examined(session, by, declaration_id)
    return accept_all(session, house, [declaration], by)


def accept_all(session: Session, house: House, declarations: Iterable[Declaration], by: Person | None) -> list[int]:
    """Accept months that the caller has locked; each company is told once. `by` is None when the delay decides."""
    accepted = list(declarations)
    for declaration in accepted:
        declaration.status = DeclarationStatus.ACCEPTED
        declaration.decided_at, declaration.decided_by_id = house.now(), by.id if by else None
        for line in declaration.lines:
            line.is_returned = False
        audit.note(session, house, "accept_declaration", f"declaration:{declaration.id}",
                   person_id=by.id if by else None, detail="" if by else "delay")  # fmt: skip
    session.flush()
    return tell_accepted(session, house, accepted, is_by_delay=by is None)


def send_back(
    session: Session,
    house: House,
    declaration_id: int,
    returned: Mapping[int, Returned],
    due_on: date,
    by: Person,
) -> list[int]:
    """Send lines back, by employment id, and tell the company; return the conversations to ring.

    The hours wait and do not count. Raises Refused: not yours, replaced meanwhile, returned already, nothing chosen, a
    deadline that is past, « autre raison » without words.
    """
    declaration = _examined(session, by, declaration_id)
    if declaration.status is DeclarationStatus.RETURNED:
        raise Refused("Ce mois est déjà renvoyé à l’entreprise. Attendez sa réponse, ou acceptez-le.")
    lines = {line.employment_id: line for line in declaration.lines}
    if not returned or not set(returned) <= set(lines):
        raise Refused("Cochez au moins une ligne à renvoyer.")
    if due_on <= house.today():
        raise Refused("La date de réponse doit être à venir.")
    for employment_id, why in returned.items():
        if why.reason is ReturnReason.OTHER and not why.text.strip():
            raise Refused(f"Écrivez ce qui ne va pas quand vous choisissez «{NBSP}autre raison{NBSP}».")
        lines[employment_id].is_returned = True
        session.add(
            Remark(
                declaration_id=declaration.id,
                employment_id=employment_id,
                reason=why.reason,
                text=why.text.strip(),
                due_on=due_on,
                made_by_id=by.id,
                made_at=house.now(),
            )
        )
    declaration.status = DeclarationStatus.RETURNED
    session.flush()
    audit.note(session, house, "return_declaration", f"declaration:{declaration.id}", person_id=by.id,
               detail=f"{len(returned)} lines")  # fmt: skip
    return tell_returned(session, house, declaration, open_remarks(session, declaration))


def answer(
    session: Session, house: House, person: Person, commitment_id: int, month: str, employment_id: int, text: str
) -> Sequence[OpenRemark]:
    """Keep what the company answers to one line sent back; return what is still open.

    Raises Refused: not yours, or no longer waiting.
    """
    commitment = commitment_for(session, person, commitment_id)
    if not declares_for(person, commitment):
        raise Refused(NOT_YOURS)
    declaration = in_force(session, commitment_id, month, lock=True)
    waiting = [each for each in open_remarks(session, declaration) if each.line.employment_id == employment_id]
    if declaration is None or not waiting:
        raise Refused(f"{in_french(month).capitalize()} n’attend plus de réponse pour cette personne.")
    explain(session, house, declaration, waiting[0], text, person)
    audit.note(session, house, "answer_return", f"declaration:{declaration.id}", person_id=person.id)
    left = open_remarks(session, declaration)
    if not left:
        tell_answered(session, house, declaration, commitment)
    return left


def accept_overdue(house: House) -> list[int]:
    """Accept what nobody examined in the delay of its territory; return the conversations to ring.

    Safe to run at any time, by any process: what another one holds is left to it.
    """
    with house.database.transaction() as session:
        rung: list[int] = []
        for place in session.scalars(select(Territory)).all():
            until = house.now() - timedelta(days=place.acceptance_days)
            due = waiting(place.id).where(Declaration.awaiting_since < until).limit(MOST_AT_ONCE)
            rows = session.scalars(due.with_for_update(of=Declaration, skip_locked=True))
            rung += accept_all(session, house, rows, None)
        return rung


def accept_clean(session: Session, house: House, by: Person) -> tuple[int, list[int]]:
    """Accept every month of the territory whose hours have nothing to look at; return how many, and whom to ring."""
    if not by.is_facilitator or by.left_at is not None:
        raise Refused(ONLY_FACILITATOR)
    rows = session.scalars(
        waiting(by.territory_id).limit(MOST_AT_ONCE).with_for_update(of=Declaration, skip_locked=True)
    )
    clean = [row for row in rows if is_clean(flags_now(session, row))]
    return len(clean), accept_all(session, house, clean, by)


def is_clean(flags: Mapping[int, tuple[str, ...]]) -> bool:
    """Tell whether the hours of a month have nothing to look at; a paper still to come does not hold hours back."""
    return all(flag in ABOUT_PAPERS for each in flags.values() for flag in each)


def waiting(territory_id: int) -> Select[Declaration]:
    """Select the months to examine in a territory, the oldest first."""
    return (
        select(Declaration)
        .join(Commitment, Commitment.id == Declaration.commitment_id)
        .join(Contract, Contract.id == Commitment.contract_id)
        .where(Contract.territory_id == territory_id, Declaration.status == DeclarationStatus.SUBMITTED)
        .order_by(Declaration.awaiting_since, Declaration.id)
    )


def flags_now(session: Session, declaration: Declaration) -> dict[int, tuple[str, ...]]:
    """Return what there is to look at now in each line, by employment id; lines without anything are left out."""
    commitment = session.get_one(Commitment, declaration.commitment_id)
    works = {line.employment: (line.worked, line.training) for line in declaration.lines}
    facts = facts_of(session, commitment, declaration.month, works)
    found = {employment_id: flags_of(about) for employment_id, about in facts.items()}
    return {employment_id: flags for employment_id, flags in found.items() if flags}


def _examined(session: Session, by: Person, declaration_id: int) -> Declaration:
    declaration = session.scalar(
        select(Declaration).where(Declaration.id == declaration_id).with_for_update(of=Declaration),
        execution_options={"populate_existing": True},  # what was read before the lock may have changed
    )
    if declaration is None or not reviews(by, session.get_one(Commitment, declaration.commitment_id)):
        raise Refused(ONLY_FACILITATOR)
    if declaration.status not in EXAMINABLE:
        raise Refused(REPLACED)
    return declaration
