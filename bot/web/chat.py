"""The web chat: a page that works with form posts alone, and the same turns as JSON and a stream for its script."""

import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator
from hashlib import sha256

from fastapi import APIRouter, Request
from sqlalchemy import select
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from bot.web.forms import Form, read_form
from bot.web.pages import wants_json
from bot.web.safety import TOO_LARGE
from bot.web.site import STALE_FORM, After, Site, place_of
from bot.web.view import conversation_of, messages_as_json, opened
from bot.web.visitor import new_thread
from core.conversations import history, turn
from core.exchange import Inbound, Turned
from core.files import MOST_BYTES, receive, too_big
from core.house import House
from core.limits import allowed
from core.models import Message
from core.refusal import Refused
from core.terms import Channel

PING_SECONDS = 15.0
LONGEST_TOKEN = 60
TOO_FAST = "Vous écrivez très vite. Patientez une minute, puis renvoyez votre message."
TOO_MANY_FILES = "Beaucoup de fichiers en peu de temps. Attendez une heure avant d’en envoyer d’autres."
LATE_ANSWER = (
    "Votre message est bien enregistré. La réponse tarde à cause d’un incident\N{NO-BREAK SPACE}: elle s’affichera ici."
)
NOT_A_TOKEN = re.compile(r"[^\w-]", re.ASCII)


def chat_routes(site: Site) -> APIRouter:
    """Return the chat's routes."""
    router = APIRouter(include_in_schema=False)
    house = site.house

    async def post_message(request: Request) -> Response:
        thread, form = site.cookies.thread(request), await read_form(request)
        if thread is None or not (form.is_too_large or site.is_own_form(thread, form)):
            return await again(request, thread, 403, STALE_FORM, form)
        if form.is_too_large:
            return await again(request, thread, 413, TOO_LARGE, form)
        if not allowed(house, "message", thread):
            return await again(request, thread, 429, TOO_FAST, form)
        turned = await said(house, thread, form)
        if turned is not None:
            site.live.ring(turned.conversation_id)
        if not wants_json(request):
            return RedirectResponse("/?attente=1#bas" if turned and turned.failed else "/#bas", 303)
        shown = () if turned is None else turned.shown
        if turned is not None and turned.repeated:
            after = _number(form.text("after"))
            shown = await asyncio.to_thread(history, house, Channel.WEB, thread, after=after)
        answer: dict[str, object] = {"messages": messages_as_json(house, shown)}
        if turned is not None and turned.failed:
            answer["notice"] = LATE_ANSWER
        return JSONResponse(answer)

    # Starlette's own route: this one is run at each message, reads its form itself and validates nothing by its types.
    router.add_route("/messages", post_message, methods=["POST"])

    @router.get("/")
    async def chat(request: Request) -> Response:
        thread = site.cookies.thread(request)
        if thread is None and not allowed(house, "question", f"visit:{place_of(request)}"):
            return site.pages.error(request, 429)
        notice = LATE_ANSWER if "attente" in request.query_params else ""
        return await page(thread, notice=notice)

    @router.get("/messages")
    async def messages(request: Request, after: After = 0) -> Response:
        thread = site.cookies.thread(request)
        shown = await asyncio.to_thread(history, house, Channel.WEB, thread, after=after) if thread else ()
        return JSONResponse({"messages": messages_as_json(house, shown)})

    @router.get("/live")
    async def live(request: Request, after: After = 0) -> Response:
        thread = site.cookies.thread(request)
        conversation_id = await asyncio.to_thread(conversation_of, house, thread) if thread else None
        if thread is None or conversation_id is None or site.live.is_closed:
            return Response(status_code=204)  # tells the browser not to try again
        last = max(after, _number(request.headers.get("last-event-id", "")))
        return StreamingResponse(
            stream(site, thread, conversation_id, last),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    async def again(request: Request, thread: str | None, status: int, sentence: str, form: Form) -> Response:
        if wants_json(request):
            return JSONResponse({"error": sentence}, status)
        return await page(thread, status=status, error=sentence, draft=form.text("text"))

    async def page(
        thread: str | None, *, status: int = 200, notice: str = "", error: str = "", draft: str = ""
    ) -> Response:
        thread = thread or new_thread()
        view = await asyncio.to_thread(opened, house, thread)
        response = site.pages.page(
            "chat.html",
            status=status,
            view=view,
            csrf=site.form_token(thread),
            token=secrets.token_urlsafe(12),
            notice=notice,
            error=error,
            draft=draft,
        )
        site.cookies.keep_thread(response, thread)
        return response

    return router


async def said(house: House, thread: str, form: Form) -> Turned | None:
    """Hand a form to a turn; None when there was nothing in it. The same token again changes nothing."""
    text, button = form.text("text"), form.text("button")
    if not text.strip() and not button and not form.files:
        return None
    external_id = f"{thread}:{_once(form)}"
    files: list[int] = []
    refused: list[str] = []
    if form.files and not await asyncio.to_thread(_is_known, house, external_id):
        for file in form.files:
            try:
                files.append(await _stored(house, thread, file))
            except Refused as refusal:
                refused.append(refusal.message)
    for file in form.files:
        await file.close()
    inbound = Inbound(
        channel=Channel.WEB,
        thread=thread,
        external_id=external_id,
        received_at=house.now(),
        text=text,
        button=button or None,
        files=tuple(files),
        refused_files=tuple(refused),
    )
    return await asyncio.to_thread(turn, house, inbound)


async def stream(site: Site, thread: str, conversation_id: int, last: int) -> AsyncIterator[str]:
    """Send what is new in a conversation, until the page or the server closes."""
    yield "retry: 2000\n\n"
    with site.live.watch(conversation_id) as bell:
        while not (site.live.is_closed or bell.is_closed):
            shown = await asyncio.to_thread(history, site.house, Channel.WEB, thread, after=last)
            for message in messages_as_json(site.house, shown):
                yield f"id: {message['id']}\ndata: {json.dumps(message, ensure_ascii=False)}\n\n"
            last = shown[-1].id if shown else last
            if not await bell.wait(PING_SECONDS):
                yield ": ping\n\n"


async def _stored(house: House, thread: str, file: UploadFile) -> int:
    name = file.filename or ""
    if file.size is not None and file.size > MOST_BYTES:
        raise Refused(too_big(name))
    if not allowed(house, "upload", thread):
        raise Refused(TOO_MANY_FILES)
    content = await file.read()
    return await asyncio.to_thread(receive, house, channel=Channel.WEB, thread=thread, name=name, content=content)


def _is_known(house: House, external_id: str) -> bool:
    with house.database.reading() as session:
        query = select(Message.id).where(Message.channel == Channel.WEB, Message.external_id == external_id)
        return session.scalar(query) is not None


def _once(form: Form) -> str:
    """Return what names a message: its page's token, and its content, for one page may be sent again with another."""
    token = NOT_A_TOKEN.sub("", form.text("token"))[:LONGEST_TOKEN] or secrets.token_urlsafe(12)
    parts = [form.text("text").strip(), form.text("button"), *(f"{file.filename}:{file.size}" for file in form.files)]
    return f"{token}:{sha256(chr(0).join(parts).encode('utf-8', 'replace')).hexdigest()[:16]}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
