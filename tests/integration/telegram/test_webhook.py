"""Telegram posts updates to the house: answered 200 only for what is committed."""

import threading
import time
from itertools import pairwise

import httpx
import pytest
from fastapi import FastAPI

from bot.telegram.channel import TelegramChannel
from bot.telegram.webhook import HEADER, PATH, webhook_router
from core import conversations
from core.exchange import Inbound, Turned
from core.house import House
from core.people import bind, issue_token
from core.terms import Channel
from tests.cast import gather
from tests.integration.telegram.lines import Books, running, webhook, with_telegram
from tests.stand_ins.serving import serving
from tests.waiting import until


async def test_messages_are_recorded_while_the_api_is_unreachable(sqlite_house: House) -> None:
    async with serving(FastAPI()) as gone:
        pass
    channel = TelegramChannel(with_telegram(sqlite_house, gone, "webhook"))
    app = FastAPI()
    app.include_router(webhook_router(channel))
    async with running(channel), serving(app) as public_url, httpx.AsyncClient(timeout=60) as client:
        await until(lambda: channel.state == "API de Telegram injoignable")
        message = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "aide"}
        answer = await client.post(
            f"{public_url}{PATH}",
            json={"update_id": 1, "message": message},
            headers={HEADER: channel.webhook_secret},
        )
        assert answer.status_code == 200
        assert Books(sqlite_house).messages("handled") == ["aide"]


async def test_a_person_writes_and_is_answered(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        camille.says("aide")
        (answer, *_) = await camille.hears()
        assert answer.labels
        assert line.messages("handled") == ["aide"]
        await until(lambda: [row.state for row in line.outbox()] == ["sent"] * len(line.outbox()))


async def test_the_webhook_is_set_with_its_secret_and_the_kinds_we_read(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        assert line.api.webhook["url"] == f"{line.public_url}{PATH}"
        assert line.api.webhook["secret_token"] == line.channel.webhook_secret
        assert line.api.webhook["allowed_updates"] == ["message", "edited_message", "callback_query"]
        assert "declarer" in [command["command"] for command in line.api.commands]
        assert line.channel.username == line.api.username


@pytest.mark.parametrize("secret", [b"", b"wrong", "é".encode(), "é".encode("latin-1")])
async def test_a_wrong_secret_is_refused(sqlite_house: House, secret: bytes) -> None:
    async with webhook(sqlite_house) as line, httpx.AsyncClient(timeout=60) as client:
        update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}
        answer = await client.post(f"{line.public_url}{PATH}", json=update, headers={HEADER.encode(): secret})
        assert answer.status_code == 403
        assert line.messages() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"update_id": "x"}', b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_update_is_answered_400(sqlite_house: House, body: bytes) -> None:
    async with webhook(sqlite_house) as line, httpx.AsyncClient(timeout=60) as client:
        answer = await client.post(
            f"{line.public_url}{PATH}", content=body, headers={HEADER: line.channel.webhook_secret}
        )
        assert answer.status_code == 400


