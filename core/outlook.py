"""The forecasts of commitments that stand in the register, many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Select, case, func, select, type_coerce
from sqlalchemy.orm import Session

from core.amendments import known_standing
from core.commitments import COUNTED, IN_FORCE
from core.forecast import Forecast, forecast, in_words, way_back
from core.hours import NBSP, french
from core.models import Commitment, Declaration, DeclarationLine, Employment
from core.prepared import Listed, among

HUNDRED = Decimal(100)
# Sums as the integers that are stored: a year of a territory is ten thousand of them.
_HOURS = (
    select(
        Declaration.commitment_id,
        Declaration.month,
        func.sum(
            case(
                (
                    COUNTED,
                    type_coerce(DeclarationLine.worked, BigInteger) + type_coerce(DeclarationLine.training, BigInteger),
                ),
                else_=0,
            )
        ),
    )
    .outerjoin(DeclarationLine, DeclarationLine.declaration_id == Declaration.id)
    .outerjoin(Employment, Employment.id == DeclarationLine.employment_id)
    .where(among(Declaration.status, IN_FORCE))
    .group_by(Declaration.commitment_id, Declaration.month)
)
_HOURS_OF = Listed(Declaration.commitment_id, _HOURS.where)


def months_of(session: Session, commitment_ids: Select[int] | Iterable[int]) -> dict[int, dict[str, Decimal]]:
    """Return the hours that count of each declared month, by commitment id; a month without hours is 0."""
    found: defaultdict[int, dict[str, Decimal]] = defaultdict(dict)
    rows: Iterable[Sequence[Any]]
    if isinstance(commitment_ids, Select):
        rows = session.connection().execute(_HOURS.where(Declaration.commitment_id.in_(commitment_ids)))
    else:
        rows = _HOURS_OF.rows(session, commitment_ids)
    for number, month, hundredths in rows:
        found[number][month] = Decimal(int(hundredths)) / HUNDRED
    return found


def outlook_of(session: Session, commitment: Commitment, today: date) -> Forecast | None:
    """Return where one commitment lands; None without hours or dates."""
    return forecast(known_standing(commitment), months_of(session, [commitment.id])[commitment.id], today)


def said_to_company(found: Forecast, commitment: Commitment) -> list[str]:
    """Write the forecast for the company: where it lands, the way back, what it may cost, as information."""
    lines = [f"Prévision{NBSP}: {in_words(found)}"]
    if found.missing == 0:
        return lines
    lines.append(f"**Pour y arriver**{NBSP}: {way_back(found)}")
    if commitment.penalty_per_hour is not None:
        cost = french(found.missing * commitment.penalty_per_hour)
        lines.append(
            f"À titre d’information, à confirmer auprès du facilitateur{NBSP}: {cost}{NBSP}€ de pénalités si ces "
            "heures manquaient et si l’acheteur le décidait"
        )
    return lines


def said_to_others(found: Forecast) -> list[str]:
    """Write the forecast for a buyer or the facilitateur."""
    return [f"Prévision{NBSP}: {in_words(found)}, {found.percent}{NBSP}% de risque d’en manquer"]


def commitments_at_risk(found: Mapping[int, Forecast | None], *, percent: int) -> list[tuple[int, Forecast]]:
    """Return those more likely than a level to fall short, the most at risk first."""
    risky = [(number, each) for number, each in found.items() if each is not None and each.percent >= percent]
    return sorted(risky, key=lambda pair: (-pair[1].short, -pair[1].missing, pair[0]))
