"""What became of people after their employments, as a table of figures: by contract and by follow-up, nobody named."""

from collections import Counter, defaultdict
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import audit
from core.commitments import lot_of
from core.house import House
from core.models import Commitment, Employment, ExitAnswer
from core.people import territory
from core.sheets.written import WrittenSheet, new_book
from core.terms import ExitSituation

SHEET = "Sorties"
MOMENTS = ((0, "à la fin"), (3, "3 mois après"), (6, "6 mois après"))
HEADS = (
    "Acheteur", "Marché", "Lot", "Attributaire", "Contrats terminés", "Moment", "Réponses",
    *(situation.capitalised for situation in ExitSituation),
)  # fmt: skip
_AT_ONCE = 500


def export_exits(house: House, path: Path) -> int:
    """Write an XLSX workbook with three lines per commitment that somebody left; return how many lines.

    A contract of employment counts as ended from its last day on. Raises OSError.
    """
    book = new_book()
    sheet = WrittenSheet(book, SHEET, HEADS)
    written, after = 0, 0
    with house.database.reading() as session:
        while ended := _ended(session, house, after):
            for line in _lines(session, ended):
                sheet.add(line)
                written += 1
            after = max(ended)
            session.expunge_all()
    book.save(path)
    with house.database.transaction() as session:
        place = territory(session, house)
        audit.note(session, house, "export_exits", f"territory:{place.id}", detail=f"{written} lines")
    return written


def _ended(session: Session, house: House, after: int) -> dict[int, int]:
    """Count the ended employments of the next commitments, by commitment id."""
    rows = session.execute(
        select(Employment.commitment_id, func.count())
        .where(Employment.ends_on < house.today(), Employment.commitment_id > after)
        .group_by(Employment.commitment_id)
        .order_by(Employment.commitment_id)
        .limit(_AT_ONCE)
    )
    return {row[0]: row[1] for row in rows}


def _lines(session: Session, ended: dict[int, int]) -> list[list[str | int]]:
    told: defaultdict[tuple[int, int], Counter[ExitSituation]] = defaultdict(Counter)
    rows = session.execute(
        select(Employment.commitment_id, ExitAnswer.months, ExitAnswer.situation, func.count())
        .join(Employment, Employment.id == ExitAnswer.employment_id)
        .where(Employment.commitment_id.in_(ended))
        .group_by(Employment.commitment_id, ExitAnswer.months, ExitAnswer.situation)
    )
    for commitment_id, months, situation, count in rows:
        told[commitment_id, months][situation] = count
    found: list[list[str | int]] = []
    for commitment in session.scalars(select(Commitment).where(Commitment.id.in_(ended)).order_by(Commitment.id)):
        contract = commitment.contract
        who = [contract.buyer.name, contract.reference, lot_of(commitment), commitment.awardee.name]
        for months, moment in MOMENTS:
            counts = told[commitment.id, months]
            figures = [counts[situation] for situation in ExitSituation]
            found.append([*who, ended[commitment.id], moment, sum(figures), *figures])
    return found
