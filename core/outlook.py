"""The forecasts of commitments that stand in the register, many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Row, Select, case, func, select, type_coerce
from sqlalchemy.orm import Session

from core.amendments import known_standing, to_come
from core.commitments import COUNTED, IN_FORCE
from core.forecast import Forecast, forecast, in_words, way_back
from core.hours import NBSP, french
from core.models import Commitment, Declaration, DeclarationLine, Employment
from core.prepared import Listed, among
from core.standing import Change, Standing, standing_on

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
    """Return where one commitment lands, with those it is counted with; None without hours or dates."""
    months = months_of(session, [commitment.id])
    return forecasts(session, {commitment.id: commitment}, months, today)[commitment.id]


def forecasts(
    session: Session,
    rows: Mapping[int, Commitment] | Mapping[int, Row[*tuple[Any, ...]]],
    months: Mapping[int, Mapping[str, Decimal]],
    today: date,
) -> dict[int, Forecast | None]:
    """Return where commitments land, by id; those that are counted together land together.

    A change counts from its signature, even when it takes effect later.
    """
    changes = to_come(session, rows, today)
    pooled = {row.globalisation_id for row in rows.values()} - {None}
    together = _together(session, pooled, today) if pooled else {}
    return {
        number: together[row.globalisation_id]
        if row.globalisation_id in together
        else forecast(_in_the_end(row, changes.get(number, ())), months.get(number, {}), today)
        for number, row in rows.items()
    }


def _in_the_end(row: Commitment | Row[*tuple[Any, ...]], changes: Iterable[Change]) -> Standing:
    """Return what a commitment will be once all that is signed is in force."""
    return standing_on(known_standing(row), changes, date.max)


def _together(session: Session, pools: Iterable[int | None], today: date) -> dict[int | None, Forecast | None]:
    """Forecast pools as if each were one commitment: all the hours, from the first day to the last one."""
    members: defaultdict[int | None, list[Commitment]] = defaultdict(list)
    query = select(Commitment).where(Commitment.globalisation_id.in_(pools))
    for row in session.scalars(query.order_by(Commitment.id)).unique():
        members[row.globalisation_id].append(row)
    numbers = [row.id for rows in members.values() for row in rows]
    months, changes = months_of(session, numbers), to_come(session, numbers, today)
    return {
        number: forecast(
            _as_one([_in_the_end(row, changes.get(row.id, ())) for row in rows]),
            _summed(months.get(row.id, {}) for row in rows),
            today,
        )
        for number, rows in members.items()
        if len(rows) > 1
    }


def _as_one(rows: Sequence[Standing]) -> Standing:
    starts, ends = [row.starts_on for row in rows], [row.ends_on for row in rows]
    return Standing(
        sum((row.hours or Decimal(0) for row in rows), Decimal(0)),
        min((day for day in starts if day is not None), default=None),
        None if None in ends else max((day for day in ends if day is not None), default=None),
        rows[0].awardee_id,
    )


def _summed(each: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for months in each:
        for month, hours in months.items():
            found[month] += hours
    return dict(found)


def said_to_company(found: Forecast, commitment: Commitment) -> list[str]:
    """Write the forecast for the company: where it lands, the way back, what it may cost, as information."""
    whose = " pour l’ensemble des marchés comptés avec celui-ci" if commitment.globalisation_id is not None else ""
    lines = [f"Prévision{whose}{NBSP}: {in_words(found)}"]
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
