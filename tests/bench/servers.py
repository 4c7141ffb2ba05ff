"""The servers that the bench compares, each in a process of its own: `python -m tests.bench.servers KIND …`.

The floors run in the same web server, with the same collection of garbage: an echo by stock python-telegram-bot without
database, and an echo that inserts one row and commits. `ours` is the house itself: pages, webhook, sweeps.
"""

import asyncio
import gc
import hmac
import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import uvloop
from fastapi import FastAPI, Request, Response
from pydantic import SecretStr
from starlette.responses import JSONResponse
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.telegram.channel import TelegramChannel
from bot.telegram.webhook import HEADER, PATH, webhook_router
from bot.web.app import make_app
from bot.web.live import Live
from bot.web.server import Server
from core.house import House, utc_now
from core.models import Audit
from core.outbox import release
from core.schema import upgrade
from mailer.letters import write_letter
from tests.houses import make_house
from tests.stand_ins.telegram import TOKEN

WEBHOOK_SECRET = "secret-of-the-bench"
SWEEP_SECONDS = 1.0
KINDS = ("telegram-floor", "web-floor", "ours")


def open_house(folder: Path, keys: str, api_url: str) -> House:
    """Open the bench's house: SQLite in a folder, the real letters, the real clock."""
    made = make_house(f"sqlite:///{folder / 'clausette.sqlite3'}", folder, encryption_keys=keys)
    upgrade(made.database)
    telegram = {
        "telegram_token": SecretStr(TOKEN),
        "telegram_api_url": api_url,
        "telegram_mode": "webhook",
        "telegram_webhook_secret": SecretStr(WEBHOOK_SECRET),
    }
    return replace(made, settings=made.settings.model_copy(update=telegram), clock=utc_now, write_letter=write_letter)


def ours(house: House) -> FastAPI:
    """Return the house's own application."""
    channel, live, stop = TelegramChannel(house), Live(), asyncio.Event()

    async def sweep() -> None:
        while not stop.is_set():
            await channel.deliver()
            await asyncio.sleep(SWEEP_SECONDS)

    @asynccontextmanager
    async def beside(_: FastAPI) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            group.create_task(channel.run(stop))
            group.create_task(sweep())
            yield
            stop.set()

    release(house)
    house.library()
    return make_app(house, live=live, routers=[webhook_router(channel)], lifespan=beside)


def telegram_floor(api_url: str) -> FastAPI:
    """Return an echo by stock python-telegram-bot."""
    bot = Application.builder().token(TOKEN).base_url(f"{api_url}/bot").updater(None).build()

    async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None:
            await update.message.reply_text(update.message.text or "")

    bot.add_handler(MessageHandler(filters.TEXT, echo))

    @asynccontextmanager
    async def beside(_: FastAPI) -> AsyncIterator[None]:
        async with bot:
            await bot.start()
            yield
            await bot.stop()

    app = FastAPI(lifespan=beside)

    @app.post(PATH)
    async def receive(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(HEADER, ""), WEBHOOK_SECRET):
            return Response(status_code=403)
        await bot.process_update(Update.de_json(await request.json(), bot.bot))
        return Response()

    return app


def web_floor(house: House) -> FastAPI:
    """Return an echo that inserts one row and commits."""
    app = FastAPI()

    def keep(text: str) -> None:
        with house.database.transaction() as session:
            session.add(Audit(action="echo", subject="echo", detail=text[:300], happened_at=house.now()))

    @app.post("/messages")
    async def post_message(request: Request) -> Response:
        form = await request.form()
        text = str(form.get("text", ""))
        await asyncio.to_thread(keep, text)
        return JSONResponse({"messages": [{"html": f"<p>{text}</p>", "buttons": []}]})

    return app


class AnnouncedServer(Server):
    """Says on its output when it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        print("ready", flush=True)


async def serve(kind: str, folder: Path, port: int, keys: str, api_url: str) -> None:
    """Serve one kind until terminated."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if kind == "telegram-floor":
        app = telegram_floor(api_url)
    else:
        house = open_house(folder, keys, api_url)
        app = ours(house) if kind == "ours" else web_floor(house)
    await AnnouncedServer(app, Live(), host="127.0.0.1", port=port).serve()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:]))
