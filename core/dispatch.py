"""Draining the outbox through a transport: claim in a thread, send in the loop, record each outcome in a thread.

Asynchronous, because both edges share it and neither may import the other.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy import update
from sqlalchemy.orm import Session

from core import cases
from core.house import House
from core.models import Conversation
from core.outbox import DeliveryError, Parcel, claim, mark_failed, mark_sent
from core.people import refuse_address
from core.terms import Channel

log = logging.getLogger(__name__)

Send = Callable[[Parcel], Awaitable[None]]


async def drain(
    house: House, channel: Channel, send: Send, *, conversation_id: int | None = None, at_once: int = 8
) -> int:
    """Send everything due on a channel (in one conversation, when given); return how many parcels left.

    `send` raises DeliveryError; anything else it raises is logged and counted as a temporary failure.
    """
    left = 0
    while parcels := await asyncio.to_thread(claim, house, channel, conversation_id=conversation_id, most=at_once * 4):
        gate = asyncio.Semaphore(at_once)
        sent = await asyncio.gather(*(_deliver(house, parcel, send, gate) for parcel in parcels))
        left += sum(sent)
        if not any(sent) and conversation_id is None:
            break
    return left


async def _deliver(house: House, parcel: Parcel, send: Send, gate: asyncio.Semaphore) -> bool:
    async with gate:
        try:
            await send(parcel)
        except DeliveryError as error:
            await asyncio.to_thread(_record_failure, house, parcel, error)
            return False
        except Exception:
            log.exception("delivery of outbox row %s raised", parcel.id)
            failure = DeliveryError("internal error", permanent=False)
            await asyncio.to_thread(_record_failure, house, parcel, failure)
            return False
        await asyncio.to_thread(mark_sent, house, [parcel])
        return True


def _record_failure(house: House, parcel: Parcel, error: DeliveryError) -> None:
    log.warning("outbox row %s not delivered (attempt %s): %s", parcel.id, parcel.attempts, error.reason)
    with house.database.transaction() as session:
        if mark_failed(session, house, parcel, error):
            _give_up(session, house, parcel, error)


def _give_up(session: Session, house: House, parcel: Parcel, error: DeliveryError) -> None:
    if not error.blames_peer:
        log.error("outbox row %s given up, its peer is not to blame: %s", parcel.id, error.reason)
    elif parcel.channel is Channel.EMAIL:
        refuse_address(session, house, parcel.peer, error.reason)
        cases.open_for_refused_address(session, house, parcel, error.reason)
    elif parcel.conversation_id is not None:
        session.execute(
            update(Conversation).where(Conversation.id == parcel.conversation_id).values(blocked_at=house.now())
        )
