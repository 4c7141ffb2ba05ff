"""What delegates prepare: months and hires, which count for nothing until the awardee says yes.

A month waits until the company declares it, a delegate prepares it again, or the delegation ends; a hire likewise.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import audit, checks
from core.commitments import Due, refusal_for_month
from core.declarations import NewHire, Work, in_force, set_aside
from core.delegations import NOT_DELEGATED, covering, held_by
from core.employments import Hire, check_terms, employments_of, folded
from core.hours import NBSP
from core.house import House
from core.line_facts import facts_of
from core.loading import Shape
from core.messages import Meaning
from core.models import Employment, Person, PreparedHire, PreparedMonth
from core.months import in_french, month_of
from core.owed import Duty, duties, owed
from core.prepared import Listed
from core.refusal import Refused
from core.terms import CommitmentStatus, NilReason

# Asked at many turns.
PREPARED = Shape(PreparedMonth)
WAITING = Listed(
    PreparedMonth.commitment_id,
    lambda of_these: select(*PREPARED.columns).where(of_these, PreparedMonth.settled_at.is_(None)),
)


def prepare(
    session: Session,
    house: House,
    person: Person,
    commitment_id: int,
    month: str,
    lines: Mapping[int, Work],
    *,
    hires: Sequence[NewHire] = (),
    nil_reason: NilReason | None = None,
    note: str = "",
) -> PreparedMonth:
    """Keep a month that a delegate prepared, in place of the one that waits.

    Raises Refused: not delegated to them, month or hours impossible, declared already, nothing in it.
    """
    delegation = covering(held_by(session, person, house.today()), person, commitment_id, month, house.today())
    if delegation is None:
        raise Refused(NOT_DELEGATED)
    reason = refusal_for_month(delegation.commitment, month, house.today())
    if reason:
        raise Refused(reason, reopen="month")
    if in_force(session, commitment_id, month) is not None:
        raise Refused(f"{in_french(month).capitalize()} vient d’être déclaré par l’entreprise. Il n’y a rien à faire.")
    known = {each.id: each for each in employments_of(session, commitment_id, month)}
    if not set(lines) <= set(known):
        raise Refused("Une des personnes n’est plus suivie sur ce marché. Reprenez la préparation.")
    if not lines and not hires and nil_reason is None:
        raise Refused("Il n’y a aucune heure dans ce mois. Donnez la raison du mois sans heures.")
    if (twice := checks.said_twice(" ".join(new.hire.name.split()) for new in hires)) is not None:
        raise Refused(twice)
    for new in hires:
        check_terms(delegation.commitment, new.hire)
    works = {known[number]: (work.worked, work.training) for number, work in lines.items()}
    for number, facts in facts_of(session, delegation.commitment, month, works).items():
        checks.refuse(facts, reopen=f"hours.{number}")
    set_aside(session, house, commitment_id, month)
    made = PreparedMonth(
        delegation_id=delegation.id,
        commitment_id=commitment_id,
        month=month,
        lines={str(number): [str(work.worked), str(work.training)] for number, work in lines.items()},
        hires=[{**said_of(new.hire), "hours": _hours(new.work)} for new in hires] or None,
        nil_reason=nil_reason,
        note=note,
        prepared_by_id=person.id,
        prepared_at=house.now(),
    )
    session.add(made)
    session.flush()
    audit.note(session, house, "prepare_month", f"commitment:{commitment_id}", person_id=person.id, detail=month)
    return made


def prepare_hire(session: Session, house: House, person: Person, commitment_id: int, hired: Hire) -> PreparedHire:
    """Keep a hire that a delegate prepared. Raises Refused: not delegated to them, impossible, prepared already."""
    held = [each for each in held_by(session, person, house.today()) if each.commitment_id == commitment_id]
    held = [each for each in held if each.month in {None, month_of(hired.starts_on)}]
    if not held:
        raise Refused(NOT_DELEGATED)
    commitment = held[0].commitment
    if commitment.status in {CommitmentStatus.TO_COMPLETE, CommitmentStatus.ENDED}:
        raise Refused("Ce marché n’attend pas d’embauche dans le suivi.")
    check_terms(commitment, hired)
    if any(folded(str(row.said["name"])) == folded(hired.name) for row in hires_waiting(session, [commitment_id])):
        raise Refused(f"L’embauche de {hired.name} est déjà préparée, l’entreprise doit la valider.")
    made = PreparedHire(
        delegation_id=held[0].id,
        commitment_id=commitment_id,
        said=said_of(hired),
        prepared_by_id=person.id,
        prepared_at=house.now(),
    )
    session.add(made)
    session.flush()
    audit.note(session, house, "prepare_hire", f"commitment:{commitment_id}", person_id=person.id)
    return made


def prepared_for(session: Session, commitment_ids: Sequence[int]) -> list[PreparedMonth]:
    """Return the months that wait for the company, oldest first; the caller has checked who reads."""
    found = [PREPARED.made(session, row) for row in WAITING.rows(session, commitment_ids)]
    return sorted(found, key=lambda each: (each.month, each.id))


def hires_waiting(session: Session, commitment_ids: Sequence[int]) -> list[PreparedHire]:
    """Return the hires that wait for the company, oldest first; the caller has checked who reads."""
    rows = select(PreparedHire).where(PreparedHire.commitment_id.in_(commitment_ids), PreparedHire.settled_at.is_(None))
    return list(session.scalars(rows.order_by(PreparedHire.id)))


def settle_hire(session: Session, house: House, prepared_id: int, commitment_id: int) -> None:
    """Note that a prepared hire was declared."""
    session.execute(
        update(PreparedHire)
        .where(
            PreparedHire.id == prepared_id,
            PreparedHire.commitment_id == commitment_id,
            PreparedHire.settled_at.is_(None),
        )
        .values(settled_at=house.now())
    )


def total_of(prepared: PreparedMonth) -> Decimal:
    """Return all the hours of a prepared month."""
    said = [*prepared.lines.values(), *(each["hours"].split("+") for each in prepared.hires or [])]
    return sum((Decimal(number) for work in said for number in work), Decimal(0))


def owed_by(session: Session, house: House, person: Person) -> list[tuple[Duty, Due]]:
    """Return the months that somebody is reminded of: their organisation's, and those delegated and not prepared."""
    today = house.today()
    found = []
    if person.organisation_id is not None:
        found = owed(session, duties(session, house, awardee_id=person.organisation_id), today)
    held = held_by(session, person, today)
    if held:
        numbers = [each.commitment_id for each in held]
        waiting = {(each.commitment_id, each.month) for each in prepared_for(session, numbers)}
        theirs = {(each.commitment_id, each.month) for each in held}
        found += [
            (duty, due)
            for duty, due in owed(session, duties(session, house, numbers=numbers), today)
            if {(duty.id, None), (duty.id, due.month)} & theirs and (duty.id, due.month) not in waiting
        ]
    return found


