import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.house import House
from core.outbox import Parcel
from core.terms import Channel
from mailer.letters import write_letter
from mailer.server import Security, SmtpServer
from mailer.smtp import SmtpTransport
from tests.houses import FakeClock, make_house
from tests.stand_ins.smtp import Certificate, PostOffice, post_office, self_signed
from tests.unit.mailer.samples import LETTERS

SENDER = "clausette@exemple.fr"
CAROLE = "carole.constructeur@exemple.fr"


def parcel(number: int = 1, peer: str = CAROLE, body: bytes = b"") -> Parcel:
    """Return a claimed row that holds a real letter."""
    return Parcel(
        id=number,
        channel=Channel.EMAIL,
        peer=peer,
        body=body or write_letter(*LETTERS["receipt"]),
        message_id=f"<{number}@exemple.fr>",
        attempts=1,
        conversation_id=None,
        person_id=None,
        case_id=None,
    )


def to_office(
    office: PostOffice,
    *,
    security: Security = "none",
    user: str = "",
    password: str = "",
    tls: ssl.SSLContext | None = None,
    answer_seconds: float = 60.0,
) -> SmtpTransport:
    """Return a transport to a stand-in server."""
    server = SmtpServer("127.0.0.1", office.port, security, user, password)
    return SmtpTransport(server, SENDER, tls=tls, answer_seconds=answer_seconds)


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """A plain SMTP server."""
    async with post_office() as opened:
        yield opened


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for 127.0.0.1."""
    return self_signed(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def mail_house(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    """An empty house that writes real letters."""
    made = make_house(sqlite_url, tmp_path, clock=clock, write_letter=write_letter)
    yield made
    made.database.close()
