"""Mail leaves here: the outbox's e-mail rows, drained through an SMTP server or into a folder."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self

from core.dispatch import drain
from core.house import House
from core.outbox import DeliveryError, Parcel
from core.settings import InvalidSettings, Settings
from core.terms import Channel
from mailer.folder import FolderTransport
from mailer.letters.message import mailbox
from mailer.pacing import Pace
from mailer.server import read_smtp_url
from mailer.smtp import CONNECTIONS, SmtpTransport

__all__ = ["FolderTransport", "SmtpTransport", "Transport", "run", "transport_of"]

log = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
LONGEST_PAUSE = 60.0
LONGEST_LOCAL = 28  # a local part has 64 letters at most (RFC 5321, 4.5.3.1.1), a mark up to 35


class Transport(Protocol):
    """Carries parcels away. `state` is "ok" or what fails, in French."""

    state: str

    async def __aenter__(self) -> Self:
        """Start."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        ...

    async def ready(self) -> bool:
        """Tell whether parcels may be claimed now."""
        ...

    async def send(self, parcel: Parcel) -> None:
        """Send one parcel. Raises DeliveryError."""
        ...


def transport_of(settings: Settings) -> Transport:
    """Choose the SMTP server of the settings, or without one the folder `outgoing`. Raises InvalidSettings."""
    try:
        _, sender = mailbox(settings.mail_from)
        sender.encode("ascii")
    except ValueError as error:
        example = 'for example "Clausette, your assistant" <clausette@host>'
        raise InvalidSettings(f"CLAUSETTE_MAIL_FROM: not one e-mail address without accents, {example}") from error
    url = settings.smtp_url.get_secret_value()
    if not url:
        return FolderTransport(settings.data_dir / "outgoing")
    return SmtpTransport(read_smtp_url(url), sender, return_path=return_path_of(settings))


def return_path_of(settings: Settings) -> str:
    """Return the bare address where reports of failure come back, "" without one. Raises InvalidSettings."""
    if not settings.mail_return_path:
        return ""
    try:
        _, address = mailbox(settings.mail_return_path)
    except ValueError as error:
        raise InvalidSettings("CLAUSETTE_MAIL_RETURN_PATH: not one e-mail address") from error
    local, _, _ = address.rpartition("@")
    if "+" in local or not address.isascii() or len(local) > LONGEST_LOCAL:
        raise InvalidSettings(
            f"CLAUSETTE_MAIL_RETURN_PATH: at most {LONGEST_LOCAL} characters before the @, no accent, no plus-part, "
            "for each letter adds its own"
        )
    return address


async def run(house: House, transport: Transport, stop: asyncio.Event, wake: asyncio.Event) -> None:
    """Drain the e-mail rows at each wake and every second, until `stop`. Nothing that fails ends the loop.

    What people wait for has a loop of its own, and a connection that reminders never take: a campaign of thousands,
    or a server slow to answer to one of them, delays no receipt.
    """
    pace = Pace(house.settings.mails_a_minute, house.clock)

    async def send(parcel: Parcel) -> None:
        if stop.is_set():
            raise DeliveryError("stopping", permanent=False, retry_after=timedelta(0))
        await transport.send(parcel)

    async def urgent() -> bool:
        if not await transport.ready():
            return False
        await drain(house, Channel.EMAIL, send, at_once=CONNECTIONS, urgent=True, hold=pace.wait)
        return transport.state == "ok"

    async def patient() -> bool:
        if transport.state == "ok":
            await drain(house, Channel.EMAIL, send, at_once=CONNECTIONS - 1, urgent=False, hold=pace.wait)
        return True

    async with transport:
        await asyncio.gather(_repeat(urgent, stop, wake), _repeat(patient, stop, wake))


async def _repeat(sweep: Callable[[], Awaitable[bool]], stop: asyncio.Event, wake: asyncio.Event) -> None:
    """Sweep; when nothing can leave, the pauses grow to a minute whatever wakes."""
    pause = SWEEP_SECONDS
    while not stop.is_set():
        wake.clear()
        if await _succeeds(sweep):
            pause = SWEEP_SECONDS
            await _first_of(stop, wake, within=pause)
        else:
            await _first_of(stop, within=pause)
            pause = min(pause * 2, LONGEST_PAUSE)


async def _succeeds(sweep: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await sweep()
    except Exception:
        log.exception("mail: draining failed")
        return False


async def _first_of(*events: asyncio.Event, within: float) -> None:
    """Wait for one of the events, at most `within` seconds."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
