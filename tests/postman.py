"""Somebody who carries the posted messages away at once, and remembers what left."""

import asyncio
import json
from dataclasses import dataclass, field

from core.dispatch import drain
from core.house import House
from core.outbox import DeliveryError, Parcel
from core.terms import Channel


@dataclass(frozen=True)
class Left:
    """One message that left: the kind of letter ("" for a chat), to whom, what it says."""

    kind: str
    peer: str
    message_id: str
    content: dict[str, object]


@dataclass
class Postman:
    """Delivers e-mail and Telegram; `is_away` refuses everything for now, as a server that is down."""

    house: House
    is_away: bool = False
    left: list[Left] = field(default_factory=list)

    def delivers(self) -> list[Left]:
        """Deliver all that is due; return what left now."""
        before = len(self.left)
        for channel in (Channel.EMAIL, Channel.TELEGRAM):
            asyncio.run(drain(self.house, channel, self._send))
        return self.left[before:]

    async def _send(self, parcel: Parcel) -> None:
        if self.is_away:
            raise DeliveryError("away", permanent=False)
        text = parcel.body.decode()
        if parcel.channel is Channel.EMAIL:
            head, _, body = text.partition("\r\n\r\n")
            kind = next(line for line in head.split("\r\n") if line.startswith("Subject:")).removeprefix("Subject: ")
            self.left.append(Left(kind, parcel.peer, parcel.message_id, json.loads(body)))
        else:
            self.left.append(Left("", parcel.peer, parcel.message_id, json.loads(text)))
