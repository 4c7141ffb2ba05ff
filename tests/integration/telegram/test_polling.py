"""The house asks Telegram for updates, and confirms only what is committed."""

import itertools
import logging
import threading
import time
from datetime import timedelta

import pytest

from bot.telegram import channel as channel_module
from bot.telegram.channel import CONNECTING, TelegramChannel
from bot.telegram.updates import UNREADABLE
from core import conversations
from core.exchange import Inbound, Turned
from core.house import House
from tests.integration.telegram.lines import LONG_POLL, Line, polling, running, with_telegram
from tests.stand_ins.serving import serving
from tests.stand_ins.telegram import TelegramApi
from tests.waiting import until


async def test_a_person_writes_taps_and_is_answered(sqlite_house: House) -> None:
    async with polling(sqlite_house) as line:
        camille = line.api.person(7)
        camille.says("/start")
        (welcome, *_) = await camille.hears()
        camille.taps(welcome.labels[0])
        await camille.hears()
        assert line.messages("handled") == ["/start", welcome.labels[0]]


async def test_what_was_handled_is_confirmed_before_the_house_closes(sqlite_house: House) -> None:
    async with polling(sqlite_house) as line:
        camille = line.api.person(7)
        camille.says("aide")
        await camille.hears()
    assert line.api.pending == []


async def test_a_slow_chat_holds_back_neither_the_others_nor_its_own_message(sqlite_house: House) -> None:
    gate = threading.Event()

    def turn(house: House, inbound: Inbound) -> Turned:
        if inbound.text == "lent":
            gate.wait(10)
        return conversations.turn(house, inbound)

    async with polling(sqlite_house, turn=turn) as line:
        slow, quick = line.api.person(7, "Lente"), line.api.person(8, "Rapide")
        first = slow.says("lent")
        for _ in range(3):
            quick.says("aide")
            await quick.hears()
        assert line.messages() == ["aide"] * 3
        assert line.api.pending[0]["update_id"] == first["update_id"]
        gate.set()
        await slow.hears()
        await until(lambda: line.api.pending == [])
        assert sorted(line.messages()) == ["aide", "aide", "aide", "lent"]


async def test_messages_of_one_chat_are_handled_in_order(sqlite_house: House) -> None:
    order: list[str] = []

    def turn(_: House, inbound: Inbound) -> Turned:
        order.append(inbound.text)
        return Turned(None)

    async with polling(sqlite_house, turn=turn) as line:
        camille = line.api.person(7)
        texts = [f"message {number}" for number in range(150)]  # more than one batch
        for text in texts:
            camille.says(text)
        await until(lambda: len(order) == len(texts))
        assert order == texts


async def test_at_most_eight_messages_are_under_way_at_once(sqlite_house: House) -> None:
    async with polling(sqlite_house, turn=lambda _, __: Turned(None)) as line:
        with line.api.slow("getFile", 0.05):
            for number in range(24):
                line.api.person(number + 1).sends_file("attestation.pdf", b"%PDF-1.7")
            await until(lambda: line.api.pending == [])
        assert 4 < line.api.most_at_once["getFile"] <= 8


async def test_an_update_given_again_is_handled_once(sqlite_house: House) -> None:
    async with polling(sqlite_house) as line:
        camille = line.api.person(7)
        update = camille.says("aide")
        await camille.hears()
        await until(lambda: line.api.pending == [])
        line.api.redeliver(update, times=2)
        camille.says("retour")
        await camille.hears()
        assert line.messages() == ["aide", "retour"]


