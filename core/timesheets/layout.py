"""Which column of a table says what: found by its header, confirmed by what stands under it."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from core.hours import plain
from core.sheets import Cell, Row, Sheet
from core.timesheets.cells import hours_of, month_in, text_of

HEADER_WITHIN = 40  # rows
LOOKED_AT = 200  # rows of content
FEWEST_DAYS = 20  # columns numbered as days of the month


class Role(StrEnum):
    """What a column says."""

    NAME = "name"
    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    HOURS = "hours"
    TRAINING = "training"
    MONTH = "month"
    DAY = "day"
    WEEK = "week"
    CONTRACT = "contract"
    LOT = "lot"
    STARTS_ON = "starts_on"
    NOTE = "note"


_NOT_HOURS = re.compile(
    r"taux|cout|prix|tarif|montant|€|\beur|\bdebut\b|\bfin\b|arrivee|depart|suppl?\b|supplement|major|absen|conge|malad"
    r"|theori|contractuel|\bprevu|\bprevi|restant|\breste\b|cumul|\bjours?\b|objectif|engage|\bdu\b|ferie|nuit|panier"
)
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.FIRST_NAME, re.compile(r"^prenoms?( (du|de la|de l'|d'usage).*)?$")),
    (Role.NAME, re.compile(
        r"^(noms?|prenoms?)( ?(et|&|/|-|,) ?| )(noms?|prenoms?)\b"
        r"|^(nom (complet|du salarie|du beneficiaire|interimaire)"
        r"|salarie\w*|interimaires?|collaborateurs?|collaboratrices?|beneficiaires?|participant\w*|personnes?|personnel"
        r"|employe\w*|agents?|ouvriers?|compagnons?|identite|qui)\b"
    )),
    (Role.LAST_NAME, re.compile(r"^noms?( (de famille|usuel|d'usage|patronymique|de naissance).*)?$")),
    (Role.STARTS_ON, re.compile(
        r"(date|jour) (d'?)?(entree|embauche|debut)|^(entree|embauche)e? le|^debut (de |du )?(contrat|mission)"
    )),
    (Role.TRAINING, re.compile(r"^(nb|nombre)?.*formation")),
    (Role.WEEK, re.compile(r"\bsem(aine)?s?\b")),
    (Role.MONTH, re.compile(r"^(mois|periode)\b")),
    (Role.DAY, re.compile(r"^(date|jour)( (du|de|d') ?(jour|travail|prestation|pointage|intervention).*)?$")),
    (Role.LOT, re.compile(r"^(n°? ?|numero (de )?)?lot\b")),
    (Role.CONTRACT, re.compile(
        r"^(ref(erence)?s?\.? |n°? ?|numero |code |nom )?(d[eu'] ?)?(l'|la )?"
        r"(marches?|chantiers?|affaires?|operations?|sites?|projets?|imputations?)\b"
    )),
    (Role.NOTE, re.compile(r"^(commentaires?|observations?|remarques?|motifs?|notes?)\b")),
)  # fmt: skip
_HOURS = re.compile(r"heure|\bhrs?\b|\bh\b|\bnbh\b|\bnb\.? ?h\b|temps (de )?travail|temps passe|duree (du )?travail")
_BETTER = re.compile(r"total|travaill|realis|effectu|insertion|clause|declar|\bmois\b")
_TOTAL = re.compile(r"^(total|totaux|tot\.?)$")


@dataclass(frozen=True)
class Layout:
    """Where a table says what. `columns` is by role; `months` gives the month of columns that are one each.

    `hours` are the columns added into the hours worked, `numeric` all those that hold such numbers. `first` is the row
    number of the first line, `signature` what makes a table of the same make.
    """

    sheet: str
    headers: tuple[str, ...]
    columns: Mapping[Role, int]
    hours: tuple[int, ...]
    numeric: tuple[int, ...]
    months: Mapping[int, str]
    trainings: tuple[int, ...]
    first: int
    signature: str

    def with_hours(self, column: int) -> "Layout":
        """Return the same with the hours in another column."""
        return replace(self, hours=(column,))


def letter_of(column: int) -> str:
    """Write a column as a spreadsheet does: 0 is "A", 26 is "AA"."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def layout_of(sheet: Sheet, today: date) -> Layout | None:
    """Find the table of hours of a sheet; None when it holds none."""
    found = [
        layout
        for place, row in enumerate(sheet.rows[:HEADER_WITHIN])
        for headers in _headers(sheet.rows[:place], row)
        if (layout := _layout(sheet, headers, place, today)) is not None
    ]
    return max(found, key=_worth, default=None)


