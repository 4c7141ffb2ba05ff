"""Calls to the Bot API: what fails is one of the library's errors, and never tells the token."""

import pytest
from fastapi import FastAPI
from telegram.error import NetworkError, TimedOut

from bot.telegram.request import AiohttpRequest
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
