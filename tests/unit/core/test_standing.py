"""What a commitment is on any day: the same however it is gone through, whatever the order of the rows."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.amendment_checks import refuse
from core.refusal import Refused
from core.standing import Change, Period, Standing, changed, joined, open_days, resumed, standing_on
from core.terms import AmendmentKind

FIRST = Standing(Decimal(1200), date(2026, 9, 1), date(2027, 8, 31), awardee_id=1)
DAYS = st.dates(date(2026, 6, 1), date(2028, 6, 30))
HOURS = st.decimals(min_value=-2000, max_value=2000, places=2)


WITH_HOURS = {
    AmendmentKind.HOURS, AmendmentKind.TRANCHE, AmendmentKind.SHARE, AmendmentKind.PART, AmendmentKind.TRANSFER,
}  # fmt: skip


@st.composite
def a_change(draw: st.DrawFn) -> Change:
    """Draw any change, even one that would be refused."""
    kind = draw(st.sampled_from(list(AmendmentKind)))
    day = draw(DAYS)
    until = draw(st.none() | st.integers(0, 200).map(lambda count: day + timedelta(days=count)))
    return Change(
        kind,
        day,
        hours=draw(st.none() | HOURS) if kind in WITH_HOURS else None,
        ends_on=draw(st.none() | DAYS) if kind is not AmendmentKind.RESUMPTION else None,
        until=until if kind is AmendmentKind.SUSPENSION else None,
        awardee_id=draw(st.integers(2, 4)) if kind is AmendmentKind.TRANSFER else None,
        pool_id=draw(st.integers(1, 3)) if kind is AmendmentKind.POOLING else None,
    )


CHANGES = st.lists(a_change(), max_size=8).map(
    lambda found: [Change(**{**vars(each), "order": place}) for place, each in enumerate(found, start=1)]
)


@given(CHANGES, DAYS, st.randoms())
def test_the_order_of_the_rows_does_not_matter(changes: list[Change], day: date, order: Random) -> None:
    mixed = list(changes)
    order.shuffle(mixed)
    assert standing_on(FIRST, mixed, day) == standing_on(FIRST, changes, day)


@given(CHANGES, DAYS, DAYS)
def test_going_on_from_an_earlier_day_gives_the_same(changes: list[Change], one: date, other: date) -> None:
    earlier, day = sorted((one, other))
    since = [each for each in changes if each.effective_on > earlier]
    assert standing_on(standing_on(FIRST, changes, earlier), since, day) == standing_on(FIRST, changes, day)


@given(CHANGES, DAYS)
def test_a_later_change_never_touches_an_earlier_day(changes: list[Change], day: date) -> None:
    until_then = [each for each in changes if each.effective_on <= day]
    assert standing_on(FIRST, changes, day) == standing_on(FIRST, until_then, day)
    assert standing_on(FIRST, changes, date.min) == FIRST


@given(CHANGES, DAYS)
def test_hours_are_the_first_ones_and_what_was_added(changes: list[Change], day: date) -> None:
    """Unless they fell to nothing on the way."""
    found = Decimal(1200)
    for each in sorted(changes, key=lambda each: (each.effective_on, each.order)):
        found = max(Decimal(0), found + (each.hours or 0)) if each.effective_on <= day else found
    assert standing_on(FIRST, changes, day).hours == found


@given(CHANGES, DAYS, DAYS)
def test_suspensions_are_in_order_and_apart(changes: list[Change], day: date, asked: date) -> None:
    """A day is suspended when a suspension covers it that no resumption ended."""
    found = standing_on(FIRST, changes, day).suspensions
    for since, until in found:
        assert until is None or since <= until
    for (_, before), (after, _) in pairwise(found):
        assert before is not None
        assert before + timedelta(days=1) < after
    is_suspended = False
    for each in sorted(changes, key=lambda each: (each.effective_on, each.order)):
        if each.effective_on > day:
            continue
        if each.kind is AmendmentKind.SUSPENSION and each.effective_on <= asked <= (each.until or date.max):
            is_suspended = True
        elif each.kind is AmendmentKind.RESUMPTION and each.effective_on <= asked:
            is_suspended = False
    assert standing_on(FIRST, changes, day).is_suspended_on(asked) == is_suspended


@given(st.lists(st.tuples(DAYS, st.none() | st.integers(0, 90)), max_size=6), DAYS, DAYS)
def test_open_days_are_those_that_no_suspension_covers(
    drawn: list[tuple[date, int | None]], one: date, other: date
) -> None:
    periods: list[Period] = [(day, None if count is None else day + timedelta(days=count)) for day, count in drawn]
    held = Standing(FIRST.hours, FIRST.starts_on, FIRST.ends_on, 1, joined(periods))
    first, last = sorted((one, other))
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    runs = [day for day in days if date(2026, 9, 1) <= day <= date(2027, 8, 31)]
    assert open_days(held, first, last) == sum(not held.is_suspended_on(day) for day in runs)


def test_a_resumption_ends_a_suspension_the_day_before() -> None:
    stopped = (date(2026, 10, 5), None)
    assert resumed((stopped,), date(2026, 12, 1)) == ((date(2026, 10, 5), date(2026, 11, 30)),)
    assert resumed((stopped,), date(2026, 10, 5)) == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(AmendmentKind.HOURS, date(2026, 11, 1), hours=Decimal(-1300)), "moins d’heures"),
        (Change(AmendmentKind.HOURS, date(2026, 11, 1)), "Donnez les heures"),
        (Change(AmendmentKind.SUSPENSION, date(2026, 11, 1), until=date(2026, 10, 1)), "avant son début"),
        (Change(AmendmentKind.SUSPENSION, date(2027, 9, 1)), "avant la suspension"),
        (Change(AmendmentKind.RESUMPTION, date(2026, 11, 1)), "n’est pas suspendu"),
        (Change(AmendmentKind.DATES, date(2026, 11, 1)), "nouvelle date"),
        (Change(AmendmentKind.EARLY_END, date(2026, 11, 1)), "dernier jour"),
        (Change(AmendmentKind.EARLY_END, date(2026, 11, 1), ends_on=date(2027, 8, 31)), "finit déjà"),
        (Change(AmendmentKind.TRANSFER, date(2026, 11, 1), awardee_id=1), "qui reprend"),
    ],
)
def test_what_makes_no_sense_is_refused(change: Change, words: str) -> None:
    with pytest.raises(Refused, match=words):
        refuse(FIRST, change)


def test_a_suspension_within_another_is_refused() -> None:
    stopped = changed(FIRST, Change(AmendmentKind.SUSPENSION, date(2026, 10, 1)))
    with pytest.raises(Refused, match="déjà suspendu"):
        refuse(stopped, Change(AmendmentKind.SUSPENSION, date(2026, 11, 1), until=date(2026, 11, 30)))
