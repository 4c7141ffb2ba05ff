"""The Bot API as this channel uses it: one bot, raw updates, and errors in one French line."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.telegram.render import Keyboard
from bot.telegram.request import AiohttpRequest, proxy_for

CONNECTIONS = 16  # as many as messages under way
READ_SECONDS = 20.0

# A sign-in link must not be fetched by Telegram to draw its preview.
NO_PREVIEW = {"is_disabled": True}

QUIETED = ("aiohttp", "telegram")  # at DEBUG the library writes the texts of messages


class RawBot(Bot):
    """A bot that also gives updates as Telegram wrote them, and sends a text without reading what comes back.

    The library reads a batch whole: one update it cannot read would hide the others for ever. What it makes of an
    answer to a text nobody looks at, and that costs four times the sending.
    """

    async def say(
        self,
        chat_id: int,
        text: str,
        *,
        markup: Keyboard | None = None,
        parse_mode: ParseMode | None = None,
    ) -> None:
        """Send a text, with its buttons. Raises TelegramError."""
        data = {
            "chat_id": chat_id,
            "text": text,
            "parse_mode": parse_mode,
            "reply_markup": markup,
            "link_preview_options": NO_PREVIEW,
        }
        await self._post("sendMessage", data)

    async def raw_updates(
        self, *, offset: int | None, wait: timedelta, allowed: Sequence[str], most: int = 100
    ) -> list[object]:
        """Ask for updates, waiting for the first one; `offset` confirms the earlier ones. Raises TelegramError."""
        data = {
            "timeout": int(wait.total_seconds()),
            "offset": offset,
            "limit": most,
            "allowed_updates": list(allowed),
        }
        found = await self._post("getUpdates", data, read_timeout=wait.total_seconds() + READ_SECONDS)
        return list(found) if isinstance(found, list) else []


def make_bot(token: str, api_url: str) -> RawBot:
    """Make the bot; nothing is sent yet."""
    for name in QUIETED:
        logging.getLogger(name).setLevel(logging.WARNING)
    proxy = proxy_for(api_url)
    return RawBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=AiohttpRequest(connections=CONNECTIONS, read_seconds=READ_SECONDS, proxy=proxy),
        get_updates_request=AiohttpRequest(connections=2, read_seconds=READ_SECONDS, proxy=proxy),
    )


def pause_asked(error: RetryAfter) -> timedelta:
    """Return how long Telegram asks to wait, whatever the type that the library chose."""
    asked = error.retry_after
    return asked if isinstance(asked, timedelta) else timedelta(seconds=asked)


def described(error: TelegramError) -> str:
    """Say what failed in one line, without token, address or text."""
    match error:
        case InvalidToken():
            return "jeton refusé par Telegram"
        case Conflict():
            return "un autre programme reçoit déjà les messages de ce robot"
        case RetryAfter():
            return "Telegram demande d’attendre"
        case BadRequest():
            return f"demande refusée par Telegram ({error.message[:120]})"
        case NetworkError():
            return "API de Telegram injoignable"
        case _:
            return f"erreur de Telegram ({error.message[:120]})"
