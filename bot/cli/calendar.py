"""`clausette board`: who owes what for a month; `clausette forecast`: what past forecasts were worth."""

import json
from typing import Annotated

import typer

from bot.cli.rooms import month_given, opened
from core.board import AtRisk, Board, BoardRow, MonthState, board_of, latest_month
from core.forecast import in_words
from core.hindsight import looked_back
from core.hours import NBSP, in_hours
from core.months import day_in_french, in_french
from core.people import territory


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("board")(board)
    app.command("forecast")(forecast)


def board(
    month: Annotated[
        str | None, typer.Option(metavar="AAAA-MM", help="Le mois ; sans lui, le dernier mois terminé.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="En JSON.")] = False,
) -> None:
    """Qui doit quoi pour un mois : en retard, à déclarer, déclaré, validé, sans heures, suspendu."""
    with opened() as house:
        wanted = month_given("--month", month, house) or latest_month(house.today())
        with house.database.transaction() as session:
            seen = board_of(session, house, territory(session, house), wanted)
    print(json.dumps(_as_json(seen), ensure_ascii=False) if as_json else "\n".join(_lines(seen)))


def forecast(as_json: Annotated[bool, typer.Option("--json", help="En JSON.")] = False) -> None:
    """Ce que valaient les prévisions d’heures, rejouées mois par mois sur les marchés terminés."""
    with opened() as house, house.database.reading() as session:
        found = looked_back(session, house.today())
    print(json.dumps(found.as_json(), ensure_ascii=False) if as_json else found.in_words())


def _as_json(seen: Board) -> dict[str, object]:
    return {
        "month": seen.month,
        "counts": {str(state): seen.counts.get(state, 0) for state in MonthState},
        "rows": [_row(row) for row in seen.rows],
        "late_elsewhere": [_row(row) for row in seen.late_elsewhere],
        "at_risk": [_risk(row) for row in seen.at_risk],
    }


def _row(row: BoardRow) -> dict[str, object]:
    return {
        "company": row.company,
        "contract": row.contract,
        "lot": row.lot,
        "month": row.month,
        "state": str(row.state),
        "hours": float(row.hours),
        "by": row.by.isoformat(),
        "reminded_on": row.reminded_on.isoformat() if row.reminded_on else None,
    }


def _risk(row: AtRisk) -> dict[str, object]:
    return {
        "company": row.company,
        "contract": row.contract,
        "lot": row.lot,
        "committed": float(row.found.committed),
        "expected": float(row.found.expected),
        "interval": [float(row.found.low), float(row.found.high)],
        "probability": round(row.found.short, 3),
    }


def _lines(seen: Board) -> list[str]:
    counted = ", ".join(f"{seen.counts[state]} {state.label}" for state in MonthState if seen.counts.get(state))
    lines = [f"{in_french(seen.month).capitalize()}{NBSP}: {counted or 'rien à déclarer'}."]
    lines += [_line(row) for row in seen.rows]
    if seen.late_elsewhere:
        lines += ["", f"Mois en retard ailleurs{NBSP}: {len(seen.late_elsewhere)}."]
        lines += [f"{_line(row)}, {in_french(row.month)}" for row in seen.late_elsewhere]
    if seen.at_risk:
        lines += ["", f"Heures qui risquent de manquer{NBSP}: {len(seen.at_risk)}."]
        lines += [
            f"  {row.found.percent:>3}{NBSP}%  {row.company}, {row.contract}"
            + (f" lot{NBSP}{row.lot}" if row.lot else "")
            + f"{NBSP}: {in_words(row.found)}"
            for row in seen.at_risk
        ]
    return lines


def _line(row: BoardRow) -> str:
    contract = f"{row.contract} lot{NBSP}{row.lot}" if row.lot else row.contract
    text = f"  {row.state.label:<18}  {row.company}, {contract}"
    if row.state in {MonthState.DECLARED, MonthState.ACCEPTED, MonthState.RETURNED}:
        text += f"{NBSP}: {in_hours(row.hours)}"
    if row.state in {MonthState.LATE, MonthState.DUE}:
        text += f", au plus tard le {day_in_french(row.by)}"
        text += f", rappelé le {day_in_french(row.reminded_on)}" if row.reminded_on else ""
        text += "" if row.is_welcomed else ", pas encore invité"
    return text
