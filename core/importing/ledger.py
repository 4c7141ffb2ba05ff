"""What one import adds to the register and changes in it, each change with its audit line."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from sqlalchemy import ColumnElement, select, text, true
from sqlalchemy.orm import Session

from core import audit
from core.house import House
from core.models import Commitment, Contract, Organisation, Person
from core.references import reference_key
from core.terms import Term

Row = Organisation | Contract | Commitment | Person
T = TypeVar("T")

AT_ONCE = 500
IMPORT_LOCK = 7_301_203  # any number: imports enter one at a time (PostgreSQL advisory lock)
_SHOWN = (Decimal, date, int, Term)  # the audit holds no text: names and addresses could be in it


class Ledger:
    """The rows that an import creates and revises, in the caller's transaction."""

    def __init__(self, session: Session, house: House) -> None:
        if not house.database.is_sqlite:  # SQLite has one writer at a time already
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": IMPORT_LOCK})
        self.session = session
        self.house = house
        self.created: set[Row] = set()
        self.revised: set[Row] = set()

    def add(self, row: Row) -> None:
        """Add a new row; its id is known after the next flush."""
        self.created.add(row)
        self.session.add(row)

    def revise(self, row: Row, **values: object) -> bool:
        """Give a row the values that differ; None means "not said" and changes nothing. Return whether one did."""
        changes = {
            name: (getattr(row, name), value)
            for name, value in values.items()
            if value is not None and getattr(row, name) != value
        }
        for name, (_, value) in changes.items():
            setattr(row, name, value)
        if changes and row not in self.created:
            self.revised.add(row)
            detail = ", ".join(_change(name, before, after) for name, (before, after) in changes.items())
            subject = f"{type(row).__name__.lower()}:{row.id}"
            audit.note(self.session, self.house, "import_change", subject, detail=detail)
        return bool(changes)

    def flush(self) -> None:
        """Send the new rows to the database, which gives them their ids."""
        self.session.flush()


def _change(name: str, before: object, after: object) -> str:
    if isinstance(after, _SHOWN):
        return f"{name} {_noted(before)} → {_noted(after)}"
    return name


def _noted(value: object) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def in_batches(items: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """Cut into lists of at most `size`."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def contracts_of_buyers(
    session: Session, wanted: set[tuple[int, str]], *, among: ColumnElement[bool] | None = None
) -> dict[tuple[int, str], Contract]:
    """Return the known contracts (those that satisfy `among`) in `wanted`: a buyer's id and a folded reference."""
    found: dict[int, tuple[int, str]] = {}
    for buyers in in_batches({buyer for buyer, _ in wanted}):
        rows = session.execute(
            select(Contract.id, Contract.buyer_id, Contract.reference).where(
                Contract.buyer_id.in_(buyers), true() if among is None else among
            )
        )
        for number, buyer, reference in rows:
            key = (buyer, reference_key(reference))
            if key in wanted:
                found[number] = key
    contracts = (
        contract
        for numbers in in_batches(found)
        for contract in session.scalars(select(Contract).where(Contract.id.in_(numbers)))
    )
    return {found[contract.id]: contract for contract in contracts}


def commitments_on(session: Session, contracts: Iterable[Contract]) -> list[Commitment]:
    """Return the commitments of some contracts, oldest first."""
    return [
        commitment
        for numbers in in_batches({contract.id for contract in contracts})
        for commitment in session.scalars(
            select(Commitment).where(Commitment.contract_id.in_(numbers)).order_by(Commitment.id)
        )
    ]
