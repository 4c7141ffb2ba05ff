"""Marks that make one together: the words of a name, "environ" and its number, two amounts that say the same."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from core.tellings.marks import Break, Kind, Mark
from core.tellings.names import Names
from core.tellings.page import Page
from core.tellings.values import Hours

_GLUE = re.compile(r"(?: |-|\. ?|)")
ALL_MONTH = frozenset({"tout le mois", "toute la période", "toute la periode"})
NAMES = frozenset({Kind.PERSON, Kind.STRANGER, Kind.INITIAL})


def join(marks: Sequence[Mark], page: Page, names: Names) -> list[Mark]:
    """Return the marks, those that belong together made one."""
    return _qualified(_restated(_cells_of_names(_names(list(marks), page, names))), page)


def gap(marks: Sequence[Mark], first: int, second: int) -> int:
    """Return the strongest break between two marks, by their places in the list."""
    low, high = min(first, second), max(first, second)
    return max((m.strength for m in marks[low + 1 : high] if m.kind is Kind.BREAK), default=0)


def _names(marks: list[Mark], page: Page, names: Names) -> list[Mark]:
    found: list[Mark] = []
    run: list[Mark] = []
    for mark in [*marks, None]:
        if run and (mark is None or mark.kind not in NAMES or not _GLUE.fullmatch(page.flat[run[-1].end : mark.start])):
            found.extend(_name(run, names))
            run = []
        if mark is not None:
            (run if mark.kind in NAMES else found).append(mark)
    return found


def _name(run: list[Mark], names: Names) -> list[Mark]:
    """Read words side by side as one name, or two people when no one bears both; an unknown word makes a stranger."""
    whole = Mark(Kind.STRANGER, run[0].start, run[-1].end, people=frozenset().union(*(m.people for m in run)))
    initials = [m for m in run if m.kind is Kind.INITIAL]
    if any(mark.kind is Kind.STRANGER for mark in run) or len(initials) == len(run):
        return [whole]
    found: list[Mark] = []
    for mark in (m for m in run if m.kind is Kind.PERSON):
        both = found[-1].people & mark.people if found else frozenset()
        if both:
            found[-1] = replace(found[-1], end=mark.end, people=both, is_sure=True)
        else:
            found.append(mark)
    if not initials:
        return found
    if len(found) > 1:
        return [whole]
    return [_with_initials(found[0], whole, initials, names)]


def _with_initials(person: Mark, whole: Mark, initials: list[Mark], names: Names) -> Mark:
    kept = person.people
    for initial in initials:
        kept = names.with_initial(kept, initial.word)
    return replace(person, start=whole.start, end=whole.end, people=kept) if kept else whole


def _cells_of_names(marks: list[Mark]) -> list[Mark]:
    """Make one name of two cells of a table, the last name then the first one, when only one person bears both."""
    found: list[Mark] = []
    for mark in marks:
        if (
            mark.kind is Kind.PERSON
            and len(found) >= 2
            and found[-1].kind is Kind.BREAK
            and found[-2].kind is Kind.PERSON
        ):
            both = found[-2].people & mark.people
            if len(both) == 1 and found[-1].strength in {Break.COMMA, Break.SEMICOLON}:
                found[-2:] = [replace(found[-2], end=mark.end, people=both)]
                continue
        found.append(mark)
    return found


def _restated(marks: list[Mark]) -> list[Mark]:
    """Keep one of two amounts that say the same: "84 (77 + 7 formation)", "91 = 84 + 7", "12 jours soit 84 h"."""
    found: list[Mark] = []
    for mark in marks:
        said = [m for m in found if m.kind is not Kind.EQUALS] if mark.hours is not None else []
        both = _one_of(said[-1].hours, mark.hours, found[-1].kind is Kind.EQUALS) if said else None
        if both is None:
            found.append(mark)
        else:
            found = [*said[:-1], replace(said[-1], end=mark.end, hours=both)]
    return found


def _one_of(one: Hours | None, other: Hours | None, says_equal: bool) -> Hours | None:
    if one is None or other is None or other.worked is None:
        return None
    if one.worked is None:
        return other if says_equal and not one.same else None
    if one.total != other.total:
        return None
    return other if other.training else one


def _qualified(marks: list[Mark], page: Page) -> list[Mark]:
    """Give the hours what qualifies them: no number any more when vague, what they replace."""
    for qualifies, change in _QUALIFIERS.items():
        while (place := next((i for i, m in enumerate(marks) if m.kind is qualifies), None)) is not None:
            marks = _applied(marks, place, page, change)
    return marks


def _applied(marks: list[Mark], place: int, page: Page, change: Callable[[Hours, Mark, str], Hours]) -> list[Mark]:
    mark = marks[place]
    near = _hours_beside(marks, place)
    if near is None:
        quote = page.quote(mark.start, mark.end)
        alone = replace(mark, kind=Kind.HOURS, hours=Hours(quote), word="") if mark.kind is Kind.VAGUE else None
        return [*marks[:place], *([alone] if alone else []), *marks[place + 1 :]]
    hours = marks[near].hours or Hours("")
    start, end = min(mark.start, marks[near].start), max(mark.end, marks[near].end)
    quote = page.quote(start, end) if abs(near - place) == 1 else hours.passage
    made = replace(marks[near], start=start, end=end, hours=change(hours, mark, quote))
    return [made if i == near else m for i, m in enumerate(marks) if i != place]


def _hours_beside(marks: list[Mark], place: int) -> int | None:
    """Return the hours that a qualifier belongs to: the next ones, else the ones before, with no stop between."""
    for step in (1, -1):
        at = place + step
        while 0 <= at < len(marks) and marks[at].kind not in NAMES | {Kind.HOURS, Kind.EVERYONE, Kind.BREAK}:
            at += step
        if 0 <= at < len(marks) and marks[at].kind is Kind.HOURS:
            return at
    return None


def _made_vague(hours: Hours, mark: Mark, quote: str) -> Hours:
    is_nothing = hours.worked == Decimal(0) and mark.word.lower() in ALL_MONTH  # nothing, all month long
    return hours if is_nothing else Hours(quote)


def _replacing(hours: Hours, mark: Mark, quote: str) -> Hours:
    return replace(hours, instead=mark.hours.worked if mark.hours else None)


_QUALIFIERS: dict[Kind, Callable[[Hours, Mark, str], Hours]] = {Kind.VAGUE: _made_vague, Kind.INSTEAD: _replacing}
