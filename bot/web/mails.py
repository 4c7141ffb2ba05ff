"""The pages behind the links of mails: GET shows a button (scanners open links), POST acts, once."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from bot.web.site import Site, place_of
from bot.web.visitor import new_thread
from core.limits import allowed
from core.mail_links import choices_of, choose, confirm, held_mail
from core.refusal import Refused


def mail_routes(site: Site) -> APIRouter:
    """Return the pages of choices, and of mails that are held."""
    router = APIRouter(include_in_schema=False)
    house = site.house

    @router.get("/reponse/{secret}")
    async def show_choices(request: Request, secret: str) -> Response:
        shown = await asyncio.to_thread(choices_of, house, secret)
        if shown is None:
            return over(request)
        return page(request, "mail_choices.html", text=shown.text, buttons=shown.buttons, done=(), failed=False)

    @router.post("/reponse/{secret}")
    async def use_choice(request: Request, secret: str) -> Response:
        _, form = await site.own_form(request)
        try:
            turned = await asyncio.to_thread(choose, house, secret, form.text("button"))
        except Refused:
            return over(request)
        if turned is None:
            return over(request)
        said = [shown.text for shown in turned.shown]
        return page(request, "mail_choices.html", text="", buttons=(), done=said, failed=turned.failed)

    @router.get("/courrier/{secret}")
    async def show_held(request: Request, secret: str) -> Response:
        held = await asyncio.to_thread(held_mail, house, secret)
        return over(request) if held is None else page(request, "mail_held.html", held=held)

    @router.post("/courrier/{secret}")
    async def use_held(request: Request, secret: str) -> Response:
        await site.own_form(request)
        if not await asyncio.to_thread(confirm, house, secret):
            return over(request)
        return RedirectResponse(f"/courrier/{secret}", 303)

    def over(request: Request) -> Response:
        if not allowed(house, "token", place_of(request)):
            return site.pages.error(request, 429)
        return site.pages.page("mail_link_expired.html", status=410)

    def page(request: Request, name: str, **values: Any) -> Response:
        thread = site.cookies.thread(request) or new_thread()
        response = site.pages.page(name, csrf=site.form_token(thread), **values)
        site.cookies.keep_thread(response, thread)
        return response

    return router
