"""Working days in France: neither week-ends nor public holidays (`holidays` library)."""

from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import holidays

FRANCE = Path(holidays.__file__).parent / "countries" / "france.py"


@lru_cache(maxsize=16)
def _closed(year: int) -> frozenset[date]:
    return frozenset(_france()(years=year))


@cache
def _france() -> type[holidays.HolidayBase]:
    """Load the file of France alone: asked for it, the library would import those of 250 countries."""
    spec = spec_from_file_location("holidays.countries.france", FRANCE)
    if spec is None or spec.loader is None or not FRANCE.exists():
        return holidays.country_holidays("FR").__class__  # another version keeps it elsewhere
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: type[holidays.HolidayBase] = module.France
    return found


def is_working_day(day: date) -> bool:
    """Tell whether offices are open that day."""
    return day.weekday() < 5 and day not in _closed(day.year)


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