async def test_a_message_waits_until_it_can_be_recorded(sqlite_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = [OSError("the disk is full")] * 3
    monkeypatch.setattr(channel_module, "backoff", lambda: itertools.repeat(0.05))

    def turn(house: House, inbound: Inbound) -> Turned:
        if failures:
            assert line.api.pending, "confirmed before it was recorded"
            raise failures.pop()
        return conversations.turn(house, inbound)

    async with polling(sqlite_house, turn=turn) as line:
        camille = line.api.person(7)
        camille.says("aide")
        await camille.hears()
        assert line.messages("handled") == ["aide"]


async def test_a_message_that_breaks_everything_is_answered_and_the_next_ones_too(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "backoff", lambda: itertools.repeat(0.01))

    def turn(house: House, inbound: Inbound) -> Turned:
        if inbound.text == "poison":
            raise ValueError("cannot be stored")
        return conversations.turn(house, inbound)

    async with polling(sqlite_house, turn=turn) as line:
        camille = line.api.person(7)
        camille.says("poison")
        (answer, *_) = await camille.hears()
        assert answer.text == UNREADABLE
        camille.says("aide")
        await until(lambda: "aide" in line.messages("handled"))
        await until(lambda: line.api.pending == [])


@pytest.mark.parametrize(
    ("code", "description", "state"),
    [
        (409, "Conflict: terminated by other getUpdates request", "un autre programme reçoit déjà"),
        (401, "Unauthorized", "jeton refusé"),
        (500, "Internal Server Error", "injoignable"),
        (502, "Bad Gateway", "injoignable"),
    ],
)
async def test_a_refusal_of_telegram_is_said_in_one_line_and_retried(
    sqlite_house: House, caplog: pytest.LogCaptureFixture, code: int, description: str, state: str
) -> None:
    async with polling(sqlite_house) as line:
        line.api.fail("getUpdates", code, description)
        await until(lambda: state in line.channel.state)
        assert [record for record in caplog.records if record.levelno >= logging.WARNING and record.exc_info] == []
        camille = line.api.person(7)
        camille.says("aide")
        await camille.hears()
        assert line.channel.state == "ok"


async def test_a_flooded_house_waits_as_long_as_telegram_asks(sqlite_house: House) -> None:
    async with polling(sqlite_house) as line:
        began = time.monotonic()
        line.api.fail("getUpdates", 429, "Too Many Requests", retry_after=2)
        await until(lambda: line.channel.state == "Telegram demande d’attendre")
        asked = len(line.api.asked("getUpdates"))
        await until(lambda: len(line.api.asked("getUpdates")) > asked)
        assert time.monotonic() - began >= 2
        await until(lambda: line.channel.state == "ok")


async def test_a_refused_token_is_retried_and_never_written(
    sqlite_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    api = TelegramApi(token="1000:right")
    caplog.set_level(logging.DEBUG)
    async with serving(api.app) as root:
        channel = TelegramChannel(with_telegram(sqlite_house, root, "polling"), long_poll=LONG_POLL)
        async with running(channel):
            await until(lambda: channel.state == "jeton refusé par Telegram")
    assert "1000:" not in caplog.text


async def test_an_unreachable_api_is_waited_for(sqlite_house: House) -> None:
    api = TelegramApi()
    async with serving(api.app) as root:
        port = int(root.rpartition(":")[2])
    housed = with_telegram(sqlite_house, root, "polling")
    channel = TelegramChannel(housed, long_poll=timedelta(seconds=1))
    assert channel.state == CONNECTING
    async with running(channel):
        await until(lambda: channel.state == "API de Telegram injoignable")
        async with serving(api.app, port=port):
            camille = api.person(7)
            camille.says("aide")
            await camille.hears()
            assert Line(housed, api, channel).messages() == ["aide"]


async def test_polling_removes_a_webhook_left_behind(sqlite_house: House) -> None:
    api = TelegramApi()
    api.webhook = {"url": "https://ancien.exemple.fr/telegram/webhook"}
    async with serving(api.app) as root:
        channel = TelegramChannel(with_telegram(sqlite_house, root, "polling"), long_poll=LONG_POLL)
        async with running(channel):
            await until(lambda: channel.state == "ok")
            assert api.webhook == {"url": ""}
