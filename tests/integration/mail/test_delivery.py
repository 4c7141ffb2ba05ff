import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.cases import Request, answer, open_case
from core.dispatch import drain
from core.house import House
from core.models import Case
from core.models.outbox import Outgoing, OutgoingState
from core.outbox import DELAYS, Parcel
from core.people import enrol, is_refused, person_by_email, post_letter
from core.returns import return_mark
from core.terms import Channel
from mailer import delivery
from mailer.delivery import FolderTransport, Transport, run
from mailer.server import SmtpServer
from mailer.smtp import SmtpTransport
from tests.houses import FakeClock
from tests.integration.mail.conftest import CAROLE, SENDER, to_office
from tests.integration.mail.letters import text_of
from tests.stand_ins.smtp import PostOffice, content_of, post_office
from tests.unit.mailer.samples import LETTERS, RECEIPT
from tests.waiting import until


def post_receipts(house: House, *, many: int = 1) -> list[int]:
    """Post receipts to Carole; return the ids of their rows."""
    with house.database.transaction() as session:
        carole = enrol(session, house, name="Carole Constructeur", email=CAROLE)
        for _ in range(many):
            post_letter(session, house, RECEIPT, carole)
    with house.database.reading() as session:
        return list(session.scalars(select(Outgoing.id).order_by(Outgoing.id)))


def row(house: House, number: int) -> Outgoing:
    with house.database.reading() as session:
        return session.get_one(Outgoing, number)


def carole_is_refused(house: House) -> bool:
    with house.database.reading() as session:
        carole = person_by_email(session, house, CAROLE)
        return carole is not None and is_refused(session, carole)


async def test_a_letter_goes_from_the_outbox_to_the_server(mail_house: House, office: PostOffice) -> None:
    (number,) = post_receipts(mail_house)
    async with to_office(office) as transport:
        assert await drain(mail_house, Channel.EMAIL, transport.send) == 1
        assert await drain(mail_house, Channel.EMAIL, transport.send) == 0
    (message,) = office.messages
    sent = row(mail_house, number)
    assert message["Message-ID"] == sent.message_id
    assert message["To"] == CAROLE
    assert sent.state is OutgoingState.SENT
    assert sent.body == content_of(office.received[0]), "it may come back for a while, and leave again"


async def test_a_temporary_refusal_is_tried_again_at_the_delays_of_mail_servers(
    mail_house: House, office: PostOffice, clock: FakeClock
) -> None:
    (number,) = post_receipts(mail_house)
    office.next_answers = ["451 4.3.0 try again later"] * len(DELAYS)
    async with to_office(office) as transport:
        for attempt, delay in enumerate(DELAYS, start=1):
            assert await drain(mail_house, Channel.EMAIL, transport.send) == 0
            waiting = row(mail_house, number)
            assert (waiting.state, waiting.attempts) == (OutgoingState.QUEUED, attempt)
            assert delay * 0.8 <= waiting.due_at - clock.now <= delay * 1.2
            clock.now = waiting.due_at - timedelta(seconds=1)
            assert await drain(mail_house, Channel.EMAIL, transport.send) == 0
            assert row(mail_house, number).attempts == attempt
            clock.now = waiting.due_at
        assert await drain(mail_house, Channel.EMAIL, transport.send) == 1
    assert row(mail_house, number).state is OutgoingState.SENT
    assert not carole_is_refused(mail_house)


