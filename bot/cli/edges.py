"""Telegram, the inbox, the model, imported only where a setting asks for them: their libraries delay every start."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from core.house import House
from core.settings import Settings

if TYPE_CHECKING:
    from fastapi import APIRouter

    from bot.telegram.channel import TelegramChannel
    from core.language_model import LanguageModel
    from mailer.inbox import Inbox


def telegram_of(house: House) -> TelegramChannel | None:
    """Return the bot, None without a token."""
    if not house.settings.telegram_token.get_secret_value():
        return None
    channel: TelegramChannel = import_module("bot.telegram.channel").TelegramChannel(house)
    return channel


def webhooks_of(channel: TelegramChannel | None) -> list[APIRouter]:
    """Return the routes that Telegram posts to, none when the bot asks for its messages itself."""
    if channel is None or channel.mode != "webhook":
        return []
    return [import_module("bot.telegram.webhook").webhook_router(channel)]


def inbox_of(house: House, ring: Callable[[int], None]) -> Inbox | None:
    """Return the inbox, None without an address; `ring` is told of conversations to look at. Raises InvalidSettings."""
    if not house.settings.imap_url.get_secret_value():
        return None
    inbox: Inbox = import_module("mailer.inbox").inbox_of(house, house.settings, ring)
    return inbox


def model_of(settings: Settings) -> LanguageModel | None:
    """Return the language model, None without an address. Raises InvalidSettings."""
    if not settings.llm_url:
        return None
    model: LanguageModel | None = import_module("core.language_model").model_of(settings)
    return model
