"""What the house has to say reaches the phone, once, in order, or is given up for a reason."""

import pytest

from core.conversations import turn
from core.exchange import Inbound
from core.files import receive
from core.house import House
from core.messages import show
from core.models import Conversation
from core.models.outbox import OutgoingState
from core.outbox import post
from core.terms import Author, Channel
from tests.houses import FakeClock
from tests.integration.telegram.lines import Line, webhook
from tests.waiting import until

PARAGRAPHS = [f"Paragraphe {number}. " + "Le facilitateur répond sous deux jours. " * 30 for number in range(8)]


def written(line: Line, chat_id: int, text: str) -> Conversation:
    """The facilitateur writes in a person's conversation."""
    with line.house.database.transaction() as session:
        conversation = session.get_one(Conversation, line.conversation(chat_id).id)
        show(session, line.house, conversation, text, author=Author.FACILITATOR)
        return conversation


async def test_flood_control_is_respected(sqlite_house: House, clock: FakeClock) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        line.api.fail("sendMessage", 429, "Too Many Requests: retry after 40", retry_after=40)
        line.post(7, "Bonjour")
        assert await line.channel.deliver() == 0
        clock.advance(seconds=39)
        assert await line.channel.deliver() == 0
        clock.advance(seconds=1)
        assert await line.channel.deliver() == 1
        assert [sent.text for sent in camille.received] == ["Bonjour"]


