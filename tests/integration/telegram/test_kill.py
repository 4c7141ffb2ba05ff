"""A bot killed in the middle of a batch loses no message and handles none twice."""

import asyncio
import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from core.house import House
from core.keys import new_encryption_key
from core.models import Conversation, Message
from core.models.outbox import OutgoingState
from core.terms import Author
from tests.houses import make_house
from tests.integration.telegram.lines import Books, with_telegram
from tests.stand_ins.serving import serving
from tests.stand_ins.telegram import TelegramApi
from tests.waiting import until

PEOPLE = 6
EACH = 8
AT_ONCE = 8


async def started(api_url: str, database_url: str, data_dir: Path, keys: str) -> asyncio.subprocess.Process:
    """Start the bot in its own process."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.telegram.bot_process", api_url, database_url, str(data_dir), keys
    )


def written_by(house: House, chat_id: int) -> list[str]:
    """What the house recorded of a chat, in order."""
    with house.database.reading() as session:
        rows = session.scalars(
            select(Message.content)
            .join(Conversation, Message.conversation_id == Conversation.id)
            .where(Conversation.thread == str(chat_id), Message.author == Author.PERSON)
            .order_by(Message.id)
        )
        return [str(content["text"]) for content in rows]


def count(house: House) -> int:
    """How many messages of people are recorded."""
    with house.database.reading() as session:
        query = select(func.count()).select_from(Message).where(Message.author == Author.PERSON)
        return session.scalar(query) or 0


async def test_a_kill_in_the_middle_of_a_batch_loses_and_repeats_nothing(sqlite_url: str, tmp_path: Path) -> None:
    keys = new_encryption_key()
    api = TelegramApi()
    async with serving(api.app) as root:
        house = with_telegram(make_house(sqlite_url, tmp_path, encryption_keys=keys), root, "polling")
        people = [api.person(number + 1, f"Personne {number}") for number in range(PEOPLE)]
        texts = {person.id: [f"mot{person.id}-{number}" for number in range(EACH)] for person in people}
        for number in range(EACH):
            for person in people:
                person.says(texts[person.id][number])

        process = await started(root, sqlite_url, tmp_path, keys)
        await until(lambda: count(house) >= 15)
        process.kill()
        await process.wait()
        assert 15 <= count(house) < PEOPLE * EACH, "everything was handled before the kill"

        process = await started(root, sqlite_url, tmp_path, keys)
        books = Books(house)
        await until(lambda: count(house) == PEOPLE * EACH)
        await until(lambda: all(row.state is OutgoingState.SENT for row in books.outbox()))
        process.terminate()
        assert await process.wait() == 0
        rows = Counter(int(row.peer) for row in books.outbox())
        house.database.close()

    assert {person.id: written_by(house, person.id) for person in people} == texts
    assert api.pending == []
    sent = Counter(message.chat_id for message in api.sent)
    repeated = {person.id: sent[person.id] - rows[person.id] for person in people}
    assert all(extra >= 0 for extra in repeated.values())
    assert sum(repeated.values()) <= AT_ONCE  # what was leaving at the kill may leave twice
