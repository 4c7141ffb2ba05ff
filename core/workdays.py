"""Working days in France: neither week-ends nor the eleven public holidays (code du travail, article L. 3133-1).

Computed here: the library that knows the holidays of every country takes an eighth of a second to import.
"""

from datetime import date, timedelta
from functools import lru_cache

FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))  # month, day
AFTER_EASTER = (1, 39, 50)  # days: Easter Monday, Ascension, Whit Monday


@lru_cache(maxsize=16)
def holidays(year: int) -> frozenset[date]:
    """Return the public holidays of a year, without those of Alsace-Moselle and overseas."""
    easter = _easter(year)
    fixed = (date(year, month, day) for month, day in FIXED)
    return frozenset((*fixed, *(easter + timedelta(days) for days in AFTER_EASTER)))


def _easter(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    leaps = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - leaps + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    month, day = divmod(moon + weekday - 7 * ((golden + 11 * moon + 22 * weekday) // 451) + 114, 31)
    return date(year, month, day + 1)


def is_working_day(day: date) -> bool:
    """Tell whether offices are open that day."""
    return day.weekday() < 5 and day not in holidays(day.year)


def working_day_until(day: date) -> date:
    """Return a day, or the last working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def after_working_days(day: date, count: int) -> date:
    """Return the day that is `count` working days after a day; with 0, the day itself or the next working day."""
    while count > 0 or not is_working_day(day):
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day
