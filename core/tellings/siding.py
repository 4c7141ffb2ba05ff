"""What stands beside names and hours: hires and their names, totals, notes, days; each given to whom it belongs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from core.tellings.amounts import number_at
from core.tellings.joining import gap
from core.tellings.marks import Break, Kind, Mark
from core.tellings.page import Page
from core.tellings.pairing import WHO, Atom

_NAMED = frozenset({Kind.PERSON, Kind.STRANGER})
_BESIDE = frozenset({Kind.NOTE, Kind.DAY, Kind.DETAIL})
_THOUSANDS = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?![0-9])")


@dataclass
class Beside:
    """What is said beside one name."""

    notes: list[Mark] = field(default_factory=list)
    days: list[Mark] = field(default_factory=list)
    details: list[Mark] = field(default_factory=list)


def name_hires(marks: Sequence[Mark]) -> list[Mark]:
    """Give each hire its name, the nearest one; said of somebody known, it is a note."""
    found = list(marks)
    for place, mark in enumerate(marks):
        if mark.kind is not Kind.HIRE:
            continue
        before, after = _nearest(marks, place, -1), _nearest(marks, place, 1)
        chosen = _nearer(marks, place, before, after, prefers_after=mark.word == "before")
        if chosen is None:
            found[place] = replace(mark, word="")
        elif chosen == before and marks[chosen].kind is Kind.PERSON:
            found[place] = replace(mark, kind=Kind.NOTE)
        else:
            found[chosen] = replace(marks[chosen], kind=Kind.HIRE, word="named")
            found[place] = replace(mark, kind=Kind.BREAK, strength=0)
    return found


def _nearest(marks: Sequence[Mark], place: int, step: int) -> int | None:
    at = place + step
    while 0 <= at < len(marks):
        if marks[at].kind in _NAMED:
            return at if gap(marks, place, at) <= Break.COMMA else None
        is_hours_stuck = step < 0 and marks[at].kind is Kind.HOURS and gap(marks, place, at) == 0
        if marks[at].kind in {Kind.HOURS, Kind.EVERYONE, Kind.HIRE} and not is_hours_stuck:
            return None
        at += step
    return None


def _nearer(
    marks: Sequence[Mark], place: int, before: int | None, after: int | None, *, prefers_after: bool
) -> int | None:
    if before is None or after is None:
        return after if before is None else before
    back, ahead = gap(marks, place, before), gap(marks, place, after)
    if back == ahead:
        return after if prefers_after else before
    return after if ahead < back else before


def take_total(marks: Sequence[Mark], page: Page) -> tuple[list[Mark], Decimal | None]:
    """Take out the total that the person gives, to be checked against the sum; return what stays, and the total."""
    found: list[Mark] = list(marks)
    total: Decimal | None = None
    for mark in marks:
        if mark.kind not in {Kind.TOTAL, Kind.EQUALS}:
            continue
        place = found.index(mark)
        hours = _totalled(found, place)
        if hours is not None:
            total, end = _number(found[hours], page)
            found = [m for m in found if not found[hours].start <= m.start < end]
        found = [m for m in found if m is not mark]
    return found, total


def _totalled(marks: list[Mark], place: int) -> int | None:
    """Return the hours that a word of total speaks of: the next ones, else those that stand alone just before."""
    after = next((i for i in range(place + 1, len(marks)) if marks[i].kind in WHO | {Kind.HOURS}), None)
    if after is not None and marks[after].kind is Kind.HOURS and gap(marks, place, after) <= Break.COMMA:
        is_apart = marks[place].kind is Kind.TOTAL or _is_sum(marks, place, after)
        return after if is_apart else None
    before = next((i for i in range(place - 1, -1, -1) if marks[i].kind in WHO | {Kind.HOURS}), None)
    if before is None or marks[before].kind is not Kind.HOURS or gap(marks, before, place) > 0:
        return None
    owner = next((i for i in range(before - 1, -1, -1) if marks[i].kind in WHO), None)
    return before if owner is None or gap(marks, owner, before) >= Break.COMMA else None


def _is_sum(marks: list[Mark], place: int, after: int) -> bool:
    said = [mark.hours for mark in marks[:place] if mark.hours is not None]
    found = marks[after].hours
    is_apart = place > 0 and marks[place - 1].kind is Kind.BREAK and marks[place - 1].strength >= Break.COMMA
    return is_apart or (found is not None and found.total == sum((h.total for h in said), Decimal(0)))


def _number(mark: Mark, page: Page) -> tuple[Decimal | None, int]:
    if match := _THOUSANDS.match(page.flat, mark.start):
        return Decimal(match[0].replace(" ", "")), max(match.end(), mark.end)
    if mark.hours is not None and mark.hours.worked is not None:
        return mark.hours.total, mark.end
    found = number_at(page.flat, mark.start)
    return (found[0] if found else None), mark.end


def beside(marks: Sequence[Mark]) -> tuple[dict[Mark, Beside], list[Mark]]:
    """Give notes, days and details to the nearest name, the one before when it is as near; return also what is left."""
    owned: dict[Mark, Beside] = {}
    left: list[Mark] = []
    for place, mark in enumerate(marks):
        if mark.kind not in _BESIDE:
            continue
        owner = _owner(marks, place)
        if owner is None:
            left.append(mark)
            continue
        said = owned.setdefault(owner, Beside())
        {Kind.NOTE: said.notes, Kind.DAY: said.days, Kind.DETAIL: said.details}[mark.kind].append(mark)
    return owned, left


def _owner(marks: Sequence[Mark], place: int) -> Mark | None:
    names = [i for i, mark in enumerate(marks) if mark.kind in WHO - {Kind.EVERYONE}]
    before = max((i for i in names if i < place), default=None)
    after = min((i for i in names if i > place), default=None)
    near = [i for i in (before, after) if i is not None and gap(marks, place, i) < Break.SENTENCE]
    return marks[min(near, key=lambda i: gap(marks, place, i))] if near else None


def atoms_of(marks: Sequence[Mark]) -> list[Atom]:
    """Return the names and hours in a row, each with the break before it."""
    found: list[Atom] = []
    last: int | None = None
    for place, mark in enumerate(marks):
        if mark.kind in WHO or mark.kind is Kind.HOURS:
            strength = gap(marks, last, place) if last is not None else 0
            found.append(Atom(mark, strength, is_shared=mark.kind is Kind.HOURS and _is_each(marks, place)))
            last = place
    return found


def _is_each(marks: Sequence[Mark], place: int) -> bool:
    for step in (1, -1):
        at = place + step
        while 0 <= at < len(marks) and marks[at].kind not in WHO | {Kind.HOURS}:
            if marks[at].kind is Kind.EACH and gap(marks, place, at) <= Break.COMMA:
                return True
            at += step
    return False
