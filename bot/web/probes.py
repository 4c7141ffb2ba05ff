"""What operators' tools read: is it alive, is it ready and what fails, a few counters."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from sqlalchemy import func, select
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.web.site import Site
from core.conversations import counts
from core.health import parts
from core.house import House
from core.models import Outgoing


def probe_routes(site: Site, states: Callable[[], Mapping[str, str]]) -> APIRouter:
    """Return the probes; plain functions, which the framework runs in threads."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    def alive() -> Response:
        return JSONResponse({"status": "ok"})

    @router.get("/health/ready")
    def ready() -> Response:
        found = {**parts(site.house), **states()}
        failing = {name: said for name, said in found.items() if said != "ok"}
        status = "failing" if failing else "ok"
        return JSONResponse({"status": status, "failing": failing, "parts": found}, 503 if failing else 200)

    @router.get("/metrics")
    def metrics() -> Response:
        return PlainTextResponse(prometheus(site.house), media_type="text/plain; version=0.0.4")

    return router


def prometheus(house: House) -> str:
    """Return the counters in Prometheus' text format."""
    with house.database.reading() as session:
        waiting = session.execute(
            select(Outgoing.channel, Outgoing.state, func.count()).group_by(Outgoing.channel, Outgoing.state)
        ).all()
    lines = ["# HELP clausette_outbox_rows Rows of the outbox.", "# TYPE clausette_outbox_rows gauge"]
    lines += [f'clausette_outbox_rows{{channel="{c}",state="{state}"}} {count}' for c, state, count in waiting]
    lines += [
        "# HELP clausette_messages Messages of conversations, those that failed apart.",
        "# TYPE clausette_messages gauge",
    ]
    lines += [f'clausette_messages{{status="{status}"}} {count}' for status, count in counts(house).items()]
    return "\n".join(lines) + "\n"
