"""Rate limits, per person and per address, in memory: moving windows.

Each process holds its own counters; several processes multiply the limit by their number, which still stops abuse. The
library's clean-up thread (at most one per 10 ms of traffic) costs about 1 % of a busy process: its upkeep is not ours.
"""

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from core.house import House

BUCKETS = {
    "message": parse("60/minute"),  # one conversation; a person in a hurry taps fast
    "sign_in": parse("5/hour"),  # links asked for one address
    "token": parse("20/hour"),  # links tried from one place
    "code": parse("5/hour"),  # codes typed in one conversation
    "upload": parse("20/hour"),
    "question": parse("60/minute"),  # the public API, from one place
    "model": parse("30/hour"),  # questions of one conversation shown to the language model: each costs
}
_counters = MovingWindowRateLimiter(MemoryStorage())


def allowed(house: House, bucket: str, key: str) -> bool:
    """Count one more in a bucket for a key (kept hashed); return whether it is within the limit.

    The installation's keyed hash makes the counters of two houses in one process independent.
    """
    return _counters.hit(BUCKETS[bucket], house.keys.fingerprint(f"{bucket}:{key}"))
