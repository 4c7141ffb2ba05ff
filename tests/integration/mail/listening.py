"""An inbox that listens to a box until a test has seen enough."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes, policy

from pydantic import SecretStr
from sqlalchemy import func, select

from core.house import House, utc_now
from core.models import Outgoing, ReceivedMail
from core.people import territory
from mailer.inbox import Inbox
from mailer.letters import write_letter
from mailer.server import ImapServer

OURS = "clausette@exemple.fr"


def question(number: int) -> bytes:
    """A mail of a stranger, each of another one, so that all may be answered."""
    return (
        f"Message-ID: <{number}@ailleurs.exemple.fr>\r\nFrom: paul{number}@ailleurs.exemple.fr\r\nTo: {OURS}\r\n"
        f"Subject: Question {number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Bonjour,\r\n\r\nC'est quoi une clause sociale d'insertion ?\r\n\r\nPaul {number}\r\n"
    ).encode()


def reading_mail(house: House, url: str) -> House:
    """Return the house with the setting that names its box, its clock at the present: servers have only that one."""
    settings = house.settings.model_copy(update={"mail_reply_to": OURS, "imap_url": SecretStr(url)})
    made = replace(house, settings=settings, write_letter=write_letter, clock=utc_now)
    with made.database.transaction() as session:
        territory(session, made)
    return made


def answered(house: House) -> list[str]:
    """Return the identifiers of the mails that letters answer."""
    with house.database.reading() as session:
        bodies = session.scalars(select(Outgoing.body).order_by(Outgoing.id)).all()
    letters = [message_from_bytes(body or b"", policy=policy.default) for body in bodies]
    return [str(letter["In-Reply-To"]) for letter in letters]


def moved(house: House) -> int:
    """Return how many mails are handled to the end."""
    with house.database.reading() as session:
        return session.scalar(select(func.count(ReceivedMail.moved_at))) or 0


@asynccontextmanager
async def listening(house: House, server: ImapServer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Inbox]:
    """Listen to a box until the block ends."""
    stop = asyncio.Event()
    inbox = Inbox(house, server, tls=tls)
    running = asyncio.create_task(inbox.run(stop))
    try:
        yield inbox
    finally:
        stop.set()
        await running
