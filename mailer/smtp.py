"""Delivery to an SMTP server over a few connections that stay open: a new TLS session per mail is eight times slower.

A server out of order is found out once: until `ready` reaches it again nothing is tried, so that rows do not wear out
their attempts.
"""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPSenderRefused, SMTPServerDisconnected

from core.outbox import DeliveryError, Parcel
from core.returns import return_mark
from mailer.letters.message import is_deliverable
from mailer.refusals import HANGING_UP, ServerOutOfOrder, connection_failure, refusal_of
from mailer.server import SmtpServer

log = logging.getLogger(__name__)

CONNECTIONS = 4
CONNECT_SECONDS = 20.0
ANSWER_SECONDS = 90.0  # a heavy message over a slow line
DELIVERY_SECONDS = 110.0  # in all: less than the lease of an outbox row, or another process would send it too
IDLE_SECONDS = 20.0  # servers hang up on the idle, some without a word
GOODBYE_SECONDS = 5.0
CONNECTING = "connexion en cours"


class SmtpTransport:
    """Sends parcels from one address through one server. `state` is "ok" or what fails, for the health page.

    With a `return_path`, reports of failure come back to that address, with a plus-part that names the letter.
    """

    def __init__(
        self,
        server: SmtpServer,
        sender: str,
        *,
        return_path: str = "",
        tls: ssl.SSLContext | None = None,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.state = CONNECTING
        self._server = server
        self._sender = sender
        self._return_path = return_path
        self._tls = tls
        self._answer_seconds = answer_seconds
        self._gate = asyncio.Semaphore(CONNECTIONS)
        self._idle: list[tuple[SMTP, float]] = []
        self._leaving: list[socket.socket] = []

    async def __aenter__(self) -> Self:
        """Connections open when they are needed."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        await self._hang_up(older_than=0.0)
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await _closed(self._leaving)

    async def ready(self) -> bool:
        """Tell whether the server takes mail; when it did not last time, go and see. Idle connections are closed."""
        await self._hang_up(older_than=IDLE_SECONDS)
        if self.state == "ok":
            return True
        try:
            async with self._gate, asyncio.timeout(DELIVERY_SECONDS):
                client = await self._begin(self._sender)
                await self._start_over(client)
        except (SMTPException, DeliveryError, OSError) as error:
            self._report(_failure_of(error).reason)
            return False
        self._report("ok")
        return True

    async def probe(self, address: str, *, sender: str = "") -> None:
        """Ask whether the server would take mail for an address; nothing is sent. Raises DeliveryError."""
        try:
            async with self._gate, asyncio.timeout(DELIVERY_SECONDS):
                client = await self._begin(sender or self._sender)
                try:
                    await client.rcpt(address)
                finally:
                    await self._start_over(client)
        except (SMTPException, DeliveryError, OSError) as error:
            raise _failure_of(error) from error

    async def send(self, parcel: Parcel) -> None:
        """Send one parcel. Raises DeliveryError."""
        if self.state not in {"ok", CONNECTING}:
            raise ServerOutOfOrder(self.state)
        if not is_deliverable(parcel.peer):
            raise DeliveryError("adresse mal écrite, ou avec un accent", permanent=True)
        try:
            async with self._gate, asyncio.timeout(DELIVERY_SECONDS):
                await self._deliver(parcel)
        except (SMTPException, DeliveryError, OSError) as error:
            failure = _failure_of(error)
            if isinstance(failure, ServerOutOfOrder):
                self._report(failure.reason)
            raise failure from error

    async def _deliver(self, parcel: Parcel) -> None:
        client = await self._begin(self._sender_of(parcel), size=len(parcel.body))
        try:
            await client.rcpt(parcel.peer)
            await client.data(parcel.body)
        except SMTPResponseException:
            await self._start_over(client)
            raise
        except BaseException:  # cut in mid-sentence, by a time-out for example: the dialogue cannot go on
            client.close()
            raise
        self._keep(client)

    def _sender_of(self, parcel: Parcel) -> str:
        if not self._return_path:
            return self._sender
        local, _, domain = self._return_path.rpartition("@")
        return f"{local}+{return_mark(parcel.id, parcel.message_id)}@{domain}"

    async def _begin(self, sender: str, *, size: int = 0) -> SMTP:
        """Return a connection whose server accepted the sender. One that waited may have been hung up: take another."""
        while self._idle:
            client, _ = self._idle.pop()
            try:
                return await self._announce(client, sender, size)
            except SMTPServerDisconnected:
                continue
            except SMTPSenderRefused as error:
                if error.code != HANGING_UP:
                    raise
        return await self._announce(await self._connect(), sender, size)

    async def _announce(self, client: SMTP, sender: str, size: int) -> SMTP:
        try:
            options = [f"SIZE={size}"] if size and client.supports_extension("size") else []
            await client.mail(sender, options=options)
        except BaseException:
            client.close()
            raise
        return client

    async def _connect(self) -> SMTP:
        server = self._server
        self._leaving[:] = [each for each in self._leaving if each.fileno() >= 0]
        client = _Client(
            hostname=server.host,
            port=server.port,
            local_hostname=own_name(),
            username=server.user or None,
            password=server.password or None,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",  # never None: that would be "if the server happens to offer it"
            tls_context=self._tls,
            timeout=self._answer_seconds,
        )
        client.leaving = self._leaving
        try:
            await client.connect(timeout=min(CONNECT_SECONDS, self._answer_seconds))
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except (SMTPException, OSError) as error:
            client.close()
            raise connection_failure(error) from error
        except BaseException:
            client.close()
            raise
        return client

    async def _start_over(self, client: SMTP) -> None:
        """Forget the envelope begun, so that the connection serves again."""
        try:
            await client.rset()
        except (SMTPException, OSError):
            client.close()
        self._keep(client)

    def _keep(self, client: SMTP) -> None:
        if client.is_connected:
            self._idle.append((client, time.monotonic()))

    async def _hang_up(self, *, older_than: float) -> None:
        now = time.monotonic()
        old = [client for client, since in self._idle if now - since >= older_than]
        self._idle = [(client, since) for client, since in self._idle if client not in old]
        for client in old:
            try:
                await client.quit(timeout=GOODBYE_SECONDS)
            except (SMTPException, OSError):
                client.close()

    def _report(self, state: str) -> None:
        if state != self.state:
            log.log(logging.INFO if state == "ok" else logging.ERROR, "mail: %s", state)
            self.state = state


class _Client(SMTP):
    """A connection whose socket is remembered when it hangs up: it is closed some rounds of the loop later."""

    leaving: list[socket.socket]

    def close(self) -> None:
        """Hang up."""
        if self.transport is not None:
            self.leaving.append(self.transport.get_extra_info("socket"))
        super().close()


async def _closed(sockets: Sequence[socket.socket]) -> None:
    """Return once nothing is open: TLS says goodbye first, and the loop may end after this."""
    while any(each.fileno() >= 0 for each in sockets):  # noqa: ASYNC110 -- no event tells it
        await asyncio.sleep(0.005)


def own_name() -> str:
    """Return how this machine greets a server: its name when that is whole, else its address (RFC 5321, 4.1.3).

    Never from a name server, which aiosmtplib would ask at each connection: a slow one would stop the mail.
    """
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _failure_of(error: SMTPException | DeliveryError | OSError) -> DeliveryError:
    match error:
        case DeliveryError():
            return error
        case SMTPResponseException():
            return refusal_of(error)
        case _:
            return connection_failure(error)
