"""The facilitateur's table of contracts, into the register: the whole file, or nothing of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from core import audit
from core.contracts_sheet import ContractRow, Problem, read_contracts
from core.house import House
from core.importing.contacts import contacts_of
from core.importing.directory import directory_of_territory
from core.importing.ledger import Ledger
from core.importing.lines import commitments_of, contracts_of, parties_of, too_long
from core.people import territory
from core.refusal import Refused
from core.sheets import UnreadableSheet


@dataclass(frozen=True)
class ContractsImported:
    """Lines by what they did to the register; when there are `problems`, nothing of the file was kept."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()


class _Abandoned(Exception):
    """Rolls everything back."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def import_contracts(house: House, path: Path) -> ContractsImported:
    """Enter a table of contracts in one transaction: organisations, contracts, commitments, contact persons.

    What is known is found again (SIRET, buyer and reference, lot and awardee, e-mail address) and revised where the
    table says something else; an empty cell says nothing, and nothing is deleted. Raises Refused when the file is no
    table.
    """
    try:
        sheet = read_contracts(path)
    except UnreadableSheet as error:
        raise Refused(error.message) from error
    already_told = {problem.line for problem in sheet.problems}
    try:
        with house.database.transaction() as session:
            done, problems = _enter(session, house, sheet.rows)
            found = [*sheet.problems, *(problem for problem in problems if problem.line not in already_told)]
            if found:
                raise _Abandoned(tuple(sorted(found, key=lambda problem: problem.line or 0)))
    except _Abandoned as abandoned:
        return ContractsImported(problems=abandoned.problems, notices=sheet.notices)
    return ContractsImported(done.created, done.updated, done.unchanged, notices=(*sheet.notices, *done.notices))


def _enter(session: Session, house: House, rows: Iterable[ContractRow]) -> tuple[ContractsImported, list[Problem]]:
    ledger = Ledger(session, house)
    place = territory(session, house)
    problems = [problem for row in rows for problem in too_long(row)]
    wrong = {problem.line for problem in problems}
    kept = [row for row in rows if row.line not in wrong]
    sirets = {siret for row in kept for siret in (row.buyer_siret, row.awardee_siret) if siret}
    notices: list[str] = []
    parties = parties_of(directory_of_territory(ledger, place, sirets), kept, problems, notices)
    ledger.flush()
    contracts = contracts_of(ledger, place, [row for row in kept if row.line in parties], parties)
    ledger.flush()
    commitments = commitments_of(ledger, kept, contracts, parties, problems)
    contacts = contacts_of(ledger, kept, parties, problems, notices)
    ledger.flush()
    created = {line for line, commitment in commitments.items() if commitment in ledger.created}
    touched = ledger.created | ledger.revised
    updated = {
        row.line
        for row in kept
        if row.line in commitments and row.line not in created
        if {*parties[row.line], contracts[row.line], commitments[row.line], *contacts.get(row.line, ())} & touched
    }
    done = ContractsImported(
        len(created), len(updated), len(commitments) - len(created) - len(updated), notices=tuple(notices)
    )
    if created or updated:
        counts = f"created {done.created}, updated {done.updated}, unchanged {done.unchanged}"
        audit.note(session, house, "import_contracts", f"territory:{place.id}", detail=counts)
    return done, problems
