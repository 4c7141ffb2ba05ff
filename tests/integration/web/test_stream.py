"""The stream of an open page, through a real server: rung at once, found by polling, ended cleanly."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from bot.web.live import Live
from bot.web.server import Server
from bot.web.visitor import Cookies
from core.conversations import greet, turn
from core.exchange import Inbound
from core.house import House
from core.terms import Channel
from tests.waiting import until

THREAD = "a-page"


class Announced(Server):
    """A server that says when it has started."""

    def __init__(self, app: FastAPI, live: Live) -> None:
        super().__init__(app, live, host="127.0.0.1", port=0)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def serving(app: FastAPI, live: Live, *, polling: bool) -> AsyncIterator[tuple[Server, str]]:
    server = Announced(app, live)
    server.config.lifespan = "on" if polling else "off"
    running = asyncio.create_task(server.serve())
    await asyncio.wait_for(server.ready.wait(), 60)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield server, f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await asyncio.wait_for(running, 60)


def headers_of(house: House, thread: str, **more: str) -> dict[str, str]:
    cookies = Cookies(house)
    return {"Cookie": f"{cookies.name}={cookies.signed(thread)}", **more}


async def says(house: House, text: str, thread: str = THREAD) -> int | None:
    inbound = Inbound(Channel.WEB, thread, f"{thread}:{text}", house.now(), text=text)
    return (await asyncio.to_thread(turn, house, inbound)).conversation_id


@asynccontextmanager
async def listening(address: str, headers: dict[str, str], after: int = 0) -> AsyncIterator[AsyncIterator[str]]:
    async with (
        httpx2.AsyncClient(timeout=60) as client,
        client.stream("GET", f"{address}/live", params={"after": after}, headers=headers) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        yield response.aiter_lines()


async def next_message(lines: AsyncIterator[str]) -> dict[str, Any]:
    number = ""
    async with asyncio.timeout(60):
        async for line in lines:
            if line.startswith("id: "):
                number = line.removeprefix("id: ")
            if line.startswith("data: "):
                message: dict[str, Any] = json.loads(line.removeprefix("data: "))
                assert str(message["id"]) == number
                return message
    raise AssertionError("the stream has ended")


@pytest.fixture
def greeted(sqlite_house: House) -> int:
    """The number of the welcome message of the page's conversation."""
    return greet(sqlite_house, Channel.WEB, THREAD).shown[0].id


async def test_a_message_is_rung_at_once_in_the_same_process(
    app: FastAPI, live: Live, sqlite_house: House, greeted: int
) -> None:
    async with (
        serving(app, live, polling=False) as (_, address),
        listening(address, headers_of(sqlite_house, THREAD), greeted) as lines,
    ):
        await until(lambda: bool(live.watched))
        live.ring(await says(sqlite_house, "parler à quelqu’un"))
        first, second = await next_message(lines), await next_message(lines)
        assert (first["author"], second["author"]) == ("person", "assistant")
        assert second["buttons"]


async def test_a_message_of_another_process_is_found_by_polling(
    app: FastAPI, live: Live, sqlite_house: House, greeted: int
) -> None:
    async with (
        serving(app, live, polling=True) as (_, address),
        listening(address, headers_of(sqlite_house, THREAD), greeted) as lines,
    ):
        for words in ("bonjour", "merci"):
            await says(sqlite_house, words)
            assert words in (await next_message(lines))["html"]
            await next_message(lines)


async def test_a_page_that_comes_back_gets_what_it_missed_only(
    app: FastAPI, live: Live, sqlite_house: House, greeted: int
) -> None:
    await says(sqlite_house, "bonjour")
    seen = headers_of(sqlite_house, THREAD, **{"Last-Event-ID": str(greeted)})
    async with serving(app, live, polling=False) as (_, address), listening(address, seen) as lines:
        assert "bonjour" in (await next_message(lines))["html"]


async def test_a_page_hears_nothing_of_other_conversations(
    app: FastAPI, live: Live, sqlite_house: House, greeted: int
) -> None:
    async with (
        serving(app, live, polling=True) as (_, address),
        listening(address, headers_of(sqlite_house, THREAD), greeted) as lines,
    ):
        live.ring(await says(sqlite_house, "un secret", thread="another-page"))
        live.ring(await says(sqlite_house, "bonjour"))
        assert "bonjour" in (await next_message(lines))["html"]


async def test_nobody_without_a_cookie_listens(app: FastAPI, live: Live) -> None:
    async with serving(app, live, polling=False) as (_, address), httpx2.AsyncClient(timeout=60) as client:
        assert (await client.get(f"{address}/live")).status_code == 204


async def test_a_server_that_stops_ends_the_streams_at_once(
    app: FastAPI, live: Live, sqlite_house: House, greeted: int
) -> None:
    async with (
        serving(app, live, polling=True) as (server, address),
        listening(address, headers_of(sqlite_house, THREAD), greeted) as lines,
    ):
        await anext(lines)
        server.should_exit = True
        async with asyncio.timeout(3):
            with suppress(StopAsyncIteration):
                while True:
                    await anext(lines)
    assert live.watched == ()
