"""A programme of purchases read from a spreadsheet: which operations suit a clause, why, and how many hours."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from core.hours import NBSP, plain
from core.months import first_day, month_of, next_first, read_day
from core.purchases.figures import read_estimate, stored_months
from core.purchases.habits import Habits
from core.purchases.lots import Lot
from core.purchases.sizing import SizedLot, sized_lots
from core.refusal import Refused
from core.sheets import Cell, Row, read_sheets
from knowledge.figures import hours_of
from knowledge.lever import own_levers
from knowledge.rules import Nature
from knowledge.sizing import own_tables, trade_in

HEADER_WITHIN = 20
MOST_OPERATIONS = 5000
HEADERS = {
    "object": r"objet|intitule|operation|designation|libelle|description|nom",
    "amount": r"montant|budget|valeur|estimation|cout|prix",
    "months": r"duree|mois",
    "starts_on": r"date|lancement|debut|demarrage|notification|publication",
    "nature": r"nature|type|categorie",
}
NATURES: Mapping[str, Nature] = {"trav": "works", "serv": "services", "prest": "services", "fourn": "supplies",
                                 "conc": "concession"}  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """One line. `verdict` is "oui", "à étudier" or "non"; `hours` 0 without a clause; `starts_on` None when unknown."""

    line: int
    object: str
    nature: str
    amount: Decimal | None
    months: int | None
    starts_on: date | None
    verdict: str
    why: str
    hours: Decimal


@dataclass(frozen=True)
class Programme:
    """The operations in the order of the sheet, and what could not be read."""

    operations: tuple[Operation, ...]
    notices: tuple[str, ...]

    def by_month(self) -> dict[str, Decimal]:
        """Hours to come month by month, spread evenly over each operation; those without a date are left out."""
        spread: dict[str, Decimal] = {}
        for operation in self.operations:
            if not operation.hours or operation.starts_on is None:
                continue
            months = operation.months or 12
            month = month_of(operation.starts_on)
            for _ in range(months):
                spread[month] = spread.get(month, Decimal(0)) + operation.hours / months
                month = month_of(next_first(month))
        return dict(sorted(spread.items()))


def read_programme(path: Path, habits: Habits, today: date) -> Programme:
    """Read and judge a spreadsheet. Raises UnreadableSheet, or Refused without columns of objects and amounts."""
    sheet, header, columns = _header(path)
    rows = [row for row in sheet if row.number > header]
    if len(rows) > MOST_OPERATIONS:
        raise Refused(
            f"Ce tableau compte {len(rows)} lignes, au plus {MOST_OPERATIONS}. Coupez-le en plusieurs fichiers."
        )
    operations = tuple(_operations(rows, columns, habits, today))
    notices = [f"Ligne {each.line}{NBSP}: montant illisible." for each in operations if each.amount is None]
    return Programme(operations, tuple(notices))


def _header(path: Path) -> tuple[tuple[Row, ...], int, dict[str, int]]:
    found = [
        (sheet.rows, row.number, _columns(row)) for sheet in read_sheets(path) for row in sheet.rows[:HEADER_WITHIN]
    ]
    rows, number, columns = max(found, key=lambda each: len(each[2]))
    if not {"object", "amount"} <= columns.keys():
        raise Refused(
            "Les colonnes de l’objet et du montant manquent. Il faut au moins les titres «\u00a0objet\u00a0» et "
            "«\u00a0montant HT\u00a0»."
        )
    return rows, number, columns


def _columns(row: Row) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, cell in enumerate(row.cells):
        if not isinstance(cell, str) or len(cell) > 60:
            continue
        words = plain(cell)
        field = next((name for name, known in HEADERS.items() if re.search(rf"\b({known})", words)), None)
        if field is not None:
            columns.setdefault(field, place)
    return columns


def _operations(rows: list[Row], columns: dict[str, int], habits: Habits, today: date) -> Iterator[Operation]:
    for row in rows:
        cells = {name: row.cells[place] if place < len(row.cells) else "" for name, place in columns.items()}
        title = " ".join(str(cells.get("object", "")).split())[:300]
        if title:
            yield _judged(row.number, title, cells, habits, today)


def _judged(line: int, title: str, cells: dict[str, Cell], habits: Habits, today: date) -> Operation:
    amount, months = _amount(cells.get("amount", "")), _months(cells.get("months", ""))
    nature = _nature(cells.get("nature", ""))
    starts_on = _day(cells.get("starts_on", ""), today)
    sized = sized_lots((Lot(None, title, amount),), habits, title=title, nature=nature) if amount else ()
    verdict, why = _verdict(title, nature, months, sized)
    hours = sized[0].found.hours if sized and verdict != "non" else Decimal(0)
    told = str(cells.get("nature", ""))[:40]
    return Operation(line, title, told, amount, months, starts_on, verdict, why, hours)


def _verdict(title: str, nature: Nature | None, months: int | None, sized: tuple[SizedLot, ...]) -> tuple[str, str]:
    if not sized:
        return "non", "Montant absent ou illisible."
    hours, limits = sized[0].found.hours, own_tables().limits
    if nature == "supplies" and trade_in(title) is None:
        return "non", "Fournitures, sans main-d’œuvre reconnue."
    if hours < limits.month:
        return "non", f"{hours_of(hours)}, moins d’un mois de travail{NBSP}: à globaliser, ou sans clause."
    if months is not None and months < own_levers().landmarks.months_least:
        return "à étudier", f"{months} mois, trop court sauf globalisation ou mise à disposition."
    if trade_in(title) is None:
        return "à étudier", f"Métier non reconnu, part de main-d’œuvre à confirmer ({sized[0].labour.said})."
    if hours < limits.path:
        return "à étudier", "Un parcours court, de un à deux mois de travail."
    return "oui", f"Main-d’œuvre{NBSP}: {sized[0].labour.said}, deux mois de travail ou plus."


def _amount(cell: Cell) -> Decimal | None:
    try:
        return read_estimate(f"{Decimal(str(cell)):f}" if isinstance(cell, (int, float)) else str(cell))
    except (Refused, ArithmeticError):
        return None


def _months(cell: Cell) -> int | None:
    try:
        text = f"{cell:.0f}" if isinstance(cell, float) else str(cell)
        return int(stored_months(text) or 0) or None
    except (Refused, ValueError):
        return None


def _day(cell: Cell, today: date) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell).strip()
    if re.fullmatch(r"\d{4}-\d{2}", text):
        return first_day(text) if 1 <= int(text[5:]) <= 12 else None
    return read_day(text, today) if text else None


def _nature(cell: Cell) -> Nature | None:
    words = plain(str(cell))
    return next((nature for start, nature in NATURES.items() if words.startswith(start)), None)
