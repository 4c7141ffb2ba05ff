"""Months and days inside a sentence. A day is never a number of hours."""

import re
from datetime import date

from core.hours import plain
from core.months import NAMES, month_of, read_day, read_month
from core.tellings.marks import Kind, Mark
from core.tellings.names import WORD, is_one_away

_FOLDED = tuple(plain(name) for name in NAMES)
_MONTH = rf"(?:{'|'.join(_FOLDED)}|janv|fevr?|avr|juil|oct|nov|dec|sept)\b\.?"
_YEAR = r"20[0-9][0-9]"
_DAY = r"(?:1er|0?[1-9]|[12][0-9]|3[01])"
_NOT_MORE = r"(?![.,]?[0-9]| ?(?:h|hrs?|heures?|%|€)\b)"
_WEEKDAY = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
_LEADING = re.compile(
    rf"(?:(?:depuis|des|a partir|a compter|jusqu'au|jusqu'a|du|de|le|au|{_WEEKDAY})[ ]+)*"
    rf"(?:du|le|au|{_WEEKDAY}) +(?P<day>{_DAY})"
    rf"(?P<rest>/[01]?[0-9](?:/(?:20)?[0-9][0-9])?| {_MONTH}(?: {_YEAR})?)?{_NOT_MORE}"
)
_NUMERIC = re.compile(
    rf"(?:{_DAY}/(?:1[0-2]|0?[1-9])(?:/(?:20)?[0-9][0-9])?|{_DAY}[.-](?:1[0-2]|0?[1-9])[.-]{_YEAR}|"
    rf"{_YEAR}-[01][0-9]-[0-3][0-9])"
    r"(?![0-9/])"
)
_NAMED = re.compile(rf"(?P<day>{_DAY}) {_MONTH}(?: {_YEAR})?(?!\w)")
_MONTH_NUMERIC = re.compile(
    rf"(?:(?:0?[1-9]|1[0-2])[/-]{_YEAR}|{_YEAR}-(?:1[0-2]|0[1-9])|(?:0?[1-9]|1[0-2])/(?:2[0-9]))(?![0-9/-])"
)
_MONTH_NAMED = re.compile(rf"{_MONTH}(?: (?P<year>{_YEAR}))?")
_SHORT_YEAR = re.compile(r" (?P<year>[0-9]{2})(?= ?(?:[:\n=]|$))")
_MAYBE_YEAR = re.compile(r" (?P<year>[0-9]{2})(?![0-9,.h]| ?h)")
_RELATIVE = re.compile(
    r"(?:le |du |au )?(?:ce mois(?:[- ]ci)?|mois en cours|mois (?:dernier|passe|precedent|d'avant))\b"
)
_SEPTEMBER = re.compile(r"(?:^|\n|\b(?:en|de|d'|pour|mois de) ?)$")
_LEAST_MISTYPED = 6


def month_at(flat: str, place: int, today: date) -> Mark | None:
    """Read the name of a month, "10/2026", "le mois dernier"."""
    if match := _RELATIVE.match(flat, place):
        words = match[0].removeprefix("le ").removeprefix("du ").removeprefix("au ")
        is_current = words.startswith(("ce mois", "mois en cours"))
        month = month_of(today) if is_current else read_month("le mois dernier", today)
        return Mark(Kind.MONTH, place, match.end(), month=month)
    if match := _MONTH_NUMERIC.match(flat, place):
        return Mark(Kind.MONTH, place, match.end(), month=read_month(match[0], today))
    if match := _MONTH_NAMED.match(flat, place):
        return _named(flat, match, today)
    return _mistyped(flat, place, today)


def _named(flat: str, match: re.Match[str], today: date) -> Mark | None:
    end, words = match.end(), match[0]
    if words == "sept" and not (
        _SEPTEMBER.search(flat[max(0, match.start() - 10) : match.start()])
        and flat[end : end + 2].strip(" ")[:1] in ("", ":", "\n")
    ):
        return None
    if not match["year"] and (year := _SHORT_YEAR.match(flat, end)) and _is_near(year["year"], today):
        words, end = f"{words} {year['year']}", year.end()
    elif not match["year"] and (year := _MAYBE_YEAR.match(flat, end)) and _is_near(year["year"], today):
        return Mark(Kind.MONTH, match.start(), year.end(), month=read_month(words, today), is_sure=False)
    return Mark(Kind.MONTH, match.start(), end, month=read_month(words.replace(".", ""), today))


def _is_near(year: str, today: date) -> bool:
    return int(year) in {today.year % 100 - 1, today.year % 100, today.year % 100 + 1}


def _mistyped(flat: str, place: int, today: date) -> Mark | None:
    word = WORD.match(flat, place)
    if word is None or len(word[0]) < _LEAST_MISTYPED:
        return None
    meant = [name for name in _FOLDED if len(name) >= _LEAST_MISTYPED and is_one_away(word[0], name)]
    if len(meant) != 1:
        return None
    year = re.compile(rf" {_YEAR}").match(flat, word.end())
    end = year.end() if year else word.end()
    return Mark(Kind.MONTH, place, end, month=read_month(meant[0] + (year[0] if year else ""), today))


def day_at(flat: str, place: int, today: date) -> Mark | None:
    """Read "le 12", "12/10", "12 octobre" (which could be hours too, unless something says otherwise)."""
    if match := _LEADING.match(flat, place):
        return _day(match, match["day"] + (match["rest"] or ""), today, is_full=bool(match["rest"]))
    if match := _NUMERIC.match(flat, place):
        return _day(
            match, match[0].replace("-", "/") if not match[0].startswith("20") else match[0], today, is_full=True
        )
    if match := _NAMED.match(flat, place):
        mark = _day(match, match[0], today, is_full=True)
        return (
            mark
            if match["day"] == "1er" or mark is None
            else Mark(Kind.DAY, mark.start, mark.end, on=mark.on, is_sure=False)
        )
    return None


def _day(match: re.Match[str], words: str, today: date, *, is_full: bool) -> Mark | None:
    if not is_full:
        return Mark(Kind.DAY, match.start(), match.end(), day=int(words.replace("1er", "1")))
    found = read_day(words, today)
    return None if found is None else Mark(Kind.DAY, match.start(), match.end(), on=found)
