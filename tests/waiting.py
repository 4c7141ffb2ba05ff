"""Waiting for what happens beside the test, on a machine of any speed."""

import asyncio
import time
from collections.abc import Callable

PATIENCE = 300.0  # seconds; only a failure takes so long


async def until(is_so: Callable[[], bool], within: float = PATIENCE) -> None:
    """Return once something is true; AssertionError when it does not become so."""
    limit = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < limit, "it never came true"
        await asyncio.sleep(0.01)


def eventually(is_so: Callable[[], bool], within: float = PATIENCE) -> None:
    """Return once something becomes true beside this thread; AssertionError when it does not."""
    limit = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < limit, "it never came true"
        time.sleep(0.02)
