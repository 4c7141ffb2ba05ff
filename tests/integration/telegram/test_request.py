"""Calls to the Bot API: what fails is one of the library's errors, and never tells the token."""

from typing import Any

import pytest
from fastapi import FastAPI, Request
from telegram.constants import ParseMode
from telegram.error import NetworkError, TimedOut

from bot.telegram.api import make_bot
from bot.telegram.render import keyboard
from bot.telegram.request import AiohttpRequest, proxy_for
from core.exchange import Button
from tests.stand_ins.serving import serving
from tests.stand_ins.telegram import TOKEN, TelegramApi


async def test_nobody_answers() -> None:
    async with serving(FastAPI()) as gone:
        pass
    async with AiohttpRequest(connections=1, read_seconds=1.0) as request:
        with pytest.raises(NetworkError) as failed:
            await request.post(f"{gone}/bot{TOKEN}/getMe")
    assert TOKEN not in str(failed.value)


async def test_an_answer_comes_too_late() -> None:
    api = TelegramApi()
    async with serving(api.app) as root, AiohttpRequest(connections=1, read_seconds=0.1) as request:
        with api.slow("getMe", 2.0), pytest.raises(TimedOut) as failed:
            await request.post(f"{root}/bot{TOKEN}/getMe")
        assert TOKEN not in str(failed.value)
        with api.slow("getMe", 0.3):
            assert await request.post(f"{root}/bot{TOKEN}/getMe", read_timeout=20.0)


def test_the_proxy_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://mandataire.exemple.fr:3128")
    monkeypatch.setenv("no_proxy", "127.0.0.1,interne.exemple.fr")
    assert proxy_for("https://api.telegram.org") == "http://mandataire.exemple.fr:3128"
    assert proxy_for("https://interne.exemple.fr") is None
    assert proxy_for("https://127.0.0.1:8081") is None


async def test_a_call_goes_through_the_proxy() -> None:
    async with (
        serving(TelegramApi().app) as proxy,
        AiohttpRequest(connections=1, read_seconds=20.0, proxy=proxy) as request,
    ):
        assert await request.post(f"http://exemple.fr/bot{TOKEN}/getMe")


async def test_a_text_travels_as_json() -> None:
    app, received = FastAPI(), []

    @app.post("/bot{token}/sendMessage")
    async def keep(request: Request) -> dict[str, Any]:
        received.append((request.headers["content-type"], await request.json()))
        return {"ok": True, "result": True}

    async with serving(app) as root:
        bot = make_bot(TOKEN, root)
        await bot.say(7, "<b>Été</b>", markup=keyboard([Button("Oui", "a.0")]), parse_mode=ParseMode.HTML)
        await bot.shutdown()
        await bot.request.shutdown()
    said = {
        "chat_id": 7,
        "text": "<b>Été</b>",
        "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": [[{"text": "Oui", "callback_data": "a.0"}]]},
        "link_preview_options": {"is_disabled": True},
    }
    assert received == [("application/json", said)]
