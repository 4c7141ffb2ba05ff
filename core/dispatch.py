"""Draining the outbox through a transport: claim in a thread, send in the loop, record each outcome in a thread.

Asynchronous, because both edges share it and neither may import the other.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.house import House
from core.models import Conversation
from core.outbox import REMINDER, DeliveryError, Parcel, claim, give_back, mark_failed, mark_sent, postpone
from core.refused_addresses import refuse
from core.reminder_checks import still_holds
from core.terms import Channel

log = logging.getLogger(__name__)

Send = Callable[[Parcel], Awaitable[None]]
Hold = Callable[[Parcel], datetime | None]


def now(parcel: Parcel) -> datetime | None:
    """Hold nothing back."""
    return None


class Marks:
    """Marks parcels as sent, those that left while the last ones were being marked together: a commit is slow."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._left: list[Parcel] = []
        self._marking = asyncio.Lock()
        self._followed: dict[int, bool] = {}

    async def sent(self, parcel: Parcel) -> bool:
        """Mark a parcel; once that is committed, tell whether more was queued in its conversation meanwhile."""
        self._left.append(parcel)
        async with self._marking:
            if parcel in self._left:
                together, self._left = self._left, []
                try:
                    queued = await asyncio.to_thread(mark_sent, self._house, together)
                except BaseException:
                    self._left = together + self._left  # whoever waits tries again for all
                    raise
                self._followed |= {each.id: each.conversation_id in queued for each in together}
        return self._followed.pop(parcel.id)


async def drain(
    house: House,
    channel: Channel,
    send: Send,
    *,
    conversation_id: int | None = None,
    at_once: int = 8,
    urgent: bool | None = None,
    hold: Hold = now,
) -> int:
    """Send everything due on a channel (in one conversation, or only what is `urgent` or not); return how many left.

    `send` raises DeliveryError; anything else it raises is logged and counted as a temporary failure. `hold` says until
    when a parcel must wait, None when it may leave.
    """
    left, gate, marks = 0, asyncio.Semaphore(at_once), Marks(house)

    async def one(parcel: Parcel) -> bool:
        async with gate:
            return await _deliver(house, parcel, send, marks) is not None

    while parcels := await asyncio.to_thread(
        claim, house, channel, conversation_id=conversation_id, urgent=urgent, most=at_once * 4
    ):
        held = {parcel: until for parcel in parcels if (until := hold(parcel)) is not None}
        if held:
            await asyncio.to_thread(postpone, house, held)
        free = [parcel for parcel in parcels if parcel not in held]
        sent = sum(await asyncio.gather(*map(one, free)))
        left += sent
        if not sent and not held and conversation_id is None:
            break
    return left


async def deliver(house: House, parcels: Sequence[Parcel], send: Send, marks: Marks) -> bool:
    """Send parcels of one chat that a turn handed over, in order; tell whether something is left to claim there.

    Those after a failure are given back.
    """
    followed = False
    for place, parcel in enumerate(parcels):
        outcome = await _deliver(house, parcel, send, marks)
        if outcome is None:
            if parcels[place + 1 :]:
                await asyncio.to_thread(give_back, house, parcels[place + 1 :])
            return True
        followed = outcome
    return followed


async def _deliver(house: House, parcel: Parcel, send: Send, marks: Marks) -> bool | None:
    """Send one parcel; tell whether more was queued behind it, None when it did not leave."""
    try:
        if parcel.priority == REMINDER and not await asyncio.to_thread(still_holds, house, parcel):
            return False
        await send(parcel)
    except DeliveryError as error:
        await asyncio.to_thread(_record_failure, house, parcel, error)
        return None
    except Exception:
        log.exception("delivery of outbox row %s raised", parcel.id)
        failure = DeliveryError("internal error", permanent=False)
        await asyncio.to_thread(_record_failure, house, parcel, failure)
        return None
    return await marks.sent(parcel)


def _record_failure(house: House, parcel: Parcel, error: DeliveryError) -> None:
    log.warning("outbox row %s not delivered (attempt %s): %s", parcel.id, parcel.attempts, error.reason)
    with house.database.transaction() as session:
        if mark_failed(session, house, parcel, error):
            _give_up(session, house, parcel, error)


def _give_up(session: Session, house: House, parcel: Parcel, error: DeliveryError) -> None:
    if not error.blames_peer:
        log.error("outbox row %s given up, its peer is not to blame: %s", parcel.id, error.reason)
    elif parcel.channel is Channel.EMAIL:
        refuse(session, house, parcel, error.reason)
    elif parcel.conversation_id is not None:
        session.execute(
            update(Conversation).where(Conversation.id == parcel.conversation_id).values(blocked_at=house.now())
        )
