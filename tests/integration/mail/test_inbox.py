"""A real box on a real Dovecot: a stranger is answered in the thread, a mail is handled once and moved."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from core.house import House
from core.models import Outgoing, ReceivedMail
from core.people import territory
from core.terms import Box
from mailer.inbox import Inbox
from tests.integration.mail import dovecot
from tests.stand_ins.smtp import Certificate
from tests.waiting import until

QUESTION = (
    b"Message-ID: <question@ailleurs.exemple.fr>\r\nFrom: Paul <paul@ailleurs.exemple.fr>\r\n"
    b"To: clausette@exemple.fr\r\nSubject: Une question\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Bonjour,\r\n\r\nC'est quoi une clause sociale d'insertion ?\r\n\r\nCordialement\r\nPaul\r\n"
)


@pytest.fixture(scope="module")
def box(certificate: Certificate) -> Iterator[dovecot.Dovecot]:
    """A running Dovecot."""
    if not dovecot.is_here():
        pytest.skip(dovecot.ABSENT)
    with dovecot.running(certificate) as running:
        yield running


async def test_a_question_is_answered_in_its_thread_and_its_mail_moved_once(
    mail_house: House, box: dovecot.Dovecot
) -> None:
    settings = mail_house.settings.model_copy(
        update={"mail_reply_to": "clausette@exemple.fr", "imap_url": SecretStr(box.url)}
    )
    house = replace(mail_house, settings=settings)
    with house.database.transaction() as session:
        territory(session, house)
    stop = asyncio.Event()
    inbox = Inbox(house, box.server())
    listening = asyncio.create_task(inbox.run(stop))

    def answers() -> list[Outgoing]:
        with house.database.reading() as session:
            return list(session.scalars(select(Outgoing)))

    def received() -> list[ReceivedMail]:
        with house.database.reading() as session:
            return list(session.scalars(select(ReceivedMail)))

    await asyncio.to_thread(box.deliver, QUESTION)
    await until(lambda: any(row.moved_at for row in received()))
    await asyncio.to_thread(box.deliver, QUESTION)
    await until(lambda: not box.mails_in("INBOX"))
    stop.set()
    await listening

    assert [row.folder for row in received()] == [str(Box.HANDLED)]
    (answer,) = answers()
    mail = message_from_bytes(answer.body or b"", policy=policy.default)
    assert mail["In-Reply-To"] == "<question@ailleurs.exemple.fr>"
    assert mail["Subject"] == "Re: Une question"
    assert "+" in mail["Reply-To"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Source" in body.get_content()
    assert len(box.mails_in("INBOX")) == 0
    assert inbox.state == "ok"
