"""Addresses that refuse mail: marked once, told to the facilitateur in one case each, tried again when he asks.

Nothing is sent to a marked address. The facilitateur tries it again from his desk, corrected or as it is: a short
letter leaves at once, so that he soon knows.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core import audit
from core.access import ONLY_FACILITATOR
from core.addresses import email_hash
from core.cases import open_for_refused_address
from core.hours import NBSP
from core.house import House
from core.letters import NoticeLetter
from core.models import Person, RefusedAddress
from core.outbox import Parcel
from core.people import EMAIL, is_refused, post_letter, refuse_address
from core.refusal import Refused

MOST_SHOWN = 200


@dataclass(frozen=True)
class Refusing:
    """A person whose address refuses mail: since when, and why, in the server's words."""

    person_id: int
    name: str
    organisation: str
    address: str
    reason: str
    refused_at: datetime


def refuse(session: Session, house: House, parcel: Parcel, reason: str) -> bool:
    """Mark the address of a letter that came back, and tell the facilitateur; False when it was marked already."""
    if session.get(RefusedAddress, email_hash(house, parcel.peer)) is not None:
        return False
    refuse_address(session, house, parcel.peer, reason)
    open_for_refused_address(session, house, parcel, reason)
    return True


def refusing_in(session: Session, house: House, who: Person) -> list[Refusing]:
    """List who cannot be written to in a facilitateur's territory, the latest first. Raises Refused for others."""
    _only_facilitator(who)
    rows = session.execute(
        select(Person, RefusedAddress)
        .outerjoin(RefusedAddress, RefusedAddress.address_hash == Person.email_hash)
        .where(
            Person.territory_id == who.territory_id,
            Person.left_at.is_(None),
            or_(Person.email_refused_at.is_not(None), RefusedAddress.address_hash.is_not(None)),
        )
        .order_by(Person.email_refused_at.desc(), Person.id)
        .limit(MOST_SHOWN)
    )
    audit.note(session, house, "list_refused_addresses", f"territory:{who.territory_id}", person_id=who.id)
    return [
        Refusing(
            person_id=person.id,
            name=person.name,
            organisation=person.organisation.name if person.organisation else "",
            address=person.email or "",
            reason=refused.reason if refused else "",
            refused_at=person.email_refused_at or (refused.refused_at if refused else house.now()),
        )
        for person, refused in rows
    ]


def try_again(session: Session, house: House, person_id: int, typed: str, by: Person) -> None:
    """Write to a person again, at the address typed or at the same one when it is "". Raises Refused."""
    _only_facilitator(by)
    person = session.scalar(select(Person).where(Person.id == person_id).with_for_update(of=Person))
    if person is None or person.territory_id != by.territory_id or person.left_at is not None:
        raise Refused(ONLY_FACILITATOR)
    address = typed.strip()
    if address and address.lower() != (person.email or "").lower():
        _correct(session, house, person, address)
        action = "correct_address"
    elif is_refused(session, person):
        action = "try_address_again"
    else:
        raise Refused("Cette adresse ne refuse plus les messages.")
    marked = session.get(RefusedAddress, person.email_hash) if person.email_hash else None
    if marked is not None:
        session.delete(marked)
    person.email_refused_at = None
    session.flush()
    audit.note(session, house, action, f"person:{person.id}", person_id=by.id)
    post_letter(session, house, _greeting(house, person), person)


def _correct(session: Session, house: House, person: Person, address: str) -> None:
    if not EMAIL.match(address):
        raise Refused(f"«{NBSP}{address}{NBSP}» n’est pas une adresse e-mail.")
    hashed = email_hash(house, address)
    if session.scalar(select(Person.id).where(Person.email_hash == hashed)) is not None:
        raise Refused("Cette adresse est déjà celle d’une autre personne.")
    person.email, person.email_hash = address, hashed


def _greeting(house: House, person: Person) -> NoticeLetter:
    return NoticeLetter(
        name=person.name,
        title="Vos messages de Clausette arrivent de nouveau",
        opening="Nos derniers messages ne vous parvenaient pas. Si vous lisez celui-ci, tout est rentré dans l’ordre, "
        "et vous n’avez rien à faire.",
        closing="Ce que vous avez manqué vous attend dans Clausette.",
        link=house.link("/"),
    )


def _only_facilitator(who: Person) -> None:
    if not who.is_facilitator or who.left_at is not None:
        raise Refused(ONLY_FACILITATOR)
