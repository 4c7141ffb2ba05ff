"""The link of a reminder: GET shows a button (scanners open links), POST opens the chat on the month to declare.

It signs its person in, once. Opened again in the browser that it signed in, it opens the month again.
"""

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from bot.web.site import Site, place_of
from bot.web.visitor import new_thread
from core.conversations import open_month
from core.house import House
from core.limits import allowed
from core.months import in_french
from core.people import person_of, sign_in
from core.refusal import Refused
from core.terms import Channel
from core.tokens import EXPIRED, consume_token, known_token


def task_routes(site: Site) -> APIRouter:
    """Return the pages of a reminder's link."""
    router = APIRouter(include_in_schema=False)
    house = site.house

    @router.get("/tache/{secret}")
    async def show(request: Request, secret: str) -> Response:
        thread = site.cookies.thread(request)
        month = await asyncio.to_thread(_month, house, secret, thread)
        if month is None:
            return await expired(request)
        thread = thread or new_thread()
        response = site.pages.page("task_link.html", month=in_french(month), csrf=site.form_token(thread))
        site.cookies.keep_thread(response, thread)
        return response

    @router.post("/tache/{secret}")
    async def use(request: Request, secret: str) -> Response:
        thread, _ = await site.own_form(request)
        if not allowed(house, "token", place_of(request)):
            return site.pages.error(request, 429)
        try:
            thread = await asyncio.to_thread(_opened, house, secret, thread)
        except Refused:
            return await expired(request)
        response = RedirectResponse("/#bas", 303)
        site.cookies.keep_thread(response, thread)
        return response

    async def expired(request: Request) -> Response:
        if not allowed(house, "token", place_of(request)):
            return site.pages.error(request, 429)
        thread = site.cookies.thread(request)
        known = thread is not None and await asyncio.to_thread(_is_signed_in, house, thread)
        thread = thread or new_thread()
        response = site.pages.page("expired.html", status=410, csrf=site.form_token(thread), is_signed_in=known)
        site.cookies.keep_thread(response, thread)
        return response

    return router


def _month(house: House, secret: str, thread: str | None) -> str | None:
    """Return the month that a link opens for this browser; the page says nothing else, scanners read it."""
    with house.database.reading() as session:
        token = known_token(session, house, "task", secret)
        if token is None:
            return None
        here = person_of(session, Channel.WEB, thread) if thread else None
        is_theirs = here is not None and here.id == token.person_id
        return token.month if token.used_at is None or is_theirs else None


def _opened(house: House, secret: str, thread: str) -> str:
    """Use a link. A browser that was somebody else's gets a fresh conversation: the former one is not theirs."""
    with house.database.transaction() as session:
        former = person_of(session, Channel.WEB, thread)
        token = known_token(session, house, "task", secret)
        if token is None or token.commitment_id is None or token.month is None:
            raise Refused(EXPIRED)
        if former is None or former.id != token.person_id:
            used = consume_token(session, house, "task", secret)
            thread = new_thread() if former is not None else thread
            sign_in(session, house, used, Channel.WEB, thread)
        open_month(session, house, Channel.WEB, thread, token.commitment_id, token.month)
        return thread


def _is_signed_in(house: House, thread: str) -> bool:
    with house.database.reading() as session:
        return person_of(session, Channel.WEB, thread) is not None