async def test_an_update_given_three_times_is_handled_once(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        update = camille.says("aide")
        heard = len(await camille.hears())
        line.api.redeliver(update, times=2)
        await line.api.settled()
        await line.channel.deliver()
        assert line.messages() == ["aide"]
        assert [status for _, status in line.api.deliveries] == [200, 200, 200]
        assert len(camille.received) == heard == len(line.outbox())


async def test_a_turn_that_raises_is_recorded_and_answered_200(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(conversations, "respond", broken)
    async with webhook(sqlite_house) as line:
        line.api.person(7).says("aide")
        await line.api.settled()
        assert [status for _, status in line.api.deliveries] == [200]
        assert line.messages("failed") == ["aide"]


async def test_what_could_not_even_be_recorded_is_answered_500_and_given_again(sqlite_house: House) -> None:
    failures = [OSError("the disk is full")]

    def turn(house: House, inbound: Inbound) -> Turned:
        if failures:
            raise failures.pop()
        return conversations.turn(house, inbound)

    async with webhook(sqlite_house, turn=turn) as line:
        camille = line.api.person(7)
        camille.says("aide")
        await camille.hears()
        await line.api.settled()
        assert [status for _, status in line.api.deliveries] == [500, 200]
        assert line.messages() == ["aide"]


async def test_turns_of_one_chat_never_overlap_and_those_of_others_do(sqlite_house: House) -> None:
    spans: list[tuple[str, str, float, float]] = []

    def slow(_: House, inbound: Inbound) -> Turned:
        began = time.monotonic()
        time.sleep(0.05)
        spans.append((inbound.thread, inbound.text, began, time.monotonic()))
        return Turned(None)

    async with webhook(sqlite_house, turn=slow) as line:
        camille, dominique = line.api.person(7, "Camille"), line.api.person(8, "Dominique")
        for number in range(5):
            camille.says(f"c{number}")
            dominique.says(f"d{number}")
        await line.api.settled()
    mine = [span for span in spans if span[0] == "7"]
    others = [span for span in spans if span[0] == "8"]
    assert len(mine) == len(others) == 5
    assert all(before[3] <= after[2] for before, after in pairwise(mine))
    assert any(a[2] < b[3] and b[2] < a[3] for a in mine for b in others)


async def test_at_most_sixteen_messages_are_under_way_at_once(sqlite_house: House) -> None:
    async with webhook(sqlite_house, turn=lambda _, __: Turned(None)) as line:
        with line.api.slow("getFile", 0.05):
            for number in range(40):
                line.api.person(number + 1).sends_file("attestation.pdf", b"%PDF-1.7")
            await line.api.settled()
        assert 8 < line.api.most_at_once["getFile"] <= 16
        assert [status for _, status in line.api.deliveries] == [200] * 40


async def test_a_deep_link_signs_the_invited_person_in(sqlite_house: House) -> None:
    cast = gather(sqlite_house)
    with sqlite_house.database.transaction() as session:
        code = issue_token(session, sqlite_house, "invitation", person=cast.carole)
    async with webhook(sqlite_house) as line:
        phone = line.api.person(7, "Carole")
        phone.opens(code)
        await phone.hears()
        assert line.conversation(7).person_id == cast.carole.id


async def test_the_answer_to_a_tap_stops_its_spinner(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line, httpx.AsyncClient(timeout=60) as client:
        line.api.person(7)
        chat = {"id": 7, "type": "private"}
        tap = {"id": "55", "data": "abc.0", "message": {"message_id": 1, "date": 1, "chat": chat}}
        answer = await client.post(
            f"{line.public_url}{PATH}",
            json={"update_id": 1, "callback_query": tap},
            headers={HEADER: line.channel.webhook_secret},
        )
    assert answer.json() == {"method": "answerCallbackQuery", "callback_query_id": "55"}


async def test_a_tap_stops_its_spinner_before_a_long_turn_ends(sqlite_house: House) -> None:
    answered = threading.Event()
    seen: list[tuple[str | None, bool]] = []

    def turn(_: House, inbound: Inbound) -> Turned:
        seen.append((inbound.button, answered.wait(5)))
        return Turned(None)

    async with webhook(sqlite_house, turn=turn) as line:
        line.api.person(7).taps_data("abc.0")
        await until(lambda: bool(line.api.asked("answerCallbackQuery")))
        answered.set()
        await line.api.settled()
    assert seen == [("abc.0", True)]


async def test_a_tapped_button_is_followed(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        camille.says("aide")
        (menu,) = await camille.hears()
        line.api.fail("answerCallbackQuery", 400, "Bad Request: query is too old")
        camille.taps(menu.labels[0])
        (after, *_) = await camille.hears()
        assert after.text != menu.text
        assert line.messages("handled") == ["aide", menu.labels[0]]


async def test_a_group_gets_one_sentence_and_no_turn(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        site = line.api.person(7, "Camille", group=-70)
        for _ in range(3):
            site.says("/aide@ClausetteEssaiBot")
        await line.api.settled()
        (sentence,) = await site.hears()
        assert "conversation privée" in sentence.text
        assert len(site.received) == 1
        assert line.messages() == []


async def test_an_edited_message_is_read_again(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        camille.says("aide")
        await camille.hears()
        camille.edits("mes obligations")
        await camille.hears()
        assert line.messages("handled") == ["aide", "mes obligations"]


async def test_typing_is_shown_while_a_turn_lasts(sqlite_house: House) -> None:
    def slow(_: House, inbound: Inbound) -> Turned:
        time.sleep(0.8 if inbound.text == "long" else 0)
        return Turned(None)

    async with webhook(sqlite_house, turn=slow) as line:
        camille = line.api.person(7)
        camille.says("court")
        await line.api.settled()
        assert line.api.asked("sendChatAction") == []
        camille.says("long")
        await line.api.settled()
        assert [call["action"] for call in line.api.asked("sendChatAction")] == ["typing"]


async def test_another_person_cannot_tap_somebodys_button(sqlite_house: House) -> None:
    cast = gather(sqlite_house)
    with sqlite_house.database.transaction() as session:
        bind(session, sqlite_house, cast.carole, Channel.TELEGRAM, "7")
    async with webhook(sqlite_house) as line:
        carole, outsider = line.api.person(7, "Carole"), line.api.person(8, "Olivia")
        carole.says("mes obligations")
        (shown, *_) = await carole.hears()
        data = next(data for sent in carole.received for row in sent.buttons for _, data in row)
        outsider.taps_data(data)
        heard = await outsider.hears()
        assert "plus actif" in heard[0].text
        assert shown.text not in [sent.text for sent in outsider.received]
