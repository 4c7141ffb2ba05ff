"""When the end of an eligibility is told, and when news of who left is asked: by the days alone."""

from datetime import date, timedelta

import pytest

from core.eligibility_ends import notice_due
from core.endings import follow_up_due

END = date(2027, 3, 31)
LONG_AGO = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("before", "expected"), [(61, None), (60, 60), (45, 60), (31, 60), (30, 30), (1, 30), (0, 30), (-1, None)]
)
def test_an_end_is_told_sixty_then_thirty_days_before(before: int, expected: int | None) -> None:
    assert notice_due(END, LONG_AGO, END - timedelta(days=before)) == expected


def test_what_the_decision_told_so_late_is_not_repeated() -> None:
    decided = END - timedelta(days=50)
    assert notice_due(END, decided, END - timedelta(days=45)) is None
    assert notice_due(END, decided, END - timedelta(days=30)) == 30


@pytest.mark.parametrize(
    ("today", "answered", "expected"),
    [
        (date(2027, 2, 11), [], None),
        (date(2027, 2, 12), [], 3),
        (date(2027, 2, 12), [0], 3),
        (date(2027, 2, 12), [3], None),
        (date(2027, 4, 14), [], None),  # too late for the first
        (date(2027, 5, 12), [], 6),  # an outage: only the latest is asked
        (date(2027, 5, 12), [6], None),
        (date(2027, 8, 1), [], None),
    ],
)
def test_news_are_asked_three_and_six_months_after(today: date, answered: list[int], expected: int | None) -> None:
    assert follow_up_due(date(2026, 11, 12), answered, today) == expected