async def test_a_person_who_blocked_the_bot_is_left_in_peace(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        camille.says("aide")
        await camille.hears()
        line.api.blocked.add(7)
        written(line, 7, "Voici ma réponse.")
        await line.channel.deliver()
        await until(lambda: line.outbox()[-1].state is OutgoingState.FAILED)
        assert line.outbox()[-1].body is None
        assert line.conversation(7).blocked_at is not None
        calls = len(line.api.asked("sendMessage"))
        written(line, 7, "Une autre.")
        await line.channel.deliver()
        assert len(line.api.asked("sendMessage")) == calls


async def test_a_person_who_unblocks_the_bot_is_answered_again(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        camille.says("aide")
        await camille.hears()
        line.api.blocked.add(7)
        written(line, 7, "Voici ma réponse.")
        await line.channel.deliver()
        await until(lambda: line.conversation(7).blocked_at is not None)
        line.api.blocked.clear()
        camille.says("aide")
        assert "annuler" in (await camille.hears())[0].text
        assert line.conversation(7).blocked_at is None


@pytest.mark.parametrize("code", [500, 502])
async def test_a_failing_api_is_tried_again(sqlite_house: House, clock: FakeClock, code: int) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        line.api.fail("sendMessage", code)
        line.post(7, "Bonjour")
        await line.channel.deliver()
        assert line.outbox()[-1].state is OutgoingState.QUEUED
        clock.advance(minutes=1)
        await line.channel.deliver()
        assert [sent.text for sent in camille.received] == ["Bonjour"]


async def test_a_chat_that_does_not_exist_is_given_up(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        line.post(404, "Bonjour")
        await line.channel.deliver()
        assert line.outbox()[-1].state is OutgoingState.FAILED
        assert line.outbox()[-1].last_error == "Chat not found"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"text": "a", "buttons": 3}', b'{"text": "a", "files": [[1]]}'])
async def test_a_damaged_row_is_given_up(sqlite_house: House, body: bytes) -> None:
    async with webhook(sqlite_house) as line:
        with line.house.database.transaction() as session:
            post(session, line.house, channel=Channel.TELEGRAM, peer="7", body=body)
        await line.channel.deliver()
        assert line.outbox()[-1].state is OutgoingState.FAILED


async def test_a_long_text_arrives_whole_with_its_buttons_under_the_last_part(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        line.post(7, "\n\n".join(PARAGRAPHS), buttons=[["Oui", "h.0"], ["Non", "h.1"]])
        await line.channel.deliver()
        texts = [sent.text for sent in camille.received]
        assert len(texts) > 1
        assert [one.strip() for one in "\n\n".join(texts).split("\n\n")] == [one.strip() for one in PARAGRAPHS]
        assert [sent.labels for sent in camille.received] == [[]] * (len(texts) - 1) + [["Oui", "Non"]]


async def test_the_parts_that_left_are_not_sent_again(sqlite_house: House, clock: FakeClock) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        line.post(7, "\n\n".join(PARAGRAPHS))
        line.api.fail("sendMessage", 429, "Too Many Requests", after=1, retry_after=5)
        await line.channel.deliver()
        assert len(camille.received) == 1
        clock.advance(seconds=5)
        await line.channel.deliver()
        texts = [sent.text for sent in camille.received]
        assert len(set(texts)) == len(texts)
        assert "".join("".join(texts).split()) == "".join("".join(PARAGRAPHS).split())


async def test_what_follows_waits_for_what_was_refused(sqlite_house: House, clock: FakeClock) -> None:
    async with webhook(sqlite_house) as line:
        camille, other = line.api.person(7), line.api.person(8)
        line.api.fail("sendMessage", 429, "Too Many Requests", retry_after=5)
        line.post(7, "premier")
        line.post(7, "deuxième")
        await line.channel.deliver()
        line.post(8, "ailleurs")
        await line.channel.deliver()
        assert [sent.text for sent in other.received] == ["ailleurs"]
        assert camille.received == []
        clock.advance(seconds=5)
        await line.channel.deliver()
        assert [sent.text for sent in camille.received] == ["premier", "deuxième"]


async def test_formatting_that_telegram_refuses_is_dropped(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        line.api.fail("sendMessage", 400, "Bad Request: can't parse entities: unexpected end tag")
        line.post(7, "Il reste **56 h**, voir [la fiche](https://exemple.fr/f).")
        await line.channel.deliver()
        (sent,) = camille.received
        assert sent.raw == "Il reste 56 h, voir la fiche (https://exemple.fr/f)."


async def test_formatting_and_signs_reach_the_phone(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        line.post(7, "**5 < 6** & [suite](https://exemple.fr/?a=1&b=2)\n- un")
        await line.channel.deliver()
        (sent,) = camille.received
        assert sent.text == "5 < 6 & suite\n• un"
        assert line.api.asked("sendMessage")[0]["link_preview_options"] == {"is_disabled": True}


async def test_a_file_of_the_house_arrives_as_a_document(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        content = b"%PDF-1.7 le bilan"
        number = receive(line.house, channel=Channel.TELEGRAM, thread="7", name="bilan.pdf", content=content)
        line.post(7, "Voici le bilan.", files=[[number, "bilan.pdf", "application/pdf"]])
        await line.channel.deliver()
        message, document = camille.received
        assert message.text == "Voici le bilan."
        assert (document.file_name, document.content) == ("bilan.pdf", content)


async def test_a_file_that_is_gone_is_said_so(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        line.post(7, "Voici.", files=[[999, "bilan.pdf", "application/pdf"]])
        await line.channel.deliver()
        assert "n’est plus disponible" in camille.received[1].text


async def test_what_the_house_says_without_being_asked_arrives(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        camille.says("aide")
        await camille.hears()
        written(line, 7, "Voici ma réponse.")
        await line.channel.deliver()
        (answer,) = await camille.hears()
        assert answer.text == "Voici ma réponse."


async def test_replies_left_by_a_process_that_died_leave_with_the_redelivered_message(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        inbound = Inbound(Channel.TELEGRAM, "7", "update:5", line.house.now(), "aide")
        turn(line.house, inbound)  # committed, then killed before the delivery
        chat = {"id": 7, "type": "private"}
        line.api.redeliver({"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": chat, "text": "aide"}})
        await camille.hears()
        await until(lambda: all(row.state is OutgoingState.SENT for row in line.outbox()))
        assert line.messages() == ["aide"]
