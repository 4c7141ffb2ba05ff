"""The box on a real Dovecot, whatever happens to it: nothing is lost, nothing is handled twice, nothing is deleted."""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest

from core.house import House
from mailer import imap
from tests.integration.mail import dovecot
from tests.integration.mail.listening import OURS, answered, listening, moved, question, reading_mail
from tests.stand_ins.smtp import Certificate
from tests.waiting import until

WITHOUT_IDLE = "IMAP4rev1 UIDPLUS NAMESPACE MOVE"
WITHOUT_MOVE = "IMAP4rev1 UIDPLUS NAMESPACE IDLE"
HANDLED = f"{imap.PARENT}.Trait&AOk-s"  # « Traités » as folders are written, RFC 3501 §5.1.3
MANY = 300
Running = Callable[..., AbstractContextManager[dovecot.Dovecot]]

KILLED_AT = """
import asyncio, importlib, os, signal, sys
from bot.cli.rooms import opened
from mailer.inbox import inbox_of

def die_at(point, when):
    place = importlib.import_module(point.split(":")[0])
    *owners, name = point.split(":")[1:]
    for owner in owners:
        place = getattr(place, owner)
    genuine = getattr(place, name)

    def deadly(*given, **named):
        if when == "after":
            genuine(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(place, name, deadly)
    with opened() as house:
        asyncio.run(inbox_of(house, house.settings, lambda _: None).run(asyncio.Event()))

for told in sys.argv[1:]:
    child = os.fork()
    if not child:
        die_at(*told.split())
    assert os.waitpid(child, 0)[1] == signal.SIGKILL, told
"""
POINTS = (
    "mailer.inbox:receive before",
    "mailer.conversing:_thread after",
    "mailer.conversing:turn after",
    "core.letterbox:settle after",
    "mailer.inbox:receive after",
    "mailer.imap:ImapBox:move before",
    "mailer.imap:ImapBox:move after",
    "core.letterbox:mark_moved after",
    "core.letterbox:advance before",
    "core.letterbox:advance after",
)


@pytest.fixture
def running(certificate: Certificate) -> Running:
    """What runs a Dovecot."""
    if not dovecot.is_here():
        pytest.skip(dovecot.ABSENT)
    return lambda **how: dovecot.running(certificate, **how)


@pytest.fixture
def box(running: Running) -> Iterator[dovecot.Dovecot]:
    """A running Dovecot."""
    with running() as made:
        yield made


def is_moved(house: House, count: int) -> bool:
    """Tell whether so many mails are handled to the end."""
    return moved(house) == count


async def test_tls_from_the_first_byte_and_with_starttls(
    mail_house: House, box: dovecot.Dovecot, certificate: Certificate
) -> None:
    house = reading_mail(mail_house, box.url)
    for number, server in enumerate((box.server("tls"), box.server("starttls")), start=1):
        await asyncio.to_thread(box.deliver, question(number))
        async with listening(house, server, certificate.of_client()) as inbox:
            await until(partial(is_moved, house, number))
            assert inbox.state == "ok"


async def test_a_certificate_that_nobody_vouches_for_is_refused_and_nothing_is_read(
    mail_house: House, box: dovecot.Dovecot
) -> None:
    house = reading_mail(mail_house, box.url)
    await asyncio.to_thread(box.deliver, question(1))
    async with listening(house, box.server("tls")) as inbox:
        await until(lambda: "certificat du serveur IMAP refusé" in inbox.state)
    assert len(box.mails_in("INBOX")) == 1
    assert answered(house) == []


async def test_a_server_without_idle_is_polled(
    mail_house: House, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "POLL_SECONDS", 0.05)
    with running(capability=WITHOUT_IDLE) as box:
        house = reading_mail(mail_house, box.url)
        async with listening(house, box.server()) as inbox:
            await until(lambda: inbox.state == "ok")
            for number in (1, 2):
                await asyncio.to_thread(box.deliver, question(number))
                await until(partial(is_moved, house, number))


async def test_no_mail_waits_for_the_next_look_whenever_it_comes(
    mail_house: House, box: dovecot.Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "IDLE_SECONDS", 3600.0)  # what the server says and nobody hears would wait for ever
    house = reading_mail(mail_house, box.url)
    async with listening(house, box.server()):
        for number in range(1, 13):
            await asyncio.to_thread(box.deliver, question(number))
            await until(partial(is_moved, house, number))


