"""The JSON interface: sourced answers for anybody, and the browser's own conversation. OpenAPI describes it."""

import asyncio
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from bot.web.chat import LONGEST_TOKEN, TOO_FAST, said
from bot.web.forms import Form
from bot.web.site import After, Site, place_of
from bot.web.view import messages_as_json
from bot.web.visitor import new_thread
from core.conversations import history
from core.limits import allowed
from core.terms import Channel


class SourceOut(BaseModel):
    """Where an answer comes from."""

    title: str
    url: str | None
    article: str | None


class OptionOut(BaseModel):
    """One of the answers between which the question hesitates."""

    title: str
    answer: str


class AnswerOut(BaseModel):
    """The answer to one question, in the tiny Markdown of messages."""

    outcome: Literal["answer", "clarify", "handover"]
    answer: str
    article: str | None
    sources: list[SourceOut]
    options: list[OptionOut]
    confidence: float


class MessageIn(BaseModel):
    """A message to the assistant. `token` makes it safe to send again; `button` is the data of a shown button."""

    text: str = ""
    button: str = ""
    token: str = Field("", max_length=LONGEST_TOKEN)


def api_routes(site: Site) -> APIRouter:
    """Return the routes of /api/v1."""
    router = APIRouter(prefix="/api/v1")
    house = site.house

    @router.get("/answers")
    def answers(
        request: Request,
        q: Annotated[str, Query(min_length=2, max_length=2000, description="The question, in French.")],
        audience: Literal["company", "buyer", "participant", "both"] | None = None,
        on: Annotated[date | None, Query(description="The day the consultation was launched.")] = None,
    ) -> AnswerOut:
        if not allowed(house, "question", place_of(request)):
            raise HTTPException(429)
        found = house.library().ask(q, audience=audience, on=on, today=house.today())
        return AnswerOut(
            outcome=found.outcome,
            answer=found.text,
            article=found.article,
            sources=[SourceOut(title=s.title, url=s.url, article=s.article) for s in found.sources],
            options=[OptionOut(title=option.title, answer=option.answer) for option in found.options],
            confidence=found.confidence,
        )

    @router.get("/messages")
    async def messages(request: Request, after: After = 0) -> Response:
        thread = site.cookies.thread(request)
        shown = await asyncio.to_thread(history, house, Channel.WEB, thread, after=after) if thread else ()
        return JSONResponse({"messages": messages_as_json(house, shown)})

    @router.post("/messages")
    async def post_message(request: Request, message: Annotated[MessageIn, Body()]) -> Response:
        thread = site.cookies.thread(request) or new_thread()
        if not allowed(house, "message", thread) or not allowed(house, "question", place_of(request)):
            raise HTTPException(429, TOO_FAST)
        turned = await said(house, thread, Form(message.model_dump()))
        if turned is None:
            raise HTTPException(422, "Le message est vide.")
        site.live.ring(turned.conversation_id)
        response = JSONResponse(
            {
                "messages": messages_as_json(house, turned.shown),
                "repeated": turned.repeated,
                "failed": turned.failed,
            }
        )
        site.cookies.keep_thread(response, thread)
        return response

    return router
