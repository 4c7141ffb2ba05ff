"""The days of the demo, all counted from today, so that it looks alive whenever it is opened."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.commitments import declare_by
from core.months import first_day, last_day, month_of, previous
from core.workdays import is_working_day

REPORTING_DAY = 10


@dataclass(frozen=True)
class Almanac:
    """Months are offsets: 0 is the latest one whose last day to declare has passed, -1 the one before it."""

    today: date
    zone: ZoneInfo

    def month(self, offset: int) -> str:
        """Return a month, "2026-10"."""
        latest = previous(month_of(self.today))
        if self.today <= declare_by(latest, REPORTING_DAY):
            latest = previous(latest)
        months = int(latest[:4]) * 12 + int(latest[5:]) - 1 + offset
        return f"{months // 12}-{months % 12 + 1:02}"

    def first(self, offset: int) -> date:
        """Return the first day of a month."""
        return first_day(self.month(offset))

    def last(self, offset: int) -> date:
        """Return the last day of a month."""
        return last_day(self.month(offset))

    def day(self, offset: int, number: int) -> date:
        """Return a day of a month, `number` from 1 to 28."""
        return self.first(offset).replace(day=number)

    def at(self, day: date, hour: int, minute: int) -> datetime:
        """Return a moment in the territory's time zone."""
        return datetime.combine(day, time(hour, minute), tzinfo=self.zone)

    def working_days_ago(self, count: int) -> date:
        """Return the working day that is `count` working days before today."""
        day = self.today
        while count > 0:
            day -= timedelta(days=1)
            count -= is_working_day(day)
        return day
