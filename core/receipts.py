"""Receipts: numbered without a gap and chained by hash, so that nobody can change one, or when it was given, unseen.

hash = SHA-256 of the previous hash and of the content; the content holds what was declared, for whom, when.
"""

import hashlib
import json
import re
from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from core.entries import Entry
from core.house import House
from core.models import Commitment, Declaration, Receipt
from core.prepared import Prepared, Values
from core.terms import DeclarationStatus

START = "0" * 64
LAST = Prepared(select(Receipt.number, Receipt.hash).order_by(Receipt.number.desc()).limit(1))
RECEIPTS = Entry(Receipt)
CHAIN_LOCK = 7_301_201  # any number: receipts are issued one at a time (PostgreSQL advisory lock)
LOCK_CHAIN = Prepared(select(func.pg_advisory_xact_lock(bindparam("key"))))


def numbered(number: int) -> str:
    """Write a receipt's number: "R-000042"."""
    return f"R-{number:06}"


def number_of(receipt: Receipt) -> str:
    """Write the number of a receipt."""
    return numbered(receipt.number)


def read_number(typed: str) -> int | None:
    """Read a receipt's number as people type it ("R-000042", "r 42", "42"); None when it is none."""
    found = re.fullmatch(r"(?:r\W{0,2})?0*([1-9]\d{0,8})", typed.strip(), re.IGNORECASE | re.ASCII)
    return int(found[1]) if found else None


def issue(
    session: Session, house: House, declaration: Declaration, commitment: Commitment, *, replaced: Declaration | None
) -> Receipt:
    """Add the receipt of a version at the end of the chain."""
    if not house.database.is_sqlite:  # SQLite has one writer at a time already
        LOCK_CHAIN.run(session, {"key": CHAIN_LOCK})
    last, previous = LAST.row(session, {}) or (0, START)
    former = session.scalar(select(Receipt).where(Receipt.declaration_id == replaced.id)) if replaced else None
    content = json.dumps(
        {
            "contract": commitment.contract.reference,
            "lot": commitment.lot,
            "awardee": commitment.awardee.siret or commitment.awardee.name,
            "month": declaration.month,
            "version": declaration.version,
            "lines": [[line.employment_id, str(line.worked), str(line.training)] for line in declaration.lines],
            "nil_reason": declaration.nil_reason,
            "declared_at": declaration.declared_at.isoformat(),
        },
        ensure_ascii=False,
        sort_keys=True,
    )
    values: Values = {
        "number": last + 1,
        "declaration_id": declaration.id,
        "replaces": former.number if former else None,
        "content": content,
        "previous_hash": previous,
        "hash": chained(previous, content),
        "issued_at": house.now(),
    }
    return RECEIPTS.written(session, values)


def latest_of(session: Session, commitment_ids: Sequence[int], most: int) -> list[tuple[Receipt, Declaration]]:
    """Return the receipts of the versions in force of some commitments, latest first, with their declarations."""
    query = (
        select(Receipt, Declaration)
        .join(Declaration, Declaration.id == Receipt.declaration_id)
        .where(Declaration.commitment_id.in_(commitment_ids), Declaration.status != DeclarationStatus.SUPERSEDED)
        .order_by(Receipt.number.desc())
        .limit(most)
    )
    return [(receipt, declaration) for receipt, declaration in session.execute(query)]


def chained(previous: str, content: str) -> str:
    """Return the hash of a receipt."""
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def first_broken(session: Session) -> int | None:
    """Walk the whole chain; return the number of the first receipt that does not hold, or None."""
    previous, expected = START, 1
    with session.scalars(select(Receipt).order_by(Receipt.number).execution_options(yield_per=500)) as chain:
        for receipt in chain:
            sound = receipt.number == expected and receipt.previous_hash == previous
            if not sound or receipt.hash != chained(previous, receipt.content):
                return receipt.number
            previous, expected = receipt.hash, expected + 1
    return None
