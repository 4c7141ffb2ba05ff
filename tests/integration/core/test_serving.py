"""The loops of a process: those that answer people act at once, the tidying waits for the doors to be open."""

import asyncio

from bot.cli.serving import _every

LONG = 3600.0


async def test_a_loop_acts_at_once_and_stops_when_told() -> None:
    stop, acted = asyncio.Event(), asyncio.Event()

    async def act() -> None:
        acted.set()

    loop = asyncio.create_task(_every(LONG, stop, act))
    await acted.wait()
    stop.set()
    await loop


async def test_a_loop_that_waits_for_the_doors_does_nothing_when_they_close_before() -> None:
    stop, acts = asyncio.Event(), []

    async def act() -> None:
        acts.append("tidied")

    loop = asyncio.create_task(_every(LONG, stop, act, first=LONG))
    await asyncio.sleep(0)
    stop.set()
    await loop
    assert acts == []


async def test_a_failure_does_not_end_a_loop() -> None:
    stop, acts = asyncio.Event(), []

    async def act() -> None:
        acts.append("tried")
        if len(acts) == 2:
            stop.set()
        raise OSError("no disk")

    await _every(0.0, stop, act, first=0.0)
    assert acts == ["tried", "tried"]
