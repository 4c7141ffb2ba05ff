"""Contracts of the same family in the imported open data: what they cost, how long they last, how many carry a clause.

Open data never gives the hours, and the answer says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.hours import NBSP
from core.models import AwardedContract
from knowledge.figures import euros, percent

MOST_COMPARED = 5000
FEWEST_COMPARED = 3
DIVISIONS = {
    "45": "travaux de construction",
    "55": "restauration et hébergement",
    "71": "architecture et ingénierie",
    "72": "informatique",
    "77": "espaces verts et forêts",
    "79": "services aux entreprises, gardiennage",
    "90": "propreté et déchets",
    "98": "autres services",
}


@dataclass(frozen=True)
class Compared:
    """What is known of a division. Amounts in euros excluding tax, None when none is known; `told` of `count`
    contracts say whether they carry a social clause, `clauses` carry one."""

    division: str
    count: int
    amount: Decimal | None
    months: Decimal | None
    told: int
    clauses: int


def compared(session: Session, division: str) -> Compared | None:
    """Look at the latest contracts of a CPV division; None when there are too few to say anything."""
    rows = session.execute(
        select(AwardedContract.amount, AwardedContract.months, AwardedContract.social)
        .where(AwardedContract.division == division)
        .order_by(AwardedContract.notified_on.desc())
        .limit(MOST_COMPARED)
    ).all()
    if not division or len(rows) < FEWEST_COMPARED:
        return None
    told = [row.social for row in rows if row.social != "unknown"]
    return Compared(
        division=division,
        count=len(rows),
        amount=_median([row.amount for row in rows if row.amount]),
        months=_median([Decimal(row.months) for row in rows if row.months]),
        told=len(told),
        clauses=told.count("yes"),
    )


def told_comparison(found: Compared) -> str:
    """Say it in the tiny Markdown of messages."""
    family = DIVISIONS.get(found.division)
    lines = [
        f"**Marchés comparables** (données publiques, CPV {found.division}" + (f", {family}" if family else "") + ")",
        "",
        f"- {found.count} marchés connus",
    ]
    if found.amount is not None:
        lines.append(f"- Montant médian{NBSP}: {euros(found.amount.quantize(Decimal(1)))} HT")
    if found.months is not None:
        lines.append(f"- Durée médiane{NBSP}: {found.months.normalize():f} mois".replace(".", ","))
    if found.told:
        share = percent((Decimal(found.clauses) / found.told).quantize(Decimal("0.01")))
        lines.append(f"- {found.clauses} sur {found.told} déclarent une clause sociale ({share})")
    else:
        lines.append("- Aucun ne dit s’il porte une clause sociale")
    lines.append("- Les heures d’insertion ne sont jamais publiées")
    return "\n".join(lines)


def _median(values: Sequence[Decimal]) -> Decimal | None:
    return Decimal(median(values)) if values else None
