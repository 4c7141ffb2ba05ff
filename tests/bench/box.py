"""A box of 50,000 old mails on a real Dovecot: how long until the first new one is answered, and the next ones."""

import asyncio
import resource
import tempfile
import time
from pathlib import Path

from core.schema import upgrade
from tests.houses import make_house
from tests.integration.mail import dovecot
from tests.integration.mail.listening import listening, moved, question, reading_mail
from tests.stand_ins.smtp import self_signed
from tests.waiting import until

OLD = 50_000
NEW = 100


def main() -> None:
    """Print the figures."""
    if not dovecot.is_here():
        print(dovecot.ABSENT)
        return
    with tempfile.TemporaryDirectory(prefix="box-") as made:
        folder = Path(made)
        with dovecot.running(self_signed(folder)) as box:
            asyncio.run(_measured(box, folder))


async def _measured(box: dovecot.Dovecot, folder: Path) -> None:
    house = make_house(f"sqlite:///{folder / 'house.sqlite'}", folder / "data")
    upgrade(house.database)
    house = reading_mail(house, box.url)
    for number in range(OLD):
        box.deliver(question(1_000_000 + number), read=True)
    started = time.perf_counter()
    with box.opened() as client:
        client.select("INBOX", readonly=True)
    print(f"{OLD:,} old mails: Dovecot indexes them in {time.perf_counter() - started:.1f} s")
    box.deliver(question(1))
    before, started = _cpu(), time.perf_counter()
    async with listening(house, box.server()):
        await until(lambda: moved(house) == 1)
        print(f"the first new mail is answered and moved {time.perf_counter() - started:.2f} s after the start")
        started, used = time.perf_counter(), _cpu()
        for number in range(2, NEW + 2):
            box.deliver(question(number))
        await until(lambda: moved(house) == NEW + 1)
        spent, used = time.perf_counter() - started, _cpu() - used
        print(f"{NEW} more in {spent:.2f} s ({NEW / spent:.1f} a second; {used / NEW * 1000:.0f} ms of processor each)")
    print(f"processor time of the inbox: {_cpu() - before:.1f} s")
    house.database.close()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
