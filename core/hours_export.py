"""The hours of the territory as a table: one line per person and month in force, and the totals of each commitment.

What is written adds up: the hours of the lines that count are the hours done of the second sheet. People are numbers,
the same everywhere, unless their names are asked for; whoever writes it is in the audit.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from core import audit
from core.commitments import COUNTED, IN_FORCE, lot_of, progress_of
from core.hours import Progress
from core.house import House
from core.models import Commitment, Contract, Declaration, DeclarationLine, Employment, Participant, Receipt
from core.people import territory
from core.sheets.written import Value, WrittenSheet, new_book
from core.terms import Criterion

LINES, TOTALS = "Heures", "Totaux"
CONTRACT_HEADS = ("Acheteur", "Marché", "Lot", "Attributaire")
HEADS = (
    *CONTRACT_HEADS, "Mois", "Personne", "Public", "Employeur", "Modalité", "Contrat de travail", "Début", "Fin",
    "Heures travaillées", "Heures de formation", "Comptées", "État", "Sans heures", "Reçu n°",
)  # fmt: skip
TOTAL_HEADS = (*CONTRACT_HEADS, "Heures engagées", "Heures réalisées", "Heures validées", "Heures restantes")
_AT_ONCE = 50
_LINES = (
    select(
        Declaration.commitment_id,
        Declaration.month,
        Declaration.status,
        Declaration.nil_reason,
        DeclarationLine.worked,
        DeclarationLine.training,
        COUNTED.label("counts"),
        Employment.criterion,
        Employment.employer,
        Employment.modality,
        Employment.kind,
        Employment.starts_on,
        Employment.ends_on,
        Receipt.number,
    )
    .outerjoin(DeclarationLine, DeclarationLine.declaration_id == Declaration.id)
    .outerjoin(Employment, Employment.id == DeclarationLine.employment_id)
    .outerjoin(Receipt, Receipt.declaration_id == Declaration.id)
    .where(Declaration.status.in_(IN_FORCE))
    .order_by(Declaration.commitment_id, Declaration.month, DeclarationLine.id)
)


def export_hours(
    house: House, path: Path, *, since: str | None = None, until: str | None = None, with_names: bool = False
) -> int:
    """Write an XLSX workbook of the months from `since` to `until` ("2026-10"), both included; return how many lines.

    The totals are those of the whole commitment, whatever the months. Raises OSError.
    """
    book = new_book()
    lines, totals = WrittenSheet(book, LINES, HEADS), WrittenSheet(book, TOTALS, TOTAL_HEADS)
    wanted = _wanted(since, until, with_names=with_names)
    written = 0
    with house.database.transaction() as session:
        place = territory(session, house)
        kind = "export_hours_with_names" if with_names else "export_hours"
        audit.note(session, house, kind, f"territory:{place.id}", detail=f"{since or ''}..{until or ''}")
    with house.database.reading() as session:
        for page in _pages(session, place.id):
            who = {each.id: _who(each) for each in page}
            for row in session.execute(wanted.where(Declaration.commitment_id.in_(who))).yield_per(_AT_ONCE * 10):
                lines.add((*who[row.commitment_id], *_said(row)))
                written += 1
            progress = progress_of(session, page)
            for commitment in page:
                totals.add((*who[commitment.id], *_figures(progress[commitment.id])))
            session.expunge_all()
    book.save(path)
    return written


def _wanted(since: str | None, until: str | None, *, with_names: bool) -> Select[Any]:
    wanted = _LINES.add_columns((Participant.name if with_names else Participant.id).label("person")).outerjoin(
        Participant, Participant.id == Employment.participant_id
    )
    if since is not None:
        wanted = wanted.where(Declaration.month >= since)
    return wanted if until is None else wanted.where(Declaration.month <= until)


def _pages(session: Session, territory_id: int) -> Iterator[list[Commitment]]:
    """Yield the territory's commitments, contract by contract."""
    after = (0, 0)
    while page := list(
        session.scalars(
            select(Commitment)
            .join(Contract, Contract.id == Commitment.contract_id)
            .where(
                Contract.territory_id == territory_id,
                tuple_(Commitment.contract_id, Commitment.id) > tuple_(*after),
            )
            .order_by(Commitment.contract_id, Commitment.id)
            .limit(_AT_ONCE)
        )
    ):
        yield page
        after = page[-1].contract_id, page[-1].id


def _who(commitment: Commitment) -> tuple[str, ...]:
    contract = commitment.contract
    return contract.buyer.name, contract.reference, lot_of(commitment), commitment.awardee.name


def _said(row: Any) -> tuple[Value, ...]:
    state, nil, receipt = row.status.for_facilitator, row.nil_reason, row.number
    if row.criterion is None:  # a month without hours has no person
        return (row.month, *([None] * 10), state, nil.label if nil else None, receipt)
    return (
        row.month,
        str(row.person),
        Criterion.of(row.criterion).label,
        row.employer,
        row.modality.label,
        row.kind.label,
        row.starts_on,
        row.ends_on,
        row.worked,
        row.training,
        "oui" if row.counts else "non",
        state,
        None,
        receipt,
    )


def _figures(progress: Progress) -> tuple[Decimal, ...]:
    return progress.committed, progress.done, progress.accepted, progress.remaining
