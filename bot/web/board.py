"""The facilitateur's page of the months to declare: who owes what, on a plain table."""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.web.site import Site
from core import audit
from core.board import AtRisk, Board, BoardRow, MonthState, board_of, latest_month
from core.forecast import in_words, way_back
from core.hours import NBSP, in_hours
from core.house import House
from core.models import Territory
from core.months import day_in_french, in_french, month_of, next_first, previous, read_month
from core.people import person_of
from core.terms import Channel

MOST_ROWS = 500
WITH_HOURS = {MonthState.DECLARED, MonthState.ACCEPTED, MonthState.RETURNED}
ONLY_FACILITATOR = "Cette page est réservée au facilitateur. Connectez-vous pour l’ouvrir."


@dataclass(frozen=True)
class ShownRow:
    """One line of the table, in words."""

    commitment_id: int
    company: str
    contract: str
    month: str
    state: str
    detail: str
    is_wrong: bool


@dataclass(frozen=True)
class ShownRisk:
    """A commitment that may not be met, in words."""

    id: int
    company: str
    contract: str
    risk: str
    landing: str
    way_back: str


@dataclass(frozen=True)
class ShownBoard:
    """The page: its month, those around it, the counts, the lines and how many are left out."""

    title: str
    month: str
    before: str
    after: str
    counts: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    late_elsewhere: tuple[ShownRow, ...]
    at_risk: tuple[ShownRisk, ...]
    left_out: int


def board_routes(site: Site) -> APIRouter:
    """Return the board's route."""
    router = APIRouter(prefix="/desk", include_in_schema=False)
    house = site.house

    @router.get("/echeances")
    async def board(request: Request, mois: str = "") -> Response:
        thread = site.cookies.thread(request)
        seen = await asyncio.to_thread(_seen, house, thread, mois) if thread else None
        if seen is None:
            raise HTTPException(403, ONLY_FACILITATOR)
        return site.pages.page("board.html", board=seen)

    return router


def _seen(house: House, thread: str, typed: str) -> ShownBoard | None:
    """Return the board of the facilitateur's territory; None for anybody else."""
    month = read_month(typed, house.today()) or latest_month(house.today())
    with house.database.transaction() as session:
        person = person_of(session, Channel.WEB, thread)
        if person is None or not person.is_facilitator:
            return None
        audit.note(session, house, "read_board", f"territory:{person.territory_id}", person_id=person.id, detail=month)
        board = board_of(session, house, session.get_one(Territory, person.territory_id), month)
    return _shown(board, month_of(house.today()))


def _shown(board: Board, current: str) -> ShownBoard:
    return ShownBoard(
        title=in_french(board.month).capitalize(),
        month=board.month,
        before=previous(board.month),
        after=month_of(next_first(board.month)) if board.month < current else "",
        counts=tuple(f"{board.counts[state]} {state.label}" for state in MonthState if board.counts.get(state)),
        rows=tuple(map(_row, board.rows[:MOST_ROWS])),
        late_elsewhere=tuple(map(_row, board.late_elsewhere[:MOST_ROWS])),
        at_risk=tuple(map(_risk, board.at_risk[:MOST_ROWS])),
        left_out=max(0, len(board.rows) - MOST_ROWS),
    )


def _risk(row: AtRisk) -> ShownRisk:
    return ShownRisk(
        id=row.commitment_id,
        company=row.company,
        contract=f"{row.contract}, lot {row.lot}" if row.lot else row.contract,
        risk=f"{row.found.percent}{NBSP}%",
        landing=in_words(row.found),
        way_back=way_back(row.found),
    )


def _row(row: BoardRow) -> ShownRow:
    parts = [in_hours(row.hours)] if row.state in WITH_HOURS else []
    if row.state in {MonthState.LATE, MonthState.DUE}:
        parts.append(f"au plus tard le {day_in_french(row.by)}")
        if not row.is_welcomed:
            parts.append("pas encore invité")
        if row.reminded_on:
            parts.append(f"dernier rappel le {day_in_french(row.reminded_on)}")
    return ShownRow(
        commitment_id=row.commitment_id,
        company=row.company,
        contract=f"{row.contract}, lot {row.lot}" if row.lot else row.contract,
        month=in_french(row.month),
        state=row.state.capitalised,
        detail=", ".join(parts),
        is_wrong=row.state in {MonthState.LATE, MonthState.RETURNED},
    )
