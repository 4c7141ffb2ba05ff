"""What a commitment is on a day: its first terms, and the signed changes in force by then. Pure: no clock, no database.

Changes apply in the order of the days they take effect, then in the order they were made. Going through them up to a
day, or up to an earlier one and on from there, gives the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from core.terms import AmendmentKind

Period = tuple[date, date | None]
"""From the first day to the last, both included; None while nobody knows the last."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """What is owed, from when to when, by whom; `suspensions` are in order and apart from one another."""

    hours: Decimal | None
    starts_on: date | None
    ends_on: date | None
    awardee_id: int
    suspensions: tuple[Period, ...] = ()

    def is_suspended_on(self, day: date) -> bool:
        """Tell whether nothing is asked on a day."""
        return any(since <= day and (until is None or day <= until) for since, until in self.suspensions)


@dataclass(frozen=True)
class Change:
    """One change, from `effective_on`. `hours` are added (taken away when negative), dates replace those before.

    `until` is the last day of a suspension. `order` breaks ties between changes of one day.
    """

    kind: AmendmentKind
    effective_on: date
    hours: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    until: date | None = None
    awardee_id: int | None = None
    order: int = 0


def standing_on(first: Standing, changes: Iterable[Change], day: date) -> Standing:
    """Return what a commitment is on a day, given what it was before any change."""
    found = first
    for change in sorted(changes, key=lambda each: (each.effective_on, each.order)):
        if change.effective_on <= day:
            found = changed(found, change)
    return found


def changed(before: Standing, change: Change) -> Standing:
    """Apply one change. Hours never fall below zero."""
    hours = before.hours
    if change.hours is not None:
        hours = max(Decimal(0), (hours or Decimal(0)) + change.hours)
    suspensions = before.suspensions
    if change.kind is AmendmentKind.SUSPENSION:
        suspensions = joined((*suspensions, (change.effective_on, change.until)))
    elif change.kind is AmendmentKind.RESUMPTION:
        suspensions = resumed(suspensions, change.effective_on)
    return replace(
        before,
        hours=hours,
        starts_on=change.starts_on or before.starts_on,
        ends_on=change.ends_on or before.ends_on,
        awardee_id=change.awardee_id or before.awardee_id,
        suspensions=suspensions,
    )


def joined(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Put periods in order; those that touch or overlap become one."""
    found: list[Period] = []
    for since, until in sorted(periods, key=lambda each: each[0]):
        if found and (found[-1][1] is None or since <= found[-1][1] + ONE_DAY):
            first, last = found[-1]
            found[-1] = (first, None if last is None or until is None else max(last, until))
        else:
            found.append((since, until))
    return tuple(found)


def resumed(periods: Iterable[Period], day: date) -> tuple[Period, ...]:
    """End every period before the day the work begins again; what would have begun from then on is gone."""
    return tuple(
        (since, until if until is not None and until < day else day - ONE_DAY)
        for since, until in periods
        if since < day
    )


def open_days(standing: Standing, first: date, last: date) -> int:
    """Count the days, both included, on which the contract runs and is not suspended."""
    first = max(first, standing.starts_on or first)
    last = min(last, standing.ends_on or last)
    if first > last:
        return 0
    closed = sum(
        max(0, (min(until or last, last) - max(since, first)).days + 1) for since, until in standing.suspensions
    )
    return (last - first).days + 1 - closed
