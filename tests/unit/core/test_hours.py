from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.hours import (
    MOST_IN_A_MONTH,
    NBSP,
    Progress,
    french,
    in_hours,
    percent,
    plain,
    read_hours,
    read_work,
    share_elapsed,
)
from core.refusal import Refused

HOURS = st.decimals(min_value=0, max_value=MOST_IN_A_MONTH, places=2)
ANY_HOURS = st.decimals(min_value=0, max_value=100_000, places=2)
NARROW = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("84", "84"),
        (" 84 h ", "84"),
        ("84 heures.", "84"),
        ("7,5", "7.5"),
        ("7.5h", "7.5"),
        ("7h30", "7.5"),
        ("7 h 30", "7.5"),
        ("7:30", "7.5"),
        ("7 heures 30 min", "7.5"),
        (f"7{NBSP}h{NBSP}30", "7.5"),
        (f"7{NARROW}h{NARROW}30", "7.5"),
        ("7h20", "7.33"),
        ("0", "0"),
        ("rien", "0"),
        ("Néant", "0"),
        ("aucune heure", "0"),
        ("zéro", "0"),
        ("sept", "7"),
        ("sept heures", "7"),
        ("sept heures et demie", "7.5"),
        ("7 et demi", "7.5"),
        ("vingt et un", "21"),
        ("soixante-dix-sept", "77"),
        ("soixante et onze", "71"),
        ("septante", "70"),
        ("quatre-vingts", "80"),
        ("quatre-vingt-douze", "92"),
        ("cent", "100"),
        ("CENT QUATRE-VINGT-UN", "181"),
        ("deux cents", "200"),
        ("deux cent trois", "203"),
        ("３５", "35"),
        ("310", "310"),
        ("0,005", "0.01"),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, hours: str) -> None:
    assert read_hours(typed) == Decimal(hours)


@pytest.mark.parametrize(
    "typed",
    ["", " ", "h", "beaucoup", "1e9", "0x10", "NaN", "Infinity", "84 85", "sept huit", "vingt trente", "cent cent",
     "deux zéro", "👍", "👩‍🔧 84", "7h75", "12/10", "8+", "12 345 6", "--3", "½", "፩", "9" * 5000, "un " * 3000,
     "'; DROP TABLE declarations; --", "84\x0085"],
)  # fmt: skip
def test_what_is_not_a_number_of_hours_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Refused, match="par exemple 84, 7,5 ou 7h30"):
        read_hours(typed)


@pytest.mark.parametrize("typed", ["-3", "−3", "-0,5 h"])
def test_negative_hours_are_refused(typed: str) -> None:
    with pytest.raises(Refused, match="négatif"):
        read_hours(typed)


@pytest.mark.parametrize("typed", ["310,01", "400", "1 234", "trois cent onze", "5000h30"])
def test_more_than_a_month_can_hold_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="dépasse le maximum"):
        read_hours(typed)


@given(HOURS)
def test_hours_written_in_french_are_read_back(hours: Decimal) -> None:
    assert read_hours(french(hours)) == hours
    assert read_hours(in_hours(hours)) == hours


@given(st.text(max_size=60))
def test_whatever_is_typed_is_hours_or_a_refusal(typed: str) -> None:
    try:
        hours = read_hours(typed)
    except Refused:
        return
    assert 0 <= hours <= MOST_IN_A_MONTH


@pytest.mark.parametrize(
    ("typed", "worked", "training"),
    [
        ("84", "84", "0"),
        ("84 + 7 formation", "84", "7"),
        ("84+7 formation", "84", "7"),
        ("84 h et 7 h de formation", "84", "7"),
        ("84 dont 7 de formation", "77", "7"),
        ("84 dont 84 formation", "0", "84"),
        ("7h30 + 3,5 en formation", "7.5", "3.5"),
    ],
)
def test_training_is_told_apart(typed: str, worked: str, training: str) -> None:
    assert read_work(typed) == (Decimal(worked), Decimal(training))


def test_training_is_never_more_than_the_whole() -> None:
    with pytest.raises(Refused, match="dépassent le total"):
        read_work("7 dont 8 formation")


@given(st.text(max_size=60))
def test_hours_worked_and_in_training_are_never_negative(typed: str) -> None:
    try:
        worked, training = read_work(typed)
    except Refused:
        return
    assert worked >= 0
    assert training >= 0


def test_a_very_long_text_is_refused_at_once() -> None:
    with pytest.raises(Refused):
        read_work("1 et " * 4000)


def test_hours_are_written_the_french_way() -> None:
    assert french(Decimal("1234.50")) == f"1{NBSP}234,5"
    assert in_hours(Decimal("84.00")) == f"84{NBSP}h"
    assert percent(Decimal("0.125")) == f"13{NBSP}%"


@given(ANY_HOURS, ANY_HOURS)
def test_what_remains_and_the_surplus_are_never_negative(committed: Decimal, done: Decimal) -> None:
    progress = Progress(committed, done, Decimal(0))
    assert progress.remaining >= 0
    assert progress.surplus >= 0
    assert progress.remaining - progress.surplus == committed - done


def test_nothing_committed_has_no_share() -> None:
    assert Progress(Decimal(0), Decimal(5), Decimal(0)).share_done is None


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 2000), st.integers(-100, 2100))
def test_the_share_of_time_elapsed_stays_between_none_and_all(start: date, days: int, since: int) -> None:
    share = share_elapsed(start, start + timedelta(days=days), start + timedelta(days=since))
    assert 0 <= share <= 1


def test_the_first_and_the_last_day_count() -> None:
    first, last = date(2026, 11, 1), date(2026, 11, 10)
    assert share_elapsed(first, last, first - timedelta(days=1)) == 0
    assert share_elapsed(first, last, first) == Decimal("0.1")
    assert share_elapsed(first, last, last) == 1


def test_texts_compare_without_case_accents_or_kinds_of_spaces() -> None:
    assert plain(f"  L’Été{NBSP}{NARROW} PROCHAIN ") == "l'ete prochain"
