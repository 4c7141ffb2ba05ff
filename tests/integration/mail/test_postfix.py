import asyncio
from collections.abc import AsyncIterator

import pytest

from core.outbox import DeliveryError
from mailer.server import SmtpServer
from mailer.smtp import SmtpTransport
from tests.integration.mail import postfix
from tests.integration.mail.conftest import SENDER, parcel, until
from tests.stand_ins.smtp import Certificate, PostOffice, post_office


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


async def _refusal(transport: SmtpTransport, peer: str, body: bytes = b"") -> DeliveryError:
    with pytest.raises(DeliveryError) as refused:
        await transport.send(parcel(peer=peer, body=body))
    return refused.value