async def test_a_refusal_that_never_ends_is_given_up_without_blaming_the_address(
    mail_house: House, office: PostOffice, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    (number,) = post_receipts(mail_house)
    office.next_answers = ["451 4.3.0 try again later"] * 20
    async with to_office(office) as transport:
        for _ in range(len(DELAYS) + 1):
            await drain(mail_house, Channel.EMAIL, transport.send)
            clock.advance(hours=8)
    assert row(mail_house, number).state is OutgoingState.FAILED
    assert not carole_is_refused(mail_house)
    assert "given up" in caplog.text


async def test_a_box_that_stays_full_is_given_up_and_the_facilitateur_is_told(
    mail_house: House, office: PostOffice, clock: FakeClock
) -> None:
    post_receipts(mail_house)
    office.at_recipient[CAROLE] = "452 4.2.2 mailbox full"
    async with to_office(office) as transport:
        for _ in range(len(DELAYS)):
            await drain(mail_house, Channel.EMAIL, transport.send)
            assert not carole_is_refused(mail_house)
            clock.advance(hours=8)
        await drain(mail_house, Channel.EMAIL, transport.send)
        await drain(mail_house, Channel.EMAIL, transport.send)
    assert carole_is_refused(mail_house)
    (message,) = office.messages
    assert message["Subject"] == "Adresse e-mail refusée\u00a0: Carole Constructeur"


async def test_the_letters_of_one_case_leave_in_order_and_none_waits_long(
    mail_house: House, office: PostOffice, clock: FakeClock
) -> None:
    with mail_house.database.transaction() as session:
        carole = enrol(session, mail_house, name="Carole Constructeur", email=CAROLE)
        case = open_case(session, mail_house, None, carole, Request("Arrêt", "Le chantier s’arrête."))
        answer(session, mail_house, case.id, "Je vous appelle demain.")
    office.next_answers = ["250 OK", "451 4.3.0 try again later"]
    async with to_office(office) as transport:
        await drain(mail_house, Channel.EMAIL, transport.send, at_once=1)
        assert [each["To"] for each in office.messages] == [mail_house.settings.facilitator_email]
        clock.advance(minutes=1)
        await drain(mail_house, Channel.EMAIL, transport.send)
        hers = [str(each["Subject"]) for each in office.messages if each["To"] == CAROLE]
        assert hers == [f"[{case.number}] Arrêt", f"Re: [{case.number}] Arrêt"]

        with mail_house.database.transaction() as session:
            answer(session, mail_house, case.id, "Premier.")
            answer(session, mail_house, case.id, "Second.")
        office.next_answers = ["451 4.3.0 try again later"] * 20
        for _ in range(5):
            await drain(mail_house, Channel.EMAIL, transport.send)
            clock.advance(minutes=9)
        office.next_answers = []
        clock.advance(minutes=20)
        with mail_house.database.transaction() as session:
            first = session.scalars(select(Outgoing).where(Outgoing.state == OutgoingState.QUEUED)).all()[0]
            first.due_at = clock() + timedelta(hours=6)
        assert await drain(mail_house, Channel.EMAIL, transport.send) == 1, "an hour is enough"
    assert "Second." in text_of(office.messages[-1])


async def test_reports_come_back_to_an_address_that_names_the_letter(mail_house: House, office: PostOffice) -> None:
    (number,) = post_receipts(mail_house)
    server = SmtpServer("127.0.0.1", office.port, "none")
    async with SmtpTransport(server, SENDER, return_path="retours@exemple.fr") as transport:
        assert await drain(mail_house, Channel.EMAIL, transport.send) == 1
    mark = return_mark(number, row(mail_house, number).message_id)
    assert [each.mail_from for each in office.received] == [f"retours+{mark}@exemple.fr"]
    assert [each["From"] for each in office.messages] == ["Clausette <clausette@exemple.fr>"]


async def test_an_address_refused_for_good_is_marked_and_the_facilitateur_is_told(
    mail_house: House, office: PostOffice
) -> None:
    (number,) = post_receipts(mail_house)
    office.at_recipient[CAROLE] = f"550 5.1.1 <{CAROLE}>: Recipient address rejected: User unknown"
    async with to_office(office) as transport:
        await drain(mail_house, Channel.EMAIL, transport.send)
        await drain(mail_house, Channel.EMAIL, transport.send)
    refused = row(mail_house, number)
    assert (refused.state, refused.attempts, refused.body) == (OutgoingState.FAILED, 1, None)
    assert refused.last_error == "adresse inconnue de son serveur (550 5.1.1)"
    assert carole_is_refused(mail_house)
    with mail_house.database.reading() as session:
        assert session.scalars(select(Case.subject)).all() == ["Adresse e-mail refusée"]
    (message,) = office.messages
    assert message["To"] == mail_house.settings.facilitator_email
    assert message["Subject"] == "Adresse e-mail refusée\u00a0: Carole Constructeur"


@pytest.mark.parametrize("answer", ["552 5.3.4 message too big", "554 5.7.1 content rejected"])
async def test_a_refused_message_is_not_the_fault_of_its_address(
    mail_house: House, office: PostOffice, answer: str
) -> None:
    (number,) = post_receipts(mail_house)
    office.next_answers = [answer]
    async with to_office(office) as transport:
        await drain(mail_house, Channel.EMAIL, transport.send)
    assert row(mail_house, number).state is OutgoingState.FAILED
    assert not carole_is_refused(mail_house)


class TestTheLoop:
    async def test_sends_at_once_when_woken(
        self, mail_house: House, office: PostOffice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery, "SWEEP_SECONDS", 60.0)
        async with looping(mail_house, to_office(office)) as wake:
            await until(lambda: office.connections == 1)
            post_receipts(mail_house)
            wake.set()
            await until(lambda: len(office.received) == 1)

    async def test_sends_what_nobody_announced(
        self, mail_house: House, office: PostOffice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery, "SWEEP_SECONDS", 0.05)
        async with looping(mail_house, to_office(office)):
            await until(lambda: office.connections == 1)
            post_receipts(mail_house, many=3)
            await until(lambda: len(office.received) == 3)

    async def test_waits_for_a_server_out_of_order_without_wearing_out_the_rows(
        self, mail_house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(delivery, "SWEEP_SECONDS", 0.02)
        monkeypatch.setattr(delivery, "LONGEST_PAUSE", 0.05)
        (number,) = post_receipts(mail_house)
        async with post_office() as office:
            office.at_sender = "553 5.7.1 not yours"
            async with looping(mail_house, to_office(office)) as wake:
                for _ in range(5):
                    wake.set()
                    await asyncio.sleep(0.05)
                assert row(mail_house, number).attempts == 0
                office.at_sender = ""
                await until(lambda: len(office.received) == 1)
        assert row(mail_house, number).attempts == 1
        assert caplog.text.count("adresse d’expédition refusée") == 1

    async def test_outlives_whatever_fails(
        self, mail_house: House, office: PostOffice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(delivery, "SWEEP_SECONDS", 0.02)
        failures = [RuntimeError("a bug"), OSError("a disk")]

        class Failing(SmtpTransport):
            async def ready(self) -> bool:
                if failures:
                    raise failures.pop()
                return await super().ready()

        post_receipts(mail_house)
        with caplog.at_level(logging.ERROR):
            async with looping(mail_house, Failing(SmtpServer("127.0.0.1", office.port, "none"), SENDER)):
                await until(lambda: len(office.received) == 1)
        assert caplog.text.count("mail: draining failed") == 2

    async def test_ends_after_the_mails_in_flight_and_keeps_the_others(
        self, mail_house: House, office: PostOffice
    ) -> None:
        numbers = post_receipts(mail_house, many=12)
        office.slowness = 0.2
        async with looping(mail_house, to_office(office)):
            await until(lambda: len(office.open_now) == 4)
        received = len(office.received)
        states = [row(mail_house, number).state for number in numbers]
        assert 0 < received < 12
        assert states.count(OutgoingState.SENT) == received
        assert states.count(OutgoingState.QUEUED) == 12 - received

    async def test_writes_files_when_there_is_no_server(self, mail_house: House) -> None:
        folder = mail_house.settings.data_dir / "outgoing"
        post_receipts(mail_house, many=2)
        async with looping(mail_house, delivery.transport_of(mail_house.settings)):
            await until(lambda: len(list(folder.glob("*.eml"))) == 2)


class TestTheFolder:
    @staticmethod
    def parcel(message_id: str = "<1@exemple.fr>") -> Parcel:
        body = b"Subject: " + LETTERS["receipt"][1].recipient.encode() + b"\r\n\r\n"
        return Parcel(1, Channel.EMAIL, CAROLE, body, message_id, 1, None, None, None)

    async def test_a_mail_is_a_file_of_its_owner_named_without_the_recipient(self, mail_house: House) -> None:
        folder = mail_house.settings.data_dir / "outgoing"
        async with FolderTransport(folder, clock=mail_house.clock) as transport:
            await transport.send(self.parcel())
        (file,) = folder.iterdir()
        assert file.name.startswith("20261123T100000")
        assert file.suffix == ".eml"
        assert "carole" not in file.name
        assert file.read_bytes() == self.parcel().body
        assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)

    async def test_the_same_mail_twice_is_one_file(self, mail_house: House, clock: FakeClock) -> None:
        folder = mail_house.settings.data_dir / "outgoing"
        transport = FolderTransport(folder, clock=clock)
        await transport.send(self.parcel())
        clock.advance(minutes=2)
        await transport.send(self.parcel())
        assert len(list(folder.iterdir())) == 1
        await transport.send(self.parcel("<2@exemple.fr>"))
        assert len(list(folder.iterdir())) == 2

    async def test_a_folder_that_cannot_be_written_is_a_temporary_failure(self, mail_house: House) -> None:
        in_the_way = mail_house.settings.data_dir / "outgoing"
        in_the_way.write_text("a file where the folder should be")
        (number,) = post_receipts(mail_house)
        await drain(mail_house, Channel.EMAIL, FolderTransport(in_the_way).send)
        assert row(mail_house, number).state is OutgoingState.QUEUED


@asynccontextmanager
async def looping(house: House, transport: Transport) -> AsyncIterator[asyncio.Event]:
    """Run the loop; give the event that wakes it; end it."""
    stop, wake = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(run(house, transport, stop, wake))
    try:
        yield wake
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await task
