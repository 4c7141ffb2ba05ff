"""Another assistant at the other end, which says nothing of what it is: it repeats itself, or writes too well too fast.

Robots that follow RFC 3834 are recognised by their headers; this is for those that do not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

REPEATED_WITHIN = timedelta(hours=1)
FAST = timedelta(seconds=20)  # nobody reads a letter, writes ten lines and has them delivered in less
LONG = 200  # characters; « oui » may be fast
STOPS_AFTER = 2


@dataclass(frozen=True)
class Said:
    """One message of a thread: whether it is the other side's, when, what."""

    theirs: bool
    at: datetime
    text: str


def is_echo(history: Sequence[Said], text: str, now: datetime) -> bool:
    """Tell whether a mail should not be answered: the other side has said the same twice, or answers like a machine.

    `history` is oldest first, without the mail itself.
    """
    theirs = [said for said in history if said.theirs and said.at > now - REPEATED_WITHIN]
    same = [said for said in theirs[-STOPS_AFTER:] if _folded(said.text) == _folded(text)]
    if len(same) >= STOPS_AFTER and len(_folded(text)) > 3:
        return True
    return _fast_answers([*history, Said(True, now, text)]) > STOPS_AFTER


def _fast_answers(history: Sequence[Said]) -> int:
    """Count the latest long answers that came at once after what we said, one after the other."""
    count = 0
    for before, after in zip(reversed(history[:-1]), reversed(history[1:]), strict=True):
        if not after.theirs or before.theirs:
            continue
        if after.at - before.at > FAST or len(after.text) < LONG:
            break
        count += 1
    return count


def _folded(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()
