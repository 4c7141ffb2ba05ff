import asyncio
import logging
import socket

import pytest

from core.outbox import DeliveryError
from mailer import smtp
from mailer.letters import rendered, write_letter
from mailer.refusals import ServerOutOfOrder
from mailer.server import SmtpServer
from mailer.smtp import SmtpTransport, own_name
from tests.integration.mail.conftest import CAROLE, SENDER, parcel, to_office
from tests.stand_ins.smtp import HANG_UP, SILENCE, Certificate, PostOffice, post_office
from tests.unit.mailer.samples import LETTERS


@pytest.mark.parametrize("name", LETTERS)
async def test_every_letter_is_received_as_it_was_written(office: PostOffice, name: str) -> None:
    letter, envelope = LETTERS[name]
    raw = write_letter(letter, envelope)
    async with to_office(office) as transport:
        await transport.send(parcel(body=raw))
    (envelope_received,) = office.received
    assert envelope_received.content == raw
    assert (envelope_received.mail_from, envelope_received.rcpt_tos) == (SENDER, [CAROLE])
    (message,) = office.messages
    said = rendered(letter, envelope)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == said.text
    assert html.get_content().replace("\r\n", "\n").strip() == said.html.strip()
    assert message["Subject"] == said.subject
    attached = [(part.get_filename(), part.get_payload(decode=True)) for part in message.iter_attachments()]
    invitation = [("invitation.ics", envelope.calendar)] if envelope.calendar else []
    assert attached == [*invitation, *((file.name, file.content) for file in envelope.attachments)]


async def test_a_line_that_begins_with_a_dot_arrives_with_it(office: PostOffice) -> None:
    raw = b"Subject: points\r\n\r\n.\r\n..\r\n.suite\r\n"
    async with to_office(office) as transport:
        await transport.send(parcel(body=raw))
    assert office.received[0].content == raw


async def test_twenty_mails_take_one_connection(office: PostOffice) -> None:
    async with to_office(office) as transport:
        for number in range(20):
            await transport.send(parcel(number))
    assert len(office.received) == 20
    assert office.connections == 1
    await office.deserted()


async def test_mails_sent_together_share_four_connections(office: PostOffice) -> None:
    office.slowness = 0.02
    async with to_office(office) as transport:
        await asyncio.gather(*(transport.send(parcel(number)) for number in range(20)))
    assert len(office.received) == 20
    assert office.connections == office.most_at_once == 4


async def test_a_refused_mail_does_not_cost_the_connection(office: PostOffice) -> None:
    office.at_recipient["perdue@exemple.fr"] = "550 5.1.1 no such user"
    async with to_office(office) as transport:
        await transport.send(parcel(1))
        with pytest.raises(DeliveryError) as refused:
            await transport.send(parcel(2, peer="perdue@exemple.fr"))
        await transport.send(parcel(3))
        assert transport.state == smtp.CONNECTING
    assert refused.value.blames_peer
    assert office.connections == 1
    assert [envelope.rcpt_tos for envelope in office.received] == [[CAROLE], [CAROLE]]


async def test_a_connection_that_the_server_closed_meanwhile_is_replaced(office: PostOffice) -> None:
    async with to_office(office) as transport:
        await transport.send(parcel(1))
        office.hang_up()
        await transport.send(parcel(2))
    assert len(office.received) == 2
    assert office.connections == 2


async def test_a_server_that_counts_the_mails_of_a_connection_gets_a_new_one(office: PostOffice) -> None:
    async with to_office(office) as transport:
        await transport.send(parcel(1))
        office.next_at_sender = ["421 4.7.0 too many mails on this connection"]
        await transport.send(parcel(2))
    assert len(office.received) == 2
    assert office.connections == 2


async def test_idle_connections_are_closed(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "IDLE_SECONDS", 0.0)
    async with to_office(office) as transport:
        assert await transport.ready()
        assert await transport.ready()
        await office.deserted()
        await transport.send(parcel())
    assert office.connections == 2


@pytest.mark.parametrize("answer", ["451 4.3.0 try later", "450 4.2.0 greylisted"])
async def test_a_temporary_refusal_is_tried_again(office: PostOffice, answer: str) -> None:
    office.next_answers = [answer]
    async with to_office(office) as transport:
        with pytest.raises(DeliveryError) as refused:
            await transport.send(parcel(1))
        await transport.send(parcel(1))
    assert not refused.value.permanent
    assert answer in refused.value.reason
    assert len(office.received) == 1


async def test_a_connection_dropped_in_the_middle_of_a_mail_is_found_again(office: PostOffice) -> None:
    office.next_answers = [HANG_UP]
    async with to_office(office) as transport:
        with pytest.raises(ServerOutOfOrder):
            await transport.send(parcel(1))
        with pytest.raises(ServerOutOfOrder):  # nothing is tried before somebody looked
            await transport.send(parcel(1))
        assert await transport.ready()
        await transport.send(parcel(1))
    assert transport.state == "ok"
    assert len(office.received) == 1


