"""When each step of a month to declare is due, and which one is decided on a day. Pure: no clock, no database.

A notice goes some days before the last day to declare and on that day, reminders some working days after it, then the
facilitateur is told. What could not leave on its day (an outage, a week-end) leaves once, later; what a later step
replaced, or what makes no sense any more, is skipped, and that is said.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from core.models import Territory
from core.terms import ReminderStep
from core.workdays import after_working_days, working_day_until

BEFORE = (ReminderStep.NOTICE, ReminderStep.DUE)
AFTER = (ReminderStep.FIRST, ReminderStep.SECOND)
TO_PEOPLE = (*BEFORE, *AFTER)


@dataclass(frozen=True)
class Rhythm:
    """How long before the last day (days) and after it (working days) each step goes; settings of the territory."""

    notice: int = 3
    first: int = 5
    second: int = 15
    escalation: int = 20


@dataclass(frozen=True)
class Decision:
    """The step to send today, if any, and those that will not be sent, with the word that says why."""

    step: ReminderStep | None
    skipped: tuple[tuple[ReminderStep, str], ...] = ()


def rhythm_of(territory: Territory) -> Rhythm:
    """Return the rhythm that a territory set."""
    return Rhythm(
        territory.notice_days, territory.first_reminder_days, territory.second_reminder_days, territory.escalation_days
    )


@lru_cache(maxsize=4096)  # the same few months for every commitment
def days_of(by: date, told_on: date, rhythm: Rhythm) -> Mapping[ReminderStep, date]:
    """Return the day of each step for a month to declare by a day. Steps before the sending window are left out.

    Each is a working day, the same day never twice. Somebody told of a commitment on `told_on`, by their welcome, hears
    nothing more that day, and is not late before they had the time that others have.
    """
    first = by.replace(day=1)  # before it the month to declare is not over
    due = working_day_until(by)
    notice = working_day_until(by - timedelta(days=rhythm.notice))
    if notice < first:
        notice = after_working_days(first, 0)
    days = {}
    if told_on < notice < due:
        days[ReminderStep.NOTICE] = notice
    if due >= first and told_on < due:
        days[ReminderStep.DUE] = due
    start = max(by, told_on)
    days[ReminderStep.FIRST] = after_working_days(start, rhythm.first)
    days[ReminderStep.SECOND] = after_working_days(start, max(rhythm.second, rhythm.first + 1))
    days[ReminderStep.ESCALATED] = after_working_days(start, max(rhythm.escalation, rhythm.second + 1))
    return days


def decide(days: Mapping[ReminderStep, date], done: Collection[ReminderStep], by: date, today: date) -> Decision:
    """Decide what a person who has not declared is sent today: at most one step, the latest that is reached."""
    reached = [step for step in TO_PEOPLE if step in days and step not in done and days[step] <= today]
    if not reached:
        return Decision(None)
    *earlier, last = reached
    skipped = [(step, "replaced") for step in earlier]
    if last in BEFORE and today > by:
        return Decision(None, (*skipped, (last, "too_late")))
    return Decision(last, tuple(skipped))
