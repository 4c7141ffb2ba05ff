"""What past forecasts were worth: each commitment that ended is replayed month by month, as it stood then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.amendments import change_of, first_standing, signed
from core.forecast import Forecast, forecast
from core.hours import NBSP
from core.models import Commitment
from core.months import last_day
from core.outlook import months_of
from core.standing import Standing, standing_on

AIM = 0.8  # the interval holds four outcomes out of five


@dataclass(frozen=True)
class Hindsight:
    """How many commitments and forecasts; the share of ends inside the interval; how far the probabilities were off.

    `brier` is the mean squared error of the probability to fall short (0 is perfect); `base` that of somebody who only
    knows how often hours fall short.
    """

    commitments: int
    forecasts: int
    coverage: float
    brier: float
    base: float

    def as_json(self) -> dict[str, object]:
        """Return the figures."""
        return {
            "commitments": self.commitments,
            "forecasts": self.forecasts,
            "coverage": round(self.coverage, 3),
            "brier": round(self.brier, 4),
            "brier_of_the_base_rate": round(self.base, 4),
        }

    def in_words(self) -> str:
        """Write the report."""
        if not self.forecasts:
            return "Aucun marché terminé n’a encore assez de mois déclarés pour juger les prévisions."
        return "\n".join(
            [
                f"Marchés terminés{NBSP}: {self.commitments}. Prévisions rejouées{NBSP}: {self.forecasts}.",
                f"  Terme dans l’intervalle annoncé{NBSP}: {_percent(self.coverage)} (visé{NBSP}: {_percent(AIM)})",
                f"  Score de Brier du risque{NBSP}: {_decimal(self.brier)} "
                f"(0 est parfait, {_decimal(self.base)} sans prévision)",
            ]
        )


def looked_back(session: Session, today: date) -> Hindsight:
    """Replay the forecasts of every commitment that ended, whose hours and dates are known."""
    ended = session.scalars(
        select(Commitment).where(
            Commitment.ends_on < today, Commitment.starts_on.is_not(None), Commitment.committed_hours > Decimal(0)
        )
    ).unique()
    rows = list(ended)
    months = months_of(session, [row.id for row in rows])
    judged: list[list[tuple[Forecast, Decimal, bool]]] = []
    for row in rows:
        changes = list(map(change_of, signed(session, row.id)))
        standings = {
            month: standing_on(first_standing(row), changes, last_day(month)) for month in months.get(row.id, {})
        }
        judged.append(replayed(standings, months.get(row.id, {}), row.committed_hours or Decimal(0)))
    return judgement([each for each in judged if each])


def replayed(
    standings: Mapping[str, Standing], months: Mapping[str, Decimal], owed: Decimal
) -> list[tuple[Forecast, Decimal, bool]]:
    """Return the forecasts made at the end of each month but the last, each with the final hours and whether short."""
    done = sum(months.values(), Decimal(0))
    found = []
    for month in sorted(months)[:-1]:
        known = {each: hours for each, hours in months.items() if each <= month}
        made = forecast(standings[month], known, last_day(month))
        if made is not None:
            found.append((made, done, done < owed))
    return found


def judgement(judged: list[list[tuple[Forecast, Decimal, bool]]]) -> Hindsight:
    """Put the forecasts of all commitments together."""
    made = [each for one in judged for each in one]
    if not made:
        return Hindsight(0, 0, 0.0, 0.0, 0.0)
    count = len(made)
    missed = sum(is_short for _, _, is_short in made) / count
    return Hindsight(
        commitments=len(judged),
        forecasts=count,
        coverage=sum(each.low <= done <= each.high for each, done, _ in made) / count,
        brier=sum((each.short - is_short) ** 2 for each, _, is_short in made) / count,
        base=missed * (1 - missed),
    )


def _percent(share: float) -> str:
    return f"{share * 100:.0f}{NBSP}%"


def _decimal(score: float) -> str:
    return f"{score:.3f}".replace(".", ",")
