"""Signing in from a link: GET shows a button (scanners open links), POST uses the link, once."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from bot.web.site import Site, place_of
from bot.web.visitor import new_thread
from core.conversations import greet_signed_in
from core.house import House
from core.limits import allowed
from core.models import Person
from core.people import (
    consume_token,
    issue_token,
    peek_token,
    person_of,
    request_sign_in,
    sign_in,
    telegram_link,
    unbind,
)
from core.refusal import Refused
from core.terms import Channel
from core.tokens import spaced

Purpose = Literal["sign_in", "invitation"]


@dataclass(frozen=True)
class SignedIn:
    """What a used link gave: this browser's thread, or a code to type on another channel."""

    thread: str
    channel: Channel
    code: str = ""


def sign_in_routes(site: Site) -> APIRouter:
    """Return the pages that sign a person in and out."""
    router = APIRouter(include_in_schema=False)
    house = site.house

    @router.get("/connexion")
    async def ask(request: Request) -> Response:
        return page(request, "sign_in.html", sent="", error="", email="")

    @router.post("/connexion")
    async def send(request: Request) -> Response:
        _, form = await site.own_form(request)
        email = form.text("email")
        if not allowed(house, "token", place_of(request)):
            return site.pages.error(request, 429)
        try:
            sent = await asyncio.to_thread(request_sign_in, house, email, Channel.WEB)
        except Refused as refusal:
            return page(request, "sign_in.html", 422, sent="", error=refusal.message, email=email)
        return page(request, "sign_in.html", sent=sent, error="", email="")

    @router.get("/connexion/{secret}")
    async def show_link(request: Request, secret: str) -> Response:
        return await show(request, "sign_in", secret)

    @router.post("/connexion/{secret}")
    async def use_link(request: Request, secret: str) -> Response:
        return await use(request, "sign_in", secret)

    @router.get("/invitation/{secret}")
    async def show_invitation(request: Request, secret: str) -> Response:
        return await show(request, "invitation", secret)

    @router.post("/invitation/{secret}")
    async def use_invitation(request: Request, secret: str) -> Response:
        return await use(request, "invitation", secret)

    @router.post("/deconnexion")
    async def leave(request: Request) -> Response:
        thread, _ = await site.own_form(request)
        await asyncio.to_thread(_signed_out, house, thread)
        response = RedirectResponse("/", 303)
        site.cookies.keep_thread(response, new_thread())  # the next person at this browser reads nothing of it
        return response

    async def show(request: Request, purpose: Purpose, secret: str) -> Response:
        if not await asyncio.to_thread(_is_valid, house, purpose, secret):
            if not allowed(house, "token", place_of(request)):
                return site.pages.error(request, 429)
            return await expired(request)
        deep_link = telegram_link(site.telegram_username(), secret) if purpose == "invitation" else ""
        return page(request, "sign_in_link.html", purpose=purpose, telegram=deep_link)

    async def use(request: Request, purpose: Purpose, secret: str) -> Response:
        thread, _ = await site.own_form(request)
        if not allowed(house, "token", place_of(request)):
            return site.pages.error(request, 429)
        try:
            done = await asyncio.to_thread(_signed_in, house, purpose, secret, thread)
        except Refused:
            return await expired(request)
        if done.code:
            deep_link = telegram_link(site.telegram_username(), done.code) if done.channel is Channel.TELEGRAM else ""
            return page(request, "code.html", code=spaced(done.code), channel=done.channel, telegram=deep_link)
        response = RedirectResponse("/#bas", 303)
        site.cookies.keep_thread(response, done.thread)
        return response

    async def expired(request: Request) -> Response:
        thread = site.cookies.thread(request)
        known = thread is not None and await asyncio.to_thread(_is_signed_in, house, thread)
        return page(request, "expired.html", 410, is_signed_in=known)

    def page(request: Request, name: str, status: int = 200, **values: object) -> Response:
        thread = site.cookies.thread(request) or new_thread()
        response = site.pages.page(name, status=status, csrf=site.form_token(thread), **values)
        site.cookies.keep_thread(response, thread)
        return response

    return router


def _is_valid(house: House, purpose: Purpose, secret: str) -> bool:
    with house.database.reading() as session:
        return peek_token(session, house, purpose, secret) is not None


def _is_signed_in(house: House, thread: str) -> bool:
    with house.database.reading() as session:
        return person_of(session, Channel.WEB, thread) is not None


def _signed_in(house: House, purpose: Purpose, secret: str, thread: str) -> SignedIn:
    """Use a link. A browser that was somebody else's gets a fresh conversation: the former one is not theirs."""
    with house.database.transaction() as session:
        token = consume_token(session, house, purpose, secret)
        channel = token.channel
        if channel is Channel.TELEGRAM or channel is Channel.TERMINAL:
            person = session.get(Person, token.person_id)
            code = issue_token(session, house, "chat_code", person=person, channel=channel)
            return SignedIn(thread, channel, code)
        former = person_of(session, Channel.WEB, thread)
        if former is not None and former.id != token.person_id:
            thread = new_thread()
        sign_in(session, house, token, Channel.WEB, thread)
        greet_signed_in(session, house, Channel.WEB, thread)
        return SignedIn(thread, Channel.WEB)


def _signed_out(house: House, thread: str) -> None:
    with house.database.transaction() as session:
        unbind(session, house, Channel.WEB, thread)
