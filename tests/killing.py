"""A campaign whose sender is killed (kill -9) again and again: what was lost, what came twice.

`python -m tests.killing DATABASE DATA_DIR KEYS PORT` is the sender: the product's own loop, in a process of its own.
"""

import asyncio
import random
import re
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import SecretStr

from core.house import House, utc_now
from core.keys import new_encryption_key
from core.letters import Envelope
from core.outbox import CAMPAIGN, new_message_id, post, release
from core.schema import upgrade
from core.terms import Channel
from mailer.delivery import run, transport_of
from mailer.letters import write_letter
from mailer.smtp import CONNECTIONS
from tests.houses import make_house
from tests.stand_ins.smtp import PostOffice, content_of, post_office
from tests.unit.mailer.samples import MISSING

ROOT = Path(__file__).parent.parent
_IDENTIFIER = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What came of a campaign; `strangers` are mails whose Message-ID was never posted.

    Reminders and campaigns leave over all the connections but one.
    """

    mails: int
    kills: int
    lost: int
    duplicates: int
    strangers: int
    in_flight: int = CONNECTIONS - 1


def campaign(folder: Path, *, mails: int, kills: int) -> Outcome:
    """Post a campaign, kill its sender so many times while it leaves, let the last one finish."""
    keys = new_encryption_key()
    database = f"sqlite:///{folder / 'campaign.sqlite3'}"
    house = make_house(database, folder, encryption_keys=keys)
    upgrade(house.database)
    posted = _post(house, mails)
    house.database.close()
    came = asyncio.run(_send_and_kill([database, str(folder), keys], mails, kills))
    twice = sum(count - 1 for count in came.values())
    return Outcome(mails, kills, len(posted - set(came)), twice, len(set(came) - posted))


def _post(house: House, mails: int) -> set[str]:
    posted = set()
    with house.database.transaction() as session:
        for number in range(mails):
            peer, message_id = f"p{number}@exemple.fr", new_message_id(house)
            body = write_letter(MISSING, Envelope(house.settings.mail_from, peer, message_id))
            post(session, house, channel=Channel.EMAIL, peer=peer, body=body, message_id=message_id, ordered=False,
                 priority=CAMPAIGN)  # fmt: skip
            posted.add(message_id)
    return posted


@dataclass
class _Came:
    """What came so far. Each mail is looked at once: reading them all at each look would hold up the server itself."""

    office: PostOffice
    counted: Counter[str] = field(default_factory=Counter)
    looked_at: int = 0

    def look(self) -> int:
        """Count what is new; return how many different mails came."""
        for envelope in self.office.received[self.looked_at :]:
            match = _IDENTIFIER.search(content_of(envelope))
            self.counted[match[1].decode() if match else ""] += 1
            self.looked_at += 1
        return len(self.counted)


async def _send_and_kill(given: list[str], mails: int, kills: int) -> Counter[str]:
    async with post_office() as office:
        office.slowness, came = 0.002, _Came(office)
        for kill in range(kills):
            share = mails // (kills + 1)  # each kill falls somewhere in its own share of the campaign
            await _sender_until(came, given, share * kill + random.randint(1, share), signal.SIGKILL)
        await _sender_until(came, given, mails, signal.SIGTERM)
        came.look()
        return came.counted


async def _sender_until(came: _Came, given: list[str], wanted: int, end: signal.Signals) -> None:
    """Run a sender until so many different mails came, then end it."""
    command = [sys.executable, "-m", "tests.killing", *given, str(came.office.port)]
    sender = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    ending = asyncio.create_task(sender.wait())
    while not ending.done() and came.look() < wanted:
        await asyncio.wait([ending], timeout=0.005)
    if not ending.done():
        sender.send_signal(end)
    await ending


async def _send(database: str, folder: str, keys: str, port: str) -> None:
    house = make_house(database, Path(folder), encryption_keys=keys)
    settings = house.settings.model_copy(
        update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{port}?starttls=never"), "mails_a_minute": 0}
    )
    house = replace(house, settings=settings, clock=utc_now)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    release(house)
    await run(house, transport_of(settings), stop, asyncio.Event())


if __name__ == "__main__":
    asyncio.run(_send(*sys.argv[1:]))
