"""The contact persons of a contracts table: known by their address, else by their name within the organisation."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from core import audit
from core.contracts_sheet import ContractRow, Problem
from core.contracts_sheet.row import quoted
from core.hours import NBSP, plain
from core.importing.ledger import Ledger, in_batches
from core.importing.lines import HEADERS, Parties
from core.models import Organisation, Person
from core.people import email_hash


def contacts_of(
    ledger: Ledger,
    rows: Iterable[ContractRow],
    parties: Mapping[int, Parties],
    problems: list[Problem],
    notices: list[str],
) -> dict[int, tuple[Person]]:
    """Find or enrol the contact of each line. An address acts for one organisation only: elsewhere it is a problem."""
    named = [row for row in rows if row.line in parties and (row.contact_email or row.contact_name)]
    hashes = {row.line: email_hash(ledger.house, row.contact_email) for row in named if row.contact_email}
    known = _known(ledger, set(hashes.values()), {parties[row.line].awardee.id for row in named})
    by_email = {person.email_hash: person for person in known if person.email_hash}
    by_name = {(person.organisation_id, plain(person.name)): person for person in reversed(known)}
    found: dict[int, tuple[Person]] = {}
    made: list[Person] = []
    for row in named:
        awardee, hashed = parties[row.line].awardee, hashes.get(row.line)
        name = row.contact_name or awardee.name
        namesake = by_name.get((awardee.id, plain(name)))
        person = by_email.get(hashed) if hashed else namesake
        if person is None and namesake is not None and namesake.email is None:
            person = namesake
        if person is None:
            person = _person(ledger, name, awardee)
            made.append(person)
        elif person.organisation_id != awardee.id:
            problems.append(_taken(row, person, ledger))
            continue
        elif person.left_at is not None:
            notices.append(f"Ligne {row.line}{NBSP}: ce contact a quitté l’organisation, il ne sera pas invité.")
        _complete(ledger, person, row, hashed, awardee)
        by_name.setdefault((awardee.id, plain(person.name)), person)
        if hashed:
            by_email[hashed] = person
        found[row.line] = (person,)
    ledger.flush()
    for person in made:
        audit.note(ledger.session, ledger.house, "enrol", f"person:{person.id}")
    return found


def _known(ledger: Ledger, hashes: set[str], organisations: set[int]) -> list[Person]:
    people: dict[int, Person] = {}
    for some in in_batches(hashes):
        people |= {each.id: each for each in ledger.session.scalars(select(Person).where(Person.email_hash.in_(some)))}
    for ids in in_batches(organisations):
        people |= {
            each.id: each for each in ledger.session.scalars(select(Person).where(Person.organisation_id.in_(ids)))
        }
    return [people[number] for number in sorted(people)]


def _person(ledger: Ledger, name: str, awardee: Organisation) -> Person:
    person = Person(
        name=name,
        organisation_id=awardee.id,
        territory_id=awardee.territory_id,
        is_facilitator=False,
        created_at=ledger.house.now(),
    )
    ledger.add(person)
    return person


def _complete(ledger: Ledger, person: Person, row: ContractRow, hashed: str | None, awardee: Organisation) -> None:
    """Fill in what was not known; a person was called like the organisation as long as nobody gave a name."""
    unnamed = person.name == awardee.name and row.contact_name
    ledger.revise(
        person,
        name=row.contact_name if unnamed else None,
        email=row.contact_email if person.email is None else None,
        email_hash=hashed if person.email is None else None,
        phone=row.contact_phone if person.phone is None else None,
    )


def _taken(row: ContractRow, person: Person, ledger: Ledger) -> Problem:
    whose = ledger.session.get(Organisation, person.organisation_id) if person.organisation_id else None
    fault = f"est l’adresse d’un contact de {quoted(whose.name)}" if whose else "est l’adresse d’une personne du suivi"
    remedy = "Écrivez une adresse propre à cette entreprise, ou laissez la case vide."
    return Problem(row.line, HEADERS["contact_email"], row.contact_email or "", fault, remedy)