def answers_of(prepared: PreparedMonth, people: Sequence[Employment], by: str) -> dict[str, str]:
    """Return a prepared month as answers of the company's own declaration; `by` is who prepared it.

    A hire that was declared meanwhile is one of the `people` of the month: its hours are theirs.
    """
    found = {"commitment": str(prepared.commitment_id), "month": prepared.month, "prepared": str(prepared.id)}
    found["note"] = "\n".join(filter(None, (prepared.note, f"Préparé par {by}")))
    if prepared.nil_reason is not None:
        return {**found, "way": "nil", "nil_reason": str(prepared.nil_reason)}
    found |= {f"hours.{number}": "+".join(work) for number, work in prepared.lines.items()}
    there = {folded(each.participant.name): each.id for each in people}
    left = []
    for new in prepared.hires or []:
        number = there.get(folded(new["name"]))
        if number is None:
            left.append(new)
        else:
            found[f"hours.{number}"] = new["hours"]
    for place, new in enumerate(left, start=1):
        found |= {f"hire.{place}.{key}": value for key, value in new.items()}
        found[f"hire.{place}.more"] = "yes" if place < len(left) else "no"
    return {**found, "way": "hire" if left else "hours"}


def checking(prepared: PreparedMonth, answers: Mapping[str, str], *, reference: str = "") -> tuple[str, Meaning]:
    """Return the button that reads a prepared month back in the company's own declaration."""
    label = f"Vérifier {in_french(prepared.month)}" + (f", {reference}" if reference else "")
    return label, {"start": "declare", "answers": dict(answers)}


def said_of(hired: Hire) -> dict[str, str]:
    """Return a hire as answers of the `hire` flow."""
    return {
        "name": hired.name,
        "starts_on": hired.starts_on.isoformat(),
        "modality": str(hired.modality),
        "kind": str(hired.kind),
        "criterion": str(hired.criterion),
        "job": hired.job,
        "rome": hired.rome or "none",
        "weekly": str(hired.weekly_hours) if hired.weekly_hours is not None else "",
        "ends_on": hired.ends_on.isoformat() if hired.ends_on is not None else "",
        **({"employer": hired.employer} if hired.employer else {}),
    }


def waits_in_words(months: Sequence[str], by: str) -> str:
    """Say that months are prepared and wait for the company only."""
    listed = ", ".join(in_french(month) for month in months).capitalize()
    they = "sont préparés" if len(months) > 1 else "est préparé"
    return f"{listed} {they} par {by}{NBSP}: il ne reste qu’à valider"


def _hours(work: Work) -> str:
    return f"{work.worked}+{work.training}"
