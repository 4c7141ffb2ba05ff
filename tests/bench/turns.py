"""Turns a second, and how long people wait, on Telegram and on the web, beside the floor in the same run.

One server process on core 0, the load and the stand-in Bot API on core 1, real HTTP both ways, SQLite with FULL
synchronisation. Rounds alternate between the floor and the house, and medians are printed: a busy machine slows both.
"""

import asyncio
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import uvloop
from starlette.responses import Response

from bot.telegram.webhook import HEADER, PATH
from bot.web.safety import form_token
from bot.web.visitor import Cookies
from core.house import House
from core.keys import new_encryption_key
from tests.bench.chats import Chat, crowd, furnish
from tests.bench.load import Connection, Middle, Round, closed_loop, middle_of, open_loop
from tests.bench.servers import WEBHOOK_SECRET, open_house
from tests.stand_ins.phones import Params, Person
from tests.stand_ins.serving import serving
from tests.stand_ins.telegram import TelegramApi

ROUNDS = 5
SECONDS = 2.0
OPEN_ROUNDS = 3
OPEN_SECONDS = 8.0
RATE = 30
STARTS = 5
AIMS = {"telegram": 0.5, "web": 0.6}
LATER = 2.0
READY_SECONDS = 3.0


@dataclass(frozen=True)
class Served:
    """A server process that listens."""

    port: int
    pid: int


class Phones(TelegramApi):
    """The Bot API, whose updates the bench posts by itself, and which tells who waits that an answer came."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.waiting: dict[int, asyncio.Future[None]] = {}
        self.chats: dict[int, tuple[Person, Chat]] = {}

    def post(self, **content: Any) -> Params:
        """Make an update."""
        return {"update_id": self.next_id(), **content}

    def join(self, chats: list[Chat]) -> list[Chat]:
        """Give people their phones."""
        self.chats |= {chat.number: (self.person(chat.number), chat) for chat in chats}
        return chats

    async def say(self, chat: Chat, connection: Connection) -> None:
        """Have somebody say what comes next, until the answer is on their phone."""
        person, _ = self.chats[chat.number]
        text, data = chat.next()
        update = person.taps_data(data) if data else person.says(text)
        heard = self.waiting[chat.number] = asyncio.get_running_loop().create_future()
        headers = f"Content-Type: application/json\r\n{HEADER}: {WEBHOOK_SECRET}\r\n"
        status, _ = await connection.post(PATH, json.dumps(update).encode(), headers)
        if status != 200:
            raise RuntimeError(f"the webhook answered {status}")
        await heard

    def _keep_sent(self, params: Params, *, text: str, raw: str = "", name: str = "", content: bytes = b"") -> Params:
        result = super()._keep_sent(params, text=text, raw=raw, name=name, content=content)
        sent = self.sent.pop()
        _, chat = self.chats[sent.chat_id]
        chat.buttons = [button for row in sent.buttons for button in row]
        waiting = self.waiting.pop(sent.chat_id, None)
        if waiting is not None:
            waiting.set_result(None)
        return result


class Browsers:
    """Browsers that hold a cookie and post the chat's form as its script does."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._headers: dict[str, str] = {}

    def join(self, chats: list[Chat]) -> list[Chat]:
        """Give people their cookies."""
        cookies = Cookies(self._house)
        for chat in chats:
            response = Response()
            cookies.keep_thread(response, chat.thread)
            self._headers[chat.thread] = (
                f"Cookie: {response.headers['set-cookie'].partition(';')[0]}\r\nAccept: application/json\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"
            )
        return chats

    async def say(self, chat: Chat, connection: Connection) -> None:
        """Have somebody say what comes next, until the answer is in their browser."""
        text, data = chat.next()
        form = {"csrf": form_token(self._house.keys.signing, chat.thread), "token": secrets.token_urlsafe(12)}
        form |= {"button": data} if data else {"text": text}
        status, body = await connection.post("/messages", urlencode(form).encode(), self._headers[chat.thread])
        shown = json.loads(body).get("messages") if status == 200 else None
        if not shown:
            raise RuntimeError(f"the chat answered {status}: {body[:200]!r}")
        chat.buttons = [(button["label"], button["data"]) for button in shown[-1]["buttons"]]


def main() -> None:
    """Measure everything and print the table."""
    _pin(1)
    with tempfile.TemporaryDirectory() as name:
        uvloop.run(_measure(Path(name)))
        started = _cold_starts(Path(name))
    if started is not None:
        print(f"{'demo, from its start to its first page':<42} {started:9.2f} s   (aim {READY_SECONDS:.0f} s)")


