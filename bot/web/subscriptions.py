"""Stopping letters from their link: GET shows a button (scanners open links), POST stops, and may start again.

The POST of a mail provider (RFC 8058, List-Unsubscribe=One-Click) comes without cookie: the signed address is enough.
"""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from bot.web.forms import read_form
from bot.web.site import Site, place_of
from core.house import House
from core.limits import allowed
from core.subscriptions import accepts, resume, stop, whose


@dataclass(frozen=True)
class Subscription:
    """What the page shows: which letters, and whether they still come."""

    label: str
    is_stopped: bool


def subscription_routes(site: Site) -> APIRouter:
    """Return the page that stops letters."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desabonner/{secret}")
    async def show(request: Request, secret: str) -> Response:
        return page(request, await asyncio.to_thread(_found, site.house, secret))

    @router.post("/desabonner/{secret}")
    async def act(request: Request, secret: str) -> Response:
        form = await read_form(request)
        wants = form.text("reprendre") == "oui"
        return page(request, await asyncio.to_thread(_changed, site.house, secret, wants=wants))

    def page(request: Request, found: Subscription | None) -> Response:
        if found is not None:
            return site.pages.page("subscription.html", found=found)
        if not allowed(site.house, "token", place_of(request)):
            return site.pages.error(request, 429)
        return site.pages.page("subscription.html", status=404, found=None)

    return router


def _found(house: House, secret: str) -> Subscription | None:
    with house.database.reading() as session:
        known = whose(session, house, secret)
        return None if known is None else Subscription(known[1].label, not accepts(session, *known))


def _changed(house: House, secret: str, *, wants: bool) -> Subscription | None:
    with house.database.transaction() as session:
        known = whose(session, house, secret)
        if known is None:
            return None
        (resume if wants else stop)(session, house, *known)
        return Subscription(known[1].label, not wants)
