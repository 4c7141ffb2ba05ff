from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import workdays
from core.months import (
    day_in_french,
    first_day,
    in_french,
    last_day,
    month_of,
    months_between,
    next_first,
    previous,
    read_day,
    read_month,
)
from core.workdays import after_working_days, is_working_day

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2000, 2, 1), date(2099, 11, 30))


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("octobre", "2026-10"),
        ("Octobre 2025", "2025-10"),
        ("oct. 2026", "2026-10"),
        ("décembre", "2025-12"),
        ("novembre", "2026-11"),
        ("10/2026", "2026-10"),
        ("10/26", "2026-10"),
        ("2026-10", "2026-10"),
        ("pour le mois de août", "2026-08"),
        ("ce mois-ci", "2026-11"),
        ("le mois dernier", "2026-10"),
        ("Le mois passé", "2026-10"),
        ("janvier 2027", "2027-01"),
    ],
)
def test_months_are_read_as_people_say_them(typed: str, month: str) -> None:
    assert read_month(typed, TODAY) == month


@pytest.mark.parametrize("typed", ["", "bientôt", "13/2026", "00/2026", "octobre prochain", "10/1899", "2026", "👍",
                                   "9" * 5000, "፩/2026"])  # fmt: skip
def test_what_is_not_a_month_is_not_read(typed: str) -> None:
    assert read_month(typed, TODAY) is None


def test_in_january_the_month_before_is_in_the_year_before() -> None:
    assert read_month("le mois dernier", date(2027, 1, 4)) == "2026-12"
    assert read_month("décembre", date(2027, 1, 4)) == "2026-12"
    assert previous("2027-01") == "2026-12"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("12/10/2026", date(2026, 10, 12)),
        ("12/10", date(2026, 10, 12)),
        ("le 12 octobre", date(2026, 10, 12)),
        ("1er octobre", date(2026, 10, 1)),
        ("3 oct. 2025", date(2025, 10, 3)),
        ("2026-10-12", date(2026, 10, 12)),
        ("hier", date(2026, 11, 22)),
        ("aujourd’hui", TODAY),
        ("5/1", date(2027, 1, 5)),
    ],
)
def test_days_are_read_as_people_write_them(typed: str, day: date) -> None:
    assert read_day(typed, TODAY) == day


@pytest.mark.parametrize("typed", ["", "31/02/2026", "32 octobre", "99999999999999999999 octobre", "፩ octobre",
                                   "0/0/0", "9" * 5000 + " octobre", "12 octobre 20266", "lundi"])  # fmt: skip
def test_what_is_not_a_day_is_not_read(typed: str) -> None:
    assert read_day(typed, TODAY) is None


def test_29_february_without_a_year_is_the_closest_one_that_exists() -> None:
    assert read_day("29/02", date(2027, 3, 1)) == date(2028, 2, 29)
    assert read_day("29/02", TODAY) is None  # neither 2025, 2026 nor 2027 has one


@given(DAYS)
def test_a_day_and_a_month_written_in_french_are_read_back(day: date) -> None:
    assert read_day(day_in_french(day), TODAY) == day
    assert read_month(in_french(month_of(day)), TODAY) == month_of(day)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_month_a_day_or_nothing(typed: str) -> None:
    month, day = read_month(typed, TODAY), read_day(typed, TODAY)
    assert month is None or first_day(month)
    assert day is None or isinstance(day, date)


@given(DAYS)
def test_a_month_holds_its_days_and_the_next_one_follows(day: date) -> None:
    month = month_of(day)
    assert first_day(month) <= day <= last_day(month)
    assert next_first(month) == last_day(month) + timedelta(days=1)
    assert previous(month_of(next_first(month))) == month


def test_months_follow_each_other_over_the_year() -> None:
    assert list(months_between("2026-11", "2027-02")) == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert list(months_between("2026-11", "2026-10")) == []


@pytest.mark.parametrize(
    "day",
    [date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 25),
     date(2026, 7, 14), date(2026, 11, 11), date(2026, 12, 25), date(2026, 11, 22)],
)  # fmt: skip
def test_offices_are_closed_on_french_holidays_and_sundays(day: date) -> None:
    assert not is_working_day(day)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 23), 2, date(2026, 11, 25)),
        (date(2026, 11, 20), 2, date(2026, 11, 24)),  # a Friday
        (date(2026, 11, 10), 1, date(2026, 11, 12)),  # Armistice
        (date(2026, 12, 24), 2, date(2026, 12, 29)),  # Christmas, then a week-end
        (date(2026, 11, 21), 0, date(2026, 11, 23)),  # a Saturday
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_working_days_are_counted(day: date, count: int, expected: date) -> None:
    assert after_working_days(day, count) == expected


@pytest.mark.parametrize("file", [workdays.FRANCE, Path("/moved/elsewhere/france.py")])
def test_public_holidays_are_those_of_the_library(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workdays, "FRANCE", file)
    workdays._france.cache_clear()
    workdays._closed.cache_clear()
    closed = holidays.country_holidays("FR", years=range(2024, 2031))
    days = (date(2024, 1, 1) + timedelta(days=number) for number in range(365 * 7 + 2))
    assert all(is_working_day(day) == (day.weekday() < 5 and day not in closed) for day in days)
