"""A bot on the line: the stand-in over HTTP, a channel that runs, and what happened in the house."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select

from bot.telegram.channel import TelegramChannel
from bot.telegram.webhook import webhook_router
from core.conversations import turn
from core.exchange import Inbound, Turned
from core.house import House
from core.models import Conversation, Message, Outgoing
from core.outbox import post
from core.terms import Author, Channel
from tests.stand_ins.serving import serving
from tests.stand_ins.telegram import TOKEN, TelegramApi
from tests.waiting import until

Turn = Callable[[House, Inbound], Turned]
LONG_POLL = timedelta(seconds=1)


@dataclass
class Books:
    """What the house recorded of the channel."""

    house: House

    def messages(self, status: str | None = None) -> list[str]:
        """The texts that people wrote and the house recorded, oldest first."""
        with self.house.database.reading() as session:
            rows = session.execute(
                select(Message.content, Message.status).where(Message.author == Author.PERSON).order_by(Message.id)
            ).all()
        return [str(content["text"]) for content, found in rows if status in (None, found)]

    def conversation(self, chat_id: int) -> Conversation:
        """The conversation of a chat."""
        with self.house.database.reading() as session:
            return session.scalars(select(Conversation).where(Conversation.thread == str(chat_id))).one()

    def outbox(self) -> list[Outgoing]:
        """The rows for this channel, oldest first."""
        with self.house.database.reading() as session:
            rows = select(Outgoing).where(Outgoing.channel == Channel.TELEGRAM).order_by(Outgoing.id)
            return list(session.scalars(rows))

    def post(self, chat_id: int, text: str, **content: object) -> None:
        """Put a message in the outbox, as the house does when it has something to say."""
        body = json.dumps({"text": text, "buttons": [], "files": [], **content}).encode()
        with self.house.database.transaction() as session:
            post(session, self.house, channel=Channel.TELEGRAM, peer=str(chat_id), body=body)


@dataclass
class Line(Books):
    """What a test of the channel looks at."""

    api: TelegramApi
    channel: TelegramChannel
    public_url: str = ""


def with_telegram(house: House, api_url: str, mode: str, **settings: object) -> House:
    """Return the same house with a bot."""
    update = {"telegram_token": SecretStr(TOKEN), "telegram_api_url": api_url, "telegram_mode": mode, **settings}
    return replace(house, settings=house.settings.model_copy(update=update))


@asynccontextmanager
async def running(channel: TelegramChannel) -> AsyncIterator[None]:
    """Run a channel for the time of a block."""
    stop = asyncio.Event()
    task = asyncio.create_task(channel.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


@asynccontextmanager
async def polling(house: House, *, turn: Turn = turn) -> AsyncIterator[Line]:
    """A bot that polls."""
    api = TelegramApi()
    async with serving(api.app) as root:
        housed = with_telegram(house, root, "polling")
        channel = TelegramChannel(housed, turn=turn, long_poll=LONG_POLL)
        async with running(channel):
            await until(lambda: channel.state == "ok")
            yield Line(housed, api, channel)


@asynccontextmanager
async def webhook(house: House, *, turn: Turn = turn) -> AsyncIterator[Line]:
    """A bot that receives by webhook, over real HTTP both ways."""
    api, app = TelegramApi(), FastAPI()
    async with serving(api.app) as root, serving(app) as public_url:
        housed = with_telegram(house, root, "webhook", public_url=public_url)
        channel = TelegramChannel(housed, turn=turn)
        app.include_router(webhook_router(channel))
        async with running(channel):
            await until(lambda: channel.state == "ok")
            yield Line(housed, api, channel, public_url)
            await api.settled()
