"""A programme of purchases as buyers keep it in a spreadsheet: an object and an amount by line, often more."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from core.hours import NBSP, plain
from core.months import first_day, read_day
from core.purchases.figures import read_estimate, stored_months
from core.purchases.habits import Habits
from core.purchases.programme import Planned, Programme, judged
from core.refusal import Refused
from core.sheets import Cell, Row, read_sheets
from knowledge.rules import Nature

HEADER_WITHIN = 20
MOST_OPERATIONS = 2000
LONGEST_TITLE = 300
HEADERS = {
    "object": r"objet|intitule|operation|designation|libelle|description|nom",
    "amount": r"montant|budget|valeur|estimation|cout|prix",
    "months": r"duree|mois",
    "starts_on": r"date|lancement|debut|demarrage|notification|publication",
    "nature": r"nature|type|categorie",
}
NATURES: Mapping[str, Nature] = {"trav": "works", "serv": "services", "prest": "services", "fourn": "supplies",
                                 "conc": "concession"}  # fmt: skip
FIELDS = {"amount": "montant", "months": "durée", "starts_on": "date"}
TOTALS = re.compile(r"^(sous-?\s?)?total( general)?\b")
NO_COLUMNS = (
    "Les colonnes de l’objet et du montant manquent. Il faut au moins les titres «\u00a0objet\u00a0» et "
    "«\u00a0montant HT\u00a0»."
)
NO_LINES = "Ce tableau a ses titres, mais aucune ligne d’achat sous eux."


def read_programme(path: Path, habits: Habits, today: date) -> Programme:
    """Read and judge a spreadsheet. Raises UnreadableSheet, or Refused without objects and amounts."""
    sheet, header, columns = _header(path)
    rows = [row for row in sheet if row.number > header]
    if len(rows) > MOST_OPERATIONS:
        raise Refused(
            f"Ce tableau compte {len(rows)} lignes, au plus {MOST_OPERATIONS}. Coupez-le en plusieurs fichiers."
        )
    read = list(_planned(rows, columns, today))
    if not read:
        raise Refused(NO_LINES)
    notices = tuple(notice for _, wrong in read for notice in wrong)
    return Programme(judged((planned for planned, _ in read), habits), notices)


def is_programme(path: Path) -> bool:
    """Tell whether a spreadsheet has the columns of a programme. Raises UnreadableSheet."""
    return any(_is_header(_columns(row)) for sheet in read_sheets(path) for row in sheet.rows[:HEADER_WITHIN])


def _header(path: Path) -> tuple[tuple[Row, ...], int, dict[str, int]]:
    found = [
        (sheet.rows, row.number, _columns(row)) for sheet in read_sheets(path) for row in sheet.rows[:HEADER_WITHIN]
    ]
    rows, number, columns = max(found, key=lambda each: len(each[2]))
    if not _is_header(columns):
        raise Refused(NO_COLUMNS)
    return rows, number, columns


def _is_header(columns: Mapping[str, int]) -> bool:
    return {"object", "amount"} <= columns.keys()


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


def _planned(rows: list[Row], columns: dict[str, int], today: date) -> Iterator[tuple[Planned, tuple[str, ...]]]:
    """Yield each purchase, and what is wrong on its line."""
    for row in rows:
        cells = {name: row.cells[place] if place < len(row.cells) else "" for name, place in columns.items()}
        title = " ".join(str(cells.get("object", "")).split())[:LONGEST_TITLE]
        if not title or TOTALS.search(plain(title)):
            continue
        planned = Planned(
            line=row.number,
            object=title,
            nature=_nature(cells.get("nature", "")),
            told_nature=str(cells.get("nature", ""))[:40],
            amount=_amount(cells.get("amount", "")),
            months=_months(cells.get("months", "")),
            starts_on=_day(cells.get("starts_on", ""), today),
        )
        yield planned, tuple(_wrong(planned, cells))


def _wrong(planned: Planned, cells: Mapping[str, Cell]) -> Iterator[str]:
    for field, label in FIELDS.items():
        written = str(cells.get(field, "")).strip()
        if getattr(planned, field) is not None:
            continue
        if written:
            yield f"Ligne {planned.line}{NBSP}: {label} illisible («{NBSP}{written[:40]}{NBSP}»)."
        elif field == "amount":
            yield f"Ligne {planned.line}{NBSP}: montant absent."


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
