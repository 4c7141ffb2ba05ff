"""Rings the pages that show a conversation when it has something new: at once in this process, by polling otherwise."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from core.house import House
from core.models import Message

log = logging.getLogger(__name__)

POLL_SECONDS = 1.5
MOST_PAGES = 8  # of one conversation; one more closes the oldest
LATE = 200  # a message may be committed after later numbers were seen: look that far back


class Bell:
    """What one open page waits on."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()
        self.is_closed = False

    def close(self) -> None:
        """End this page's stream: too many are open."""
        self.is_closed = True
        self.ring()

    def ring(self) -> None:
        """Wake the page, from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, seconds: float) -> bool:
        """Wait to be rung; False when the time has passed."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True


class Live:
    """The open pages of this process, by conversation."""

    def __init__(self) -> None:
        self._bells: dict[int, dict[Bell, None]] = {}  # in order of arrival
        self.is_closed = False

    def ring(self, conversation_id: int | None) -> None:
        """Wake the pages that show a conversation."""
        for bell in tuple(self._bells.get(conversation_id or 0, ())):
            bell.ring()

    @contextmanager
    def watch(self, conversation_id: int) -> Iterator[Bell]:
        """Hold a bell for one open page."""
        bell = Bell()
        bells = self._bells.setdefault(conversation_id, {})
        while len(bells) >= MOST_PAGES:
            oldest = next(iter(bells))
            del bells[oldest]
            oldest.close()
        bells[bell] = None
        try:
            yield bell
        finally:
            bells = self._bells.get(conversation_id, {})
            bells.pop(bell, None)
            if not bells:
                self._bells.pop(conversation_id, None)

    @property
    def watched(self) -> tuple[int, ...]:
        """The conversations that a page shows now."""
        return tuple(self._bells)

    def close(self) -> None:
        """End every open stream: a server that stops would wait for them."""
        self.is_closed = True
        for conversation_id in self.watched:
            self.ring(conversation_id)


async def poll(house: House, live: Live, *, every: float = POLL_SECONDS) -> None:
    """Ring what other processes wrote, until cancelled: one query for all open pages, none when no page is open."""
    highest = 0
    seen: dict[int, int] = {}
    while not live.is_closed:
        await asyncio.sleep(every)
        watched = live.watched
        if not watched:
            highest = 0
            continue
        try:
            newest = await asyncio.to_thread(_newest, house, highest - LATE if highest else None)
        except Exception:
            log.exception("looking for new messages failed")
            continue
        for conversation_id in watched:
            if not highest or newest.get(conversation_id) != seen.get(conversation_id):
                live.ring(conversation_id)
        highest, seen = max(newest.values(), default=highest), newest


def _newest(house: House, since: int | None) -> dict[int, int]:
    with house.database.reading() as session:
        if since is None:
            since = (session.scalar(select(func.max(Message.id))) or 0) - LATE
        query = select(Message.conversation_id, func.max(Message.id)).where(Message.id > since)
        rows = session.execute(query.group_by(Message.conversation_id))
        return {conversation_id: newest for conversation_id, newest in rows if conversation_id is not None}