async def test_a_silent_server_is_left_after_a_while(office: PostOffice) -> None:
    office.next_answers = [SILENCE]
    async with to_office(office, answer_seconds=2) as transport:
        with pytest.raises(ServerOutOfOrder, match="ne répond pas"):
            await transport.send(parcel(1))
        assert await transport.ready()
        await transport.send(parcel(1))
    assert len(office.received) == 1


async def test_a_refused_sender_stops_everything_and_blames_no_recipient(
    office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    office.at_sender = "553 5.7.1 <clausette@exemple.fr>: not yours"
    async with to_office(office) as transport:
        with pytest.raises(ServerOutOfOrder) as refused:
            await transport.send(parcel())
        assert not await transport.ready()
        office.at_sender = ""
        assert await transport.ready()
    assert not refused.value.blames_peer
    assert "adresse d’expédition refusée" in caplog.text
    assert SENDER not in caplog.text


async def test_no_server_at_all_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    async with post_office() as closed:
        port = closed.port
    transport = SmtpTransport(SmtpServer("127.0.0.1", port, "none"), SENDER)
    with caplog.at_level(logging.ERROR):
        assert not await transport.ready()
        assert not await transport.ready()
    assert caplog.text.count("injoignable") == 1
    assert "injoignable" in transport.state


@pytest.mark.parametrize("peer", ["a b@exemple.fr", "carole@exemple.fr>\r\nRSET", "hélène@exemple.fr"])
async def test_an_address_that_cannot_be_written_is_refused_for_good(office: PostOffice, peer: str) -> None:
    async with to_office(office) as transport:
        with pytest.raises(DeliveryError) as refused:
            await transport.send(parcel(peer=peer))
        assert refused.value.blames_peer
        await transport.send(parcel(2))
    assert [envelope.rcpt_tos for envelope in office.received] == [[CAROLE]]


class TestEncryption:
    async def test_starttls_then_sign_in_then_twenty_mails_on_one_connection(self, certificate: Certificate) -> None:
        async with post_office(tls=certificate.of_server(), with_login=True) as office:
            async with to_office(
                office, security="starttls", user="clausette", password="right", tls=certificate.of_client()
            ) as transport:
                for number in range(20):
                    await transport.send(parcel(number))
            assert len(office.received) == 20
            assert office.connections == 1
            assert office.logins == ["clausette"]

    async def test_tls_from_the_first_byte(self, certificate: Certificate) -> None:
        async with post_office(tls=certificate.of_server(), with_login=True, implicit=True) as office:
            async with to_office(
                office, security="tls", user="clausette", password="right", tls=certificate.of_client()
            ) as transport:
                await transport.send(parcel())
            assert len(office.received) == 1

    async def test_a_server_without_starttls_gets_nothing_when_it_is_required(
        self, office: PostOffice, certificate: Certificate
    ) -> None:
        async with to_office(office, security="starttls", tls=certificate.of_client()) as transport:
            with pytest.raises(ServerOutOfOrder, match="STARTTLS"):
                await transport.send(parcel())
        assert not office.received

    async def test_a_certificate_that_nobody_vouches_for_is_refused(self, certificate: Certificate) -> None:
        async with post_office(tls=certificate.of_server()) as office:
            async with to_office(office, security="starttls") as transport:
                with pytest.raises(ServerOutOfOrder, match="certificat"):
                    await transport.send(parcel())
            assert not office.received

    async def test_a_wrong_password_is_for_the_operator_and_blames_nobody(
        self, certificate: Certificate, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with post_office(tls=certificate.of_server(), with_login=True) as office:
            async with to_office(
                office, security="starttls", user="clausette", password="wrong", tls=certificate.of_client()
            ) as transport:
                with pytest.raises(ServerOutOfOrder) as refused:
                    await transport.send(parcel())
            assert not refused.value.permanent
            assert not refused.value.blames_peer
            assert "identification refusée" in caplog.text
            assert "wrong" not in caplog.text


async def test_no_name_server_is_asked_who_we_are(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(name: str = "") -> str:
        raise AssertionError("a name server that is slow would stop the mail")

    monkeypatch.setattr(socket, "getfqdn", stuck)
    for named, greeted in (("bureau", "[127.0.0.1]"), ("mail.exemple.fr", "mail.exemple.fr")):
        monkeypatch.setattr(socket, "gethostname", lambda named=named: named)
        assert own_name() == greeted
        async with to_office(office) as transport:
            await transport.send(parcel())
    assert len(office.received) == 2
