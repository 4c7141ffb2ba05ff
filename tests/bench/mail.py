"""Mails a second: the outbox, committed for each mail, beside a bare aiosmtplib loop on the same server in one run.

The server is aiosmtpd in a process of its own. The floor is `send_message` on one connection that stays open, in rounds
that alternate with the others.
"""

import asyncio
import logging
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

from aiosmtplib import SMTP

from core.dispatch import drain
from core.house import House, utc_now
from core.letters import Envelope
from core.outbox import NOTICE, new_message_id, post
from core.schema import upgrade
from core.terms import Channel
from mailer.letters import write_letter
from mailer.server import SmtpServer
from mailer.smtp import CONNECTIONS, SmtpTransport
from tests.houses import make_house
from tests.killing import ROOT
from tests.stand_ins.smtp import post_office
from tests.unit.mailer.samples import RECEIPT

MAILS, ROUNDS = 400, 5
Way = Callable[[int], Awaitable[float]]


def main() -> None:
    """Print the table."""
    logging.disable(logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix="clausette-mail-"))
    server = subprocess.Popen([sys.executable, "-m", "tests.bench.mail"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        house = replace(make_house(f"sqlite:///{folder / 'bench.sqlite3'}", folder), clock=utc_now)
        upgrade(house.database)
        asyncio.run(_compare(house, port))
        house.database.close()
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


async def _compare(house: House, port: int) -> None:
    ways: dict[str, Way] = {
        "send_message, one connection kept open (the floor)": lambda _: _bare(house, port, flattened=False),
        "the flattened bytes, same connection": lambda _: _bare(house, port, flattened=True),
        "outbox, one mail at a time, committed for each": lambda _: _outbox(house, port, at_once=1),
        f"outbox, {CONNECTIONS} connections as served": lambda _: _outbox(house, port, at_once=CONNECTIONS),
    }
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(ROUNDS):
        for name, way in ways.items():
            speeds[name].append(MAILS / await way(turn))
    floor = statistics.median(next(iter(speeds.values())))
    print(f"mail: {MAILS} receipts a round, {ROUNDS} rounds, medians (aim: 0.70 of the floor, one mail at a time)")
    for name, found in speeds.items():
        print(f"  {name:<52} {statistics.median(found):7.0f} mails/s  {statistics.median(found) / floor:5.2f}")


async def _bare(house: House, port: int, *, flattened: bool) -> float:
    bodies = [_written(house, number)[2] for number in range(MAILS)]
    messages = [_parsed(body) for body in bodies]
    sender = parseaddr(house.settings.mail_from)[1]
    async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        begun = time.perf_counter()
        for message, body in zip(messages, bodies, strict=True):
            if flattened:
                await client.sendmail(sender, [str(message["To"])], body)
            else:
                await client.send_message(message)
        return time.perf_counter() - begun


async def _outbox(house: House, port: int, *, at_once: int) -> float:
    with house.database.transaction() as session:
        for number in range(MAILS):
            peer, message_id, body = _written(house, number)
            post(session, house, channel=Channel.EMAIL, peer=peer, body=body, message_id=message_id, ordered=False,
                 priority=NOTICE)  # fmt: skip
    sender = parseaddr(house.settings.mail_from)[1]
    async with SmtpTransport(SmtpServer("127.0.0.1", port, "none"), sender) as transport:
        await transport.ready()
        begun = time.perf_counter()
        left = await drain(house, Channel.EMAIL, transport.send, at_once=at_once)
        took = time.perf_counter() - begun
    assert left == MAILS
    return took


def _written(house: House, number: int) -> tuple[str, str, bytes]:
    peer, message_id = f"p{number}@exemple.fr", new_message_id(house)
    return peer, message_id, write_letter(RECEIPT, Envelope(house.settings.mail_from, peer, message_id))


def _parsed(body: bytes) -> EmailMessage:
    return message_from_bytes(body, policy=policy.default)


async def _serve() -> None:
    async with post_office() as office:
        print(office.port, flush=True)
        while True:
            await asyncio.sleep(5)
            office.received.clear()


if __name__ == "__main__":
    asyncio.run(_serve())
