"""The good-faith file of a commitment: what the company did and met, and when the others answered, day by day.

What the company says is marked as said by it; what the house saw by itself (cases, needs, partners' answers) as such.
It goes to the company and the facilitateur, never to the buyer without the company.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.access import declares_for
from core.hours import NBSP
from core.house import House
from core.models import Case, Commitment, Effort, Person
from core.months import day_in_french
from core.needs import asked_on, forwards_of, needs_of, told_of
from core.refusal import Refused
from core.terms import EffortKind
from core.wanted import in_words
from core.workdays import is_working_day

SAID, SEEN = "dit par l’entreprise", "enregistré par la plateforme"


@dataclass(frozen=True)
class Step:
    """One line of the file: the day, what happened, who says so."""

    day: date
    what: str
    detail: str
    source: str


def note_effort(
    session: Session, house: House, person: Person, commitment_id: int, kind: EffortKind, day: date, text: str
) -> Effort:
    """Keep what a company says it did. Raises Refused: not the awardee's, or a day to come."""
    commitment = session.get(Commitment, commitment_id)
    if commitment is None or not declares_for(person, commitment):
        raise Refused("Ce marché n’est pas suivi par votre organisation.")
    if day > house.today():
        raise Refused("Cette date est à venir. Notez une démarche une fois faite.", reopen="day")
    effort = Effort(
        commitment_id=commitment.id,
        kind=kind,
        happened_on=day,
        text=text.strip(),
        told_by_id=person.id,
        told_at=house.now(),
    )
    session.add(effort)
    session.flush()
    audit.note(session, house, "note_effort", f"commitment:{commitment.id}", person_id=person.id, detail=str(kind))
    return effort


def steps_of(session: Session, house: House, commitment: Commitment) -> list[Step]:
    """Return everything known, in the order of days."""
    steps = [
        Step(
            effort.happened_on,
            effort.kind.capitalised,
            effort.text,
            f"{SAID} le {_day(house.local(effort.told_at).date())}",
        )
        for effort in session.scalars(select(Effort).where(Effort.commitment_id == commitment.id))
    ]
    needs = needs_of(session, commitment.id)
    for need in needs:
        said = in_words(need.what, need.places, need.month, need.place)
        steps.append(Step(asked_on(house, need), f"Besoin de {need.kind.label} signalé", said, SEEN))
        for row in forwards_of(session, need.id):
            who = row.partner.organisation.name
            steps.append(Step(house.local(row.sent_at).date(), "Besoin transmis à un partenaire", who, SEEN))
            if row.answered_at is not None:
                day = house.local(row.answered_at).date()
                steps.append(Step(day, "Réponse du partenaire", f"{who}{NBSP}: {told_of(row)}", SEEN))
    by_need = {need.case_id for need in needs}
    for case in session.scalars(select(Case).where(Case.commitment_id == commitment.id)).unique():
        if case.id not in by_need and _is_companys(session, case, commitment):
            steps.append(Step(house.local(case.opened_at).date(), "Aide demandée au facilitateur", case.subject, SEEN))
        if case.answered_at is not None and _is_companys(session, case, commitment):
            asked, answered = house.local(case.opened_at).date(), house.local(case.answered_at).date()
            detail = f"{case.subject}{NBSP}; {_delay(asked, answered)}"
            steps.append(Step(answered, "Réponse du facilitateur", detail, SEEN))
    return sorted(steps, key=lambda step: step.day)


def unanswered(session: Session, house: House, commitment: Commitment) -> int:
    """Return how many requests of the company wait for the facilitateur's answer."""
    rows = session.scalars(select(Case).where(Case.commitment_id == commitment.id, Case.answered_at.is_(None))).unique()
    return sum(1 for case in rows if _is_companys(session, case, commitment))


def _is_companys(session: Session, case: Case, commitment: Commitment) -> bool:
    person = session.get(Person, case.person_id) if case.person_id else None
    return person is not None and person.organisation_id == commitment.awardee_id


def _delay(asked: date, answered: date) -> str:
    days = sum(
        1 for place in range(asked.toordinal() + 1, answered.toordinal() + 1) if is_working_day(date.fromordinal(place))
    )
    return (
        "le jour même"
        if not days
        else f"{days}{NBSP}jour{'s' if days > 1 else ''} ouvré{'s' if days > 1 else ''} après"
    )


def _day(day: date) -> str:
    return day_in_french(day)
