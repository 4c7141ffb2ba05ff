"""The facilitateurs of a territory: who answers a case, who replaces whom."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addresses import email_hash
from core.hours import NBSP, plain
from core.house import House
from core.models import Case, Person, Territory
from core.refusal import Refused


def facilitators_of(session: Session, territory_id: int) -> list[Person]:
    """Return the facilitateurs of a territory, the longest there first."""
    query = select(Person).where(
        Person.territory_id == territory_id, Person.is_facilitator, Person.left_at.is_(None), Person.email.is_not(None)
    )
    return list(session.scalars(query.order_by(Person.id)))


def first_facilitator(session: Session, house: House, place: Territory) -> Person | None:
    """Return who answers for a territory when nobody else is named: its contact, else its first facilitateur."""
    known = facilitators_of(session, place.id)
    contact = email_hash(house, place.facilitator_email) if place.facilitator_email else None
    return next((each for each in known if each.email_hash == contact), known[0] if known else None)


def in_charge_of(session: Session, house: House, case: Case) -> Person | None:
    """Return whose case it is, present or not."""
    assigned = session.get(Person, case.assigned_to_id) if case.assigned_to_id else None
    if assigned is not None and assigned.left_at is None:
        return assigned
    return first_facilitator(session, house, session.get_one(Territory, case.territory_id))


def answering(session: Session, house: House, case: Case) -> Person | None:
    """Return who must answer a case today: whose case it is, or who replaces them."""
    owner = in_charge_of(session, house, case)
    return present(session, owner, house.today()) if owner else None


def present(session: Session, person: Person, today: date) -> Person:
    """Return a facilitateur or, while absent, the deputy; who is absent with nobody else is better than nobody."""
    seen = {person.id}
    current = person
    while is_absent(current, today):
        deputy = session.get(Person, current.deputy_id) if current.deputy_id else None
        if deputy is None or deputy.id in seen or deputy.left_at is not None:
            others = facilitators_of(session, person.territory_id)
            return next((each for each in others if not is_absent(each, today)), person)
        seen.add(deputy.id)
        current = deputy
    return current


def deputy_of(session: Session, person: Person, today: date) -> Person | None:
    """Return who else must be told when somebody does not answer: the deputy, else another facilitateur present."""
    deputy = session.get(Person, person.deputy_id) if person.deputy_id else None
    if deputy is not None and deputy.left_at is None and deputy.email and not is_absent(deputy, today):
        return deputy
    others = facilitators_of(session, person.territory_id)
    return next((each for each in others if each.id != person.id and not is_absent(each, today)), None)


def is_absent(person: Person, today: date) -> bool:
    """Tell whether a facilitateur is away that day."""
    begun = person.absent_from is not None and person.absent_from <= today
    return begun and (person.absent_until is None or today <= person.absent_until)


def named(session: Session, territory_id: int, written: str) -> Person:
    """Return the facilitateur whom a name, a part of it or an address means. Raises Refused when it is not clear."""
    words = plain(written).strip(" .")
    known = facilitators_of(session, territory_id)
    exact = [each for each in known if words in {plain(each.name), plain(each.email or "")}]
    found = exact or [each for each in known if words and words in plain(each.name).split()]
    if len(found) == 1:
        return found[0]
    names = ", ".join(each.name for each in known)
    raise Refused(f"Je ne sais pas qui est «{NBSP}{written.strip()}{NBSP}». Les facilitateurs sont{NBSP}: {names}.")
