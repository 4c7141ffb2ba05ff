import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from core.dispatch import drain
from core.house import House
from core.letterbox import Spot
from core.models import Case, Person, ReceivedMail
from core.outbox import DeliveryError
from core.people import enrol, is_refused, post_letter
from core.terms import Box, Channel
from mailer.receiving import receive
from mailer.server import SmtpServer
from mailer.smtp import SmtpTransport
from tests.integration.mail import postfix
from tests.integration.mail.conftest import CAROLE, SENDER, parcel
from tests.integration.mail.letters import with_mail
from tests.stand_ins.smtp import Certificate, PostOffice, content_of, post_office
from tests.unit.mailer.samples import RECEIPT
from tests.waiting import until


@pytest.fixture
async def beyond() -> AsyncIterator[PostOffice]:
    """Where Postfix passes mail on to."""
    async with post_office() as opened:
        yield opened


@pytest.fixture
async def transport(beyond: PostOffice, certificate: Certificate) -> AsyncIterator[SmtpTransport]:
    """A transport to a real Postfix, with STARTTLS."""
    if not postfix.is_here():
        pytest.skip(postfix.ABSENT)
    with postfix.running(beyond.port, certificate) as running:
        server = SmtpServer("127.0.0.1", running.port, "starttls")
        async with SmtpTransport(server, SENDER, tls=certificate.of_client()) as made:
            yield made


async def test_postfix_takes_our_mail_and_refuses_what_it_must(beyond: PostOffice, transport: SmtpTransport) -> None:
    assert await transport.ready()
    await asyncio.gather(*(transport.send(parcel(number)) for number in range(8)))
    await until(lambda: len(beyond.received) == 8)
    assert all(message["Subject"] == "Reçu R-000042\u00a0: octobre 2026" for message in beyond.messages)
    assert all(message["Received"] for message in beyond.messages)

    unknown = await _refusal(transport, "inconnue@exemple.fr")
    assert unknown.blames_peer

    elsewhere = await _refusal(transport, "ailleurs@exemple.fr")
    assert not elsewhere.permanent

    greylisted = await _refusal(transport, "lente@exemple.fr")
    assert not greylisted.permanent

    too_big = await _refusal(transport, "carole@exemple.fr", b"Subject: lourd\r\n\r\n" + b"x" * 70 + b"\r\n" * 20_000)
    assert too_big.permanent
    assert not too_big.blames_peer
    assert "trop lourd" in too_big.reason

    assert transport.state == "ok"
    await transport.send(parcel(9))
    await until(lambda: len(beyond.received) == 9)


async def test_the_report_that_postfix_writes_is_tied_to_the_letter_and_marks_the_address(
    mail_house: House, beyond: PostOffice, transport: SmtpTransport
) -> None:
    house = with_mail(mail_house)
    with house.database.transaction() as session:
        carole = enrol(session, house, name="Carole Constructeur", email=CAROLE)
        post_letter(session, house, RECEIPT, carole)
    beyond.at_recipient[CAROLE] = f"550 5.1.1 <{CAROLE}>: Recipient address rejected: User unknown"
    assert await drain(house, Channel.EMAIL, transport.send) == 1, "our own server takes it, the next one does not"
    await until(lambda: len(beyond.received) == 1)
    (report,) = beyond.received
    assert (report.mail_from, report.rcpt_tos) == ("<>", [SENDER])
    assert receive(house, Spot("box", 1, 1), content_of(report)) is Box.ROBOTS
    with house.database.reading() as session:
        assert session.scalars(select(ReceivedMail.reason)).all() == ["bounce:refused"]
        assert session.scalars(select(Case.subject)).all() == ["Adresse e-mail refusée"]
        assert is_refused(session, session.get_one(Person, carole.id))


async def _refusal(transport: SmtpTransport, peer: str, body: bytes = b"") -> DeliveryError:
    with pytest.raises(DeliveryError) as refused:
        await transport.send(parcel(peer=peer, body=body))
    return refused.value
