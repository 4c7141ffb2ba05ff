"""A real SMTP server inside the test's own event loop: it keeps what it receives and answers what it is told to."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANG_UP = "hang up"
SILENCE = "silence"


@dataclass
class PostOffice:
    """What the server received, and how it answers; an answer is a line, HANG_UP or SILENCE.

    `at_recipient` answers for an address, always; `next_answers` are given first, one to each mail's content.
    """

    port: int = 0
    received: list[Envelope] = field(default_factory=list)
    connections: int = 0
    open_now: set[SMTP] = field(default_factory=set)
    most_at_once: int = 0
    logins: list[str] = field(default_factory=list)
    at_sender: str = ""
    next_at_sender: list[str] = field(default_factory=list)
    at_recipient: dict[str, str] = field(default_factory=dict)
    next_answers: list[str] = field(default_factory=list)
    slowness: float = 0.0
    dialogues: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def messages(self) -> list[EmailMessage]:
        """The received messages, parsed."""
        return [message_from_bytes(content_of(envelope), policy=policy.default) for envelope in self.received]

    def hang_up(self) -> None:
        """Close every connection."""
        for server in self.open_now:
            if server.transport is not None:
                server.transport.close()

    async def deserted(self) -> None:
        """Return once every connection is closed; a test that waits for ever fails by itself."""
        async with asyncio.timeout(5):
            await asyncio.gather(*self.dialogues, return_exceptions=True)

    def enter(self, server: SMTP, served: asyncio.Task[None]) -> None:
        """Count a connection, until it is served."""
        self.connections += 1
        self.open_now.add(server)
        self.most_at_once = max(self.most_at_once, len(self.open_now))
        self.dialogues.append(served)
        served.add_done_callback(lambda _: self.open_now.discard(server))

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to MAIL FROM."""
        if self.next_at_sender or self.at_sender:
            return await _answer(server, self.next_at_sender.pop(0) if self.next_at_sender else self.at_sender)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to RCPT TO."""
        if address in self.at_recipient:
            return await _answer(server, self.at_recipient[address])
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail."""
        await asyncio.sleep(self.slowness)
        if self.next_answers and not (answer := self.next_answers.pop(0)).startswith("250"):
            return await _answer(server, answer)
        self.received.append(envelope)
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        """Let in whoever knows the password."""
        if not isinstance(given, LoginPassword) or given.password != b"right":
            return AuthResult(success=False, handled=False)
        self.logins.append(given.login.decode())
        return AuthResult(success=True)


@asynccontextmanager
async def post_office(
    *, tls: ssl.SSLContext | None = None, with_login: bool = False, implicit: bool = False
) -> AsyncIterator[PostOffice]:
    """Serve on 127.0.0.1. With `tls`, STARTTLS is offered, or with `implicit` TLS from the first byte."""
    office = PostOffice()
    loop = asyncio.get_running_loop()

    class Counted(SMTP):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            is_new = self.transport is None  # STARTTLS makes the same connection again
            super().connection_made(transport)
            if is_new and self._handler_coroutine is not None:
                office.enter(self, self._handler_coroutine)

    def protocol() -> SMTP:
        return Counted(
            office,
            hostname="post-office.exemple.fr",
            loop=loop,
            tls_context=None if implicit else tls,
            authenticator=office.authenticate if with_login else None,
            auth_required=with_login and not implicit,  # aiosmtpd sees no TLS that it did not start itself
            auth_require_tls=not implicit,
        )

    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls if implicit else None)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        office.hang_up()
        for served in office.dialogues:  # after a failed handshake, aiosmtpd waits for ever
            served.cancel()
        await office.deserted()


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for localhost and 127.0.0.1, and its key, in two files."""

    certificate: Path
    key: Path

    def of_server(self) -> ssl.SSLContext:
        """What the server presents."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def of_client(self) -> ssl.SSLContext:
        """What a client that trusts it uses."""
        return ssl.create_default_context(cafile=str(self.certificate))


def self_signed(folder: Path) -> Certificate:
    """Make a certificate valid around now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


async def _answer(server: SMTP, answer: str) -> str:
    if answer == SILENCE:
        await asyncio.sleep(3600)
    if answer == HANG_UP and server.transport is not None:
        server.transport.close()
        return ""
    return answer


def content_of(envelope: Envelope) -> bytes:
    """Return a mail as it came."""
    return envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
