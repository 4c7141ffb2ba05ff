"""A stand-in for an OpenAI-compatible endpoint: it says what it is told to, and keeps what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route


def reply(article: str, *claims: tuple[str, str]) -> str:
    """The content of a well-formed answer: an article, and sentences with their quotes."""
    sentences = [{"text": text, "quote": quote} for text, quote in claims]
    return json.dumps({"article": article, "sentences": sentences}, ensure_ascii=False)


@dataclass
class ModelServer:
    """The server. `says` are the contents of its answers, in turn, the last one again and again.

    `status` answers instead of them when it is not 200; after `hold` each answer waits for `release`, and with
    `drips` it comes letter by letter meanwhile, the last one after it.
    """

    says: list[str] = field(default_factory=list)
    status: int = 200
    drips: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _free: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def __post_init__(self) -> None:
        self._free.set()

    def hold(self) -> None:
        """Let answers wait."""
        self._free.clear()

    def release(self) -> None:
        """Let them go."""
        self._free.set()

    @property
    def app(self) -> Starlette:
        """The application to serve."""
        return Starlette(routes=[Route("/v1/chat/completions", self._complete, methods=["POST"])])

    async def _complete(self, request: Request) -> Response:
        body = await request.body()
        self.bodies.append(body.decode())
        self.asked.append(json.loads(body))
        self.arrived.set()
        self.keys.append(request.headers.get("authorization", ""))
        content = self.says.pop(0) if len(self.says) > 1 else (self.says or [""])[0]
        completion = json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": content}}]})
        if self.drips:
            return StreamingResponse(self._letters(completion), media_type="application/json")
        await self._free.wait()
        return Response(completion if self.status == 200 else "", self.status, media_type="application/json")

    async def _letters(self, text: str) -> AsyncIterator[str]:
        yield text[0]
        while not self._free.is_set():
            await asyncio.sleep(0.05)
            yield " "
        yield text[1:]
