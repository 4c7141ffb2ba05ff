"""The period board: for one month, what each commitment declared or still owes; and what is late of other months."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.commitments import IN_FORCE, declare_by, is_suspended
from core.forecast import Forecast
from core.house import House
from core.models import Commitment, Contract, Declaration, DeclarationLine, Organisation, Reminder, Territory
from core.months import first_day, last_day, month_of, previous
from core.outlook import commitments_at_risk, forecasts, months_of
from core.owed import FOLLOWED, duties, owed
from core.terms import DeclarationStatus, ReminderState, Term

Awardee = aliased(Organisation)
Rows = Mapping[int, Row[*tuple[object, ...]]]  # commitments that are followed, by id


class MonthState(Term):
    """Where a month of a commitment stands, the most urgent first."""

    LATE = "late", "en retard"
    RETURNED = "returned", "à corriger"
    DUE = "due", "à déclarer"
    DECLARED = "declared", "déclaré, à valider"
    ACCEPTED = "accepted", "validé"
    NIL = "nil", "sans heures"
    SUSPENDED = "suspended", "suspendu"


URGENCY = {state: place for place, state in enumerate(MonthState)}


@dataclass(frozen=True)
class BoardRow:
    """One month of one commitment. `reminded_on` is the day of the last reminder, None when there was none."""

    commitment_id: int
    company: str
    contract: str
    lot: str
    month: str
    state: MonthState
    hours: Decimal
    by: date
    reminded_on: date | None
    is_welcomed: bool


@dataclass(frozen=True)
class AtRisk:
    """A commitment more likely than the territory's level to fall short."""

    commitment_id: int
    company: str
    contract: str
    lot: str
    found: Forecast


@dataclass(frozen=True)
class Board:
    """One month, the most urgent rows first, how many there are of each state, and the late ones of other months.

    `at_risk` are the commitments that may not be met, the most likely first.
    """

    month: str
    rows: tuple[BoardRow, ...]
    counts: Mapping[MonthState, int]
    late_elsewhere: tuple[BoardRow, ...]
    at_risk: tuple[AtRisk, ...] = ()


_COMMITMENTS = (
    select(
        Commitment.id,
        Awardee.name,
        Contract.reference,
        Commitment.lot,
        Commitment.status,
        Commitment.starts_on,
        Commitment.ends_on,
        Commitment.suspensions,
        func.coalesce(Commitment.reporting_day, Territory.reporting_day).label("reporting_day"),
        Commitment.welcomed_at,
        Commitment.committed_hours,
        Commitment.awardee_id,
        Commitment.globalisation_id,
    )
    .join(Contract, Contract.id == Commitment.contract_id)
    .join(Territory, Territory.id == Contract.territory_id)
    .join(Awardee, Awardee.id == Commitment.awardee_id)
    .where(Commitment.starts_on.is_not(None))
)
_HOURS = (
    select(
        Declaration.commitment_id,
        Declaration.status,
        Declaration.nil_reason,
        func.sum(DeclarationLine.worked),
        func.sum(DeclarationLine.training),
    )
    .join(Commitment, Commitment.id == Declaration.commitment_id)
    .join(Contract, Contract.id == Commitment.contract_id)
    .outerjoin(DeclarationLine, DeclarationLine.declaration_id == Declaration.id)
    .where(Declaration.status.in_(IN_FORCE))
    .group_by(Declaration.commitment_id, Declaration.status, Declaration.nil_reason)
)
_REMINDED = (
    select(Reminder.commitment_id, Reminder.month, func.max(Reminder.day))
    .where(Reminder.state == ReminderState.POSTED, Reminder.person_id.is_not(None))
    .group_by(Reminder.commitment_id, Reminder.month)
)


def latest_month(today: date) -> str:
    """Return the month that is being declared: the last one that is over."""
    return previous(month_of(today))


