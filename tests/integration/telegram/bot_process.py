"""A bot in a process of its own, to be killed: `python -m …bot_process API DATABASE DIR KEYS`.

Its turns take a little time before and after their commit, so that a kill finds some on each side.
"""

import asyncio
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from bot.telegram.channel import TelegramChannel
from core.conversations import turn
from core.exchange import Inbound, Turned
from core.house import House, utc_now
from core.outbox import release
from tests.houses import make_house
from tests.integration.telegram.lines import LONG_POLL, with_telegram


def unhurried(house: House, inbound: Inbound) -> Turned:
    """Have a turn done, slowly."""
    time.sleep(0.01)
    turned = turn(house, inbound)
    time.sleep(0.02)
    return turned


async def main(api_url: str, database_url: str, data_dir: str, encryption_keys: str) -> None:
    """Run until SIGTERM."""
    house = make_house(database_url, Path(data_dir), encryption_keys=encryption_keys)
    house = with_telegram(replace(house, clock=utc_now), api_url, "polling")
    release(house)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    channel = TelegramChannel(house, turn=unhurried, long_poll=LONG_POLL)
    receiving = asyncio.create_task(channel.run(stop))
    while not receiving.done():
        await channel.deliver()
        await asyncio.wait({receiving}, timeout=0.2)
    house.database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
