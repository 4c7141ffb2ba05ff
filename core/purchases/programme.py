"""A programme of purchases: which operations suit a clause, why, how many hours, and which month they fall in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.hours import NBSP
from core.months import month_of, next_first
from core.purchases.habits import Habits
from core.purchases.lots import Lot
from core.purchases.sizing import SizedLot, sized_lots
from knowledge.figures import hours_of
from knowledge.lever import own_levers
from knowledge.rules import Nature
from knowledge.sizing import own_tables, trade_in

MONTHS_WHEN_UNKNOWN = 12
VERDICTS = ("oui", "à étudier", "non")


@dataclass(frozen=True)
class Planned:
    """A purchase to come: `line` where it was read, euros excluding tax; what is unknown is None, "" or absent.

    `told_nature` is how its nature was written; `note` completes the reason of the verdict.
    """

    line: int
    object: str
    nature: Nature | None = None
    told_nature: str = ""
    amount: Decimal | None = None
    months: int | None = None
    starts_on: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Operation:
    """A purchase to come, judged: `verdict` is one of VERDICTS, `hours` 0 without a clause."""

    planned: Planned
    verdict: str
    why: str
    hours: Decimal


@dataclass(frozen=True)
class Programme:
    """The operations in the order in which they were read, and what could not be read, line by line."""

    operations: tuple[Operation, ...]
    notices: tuple[str, ...] = ()

    def by_month(self) -> dict[str, Decimal]:
        """Hours to come month by month, spread evenly over each operation; those without a date are left out."""
        spread: dict[str, Decimal] = {}
        for operation in self.operations:
            planned = operation.planned
            if not operation.hours or planned.starts_on is None:
                continue
            months = planned.months or MONTHS_WHEN_UNKNOWN
            month = month_of(planned.starts_on)
            for _ in range(months):
                spread[month] = spread.get(month, Decimal(0)) + operation.hours / months
                month = month_of(next_first(month))
        return dict(sorted(spread.items()))

    def counted(self, verdict: str) -> tuple[int, Decimal, Decimal]:
        """Count the operations of a verdict; add up their euros and their hours."""
        rows = [each for each in self.operations if each.verdict == verdict]
        amount = sum((each.planned.amount for each in rows if each.planned.amount is not None), Decimal(0))
        return len(rows), amount, sum((each.hours for each in rows), Decimal(0))


def judged(purchases: Iterable[Planned], habits: Habits) -> tuple[Operation, ...]:
    """Judge each purchase by the habits of the territory."""
    return tuple(_judged(planned, habits) for planned in purchases)


def _judged(planned: Planned, habits: Habits) -> Operation:
    lot = Lot(None, planned.object, planned.amount)
    sized = sized_lots((lot,), habits, title=planned.object, nature=planned.nature) if planned.amount else ()
    verdict, why = _verdict(planned, sized)
    hours = sized[0].found.hours if sized and verdict != "non" else Decimal(0)
    return Operation(planned, verdict, f"{why} {planned.note}".strip(), hours)


def _verdict(planned: Planned, sized: tuple[SizedLot, ...]) -> tuple[str, str]:
    if not sized:
        return "non", "Montant absent ou illisible."
    hours, limits = sized[0].found.hours, own_tables().limits
    is_known = trade_in(planned.object) is not None
    if planned.nature == "supplies" and not is_known:
        return "non", "Fournitures, sans main-d’œuvre reconnue."
    if hours < limits.month:
        return "non", f"{hours_of(hours)}, moins d’un mois de travail{NBSP}: à globaliser, ou sans clause."
    if planned.months is not None and planned.months < own_levers().landmarks.months_least:
        return "à étudier", f"{planned.months} mois, trop court sauf globalisation ou mise à disposition."
    if not is_known:
        return "à étudier", f"Métier non reconnu, part de main-d’œuvre à confirmer ({sized[0].labour.said})."
    if hours < limits.path:
        return "à étudier", "Un parcours court, de un à deux mois de travail."
    return "oui", f"Main-d’œuvre{NBSP}: {sized[0].labour.said}, deux mois de travail ou plus."
