"""Where a commitment lands: what the model must say whatever the figures, and a few landings in words."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.forecast import Forecast, forecast, in_words, way_back
from core.hours import NBSP
from core.months import last_day, month_of, months_between
from core.standing import Standing

YEAR = Standing(Decimal(1200), date(2026, 1, 1), date(2026, 12, 31), 1)
MONTHS = list(months_between("2026-01", "2026-12"))
DONE = st.lists(st.decimals(min_value=0, max_value=400, places=2), min_size=1, max_size=12)


def after(hours: list[Decimal], standing: Standing = YEAR) -> Forecast:
    """Forecast once so many months are declared."""
    today = last_day(MONTHS[max(0, len(hours) - 1)])
    found = forecast(standing, dict(zip(MONTHS, hours, strict=False)), today)
    assert found is not None
    return found


@given(DONE)
def test_the_interval_holds_what_is_expected_and_never_less_than_what_is_done(hours: list[Decimal]) -> None:
    found = after(hours)
    assert found.low <= found.expected <= found.high
    assert found.low >= sum(hours, Decimal(0)).quantize(Decimal(1)) - 1
    assert 0 <= found.short <= 1


@given(DONE.filter(lambda hours: 0 < len(hours) < 12), st.integers(0, 11), st.integers(1, 200))
def test_more_hours_done_never_make_it_less_likely_to_arrive(hours: list[Decimal], place: int, more: int) -> None:
    """When every month is raised alike; one month alone also says that months differ."""
    raised = [each + more for each in hours]
    assert after(raised).expected >= after(hours).expected


@given(st.lists(st.decimals(min_value=0, max_value=400, places=2), min_size=12, max_size=12))
def test_once_every_month_is_declared_nothing_is_unsure(hours: list[Decimal]) -> None:
    found = after(hours)
    assert found.short in {0.0, 1.0}
    assert found.short == (1.0 if sum(hours) < 1200 else 0.0)
    assert found.low == found.high


def test_a_steady_pace_arrives_and_half_of_it_does_not() -> None:
    assert after([Decimal(115)] * 6).short < 0.35
    assert after([Decimal(50)] * 6).short > 0.95
    assert after([Decimal(100)]).short == pytest.approx(0.5, abs=0.05)


def test_suspended_months_are_not_counted_on() -> None:
    stopped = Standing(Decimal(1200), YEAR.starts_on, YEAR.ends_on, 1, ((date(2026, 10, 1), None),))
    assert after([Decimal(100)] * 6, stopped).expected < after([Decimal(100)] * 6).expected


def test_without_hours_dates_or_a_declared_month_nothing_is_said() -> None:
    assert forecast(YEAR, {}, date(2026, 6, 1)) is None
    assert forecast(Standing(None, YEAR.starts_on, YEAR.ends_on, 1), {"2026-05": Decimal(9)}, date(2026, 6, 1)) is None
    assert forecast(Standing(Decimal(100), YEAR.starts_on, None, 1), {"2026-05": Decimal(9)}, date(2026, 6, 1)) is None


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ([90] * 6, "une personne à mi-temps dès juillet 2026"),
        ([50] * 6, "deux personnes à mi-temps dès juillet 2026"),
        ([0] * 8, "deux personnes à temps plein dès septembre 2026"),
        ([30] * 12, "il ne reste plus le temps d’embaucher : prévenez le facilitateur dès maintenant"),
        ([130] * 6, ""),
    ],
)
def test_the_way_back_in_words(hours: list[int], words: str) -> None:
    assert way_back(after([Decimal(each) for each in hours])).replace(NBSP, " ") == words


def test_the_landing_in_words() -> None:
    said = in_words(after([Decimal(90)] * 6)).replace(NBSP, " ")
    assert said.startswith("à ce rythme, environ 1 0")
    assert said.endswith("sur 1 200 h")


def test_the_interval_holds_about_four_outcomes_out_of_five() -> None:
    """On contracts drawn as the model assumes: a rhythm of their own, months that differ around it."""
    draw = Random(4)
    inside = asked = 0
    for _ in range(400):
        rhythm = draw.gauss(100, 30)
        hours = [Decimal(max(0, round(draw.gauss(rhythm, 40)))) for _ in MONTHS]
        known = draw.randrange(3, 11)
        found = after(hours[:known])
        inside += found.low <= sum(hours) <= found.high
        asked += 1
    assert 0.72 <= inside / asked <= 0.95


def test_the_month_to_hire_in_is_the_next_one() -> None:
    found = after([Decimal(50)] * 6)
    assert found.from_month == "2026-07"
    assert month_of(date(2026, 6, 30)) == "2026-06"
    assert found.months_left == pytest.approx(6.05, abs=0.05)
