"""Delivery without a server, for the demo: each mail becomes an .eml file that any mail reader opens."""

import asyncio
import hashlib
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from core.house import utc_now
from core.outbox import DeliveryError, Parcel

log = logging.getLogger(__name__)


class FolderTransport:
    """Writes parcels in a folder, readable by its owner only: mails hold links that sign people in."""

    state = "ok"

    def __init__(self, folder: Path, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._folder = folder
        self._clock = clock

    async def __aenter__(self) -> Self:
        """Nothing to open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close."""

    async def ready(self) -> bool:
        """Tell that mail may leave."""
        return True

    async def send(self, parcel: Parcel) -> None:
        """Write one parcel, once per Message-ID; the name tells when, never to whom. Raises DeliveryError."""
        try:
            await asyncio.to_thread(self._write, parcel)
        except OSError as error:
            reason = f"le dossier des e-mails ne s’écrit pas ({error.strerror})"
            raise DeliveryError(reason, permanent=False) from error

    def _write(self, parcel: Parcel) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = hashlib.sha256(parcel.message_id.encode()).hexdigest()[:16]
        if any(self._folder.glob(f"*-{mark}.eml")):
            return
        name = f"{self._clock().astimezone(UTC):%Y%m%dT%H%M%S.%f}-{mark}"
        unfinished = self._folder / f".{name}.part"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(parcel.body)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._folder / f"{name}.eml")
