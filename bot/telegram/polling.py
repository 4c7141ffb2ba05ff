"""Our own getUpdates loop: an update is confirmed to Telegram only once its turn is committed.

The library's Updater confirms a batch before it is handled: a kill loses what it held. Here Telegram keeps everything
from the oldest unfinished update on, and gives it again to the next process.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

from telegram.error import RetryAfter, TelegramError

from bot.telegram.api import RawBot, described, pause_asked
from bot.telegram.updates import WANTED, Incoming, read

log = logging.getLogger(__name__)

LONG_POLL = timedelta(seconds=25)
LONGEST_PAUSE = 30.0
FARTHEST_STOP = 10.0
RECHECK = 0.3  # seconds; while an update is unfinished Telegram answers at once with what we already hold


class Ledger:
    """Which updates are under way or done, and what may be confirmed: everything before the oldest unfinished one."""

    def __init__(self) -> None:
        self._open: set[int] = set()
        self._done: set[int] = set()

    def take(self, update_id: int) -> bool:
        """Begin an update; False when it is under way or done already."""
        if update_id in self._open or update_id in self._done:
            return False
        self._open.add(update_id)
        return True

    def finish(self, update_id: int) -> None:
        """Mark an update as committed."""
        self._open.discard(update_id)
        self._done.add(update_id)

    def drop(self, update_id: int) -> None:
        """Give an update back: it was begun and not committed."""
        self._open.discard(update_id)

    @property
    def offset(self) -> int | None:
        """The first update that Telegram must keep; None when it has been told everything.

        None also because ids restart from a random, maybe lower, number after a week without updates.
        """
        if self._open:
            return min(self._open)
        return max(self._done) + 1 if self._done else None

    def confirmed(self, offset: int | None) -> None:
        """Forget what Telegram has forgotten."""
        if offset is not None:
            self._done = {update_id for update_id in self._done if update_id >= offset}


async def poll(
    bot: RawBot,
    handle: Callable[[Incoming], Awaitable[None]],
    stop: asyncio.Event,
    report: Callable[[str], None],
    *,
    long_poll: timedelta = LONG_POLL,
) -> None:
    """Receive updates until `stop`. `handle` returns once the turn is committed; it keeps each chat in order.

    `report` is told "ok" or what fails, in one line; nothing that Telegram does ends the loop.
    """
    ledger = Ledger()
    running: set[asyncio.Task[None]] = set()
    pauses = backoff()
    while not stop.is_set():
        offset = ledger.offset
        try:
            found = await _unless(stop, bot.raw_updates(offset=offset, wait=long_poll, allowed=WANTED))
        except TelegramError as error:
            report(described(error))
            asked = pause_asked(error).total_seconds() if isinstance(error, RetryAfter) else 0.0
            await stopped_within(stop, max(next(pauses), asked))
            continue
        except Exception:
            log.exception("getUpdates failed")
            report("erreur interne")
            await stopped_within(stop, next(pauses))
            continue
        if found is None:
            break
        report("ok")
        pauses = backoff()
        ledger.confirmed(offset)
        for raw in found:
            _begin(raw, ledger, handle, running)
        if running:
            await asyncio.wait(running, timeout=RECHECK, return_when=asyncio.FIRST_COMPLETED)
    await _finish(bot, ledger, running)


def _begin(
    raw: object,
    ledger: Ledger,
    handle: Callable[[Incoming], Awaitable[None]],
    running: set[asyncio.Task[None]],
) -> None:
    update_id = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(update_id, int) or not ledger.take(update_id):
        return
    incoming = read(raw)
    if incoming is None:
        ledger.finish(update_id)
        return
    task = asyncio.create_task(_handle(incoming, ledger, handle))
    running.add(task)
    task.add_done_callback(running.discard)


async def _handle(incoming: Incoming, ledger: Ledger, handle: Callable[[Incoming], Awaitable[None]]) -> None:
    try:
        await handle(incoming)
    except asyncio.CancelledError:
        ledger.drop(incoming.update_id)
        raise
    except Exception:
        log.exception("update %s was not handled, it will be asked for again", incoming.update_id)
        await asyncio.sleep(1)
        ledger.drop(incoming.update_id)
    else:
        ledger.finish(incoming.update_id)


async def _finish(bot: RawBot, ledger: Ledger, running: set[asyncio.Task[None]]) -> None:
    """Let the turns under way end, then confirm what is done; what is not comes again."""
    if running:
        _, late = await asyncio.wait(running, timeout=FARTHEST_STOP)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    if ledger.offset is not None:
        try:
            await bot.raw_updates(offset=ledger.offset, wait=timedelta(0), allowed=WANTED, most=1)
        except TelegramError as error:
            log.info("the last updates were not confirmed: %s", described(error))


def backoff() -> Iterator[float]:
    """Yield the seconds to wait after each failure in a row: 1, 2, 4 … 30."""
    pause = 1.0
    while True:
        yield pause
        pause = min(pause * 2, LONGEST_PAUSE)


async def stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    """Wait; return whether `stop` was set meanwhile."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def _unless(stop: asyncio.Event, asking: Awaitable[list[object]]) -> list[object] | None:
    """Wait for an answer of Telegram; None when `stop` comes first."""
    request = asyncio.ensure_future(asking)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({request, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return request.result() if request.done() else None
    finally:
        request.cancel()
        stopping.cancel()
        await asyncio.gather(request, stopping, return_exceptions=True)
