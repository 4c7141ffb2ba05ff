"""How fast mail may leave for one domain: large providers turn away whoever sends them a campaign all at once.

Only what can wait is held back (reminders, campaigns); everything counts. What is held back gets its own minute, once:
its row is put aside until then, and the rest goes on. All mail passes through the house's own server, which opens the
connections to others: how many at once is its affair.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from core.outbox import REMINDER, Parcel

BURST = timedelta(seconds=20)  # what may leave at once after a quiet time, in time of the rhythm
MOST_REMEMBERED = 20_000


class Pace:
    """The rhythm of each domain, at most `a_minute` mails; 0 is no limit. A restart forgets it without harm."""

    def __init__(self, a_minute: int, clock: Callable[[], datetime]) -> None:
        self._interval = timedelta(minutes=1) / a_minute if a_minute else timedelta(0)
        self._clock = clock
        self._next: dict[str, datetime] = {}
        self._given: set[int] = set()

    def wait(self, parcel: Parcel) -> datetime | None:
        """Return until when a parcel must wait; None when it may leave now."""
        if not self._interval:
            return None
        now, domain = self._clock(), parcel.peer.rpartition("@")[2].lower()
        if parcel.id in self._given:  # its minute has come
            self._given.discard(parcel.id)
            return None
        at = max(self._next.get(domain, now - BURST), now - BURST)
        self._next[domain] = at + self._interval
        if parcel.priority < REMINDER or at <= now:
            return None
        if len(self._given) >= MOST_REMEMBERED:
            self._given.clear()
        self._given.add(parcel.id)
        return at
