"""A process killed between a turn's commit and its delivery: the reply goes out once, without waiting for a lease."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from core.house import House
from core.models import Outgoing
from core.models.outbox import OutgoingState
from core.outbox import LEASE
from tests.e2e.processes import premises
from tests.stand_ins.serving import serving
from tests.stand_ins.telegram import TOKEN, TelegramApi

CHAT = 4242
TURN_CLAIM_DIE = f"""
import os, signal
from bot.cli.rooms import opened
from core.conversations import turn
from core.exchange import Inbound
from core.outbox import claim
from core.terms import Channel
with opened() as house:
    turn(house, Inbound(Channel.TELEGRAM, "{CHAT}", "update:1", house.now(), text="aide"))
    assert len(claim(house, Channel.TELEGRAM)) == 1
    os.kill(os.getpid(), signal.SIGKILL)
"""


async def test_a_kill_between_commit_and_delivery_sends_the_reply_once_at_restart(tmp_path: Path) -> None:
    api = TelegramApi(TOKEN)
    phone = api.person(CHAT)
    async with serving(api.app) as address:
        with premises(tmp_path, CLAUSETTE_TELEGRAM_TOKEN=TOKEN, CLAUSETTE_TELEGRAM_API_URL=address) as place:
            command = [sys.executable, "-c", TURN_CLAIM_DIE]
            died = await asyncio.to_thread(subprocess.run, command, env=os.environ | place.environment, check=False)
            assert died.returncode == -9
            assert states(place.house) == [OutgoingState.SENDING]
            running = place.serving()
            await asyncio.to_thread(running.__enter__)
            try:
                heard = await phone.hears(1, within=LEASE.total_seconds() / 4)
                await asyncio.sleep(3)
            finally:
                await asyncio.to_thread(running.__exit__, None, None, None)
            assert "annuler" in heard[0].text
            assert len(phone.received) == 1
            assert states(place.house) == [OutgoingState.SENT]


def states(house: House) -> list[OutgoingState]:
    """The states of the outbox's rows, oldest first."""
    with house.database.reading() as session:
        return list(session.scalars(select(Outgoing.state).order_by(Outgoing.id)))
