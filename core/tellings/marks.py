"""What a passage of a message is: a name, hours, a month, a day, a break between two passages…"""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from core.tellings.values import Hours


class Kind(Enum):
    """The kinds of passages."""

    PERSON = auto()  # somebody known, or several namesakes
    STRANGER = auto()  # a word that nobody known is called by
    INITIAL = auto()
    EVERYONE = auto()  # all, or all the others
    HOURS = auto()
    VAGUE = auto()  # makes the hours beside it no number: "environ", "une semaine"
    EACH = auto()
    TOTAL = auto()
    EQUALS = auto()
    INSTEAD = auto()
    MONTH = auto()
    DAY = auto()
    PLACE = auto()
    HIRE = auto()
    DETAIL = auto()  # of a hire: "cdd"
    NOTE = auto()
    REASON = auto()
    CORRECTION = auto()
    EXCEPT = auto()
    BREAK = auto()


class Break:
    """How much a sign separates: names and hours bind across the weaker ones first."""

    AND = 2
    COMMA = 3
    SEMICOLON = 5
    SENTENCE = 6
    LINE = 8


@dataclass(frozen=True)
class Mark:
    """A passage from `start` to `end` of the folded message, and what it is.

    `people` are who a name may be, or who resembles a stranger. A day is known as `on` when its month is said, else
    as a number. `is_sure` is False for what could be something else too. `strength` is a break's.
    """

    kind: Kind
    start: int
    end: int
    hours: Hours | None = None
    people: frozenset[int] = frozenset()
    month: str | None = None
    day: int | None = None
    on: date | None = None
    place: int | None = None
    word: str = ""
    strength: int = 0
    is_sure: bool = True
