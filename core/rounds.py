"""What falls due by itself: queries over state, run from time to time, by any process, any number of times."""

import logging
from collections.abc import Callable

from core.eligibility_ends import warn
from core.employments import hash_again
from core.exit_asking import ask_exits
from core.house import House
from core.returns import forget_bodies
from core.review import accept_overdue

log = logging.getLogger(__name__)

ROUNDS: tuple[Callable[[House], list[int]], ...] = (hash_again, accept_overdue, warn, ask_exits, forget_bodies)


def go_round(house: House) -> list[int]:
    """Do what is due now; return the conversations that have something new. What fails does not stop the others."""
    rung: list[int] = []
    for act in ROUNDS:
        try:
            rung += act(house)
        except Exception:
            log.exception("%s failed", act.__name__)
    return rung
