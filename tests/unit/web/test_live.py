"""Open pages are rung for their own conversation only."""

import asyncio

from bot.web.live import Live


async def test_a_page_is_rung_for_its_conversation_only() -> None:
    live = Live()
    with live.watch(1) as mine, live.watch(2) as other:
        live.ring(1)
        assert await mine.wait(1)
        assert not await other.wait(0.01)


async def test_a_ring_before_the_wait_is_not_lost_and_counts_once() -> None:
    live = Live()
    with live.watch(1) as bell:
        live.ring(1)
        live.ring(1)
        await asyncio.sleep(0)
        assert await bell.wait(1)
        assert not await bell.wait(0.01)


async def test_a_ring_may_come_from_a_thread() -> None:
    live = Live()
    with live.watch(1) as bell:
        waiting = asyncio.create_task(bell.wait(5))
        await asyncio.to_thread(live.ring, 1)
        assert await waiting


async def test_a_closed_page_is_forgotten() -> None:
    live = Live()
    with live.watch(1), live.watch(1):
        assert len(live.watched) == 1
    assert not live.watched
    live.ring(1)
    live.ring(None)


async def test_closing_wakes_every_page() -> None:
    live = Live()
    with live.watch(1) as one, live.watch(2) as two:
        live.close()
        assert await one.wait(1)
        assert await two.wait(1)
        assert live.is_closed