def board_of(session: Session, house: House, place: Territory, month: str) -> Board:
    """Return the board of a month for a territory."""
    within = and_(
        Contract.territory_id == place.id,
        Commitment.starts_on <= last_day(month),
        func.coalesce(Commitment.ends_on, last_day(month)) >= first_day(month),
    )
    declared = {
        number: (status, nil is not None, (worked or Decimal(0)) + (training or Decimal(0)))
        for number, status, nil, worked, training in session.execute(
            _HOURS.where(Contract.territory_id == place.id, Declaration.month == month)
        )
    }
    reminded = _reminded(session, [month])
    followed = and_(Contract.territory_id == place.id, Commitment.status.in_(FOLLOWED))
    commitments = session.execute(_COMMITMENTS.add_columns(within.label("within")).where(or_(within, followed))).all()
    rows = []
    for row in commitments:
        if not row.within:
            continue
        status, is_nil, hours = declared.get(row.id, (None, False, Decimal(0)))
        state = _state(row, month, status, house.today(), is_nil=is_nil)
        if state is not None:
            rows.append(_row(row, month, state, hours, reminded))
    rows.sort(key=_order)
    counts = Counter(row.state for row in rows)
    by_number = {row.id: row for row in commitments if row.status in FOLLOWED}
    late = _late_elsewhere(session, house, place, month, by_number)
    return Board(month, tuple(rows), counts, late, _at_risk(session, house, place, by_number))


def _at_risk(session: Session, house: House, place: Territory, rows: Rows) -> tuple[AtRisk, ...]:
    """Return the commitments under way that may not be met, above the territory's level."""
    today = house.today()
    under_way = and_(Contract.territory_id == place.id, Commitment.status.in_(FOLLOWED), Commitment.ends_on >= today)
    months = months_of(
        session, select(Commitment.id).join(Contract, Contract.id == Commitment.contract_id).where(under_way)
    )
    found = forecasts(session, {number: rows[number] for number in months}, months, today)
    risky = commitments_at_risk(found, percent=place.shortfall_percent)
    return tuple(
        AtRisk(number, rows[number].name, rows[number].reference, rows[number].lot, each) for number, each in risky
    )


def _state(
    row: Row[*tuple[object, ...]], month: str, status: DeclarationStatus | None, today: date, *, is_nil: bool
) -> MonthState | None:
    """Return where a month stands; None when nothing is asked of it."""
    if status is DeclarationStatus.RETURNED:
        return MonthState.RETURNED
    if status is not None and is_nil:
        return MonthState.NIL
    if status is not None:
        return MonthState.ACCEPTED if status is DeclarationStatus.ACCEPTED else MonthState.DECLARED
    if is_suspended(row, month):
        return MonthState.SUSPENDED
    if row.status not in FOLLOWED or month > month_of(today):
        return None
    return MonthState.LATE if today > declare_by(month, row.reporting_day) else MonthState.DUE


def _late_elsewhere(session: Session, house: House, place: Territory, month: str, rows: Rows) -> tuple[BoardRow, ...]:
    late = [
        (duty, due)
        for duty, due in owed(session, duties(session, house, territory_id=place.id), house.today())
        if due.late and due.month != month
    ]
    if not late:
        return ()
    reminded = _reminded(session, sorted({due.month for _, due in late}))
    found = [_row(rows[duty.id], due.month, MonthState.LATE, Decimal(0), reminded) for duty, due in late]
    return tuple(sorted(found, key=_order))


def _reminded(session: Session, months: list[str]) -> dict[tuple[int, str], date]:
    return {(number, month): day for number, month, day in session.execute(_REMINDED.where(Reminder.month.in_(months)))}


def _row(
    row: Row[*tuple[object, ...]],
    month: str,
    state: MonthState,
    hours: Decimal,
    reminded: Mapping[tuple[int, str], date],
) -> BoardRow:
    return BoardRow(
        commitment_id=row.id,
        company=row.name,
        contract=row.reference,
        lot=row.lot,
        month=month,
        state=state,
        hours=hours,
        by=declare_by(month, row.reporting_day),
        reminded_on=reminded.get((row.id, month)),
        is_welcomed=row.welcomed_at is not None,
    )


def _order(row: BoardRow) -> tuple[int, str, str, str, str]:
    return URGENCY[row.state], row.month, row.company, row.contract, row.lot
