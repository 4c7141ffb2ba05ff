"""What a cell says: hours, a month, a day, a name; whatever its type."""

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from core.hours import HUNDREDTH, french, plain, read_hours
from core.months import NAMES, month_of, read_day, read_month
from core.refusal import Refused
from core.sheets import Cell
from core.tellings import Hours

MOST_READ = Decimal(1_000_000)  # whatever is written is read; what is too much is refused by the declaration
_EPOCH = datetime.combine(date(1899, 12, 30), time())  # a spreadsheet's day zero
_DURATION_BEFORE = 1905  # a "date" before that is a number of hours shown as hours
_NOTHING = frozenset({"", "-", "--", "/", "x", "neant", "."})
_CIVILITY = re.compile(r"^(m|mr|mme|mlle|monsieur|madame|mademoiselle)\.? +", re.IGNORECASE)
_NOT_OF_A_NAME = re.compile(r"[\d()\[\]#*]+")
_ABBREVIATIONS = ("janv", "fevr", "fev", "avr", "juil", "sept", "oct", "nov", "dec")
_MONTH_NAMES = "|".join([*map(plain, NAMES), *_ABBREVIATIONS])
_NAMED_MONTH = re.compile(rf"\b({_MONTH_NAMES})\b\.?[ _-]{{0,3}}(20\d\d|\d\d)?(?!\d)")
_WRITTEN_MONTH = re.compile(
    r"(?<![\d/.-])(?:(20\d\d)[-_/. ](0[1-9]|1[0-2])|(0?[1-9]|1[0-2])[-_/. ](20\d\d))(?![\d/.-])"
)
_DAY = re.compile(r"(?<!\d)([0-3]?\d)[/.-]([01]?\d)[/.-](20\d\d|\d\d)(?!\d)")


def text_of(cell: Cell) -> str:
    """Return a cell as a person reads it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y")
    return " ".join(str(cell).split())


def hours_of(cell: Cell) -> Hours | None:
    """Read hours; None for an empty cell or a word, hours without a number for what looks like one and is not."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return _said(Decimal(str(cell)))
    if isinstance(cell, timedelta):
        return _said(Decimal(cell.total_seconds()) / 3600)
    if isinstance(cell, time):
        return _said(Decimal(cell.hour * 3600 + cell.minute * 60 + cell.second) / 3600)
    if isinstance(cell, datetime):
        return _said(Decimal((cell - _EPOCH).total_seconds()) / 3600) if cell.year < _DURATION_BEFORE else None
    if isinstance(cell, date):
        return None
    words = plain(cell)
    if words in _NOTHING or not any(c.isdigit() for c in words):
        return None
    try:
        return _said(read_hours(re.sub(r":(\d\d):00$", r":\1", words).replace(":", "h"), most=MOST_READ))
    except Refused:
        return Hours(text_of(cell))


def _said(hours: Decimal) -> Hours:
    rounded = hours.quantize(HUNDREDTH, ROUND_HALF_UP)
    return Hours(f"{french(rounded)} h", rounded) if rounded >= 0 else Hours(f"{french(rounded)} h")


def month_in(cell: Cell, today: date) -> str | None:
    """Read the month that a cell is: a date, "oct-26", "octobre 2026", "10/2026"."""
    if isinstance(cell, datetime | date):
        return f"{cell.year}-{cell.month:02}" if cell.year >= _DURATION_BEFORE else None
    if not isinstance(cell, str):
        return None
    words = plain(cell).strip(" .:")
    found = months_in(words, today)
    if len(found) == 1 and len(words) <= 25:
        return found[0]
    return read_month(words, today) if words else None


def months_in(text: str, today: date) -> list[str]:
    """Return the distinct months that a text names: "Heures d'octobre 2026", "du 01/10/2026 au 31/10/2026"."""
    words = plain(text).replace("_", " ")
    found = [f"{_century(match[3])}-{int(match[2]):02}" for match in _DAY.finditer(words) if 1 <= int(match[2]) <= 12]
    rest = _DAY.sub(" ", words)
    found += [f"{match[1] or match[4]}-{int(match[2] or match[3]):02}" for match in _WRITTEN_MONTH.finditer(rest)]
    for match in _NAMED_MONTH.finditer(rest):
        named = f"{match[1]} {_century(match[2])}" if match[2] else match[1]
        month = read_month(named, today)
        found += [month] if month else []
    return list(dict.fromkeys(found))


def day_in(cell: Cell, today: date) -> date | None:
    """Read the day that a cell is."""
    if isinstance(cell, datetime):
        return cell.date() if cell.year >= _DURATION_BEFORE else None
    if isinstance(cell, date):
        return cell
    return read_day(cell.strip(), today) if isinstance(cell, str) and cell.strip() else None


def month_of_day(cell: Cell, today: date) -> str | None:
    """Return the month of the day that a cell is."""
    day = day_in(cell, today)
    return month_of(day) if day else None


def name_in(*cells: Cell) -> str:
    """Return a name as it is written, without a civility nor a staff number."""
    words = " ".join(text_of(cell) for cell in cells if isinstance(cell, str))
    return " ".join(_CIVILITY.sub("", _NOT_OF_A_NAME.sub(" ", words.replace(",", " ")).strip()).split())


def _century(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)
