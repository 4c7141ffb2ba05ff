"""Where a commitment will land: hours at its end, with an interval, and how likely they fall short. Pure arithmetic.

The model is simple and says what it assumes. Each open month (suspended days are left out) brings hours around one
rhythm; the rhythm is the mean of the last six declared months and of one imaginary month at the pace that the contract
asks for, so that a first month alone decides nothing. The months still to come, and those that nobody declared yet,
keep that rhythm; they differ from month to month as those before did, and the rhythm itself may drift by a sixth. Hours
at the end are taken as normally distributed; the interval holds four outcomes out of five if the model is right, which
`core.hindsight` checks on the commitments that ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import ceil, sqrt
from statistics import NormalDist

from core.hours import FULL_TIME_MONTH, NBSP, in_hours
from core.months import NAMES, first_day, last_day, month_of, next_first
from core.standing import Standing, open_days

RECENT = 6
DAYS_IN_A_MONTH = 365.25 / 12
USUAL_SPREAD = 0.5  # of the rhythm, from month to month, until months tell better
DRIFT = 1 / 6
TENTH = NormalDist().inv_cdf(0.9)
SHORTEST = 0.4  # months below which nobody can be hired in time
_COUNTS = ("zéro", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


@dataclass(frozen=True)
class Forecast:
    """Hours at the end: expected, and the interval of four outcomes out of five; `short` from 0 (sure) to 1 (missed).

    `months_left` are open months from the first of next month to the end.
    """

    committed: Decimal
    expected: Decimal
    low: Decimal
    high: Decimal
    short: float
    months_left: float
    from_month: str

    @property
    def missing(self) -> Decimal:
        """Hours expected to be missing at the end."""
        return max(Decimal(0), self.committed - self.expected)

    @property
    def percent(self) -> int:
        """How likely the hours fall short, in percent."""
        return round(self.short * 100)


def forecast(standing: Standing, months: Mapping[str, Decimal], today: date) -> Forecast | None:
    """Say where a commitment will land, given the hours of each declared month.

    None without hours or dates, and before a first month is declared: nothing would be known but the wish.
    """
    starts_on, ends_on, committed = standing.starts_on, standing.ends_on, standing.hours
    if not months or not committed or starts_on is None or ends_on is None or ends_on < starts_on:
        return None
    whole = open_days(standing, starts_on, ends_on) / DAYS_IN_A_MONTH
    lengths = {month: _length(standing, month) for month in sorted(months)}
    done = float(sum(months.values(), Decimal(0)))
    left = max(0.0, whole - sum(lengths.values()))
    asked = float(committed) / whole if whole else 0.0
    recent = [(float(months[month]), length) for month, length in lengths.items() if length > 0][-RECENT:]
    weight = 1.0 + sum(length for _, length in recent)
    rhythm = (asked + sum(hours for hours, _ in recent)) / weight
    usual = (USUAL_SPREAD * rhythm) ** 2
    spread = (2 * usual + sum(length * (hours / length - rhythm) ** 2 for hours, length in recent)) / (1.0 + weight)
    mean = done + left * rhythm
    deviation = sqrt(left * spread + left**2 * (spread / weight + (DRIFT * rhythm) ** 2))
    following = next_first(month_of(today))
    return Forecast(
        committed=committed,
        expected=_hours(mean),
        low=_hours(max(done, mean - TENTH * deviation)),
        high=_hours(mean + TENTH * deviation),
        short=_below(float(committed), mean, deviation),
        months_left=open_days(standing, following, ends_on) / DAYS_IN_A_MONTH if following <= ends_on else 0.0,
        from_month=month_of(max(following, starts_on)),
    )


def _length(standing: Standing, month: str) -> float:
    if not standing.suspensions and (standing.starts_on or date.min) <= first_day(month):
        return _days_until(month, standing.ends_on or date.max) / DAYS_IN_A_MONTH
    return open_days(standing, first_day(month), last_day(month)) / DAYS_IN_A_MONTH


@lru_cache(maxsize=4096)  # the same few months for every commitment
def _days_until(month: str, ends_on: date) -> int:
    return max(0, (min(last_day(month), ends_on) - first_day(month)).days + 1)


def _below(committed: float, mean: float, deviation: float) -> float:
    """Return how likely the hours end below what is committed, to the nearest hour."""
    if deviation == 0:
        return 1.0 if mean < committed - 0.005 else 0.0
    return NormalDist(mean, deviation).cdf(committed - 0.5)


def _hours(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal(1), ROUND_HALF_UP)


def in_words(found: Forecast) -> str:
    """Say where it lands: "à ce rythme, 1 050 h au terme (de 960 h à 1 140 h) sur 1 200 h"."""
    whole = in_hours(found.committed)
    if found.low == found.high:
        return f"{in_hours(found.expected)} au terme sur {whole}"
    return (
        f"à ce rythme, environ {in_hours(found.expected)} au terme "
        f"(entre {in_hours(found.low)} et {in_hours(found.high)}) sur {whole}"
    )


def way_back(found: Forecast) -> str:
    """Say what would make up for the missing hours: "deux personnes à mi-temps dès janvier 2027"; "" when none are."""
    if found.missing == 0:
        return ""
    month = f"{NAMES[int(found.from_month[5:]) - 1]} {found.from_month[:4]}"
    if found.months_left < SHORTEST:
        return f"il ne reste plus le temps d’embaucher{NBSP}: prévenez le facilitateur dès maintenant"
    a_month = float(found.missing) / found.months_left
    full = float(FULL_TIME_MONTH)
    people, time = ceil(a_month / (full / 2)), "à mi-temps"
    if people > len(_COUNTS) // 3:
        people, time = ceil(a_month / full), "à temps plein"
    count = _COUNTS[people] if people < len(_COUNTS) else str(people)
    return f"{count} personne{'s' if people > 1 else ''} {time} dès {month}"
