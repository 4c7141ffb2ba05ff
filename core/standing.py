"""What a commitment is on a day: its first terms, and the signed changes in force by then. Pure: no clock, no database.

Changes apply in the order of the days they take effect, then in the order they were made. Going through them up to a
day, or up to an earlier one and on from there, gives the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from core.terms import AmendmentKind, ShareRole

Period = tuple[date, date | None]
"""From the first day to the last, both included; None while nobody knows the last."""

ONE_DAY = timedelta(days=1)
NEWCOMER = 0
"""Stands for a company, or a pool, that is not recorded yet."""


@dataclass(frozen=True)
class Standing:
    """What is owed, from when to when, by whom; `suspensions` are in order and apart from one another.

    Commitments with the same `pool_id` are counted together.
    """

    hours: Decimal | None
    starts_on: date | None
    ends_on: date | None
    awardee_id: int
    suspensions: tuple[Period, ...] = ()
    pool_id: int | None = None

    def is_suspended_on(self, day: date) -> bool:
        """Tell whether nothing is asked on a day."""
        return any(since <= day and (until is None or day <= until) for since, until in self.suspensions)


@dataclass(frozen=True)
class Change:
    """One change, from `effective_on`. `hours` are added (taken away when negative), dates replace those before.

    `until` is the last day of a suspension. `order` breaks ties between changes of one day. `awardee_id` is the other
    company, that takes over or does a share in its `share_role` (NEWCOMER while nobody knows it here); the hours of
    both are those that leave the commitment, negative, or come back. `members` are the other commitments that are
    counted together with this one from then on, in the pool `pool_id`.
    """

    kind: AmendmentKind
    effective_on: date
    hours: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    until: date | None = None
    awardee_id: int | None = None
    share_role: ShareRole | None = None
    members: tuple[int, ...] = ()
    pool_id: int | None = None
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
    pool_id = before.pool_id
    if change.kind is AmendmentKind.POOLING:
        pool_id = change.pool_id
    elif change.kind in {AmendmentKind.UNPOOLING, AmendmentKind.TRANSFER}:
        pool_id = None
    return replace(
        before,
        hours=hours,
        starts_on=change.starts_on or before.starts_on,
        ends_on=change.ends_on or before.ends_on,
        suspensions=suspensions,
        pool_id=pool_id,
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