def _worth(layout: Layout) -> tuple[int, int]:
    """The headers that say the most, the highest ones first."""
    return len(layout.columns) + len(layout.hours) + len(layout.trainings) + len(layout.months), -layout.first


def _headers(above: Sequence[Row], row: Row) -> Iterator[tuple[tuple[Cell, ...], tuple[Cell, ...]]]:
    """Yield what may be the headers: this row alone, and under the row above, whose merged cells run to the right."""
    yield tuple("" for _ in row.cells), row.cells
    if above and above[-1].number == row.number - 1:
        upper: list[Cell] = []
        for place in range(len(row.cells)):
            cell = above[-1].cells[place] if place < len(above[-1].cells) else ""
            upper.append(cell if text_of(cell) else (upper[-1] if upper else ""))
        yield tuple(upper), row.cells


def _layout(sheet: Sheet, headers: tuple[tuple[Cell, ...], tuple[Cell, ...]], place: int, today: date) -> Layout | None:
    upper, lower = headers
    under = sheet.rows[place + 1 : place + 1 + LOOKED_AT]
    names = tuple(_joined(above, below) for above, below in zip(upper, lower, strict=True))
    columns: dict[Role, int] = {}
    candidates: list[int] = []
    trainings: list[int] = []
    months: dict[int, str] = {}
    for column, (above, below) in enumerate(zip(upper, lower, strict=True)):
        role = _role(text_of(below)) or (_role(names[column]) if text_of(above) else None)
        month = month_in(below, today) if role is None else month_in(above, today) if text_of(above) else None
        if role is Role.TRAINING and _has_hours(under, column):
            trainings.append(column)
        elif (role is Role.HOURS and _has_hours(under, column, are_named=True)) or (
            role is None and month is not None and _has_hours(under, column)
        ):
            candidates.append(column)
        elif role is not None and role not in {Role.HOURS, Role.TRAINING}:
            columns.setdefault(role, column)
        if month is not None and column in {*candidates, *trainings}:
            months[column] = month
    if Role.NAME not in columns and Role.LAST_NAME not in columns:
        return None
    hours = _chosen(names, candidates, months, lower, under)
    if not hours:
        return None
    return Layout(
        sheet=sheet.name,
        headers=names,
        columns=columns,
        hours=hours,
        numeric=tuple(column for column in range(len(names)) if _has_hours(under, column)),
        months=months,
        trainings=tuple(trainings),
        first=sheet.rows[place].number + 1,
        signature=signature_of(names, months),
    )


def _chosen(
    names: Sequence[str], candidates: list[int], months: Mapping[int, str], lower: Sequence[Cell], under: Sequence[Row]
) -> tuple[int, ...]:
    """Return the columns that hold the hours worked: one a month, the best named one, a total, or each day's."""
    by_month = tuple(column for column in candidates if column in months)
    if len(by_month) > 1 or (by_month and len(candidates) == 1):
        return by_month
    if candidates:
        better = [column for column in candidates if _BETTER.search(plain(names[column]))]
        return ((better or candidates)[0],)
    totals = [column for column, cell in enumerate(lower) if _TOTAL.match(plain(text_of(cell)))]
    totals = [column for column in totals if _has_hours(under, column)]
    if len(totals) == 1:
        return (totals[0],)
    days = tuple(column for column, cell in enumerate(lower) if _is_day_number(cell))
    return days if len(days) >= FEWEST_DAYS else ()


def _role(header: str) -> Role | None:
    words = plain(header).strip(" .:*")
    if not words or len(words) > 60:
        return None
    for role, pattern in _ROLES:
        if pattern.search(words):
            return role
    return Role.HOURS if _HOURS.search(words) and not _NOT_HOURS.search(words) else None


def _joined(above: Cell, below: Cell) -> str:
    return " ".join(filter(None, (text_of(above), text_of(below))))


def _has_hours(rows: Sequence[Row], column: int, *, are_named: bool = False) -> bool:
    """Tell whether most of what stands under a header is hours; when it names them, impossible ones are hours too."""
    filled = [row.cells[column] for row in rows if column < len(row.cells) and text_of(row.cells[column])]
    read = sum(1 for cell in filled if (hours := hours_of(cell)) is not None and (hours.is_said or are_named))
    return read > 0 and read >= 0.5 * len(filled)


def _is_day_number(cell: Cell) -> bool:
    return text_of(cell).isdigit() and 1 <= int(text_of(cell)) <= 31


def signature_of(names: Sequence[str], months: Mapping[int, str]) -> str:
    """Return what two exports of one tool have in common: their headers, but for the months that they name."""
    same = ["(mois)" if column in months else re.sub(r"\d+", "0", plain(name)) for column, name in enumerate(names)]
    return hashlib.sha256("\n".join(same).encode()).hexdigest()[:32]
