"""The lines of a table as a month told: whose they are, on which contract, and what must be asked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from core.hours import french, plain
from core.tellings import Doubt, Hours, Known, Line, MonthTold, Place, Telling, Unclear
from core.tellings.names import WORD, Names
from core.timesheets.reading import Seen, Timesheet

MOST_STRANGERS_ASKED = 3  # more are a payroll's other people: asking about each would be a nuisance
MOST_NAMED = 5


@dataclass
class _Person:
    """What a table says of one name in one month."""

    name: str
    people: frozenset[int]
    is_sure: bool
    seen: list[Seen] = field(default_factory=list)


def told_by(timesheet: Timesheet, people: Sequence[Known], places: Sequence[Place]) -> Telling:
    """Return what a table tells of the people followed, by contract and month; nobody else's hours are taken."""
    names = Names(people)
    exact = {_folded(known.name): known.id for known in people}
    sites = [_site_of(seen.site, places) for seen in timesheet.lines]
    has_ours = any(site is not None for site in sites)
    groups: dict[tuple[int | None, str | None], dict[str, _Person]] = {}
    elsewhere: set[str] = set()
    for seen, site in zip(timesheet.lines, sites, strict=True):
        if has_ours and site is None and seen.site:
            elsewhere.add(seen.site)
            continue
        found = groups.setdefault((site, seen.month), {})
        key = _folded(seen.name)
        if key not in found:
            people_called, is_sure = _called(seen.name, names, exact)
            found[key] = _Person(seen.name, people_called, is_sure)
        found[key].seen.append(seen)
    months = [_month(site, month, list(found.values())) for (site, month), found in groups.items()]
    if len(months) == 1 and not months[0].doubts and not elsewhere and timesheet.total is not None:
        months = [replace(months[0], total=timesheet.total)]
    if elsewhere and months:
        named = ", ".join(sorted(elsewhere)[:MOST_NAMED])
        months[0] = replace(months[0], doubts=(*months[0].doubts, Doubt(Unclear.ELSEWHERE, named)))
    return Telling(tuple(sorted(months, key=lambda told: told.month or "")))


def _month(site: int | None, month: str | None, found: Iterable[_Person]) -> MonthTold:
    lines: dict[int, Line] = {}
    doubts: list[Doubt] = []
    strangers: list[_Person] = []
    for each in found:
        hours, note = _hours(each.seen), "; ".join(dict.fromkeys(seen.note for seen in each.seen if seen.note))
        if each.is_sure and len(each.people) == 1:
            person = min(each.people)
            former = lines.get(person)
            if former is not None and former.hours is not None and former.hours != hours:
                hours = Hours(f"{former.hours.passage}, {hours.passage}")  # two spellings, two numbers
            lines[person] = Line(person, hours, note)
        elif each.people:
            doubts.append(Doubt(Unclear.NAMESAKES, each.name, tuple(sorted(each.people)), hours, note))
        else:
            strangers.append(each)
    if len(strangers) > MOST_STRANGERS_ASKED:
        shown = ", ".join(each.name for each in strangers[:MOST_NAMED])
        more = "…" if len(strangers) > MOST_NAMED else ""
        doubts.append(Doubt(Unclear.OTHERS, f"{len(strangers)} ({shown}{more})"))
    else:
        doubts += [
            Doubt(Unclear.STRANGER, each.name, (), _hours(each.seen), starts_on=each.seen[0].starts_on)
            for each in strangers
        ]
    return MonthTold(month=month, place=site, lines=tuple(lines.values()), doubts=tuple(doubts))


def _hours(seen: Sequence[Seen]) -> Hours:
    """Say one person's hours. Lines of days and weeks add up; two numbers for a whole month are asked about.

    A sheet that sums up another says the same once more: it does not count twice.
    """
    unread = [each.worked.passage for each in seen if each.worked is not None and each.worked.worked is None]
    if unread:
        return Hours(", ".join(unread))
    by_sheet: dict[str, list[tuple[Decimal, Decimal]]] = {}
    for sheet in dict.fromkeys(each.sheet for each in seen):
        here = [each for each in seen if each.sheet == sheet]
        said = [((each.worked.worked if each.worked else None) or Decimal(0), each.training) for each in here]
        parts = all(each.is_part for each in here)
        by_sheet[sheet] = [_added(said)] if parts else said
    several = list(dict.fromkeys(each for said in by_sheet.values() for each in said))
    if len(several) > 1:
        return Hours(", ".join(f"{french(worked + training)} h" for worked, training in several))
    worked, training = several[0]
    return Hours(f"{french(worked)} h", worked, training)


def _added(said: Sequence[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal]:
    return sum((worked for worked, _ in said), Decimal(0)), sum((training for _, training in said), Decimal(0))


def _called(name: str, names: Names, exact: dict[str, int]) -> tuple[frozenset[int], bool]:
    """Return who may be meant, and whether there is no doubt that it is one of them."""
    known = exact.get(_folded(name))
    if known is not None:
        return frozenset({known}), True
    words = WORD.findall(plain(name))
    if not words:
        return frozenset(), False
    initials = [word for word in words if len(word) == 1]
    long = [word for word in words if len(word) > 1]
    called = [names.called(word) for word in long]
    if called and all(called):
        people = frozenset.intersection(*called)
        for initial in initials:
            people = names.with_initial(people, initial) or people
        return people, len(people) == 1
    near = [ids or names.nearly_called(word) for ids, word in zip(called, long, strict=True)]
    if near and all(near):
        return frozenset.intersection(*near), False
    return frozenset(), False


def _site_of(site: str, places: Sequence[Place]) -> int | None:
    """Return the contract that a site names, the longest name first."""
    ways = sorted(((name, place.id) for place in places for name in place.names), key=lambda way: -len(way[0]))
    for name, number in ways:
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", site):
            return number
    return None


def _folded(name: str) -> str:
    return " ".join(sorted(WORD.findall(plain(name).replace("-", " "))))
