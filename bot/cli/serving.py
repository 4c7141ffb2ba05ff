"""One process of the house: the pages, Telegram, the mail, and the loops that try again and tidy up."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import uvloop
from fastapi import FastAPI

from bot.cli.edges import inbox_of, telegram_of, webhooks_of
from bot.web.app import make_app
from bot.web.live import Live
from bot.web.server import Server
from core.amendments import recompute
from core.conversations import retry_failed
from core.deadlines import follow_up
from core.digests import post_digests
from core.house import House
from core.late_months import tell_facilitators
from core.outbox import release
from core.reminders import remind
from core.retention import purge
from core.rounds import go_round
from mailer.delivery import Transport, transport_of
from mailer.delivery import run as deliver_mail

if TYPE_CHECKING:
    from bot.telegram.channel import TelegramChannel
    from mailer.inbox import Inbox

log = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
RETRY_SECONDS = 5.0
CLOCK_SECONDS = 300.0
ROUND_SECONDS = 300.0
REMIND_SECONDS = 300.0
PURGE_SECONDS = 24 * 3600.0
DOORS_SECONDS = 1.0  # the doors open before the tidying begins: the first visitor does not wait for it


class CannotListen(Exception):
    """The address is taken or forbidden; the message is one French line."""


@dataclass(frozen=True)
class Parts:
    """Which halves of the house this process runs."""

    web: bool
    worker: bool


def serve(house: House, parts: Parts, *, host: str, port: int, when_ready: Callable[[], None]) -> None:
    """Run until interrupted. `when_ready` is called once the pages answer."""
    uvloop.run(_serve(house, parts, host, port, when_ready))


async def _serve(house: House, parts: Parts, host: str, port: int, when_ready: Callable[[], None]) -> None:
    stop = asyncio.Event()
    telegram = telegram_of(house)
    mail = transport_of(house.settings)
    await asyncio.to_thread(release, house)
    live = Live()
    loop = asyncio.get_running_loop()

    def ring(conversation_id: int) -> None:
        loop.call_soon_threadsafe(live.ring, conversation_id)

    inbox = inbox_of(house, ring) if parts.worker else None

    @asynccontextmanager
    async def beside(_: FastAPI) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            for each in _loops(house, parts, telegram, mail, inbox, live, stop):
                group.create_task(each)
            try:
                yield
            finally:
                stop.set()

    if not parts.web:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with asyncio.TaskGroup() as group:
            for each in _loops(house, parts, telegram, mail, inbox, live, stop):
                group.create_task(each)
            when_ready()
        return
    app = make_app(
        house,
        live=live,
        routers=webhooks_of(telegram),
        lifespan=beside,
        telegram_username=lambda: telegram.username if telegram else "",
        states=lambda: _states(parts, telegram, mail, inbox),
    )
    with _listening(host, port) as listener:
        await AnnouncedServer(app, live, host=host, port=port, when_ready=when_ready).serve(sockets=[listener])


def _states(parts: Parts, telegram: TelegramChannel | None, mail: Transport, inbox: Inbox | None) -> dict[str, str]:
    states = {"telegram": telegram.state} if telegram is not None else {}
    if inbox is not None:
        states["inbox"] = inbox.state
    return {**states, "mail": mail.state} if parts.worker else states


class AnnouncedServer(Server):
    """Says when the pages answer."""

    def __init__(self, app: FastAPI, live: Live, *, host: str, port: int, when_ready: Callable[[], None]) -> None:
        super().__init__(app, live, host=host, port=port)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            gc.collect()
            gc.freeze()  # what lives as long as the process is not looked at again: no long pauses
            self._when_ready()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise CannotListen(f"l’adresse {host}:{port} ne peut pas être ouverte ({error.strerror}).") from error
    return listener


def _loops(
    house: House,
    parts: Parts,
    telegram: TelegramChannel | None,
    mail: Transport,
    inbox: Inbox | None,
    live: Live,
    stop: asyncio.Event,
) -> list[Coroutine[Any, Any, None]]:
    loops: list[Coroutine[Any, Any, None]] = []
    if telegram is not None and (parts.web if telegram.mode == "webhook" else parts.worker):
        loops.append(telegram.run(stop))
    if parts.worker:
        wake = asyncio.Event()
        loops.append(deliver_mail(house, mail, stop, wake))
        loops.append(_every(RETRY_SECONDS, stop, lambda: _try_again(house, live)))
        loops.append(_every(ROUND_SECONDS, stop, lambda: _go_round(house, live), DOORS_SECONDS))
        loops.append(_every(REMIND_SECONDS, stop, lambda: asyncio.to_thread(_keep_the_calendar, house), DOORS_SECONDS))
        loops.append(_every(PURGE_SECONDS, stop, lambda: asyncio.to_thread(purge, house), DOORS_SECONDS))
        loops.append(_every(CLOCK_SECONDS, stop, lambda: _tell_of_late_cases(house, live), DOORS_SECONDS))
        if inbox is not None:
            loops.append(inbox.run(stop))
        if telegram is not None:
            loops.append(_every(SWEEP_SECONDS, stop, telegram.deliver))
    return loops


def _keep_the_calendar(house: House) -> None:
    """Bring amended contracts to today, remind of what is owed, tell the facilitateurs of what waits for them."""
    recompute(house)
    remind(house)
    tell_facilitators(house)
    post_digests(house)


async def _tell_of_late_cases(house: House, live: Live) -> None:
    for conversation_id in await asyncio.to_thread(follow_up, house):
        live.ring(conversation_id)


async def _try_again(house: House, live: Live) -> None:
    for conversation_id in await asyncio.to_thread(retry_failed, house):
        live.ring(conversation_id)


async def _go_round(house: House, live: Live) -> None:
    for conversation_id in await asyncio.to_thread(go_round, house):
        live.ring(conversation_id)


async def _every(
    seconds: float, stop: asyncio.Event, act: Callable[[], Coroutine[Any, Any, object]], first: float = 0.0
) -> None:
    """Act, the first time after `first` seconds, then at each period, until stopped; a failure is logged and does not
    end the loop."""
    await _stopped(stop, first)
    while not stop.is_set():
        try:
            await act()
        except Exception:
            log.exception("a background task failed")
        await _stopped(stop, seconds)


async def _stopped(stop: asyncio.Event, seconds: float) -> None:
    """Wait until stopped, so long at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