async def _measure(folder: Path) -> None:
    keys = new_encryption_key()
    phones = Phones()
    with ExitStack() as stack:
        async with serving(phones.app) as api_url:
            house = open_house(folder / "ours", keys, api_url)
            stack.callback(house.database.close)
            furnish(house)
            browsers = Browsers(house)

            def started(kind: str, place: str) -> Served:
                return stack.enter_context(_server(kind, folder / place, keys, api_url))

            ours = await asyncio.to_thread(started, "ours", "ours")
            floors = {
                "telegram": await asyncio.to_thread(started, "telegram-floor", "telegram-floor"),
                "web": await asyncio.to_thread(started, "web-floor", "web-floor"),
            }
            _head()
            for channel, people in (("telegram", phones), ("web", browsers)):
                both = {"floor": floors[channel], "ours": ours}

                async def closed(served: Served, number: int, people: Phones | Browsers = people) -> Round:
                    chats = people.join(crowd(number))
                    return await closed_loop(served.port, served.pid, chats, people.say, SECONDS)

                async def opened(served: Served, number: int, people: Phones | Browsers = people) -> Round:
                    chats = people.join(crowd(number))
                    return await open_loop(served.port, served.pid, chats, people.say, OPEN_SECONDS, RATE)

                in_turn = range(ROUNDS + 1)
                _print(f"{channel}, 16 connections", await _alternate(both, closed, in_turn), AIMS[channel])
                in_turn = range(ROUNDS + 1, ROUNDS + OPEN_ROUNDS + 2)
                _print(f"{channel}, {RATE} a second", await _alternate(both, opened, in_turn), None)


async def _alternate(
    both: dict[str, Served], measure: Callable[[Served, int], Awaitable[Round]], crowds: range
) -> dict[str, Middle]:
    """Measure the floor, ours, the floor, ours…, each time with another crowd; the first round only warms up."""
    found: dict[str, list[Round]] = {name: [] for name in both}
    for number in crowds:
        for name, served in both.items():
            one = await measure(served, number)
            if number > crowds.start:
                found[name].append(one)
    return {name: middle_of(kept) for name, kept in found.items()}


def _head() -> None:
    print(f"{'':<42} {'a second':>9} {'p50 ms':>8} {'p99 ms':>8} {'cpu ms':>8}   of the floor")


def _print(what: str, found: dict[str, Middle], aim: float | None) -> None:
    floor, ours = found["floor"], found["ours"]
    if aim is not None:
        ratio = f"{ours.per_second / floor.per_second:.2f} (aim {aim}), cpu × {ours.cpu / floor.cpu:.2f}"
    else:
        ratio = f"p99 × {ours.p99 / floor.p99:.1f} (aim {LATER:.0f}), p50 × {ours.p50 / floor.p50:.1f}"
    for name, middle, said in (("floor", floor, ""), ("Clausette", ours, ratio)):
        numbers = f"{middle.per_second:9.0f} {middle.p50:8.2f} {middle.p99:8.2f} {middle.cpu:8.2f}"
        print(f"{f'{what}, {name}':<42} {numbers}   {said}", flush=True)


@contextmanager
def _server(kind: str, folder: Path, keys: str, api_url: str) -> Iterator[Served]:
    folder.mkdir(exist_ok=True)
    port = _free_port()
    command = [sys.executable, "-m", "tests.bench.servers", kind, str(folder), str(port), keys, api_url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        _pin(0, process.pid)
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"the server {kind} did not start")
        yield Served(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _cold_starts(folder: Path) -> float | None:
    """Return the seconds from `clausette demo` to its first page, in a fresh folder; None when it does not start."""
    command = Path(sys.executable).with_name("clausette")
    _unpin()  # who starts it pins nothing
    taken = []
    for number in range(STARTS):
        port = _free_port()
        data_dir = folder / f"demo-{number}"
        began = time.perf_counter()
        with subprocess.Popen(
            [command, "demo", "--port", str(port), "--data-dir", data_dir], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            said = process.stdout.readline()
            if said:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
                    page.read()
                taken.append(time.perf_counter() - began)
            process.terminate()
        shutil.rmtree(data_dir, ignore_errors=True)
    return median(taken) if taken else None


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _unpin() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, range(os.cpu_count() or 1))


def _pin(core: int, pid: int = 0) -> None:
    """Keep a process on one core, where there are several: the load must not slow the server."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    available = sorted(range(os.cpu_count() or 1))
    if cores and len(available) > 1:
        os.sched_setaffinity(pid, {available[core]})


if __name__ == "__main__":
    main()
