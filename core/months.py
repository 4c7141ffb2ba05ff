"""Months as "YYYY-MM": read as people say them, written in French. Standard library only."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from core.hours import plain

NAMES = ("janvier", "février", "mars", "avril", "mai", "juin",
         "juillet", "août", "septembre", "octobre", "novembre", "décembre")  # fmt: skip
_FOLDED = tuple(plain(name) for name in NAMES)
_ABBREVIATIONS = {"janv": 1, "fev": 2, "fevr": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12}
_NUMERIC = re.compile(r"^(\d{1,2})[/.-](\d{4}|\d{2})$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})$")
_DATE = re.compile(r"^(\d{1,2})[/. -](\d{1,2})(?:[/. -](\d{4}|\d{2}))?$")
_ISO_DATE = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")


@lru_cache(maxsize=4096)
def month_of(day: date) -> str:
    """Return the month of a day, "2026-10"."""
    return f"{day.year:04}-{day.month:02}"


@lru_cache(maxsize=1024)  # the same few months for every commitment
def first_day(month: str) -> date:
    """Return the first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


@lru_cache(maxsize=1024)  # the same few months for every commitment
def last_day(month: str) -> date:
    """Return the last day of a month."""
    return next_first(month) - timedelta(days=1)


@lru_cache(maxsize=1024)  # the same few months for every commitment
def next_first(month: str) -> date:
    """Return the first day of the month after."""
    first = first_day(month)
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def months_after(day: date, count: int) -> date:
    """Return the same day `count` months later, or the last one of a shorter month."""
    place = day.year * 12 + day.month - 1 + count
    month = f"{place // 12:04}-{place % 12 + 1:02}"
    return min(last_day(month), first_day(month) + timedelta(days=day.day - 1))


def previous(month: str) -> str:
    """Return the month before."""
    return month_of(first_day(month) - timedelta(days=1))


def months_between(first: str, last: str) -> Iterator[str]:
    """Yield each month from `first` to `last`, both included."""
    return iter(_months(first, last))


@lru_cache(maxsize=1024)
def _months(first: str, last: str) -> tuple[str, ...]:
    found, month = [], first
    while month <= last:
        found.append(month)
        month = month_of(next_first(month))
    return tuple(found)


def in_french(month: str) -> str:
    """Write a month: "octobre 2026"."""
    return f"{NAMES[int(month[5:]) - 1]} {month[:4]}"


def day_in_french(day: date) -> str:
    """Write a day: "1er octobre 2026"."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {NAMES[day.month - 1]} {day.year}"


def read_month(text: str, today: date) -> str | None:
    """Read "octobre", "oct. 2026", "10/2026", "le mois dernier", "ce mois-ci"; None when it is none of these.

    A name without a year is the latest such month that has begun.
    """
    words = plain(text).replace("pour ", "").replace("le mois de ", "").strip(" .")
    current = month_of(today)
    if words in {"ce mois", "ce mois-ci", "ce mois ci", "mois en cours"}:
        return current
    if words in {"le mois dernier", "mois dernier", "le mois passe", "dernier mois"}:
        return previous(current)
    if match := _ISO.match(words):
        return _valid(int(match[1]), int(match[2]))
    if match := _NUMERIC.match(words):
        return _valid(_century(match[2]), int(match[1]))
    name, _, year = words.partition(" ")
    number = _month_number(name.strip("."))
    if number is None or (year and not re.fullmatch(r"\d{4}|\d{2}", year)):
        return None
    if year:
        return _valid(_century(year), number)
    return f"{today.year if number <= today.month else today.year - 1}-{number:02}"


def read_day(text: str, today: date) -> date | None:
    """Read "12/10/2026", "12/10", "12 octobre", "le 3 oct. 2026", "aujourd'hui", "hier"; None otherwise.

    Without a year, the closest such day to today.
    """
    words = plain(text).removeprefix("le ").strip(" .")
    relative = {"aujourd'hui": 0, "hier": -1, "demain": 1}
    if words in relative:
        return today + timedelta(days=relative[words])
    if match := _ISO_DATE.match(words):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _DATE.match(words):
        return _closest(int(match[1]), int(match[2]), match[3], today)
    parts = words.replace("1er", "1").split()
    if len(parts) in {2, 3} and re.fullmatch(r"\d{1,2}", parts[0]) and (number := _month_number(parts[1].strip("."))):
        year = parts[2] if len(parts) == 3 else None
        if year is None or re.fullmatch(r"\d{4}|\d{2}", year):
            return _closest(int(parts[0]), number, year, today)
    return None


def _month_number(name: str) -> int | None:
    if name in _FOLDED:
        return _FOLDED.index(name) + 1
    return _ABBREVIATIONS.get(name)


def _century(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _valid(year: int, month: int) -> str | None:
    return f"{year}-{month:02}" if 1 <= month <= 12 and 2000 <= year < 2100 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _closest(day: int, month: int, year: str | None, today: date) -> date | None:
    if year is not None:
        return _day(_century(year), month, day)
    candidates = [found for shift in (-1, 0, 1) if (found := _day(today.year + shift, month, day))]
    return min(candidates, key=lambda found: abs((found - today).days), default=None)
