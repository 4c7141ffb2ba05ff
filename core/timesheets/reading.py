"""The lines of a table of hours: one person, one month, one site, whatever is around them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.hours import plain
from core.sheets import Cell, Row, Sheet
from core.tellings import Hours
from core.timesheets.cells import day_in, hours_of, month_in, month_of_day, months_in, name_in, text_of
from core.timesheets.layout import Layout, Role, layout_of

_TOTAL_ROW = re.compile(r"^(sous[- ]?)?tot(al|aux)\b|^somme\b|^cumul\b|^moyenne\b|^s/total|^(total )?general\b")
_GRAND_TOTAL = re.compile(r"^(total|totaux)( (general|heures|des heures|mois|du mois))?\W*$")
_DATED = (Role.DAY, Role.WEEK, Role.MONTH)


@dataclass(frozen=True)
class Seen:
    """One line as it was read. `is_part` says that it is a day's or a week's: such lines add up."""

    sheet: str
    name: str
    month: str | None
    site: str
    worked: Hours | None
    training: Decimal
    starts_on: date | None = None
    note: str = ""
    is_part: bool = False


@dataclass(frozen=True)
class Timesheet:
    """What a file of hours holds; `total` is the grand total that it states, when it states one."""

    lines: tuple[Seen, ...]
    layouts: tuple[Layout, ...]
    total: Decimal | None = None


def read_timesheet(
    sheets: Sequence[Sheet], today: date, *, file_name: str = "", hours: Mapping[str, int] | None = None
) -> Timesheet:
    """Read the tables of hours of a file; without any, there are no layouts and no lines.

    `hours` gives the column of the hours for tables of a known signature, as somebody confirmed it.
    """
    lines: list[Seen] = []
    layouts: list[Layout] = []
    totals: list[Decimal] = []
    for sheet in sheets:
        layout = layout_of(sheet, today)
        if layout is None:
            continue
        if layout.signature in (hours or {}):
            layout = layout.with_hours((hours or {})[layout.signature])
        read = _Reader(sheet, layout, today, file_name)
        lines += read.lines()
        totals += read.totals
        layouts.append(layout)
    return Timesheet(tuple(lines), tuple(layouts), totals[0] if len(totals) == 1 else None)


class _Reader:
    """One table being read, from its first line down."""

    def __init__(self, sheet: Sheet, layout: Layout, today: date, file_name: str) -> None:
        self._sheet, self._layout, self._today = sheet, layout, today
        self._month = self._month_of_all(file_name)
        self._name = ""
        self.totals: list[Decimal] = []

    def lines(self) -> Iterator[Seen]:
        """Yield the lines; totals are kept apart."""
        for row in self._sheet.rows:
            if row.number < self._layout.first:
                continue
            name = self._named(row)
            if name is None:
                continue
            for column, month in self._hour_columns():
                seen = self._seen(row, name, column, month)
                if seen is not None:
                    yield seen

    def _month_of_all(self, file_name: str) -> str | None:
        """Return the month that the table is about: said above it, or by the sheet's or the file's name."""
        above = " ".join(
            text_of(cell) for row in self._sheet.rows if row.number < self._layout.first - 1 for cell in row.cells
        )
        for text in (above, self._sheet.name, file_name):
            found = months_in(text, self._today)
            if len(found) == 1:
                return found[0]
        return None

    def _hour_columns(self) -> list[tuple[tuple[int, ...], str | None]]:
        """Group the columns that make the hours of one month."""
        layout = self._layout
        months = list(dict.fromkeys(layout.months[column] for column in layout.hours if column in layout.months))
        if not months:
            return [(layout.hours, None)]
        return [(tuple(c for c in layout.hours if layout.months.get(c) == month), month) for month in months]

    def _cell(self, row: Row, role: Role) -> Cell:
        column = self._layout.columns.get(role)
        return row.cells[column] if column is not None and column < len(row.cells) else ""

    def _named(self, row: Row) -> str | None:
        """Return whose line it is; None for a total or an empty line. A merged name goes on down."""
        first = next((text_of(cell) for cell in row.cells if text_of(cell)), "")
        written = [self._cell(row, role) for role in (Role.NAME, Role.LAST_NAME, Role.FIRST_NAME)]
        said = " ".join(text_of(cell) for cell in written if text_of(cell))
        if _TOTAL_ROW.search(plain(said)) or _TOTAL_ROW.search(plain(first)):
            self._take_total(row, plain(said or first))
            return None
        if not said:
            goes_on = self._name and any(text_of(self._cell(row, role)) for role in _DATED)
            return self._name if goes_on else None
        self._name = name_in(*(cell for cell in written if text_of(cell))) or said
        return self._name

    def _take_total(self, row: Row, words: str) -> None:
        if not _GRAND_TOTAL.match(words) or self._layout.months:
            return
        hours = _added([hours_of(row.cells[column]) for column in self._layout.hours if column < len(row.cells)])
        if hours is not None and hours.worked is not None:
            self.totals.append(hours.worked + self._training(row, None))

    def _seen(self, row: Row, name: str, columns: tuple[int, ...], month: str | None) -> Seen | None:
        worked = _added([hours_of(row.cells[column]) for column in columns if column < len(row.cells)])
        training = self._training(row, month)
        if worked is None and not training:
            return None
        return Seen(
            sheet=self._sheet.name,
            name=name,
            month=month or self._month_said(row) or self._month,
            site=self._site(row),
            worked=worked,
            training=training,
            starts_on=day_in(self._cell(row, Role.STARTS_ON), self._today),
            note=text_of(self._cell(row, Role.NOTE))[:200],
            is_part=any(text_of(self._cell(row, role)) for role in (Role.DAY, Role.WEEK)),
        )

    def _training(self, row: Row, month: str | None) -> Decimal:
        cells = [
            hours_of(row.cells[column])
            for column in self._layout.trainings
            if column < len(row.cells) and self._layout.months.get(column) in {None, month}
        ]
        return sum((hours.worked for hours in cells if hours is not None and hours.worked is not None), Decimal(0))

    def _month_said(self, row: Row) -> str | None:
        said = self._cell(row, Role.MONTH)
        found = months_in(said, self._today) if isinstance(said, str) else []
        if len(found) == 1:
            return found[0]
        return month_in(said, self._today) or month_of_day(self._cell(row, Role.DAY), self._today)

    def _site(self, row: Row) -> str:
        contract, lot = text_of(self._cell(row, Role.CONTRACT)), text_of(self._cell(row, Role.LOT))
        if lot and not plain(lot).startswith("lot"):
            lot = f"lot {lot}"
        return plain(f"{contract} {lot}")


def _added(found: list[Hours | None]) -> Hours | None:
    """Add several cells; one that is not a number spoils the sum, which is then asked."""
    said = [hours for hours in found if hours is not None]
    if not said:
        return None
    if len(said) == 1:
        return said[0]
    if any(hours.worked is None for hours in said):
        return Hours(" + ".join(hours.passage for hours in said if hours.worked is None))
    total = sum((hours.worked for hours in said if hours.worked is not None), Decimal(0))
    return hours_of(float(total))