async def test_a_server_that_is_killed_is_found_again_when_it_is_back(mail_house: House, box: dovecot.Dovecot) -> None:
    house = reading_mail(mail_house, box.url)
    await asyncio.to_thread(box.deliver, question(1))
    async with listening(house, box.server()) as inbox:
        await until(lambda: moved(house) == 1)
        await asyncio.to_thread(box.is_killed)
        await until(lambda: inbox.state != "ok")
        await asyncio.to_thread(box.deliver, question(2))
        await asyncio.to_thread(box.starts)
        await until(lambda: moved(house) == 2)
    assert Counter(answered(house)) == {f"<{number}@ailleurs.exemple.fr>": 1 for number in (1, 2)}


async def test_a_box_that_was_renumbered_is_read_again_and_nothing_is_handled_twice(
    mail_house: House, running: Running
) -> None:
    with running(capability=WITHOUT_MOVE) as box:
        house = reading_mail(mail_house, box.url)
        for number in (1, 2):
            await asyncio.to_thread(box.deliver, question(number))
        async with listening(house, box.server()):
            await until(lambda: moved(house) == 2)
        assert len(box.mails_in("INBOX")) == 2, "a server that cannot move keeps them there, marked as read"
        await asyncio.to_thread(box.stops)
        box.renumbers()
        await asyncio.to_thread(box.deliver, question(3))
        await asyncio.to_thread(box.starts)
        async with listening(house, box.server()):
            await until(lambda: moved(house) == 3)
        assert len(box.mails_in("INBOX")) == 3
    assert Counter(answered(house)) == {f"<{number}@ailleurs.exemple.fr>": 1 for number in (1, 2, 3)}


async def test_among_thousands_of_old_mails_only_what_is_new_is_read(mail_house: House, box: dovecot.Dovecot) -> None:
    house = reading_mail(mail_house, box.url)
    for number in range(10, 10 + MANY):
        box.deliver(question(number), read=True)
    await asyncio.to_thread(box.deliver, question(1))
    async with listening(house, box.server()):
        await until(lambda: moved(house) == 1)
        await asyncio.to_thread(box.deliver, question(2))
        await until(lambda: moved(house) == 2)
    assert Counter(answered(house)) == {f"<{number}@ailleurs.exemple.fr>": 1 for number in (1, 2)}
    with box.opened() as client:
        assert client.select("INBOX", readonly=True)[1] == [str(MANY).encode()]


async def test_killed_anywhere_nothing_is_lost_and_nothing_is_answered_twice(
    mail_house: House, box: dovecot.Dovecot
) -> None:
    house = reading_mail(mail_house, box.url)
    environment = {
        "CLAUSETTE_DATABASE_URL": house.settings.database_url.get_secret_value(),
        "CLAUSETTE_DATA_DIR": str(house.settings.data_dir),
        "CLAUSETTE_SECRET_KEY": house.settings.secret_key.get_secret_value(),
        "CLAUSETTE_ENCRYPTION_KEYS": house.settings.encryption_keys.get_secret_value(),
        "CLAUSETTE_IMAP_URL": box.url,
        "CLAUSETTE_MAIL_REPLY_TO": OURS,
    }
    for number in range(1, len(POINTS) + 1):
        box.deliver(question(number))
    command = [sys.executable, "-c", KILLED_AT, *POINTS]
    died = await asyncio.to_thread(
        subprocess.run, command, env=os.environ | environment, capture_output=True, check=False, timeout=240
    )
    assert died.returncode == 0, died.stderr.decode()
    async with listening(house, box.server()):
        await until(lambda: moved(house) == len(POINTS))
    assert Counter(answered(house)) == {f"<{number}@ailleurs.exemple.fr>": 1 for number in range(1, len(POINTS) + 1)}
    assert box.mails_in("INBOX") == []
    kept = Counter(str(mail["Message-ID"]) for mail in box.mails_in(HANDLED))
    assert kept == {f"<{number}@ailleurs.exemple.fr>": 1 for number in range(1, len(POINTS) + 1)}
