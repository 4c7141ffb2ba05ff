"""The register's contracts as a table: the columns of the import, so that the file can be corrected and imported again.

Contracts of open data whose hours nobody gave stand apart in a second sheet, that the import does not read: completed
lines are moved to the first one.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from core import audit
from core.contracts_sheet.columns import COLUMNS
from core.house import House
from core.models import Commitment, Person
from core.people import territory
from core.sheets.written import WrittenSheet, new_book
from core.siret import is_siret
from core.terms import Modality

SHEET, TO_COMPLETE = "Marchés", "À compléter"
_AT_ONCE = 500


def export_contracts(house: House, path: Path) -> int:
    """Write an XLSX workbook with one line per commitment; return how many. Raises OSError."""
    book = new_book()
    heads = [column.header for column in COLUMNS]
    known, to_complete = WrittenSheet(book, SHEET, heads), WrittenSheet(book, TO_COMPLETE, heads)
    written = 0
    with house.database.reading() as session:
        for commitment, contact in _commitments(session):
            sheet = to_complete if commitment.committed_hours is None else known
            said = _said(commitment, contact)
            sheet.add(said.get(column.field) for column in COLUMNS)
            written += 1
    book.save(path)
    with house.database.transaction() as session:
        place = territory(session, house)
        audit.note(session, house, "export_contracts", f"territory:{place.id}", detail=f"{written} lines")
    return written


def _commitments(session: Session) -> Iterator[tuple[Commitment, Person | None]]:
    """Yield the commitments, contract by contract, each with the first contact of its awardee."""
    after = (0, 0)
    while True:
        page = session.scalars(
            select(Commitment)
            .where(tuple_(Commitment.contract_id, Commitment.id) > tuple_(*after))
            .order_by(Commitment.contract_id, Commitment.id)
            .limit(_AT_ONCE)
        ).all()
        if not page:
            return
        contacts = _contacts(session, {each.awardee_id for each in page})
        yield from ((each, next(iter(contacts[each.awardee_id]), None)) for each in page)
        after = page[-1].contract_id, page[-1].id
        session.expunge_all()


def _contacts(session: Session, organisations: set[int]) -> defaultdict[int | None, list[Person]]:
    contacts: defaultdict[int | None, list[Person]] = defaultdict(list)
    people = select(Person).where(Person.organisation_id.in_(organisations), Person.left_at.is_(None))
    for person in session.scalars(people.order_by(Person.email_hash.is_(None), Person.id)):
        contacts[person.organisation_id].append(person)
    return contacts


def _said(commitment: Commitment, contact: Person | None) -> dict[str, Any]:
    contract, awardee = commitment.contract, commitment.awardee
    return {
        "buyer": contract.buyer.name,
        "buyer_siret": _siret(contract.buyer.siret),
        "reference": contract.reference,
        "object": contract.object,
        "lot": commitment.lot,
        "lot_title": commitment.lot_title,
        "nature": contract.nature.label if contract.nature else None,
        "amount": contract.amount,
        "launched_on": contract.consultation_launched_on,
        "notified_on": contract.notified_on,
        "starts_on": commitment.starts_on,
        "ends_on": commitment.ends_on,
        "place": contract.place,
        "cpv": contract.cpv,
        "awardee": awardee.name,
        "awardee_siret": _siret(awardee.siret),
        "contact_name": contact.name if contact else None,
        "contact_email": contact.email if contact else None,
        "contact_phone": contact.phone if contact else None,
        "hours": commitment.committed_hours,
        "modalities": " ; ".join(Modality.of(value).label for value in commitment.modalities),
        "publics": " ; ".join(commitment.publics),
        "reporting_day": commitment.reporting_day,
        "penalty_per_hour": commitment.penalty_per_hour,
        "penalty_terms": commitment.penalty_terms,
        "clause_article": commitment.contract_article,
    }


def _siret(siret: str | None) -> str | None:
    """Leave out what open data wrote in place of a SIRET: the table refuses it, the name is enough."""
    return siret if siret and is_siret(siret) else None
