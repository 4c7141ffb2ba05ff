"""The web application: chat, desk, JSON interface, probes. Every turn is committed before its answer leaves."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.web.addresses import address_routes
from bot.web.amendments import amendment_routes
from bot.web.api import api_routes
from bot.web.articles import article_routes
from bot.web.attestations import attestation_routes
from bot.web.board import board_routes
from bot.web.buyers import buyer_routes
from bot.web.chat import chat_routes
from bot.web.corrections import correction_routes
from bot.web.declarations import declaration_routes
from bot.web.desk import desk_routes
from bot.web.doors import Doors, Refuse
from bot.web.downloads import download_routes
from bot.web.eligibilities import eligibility_routes
from bot.web.held import held_routes
from bot.web.invitations import invitation_routes
from bot.web.live import Live, poll
from bot.web.mails import mail_routes
from bot.web.meetings import meeting_routes
from bot.web.needs import need_routes
from bot.web.pages import STATIC, Pages, VersionedFiles, usual_phrase
from bot.web.probes import probe_routes
from bot.web.programmes import programme_routes
from bot.web.proofs import proof_routes
from bot.web.receipts import receipt_routes
from bot.web.safety import CROSS_SITE, AccessLog, BodyCap, SafeHeaders, SameOrigin, safe_headers
from bot.web.signin import sign_in_routes
from bot.web.site import Site
from bot.web.subscriptions import subscription_routes
from bot.web.tables import table_routes
from bot.web.tasks import task_routes
from bot.web.visitor import Cookies
from core.house import House

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def no_telegram() -> str:
    """Say that there is no Telegram bot."""
    return ""


def make_app(
    house: House,
    *,
    live: Live,
    routers: Sequence[APIRouter] = (),
    lifespan: Lifespan | None = None,
    telegram_username: Callable[[], str] = no_telegram,
    states: Callable[[], Mapping[str, str]] = dict,
) -> FastAPI:
    """Build the application. `live` rings the open pages; close it when the server begins to stop (`bot.web.server`).

    `routers` are other edges' routes (the Telegram webhook), `lifespan` what must run beside, `telegram_username` the
    bot's name once it is known, `states` how the other edges are ("ok" or what fails), for the probes.
    """
    pages = Pages()
    site = Site(house, live, pages, Cookies(house), telegram_username)
    https = house.settings.public_url.startswith("https://")

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        polling = asyncio.create_task(poll(house, live))
        try:
            async with lifespan(app) if lifespan else nullcontext():
                yield
        finally:
            live.close()
            polling.cancel()
            with suppress(asyncio.CancelledError):
                await polling

    app = FastAPI(
        title="Clausette",
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # the redirection would repeat whatever host was claimed
        openapi_url="/api/v1/openapi.json",
        lifespan=running,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    every = (
        *routers,  # the busiest first: a request is matched with the routes in this order
        chat_routes(site),
        sign_in_routes(site),
        task_routes(site),
        mail_routes(site),
        desk_routes(site),
        board_routes(site),
        article_routes(site),
        declaration_routes(site),
        proof_routes(site),
        eligibility_routes(site),
        correction_routes(site),
        attestation_routes(site),
        meeting_routes(site),
        need_routes(site),
        amendment_routes(site),
        address_routes(site),
        held_routes(site),
        download_routes(site),
        table_routes(site),
        programme_routes(site),
        invitation_routes(site),
        buyer_routes(site),
        subscription_routes(site),
        receipt_routes(site),
        api_routes(site),
        probe_routes(site, states),
    )
    for router in every:
        app.include_router(router)
    app.mount("/static", VersionedFiles(directory=STATIC))
    refused = _say_errors(app, pages, https=https)
    app.add_middleware(Doors, routes=[route for router in every for route in router.routes], refused=refused)
    app.add_middleware(BodyCap)
    app.add_middleware(
        SameOrigin,
        public_url=house.settings.public_url,
        refused=lambda request: pages.error(request, 403, CROSS_SITE),
    )
    app.add_middleware(SafeHeaders, https=https)
    app.add_middleware(AccessLog)
    return app


def _say_errors(app: FastAPI, pages: Pages, *, https: bool) -> Refuse:
    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        is_ours = error.status_code in {403, 413, 422, 429} and error.detail != usual_phrase(error.status_code)
        response = pages.error(request, error.status_code, error.detail if is_ours else "")
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:
        """An address with a word where a number belongs is a page that does not exist."""
        if any(found["loc"][0] == "path" for found in error.errors()):
            return pages.error(request, 404)
        names = ", ".join(str(found["loc"][-1]) for found in error.errors())
        return pages.error(request, 422, f"Demande incomplète ou mal formée (voir {names}).")

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        """Outside the middlewares, so the headers are added here; the error itself goes on to the server's log."""
        response = pages.error(request, 500)
        for name, value in safe_headers(https=https).items():
            response.headers.setdefault(name, value)
        return response

    return refused
