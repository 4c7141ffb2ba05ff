"""`clausette serve` in a process of its own, on a register whose dates follow the clock; a real SMTP server beside."""

import email
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from core.database import Database
from core.employments import Hire, hire
from core.house import House
from core.keys import load_keys, new_encryption_key
from core.models import Commitment, Contract, Organisation, Person
from core.people import enrol, territory
from core.schema import upgrade
from core.settings import Settings
from core.terms import (
    CommitmentStatus,
    ContractNature,
    Criterion,
    EligibilityStatus,
    EmploymentKind,
    Modality,
    OrganisationKind,
)
from tests.houses import library, write_plainly

COMPANY = "carole.constructeur@exemple.fr"
FACILITATOR = "fanny.facilite@exemple.fr"


@dataclass
class Mailbox:
    """A real SMTP server that keeps what it receives."""

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail."""
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        made = email.message_from_bytes(content, policy=default)
        assert isinstance(made, EmailMessage)
        self.received.append(made)
        return "250 OK"

    def wait_for(self, recipient: str, subject: str = "", *, within: float = 60, count: int = 1) -> EmailMessage:
        """Return the latest mail to somebody whose subject holds a text."""
        limit = time.monotonic() + within
        while time.monotonic() < limit:
            found = [one for one in self.received if recipient in one["To"] and subject in str(one["Subject"])]
            if len(found) >= count:
                return found[-1]
            time.sleep(0.05)
        seen = [(one["To"], one["Subject"]) for one in self.received]
        raise AssertionError(f"no mail to {recipient} about {subject!r} in {within} s; there are {seen}")


@contextmanager
def smtp_server(mailbox: Mailbox | None = None) -> Iterator[Mailbox]:
    """Open a mail server on a free port."""
    mailbox = mailbox or Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


def text_of(mail: EmailMessage) -> str:
    """Return the text part of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(mail: EmailMessage, path: str) -> str:
    """Return the first address of a mail whose path begins so."""
    found = re.search(rf"http://127\.0\.0\.1:\d+{path}\S*", text_of(mail))
    assert found, text_of(mail)
    return found[0]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Premises:
    """A register on disk, and the settings of the processes that serve it."""

    house: House
    environment: dict[str, str]
    port: int

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run `clausette serve` until the block ends."""
        command = [sys.executable, "-c", "from bot.cli import main; main()", "serve", "--port", str(self.port)]
        process = subprocess.Popen(command, env=os.environ | self.environment, stdout=subprocess.DEVNULL)
        try:
            self._wait_until_ready(process)
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        limit = time.monotonic() + 120
        while time.monotonic() < limit:
            assert process.poll() is None, "clausette serve ended by itself"
            try:
                with urllib.request.urlopen(f"{self.address}/health/live", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError("clausette serve was not ready in 120 s")


@contextmanager
def premises(folder: Path, **environment: str) -> Iterator[Premises]:
    """Make a register: a buyer, a company with one commitment begun two months ago and one person employed."""
    port = free_port()
    keys = new_encryption_key()
    settings = Settings(
        data_dir=folder,
        secret_key=SecretStr("a secret of the tests"),
        encryption_keys=SecretStr(keys),
        public_url=f"http://127.0.0.1:{port}",
        facilitator_email=FACILITATOR,
        facilitator_name="Fanny Facilite",
        territory="Département du Val",
    )
    known = load_keys(settings)
    database = Database(settings.database, known)
    upgrade(database)
    house = House(settings, known, database, library, write_plainly)
    furnish(house)
    yield Premises(
        house,
        {
            "CLAUSETTE_DATA_DIR": str(folder),
            "CLAUSETTE_SECRET_KEY": "a secret of the tests",
            "CLAUSETTE_ENCRYPTION_KEYS": keys,
            "CLAUSETTE_PUBLIC_URL": settings.public_url,
            "CLAUSETTE_FACILITATOR_EMAIL": FACILITATOR,
            **environment,
        },
        port,
    )
    database.close()


def furnish(house: House) -> None:
    """Fill the register."""
    today = house.today()
    with house.database.transaction() as session:
        place = territory(session, house)
        buyer = Organisation(name="Ville de Clairval", kind=OrganisationKind.BUYER, territory_id=place.id)
        company = Organisation(name="Bâti Nord", kind=OrganisationKind.AWARDEE, territory_id=place.id)
        session.add_all([buyer, company])
        session.flush()
        person = enrol(session, house, name="Carole Constructeur", email=COMPANY, organisation=company)
        contract = Contract(
            territory_id=place.id,
            buyer_id=buyer.id,
            reference="TX-014",
            object="Réhabilitation du groupe scolaire",
            nature=ContractNature.WORKS,
        )
        contract.buyer = buyer
        session.add(contract)
        session.flush()
        commitment = Commitment(
            contract_id=contract.id,
            awardee_id=company.id,
            committed_hours=Decimal(1200),
            starts_on=today - timedelta(days=62),
            ends_on=today + timedelta(days=300),
            modalities=[str(Modality.DIRECT_HIRE)],
            publics=["bénéficiaires du RSA"],
            status=CommitmentStatus.ACTIVE,
        )
        commitment.contract, commitment.awardee = contract, company
        session.add(commitment)
        session.flush()
        since = today - timedelta(days=60)
        hired = Hire("Marie Leroy", since, Modality.DIRECT_HIRE, EmploymentKind.CDD, Criterion.RSA)
        employment = hire(session, house, commitment, hired, session.get_one(Person, person.id))
        employment.eligibility = EligibilityStatus.ACCEPTED
