"""What a message tells of the months worked: plain values, hours as Decimal, months as "YYYY-MM"."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True)
class Known:
    """A person who may be named; `id` is the caller's."""

    id: int
    name: str


@dataclass(frozen=True)
class Place:
    """A contract that may be named, by its reference or by words like "lot 2"; `id` is the caller's."""

    id: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Hours:
    """Hours as they were told. `worked` and `training` are None when a passage speaks of hours but gives no number.

    `same` tells "like last month" instead of a number; `instead` is the value that the person says it replaces.
    """

    passage: str
    worked: Decimal | None = None
    training: Decimal = Decimal(0)
    same: bool = False
    instead: Decimal | None = None

    @property
    def is_said(self) -> bool:
        """Whether it is a number, or the same as another month."""
        return self.same or self.worked is not None

    @property
    def total(self) -> Decimal:
        """Both together."""
        return (self.worked or Decimal(0)) + self.training


@dataclass(frozen=True)
class Line:
    """The hours of somebody known; None when the person is named without any."""

    person: int
    hours: Hours | None
    note: str = ""


@dataclass(frozen=True)
class Newcomer:
    """Somebody said to be newly hired, on a day of the month when its month is not said.

    `words` are what else was said of the hire: "cdd", "rsa".
    """

    name: str
    hours: Hours | None = None
    starts_on: date | None = None
    day: int | None = None
    note: str = ""
    words: tuple[str, ...] = ()


class Unclear(StrEnum):
    """Why a passage must be asked about."""

    NAMESAKES = "namesakes"  # two people or more answer to this name
    STRANGER = "stranger"  # nobody is called so
    UNREAD = "unread"  # nothing was made of these words
    OTHERS = "others"  # people of a table who are followed nowhere: how many, and some of their names
    ELSEWHERE = "elsewhere"  # lines of a table about other sites, which they name


@dataclass(frozen=True)
class Doubt:
    """A passage to ask about; `people` are who it may be, `hours` what is told of them."""

    kind: Unclear
    passage: str
    people: tuple[int, ...] = ()
    hours: Hours | None = None
    note: str = ""
    starts_on: date | None = None
    day: int | None = None


@dataclass(frozen=True)
class MonthTold:
    """What is told of one month, of one contract when it is named; both None when they are not said.

    `everyone` are the hours of all who have no line of their own. `nil` says that nobody worked, `nil_reason` is a
    value of `NilReason`, or "". `same_as` is the month that "the same" refers to, when named.
    """

    month: str | None = None
    place: int | None = None
    lines: tuple[Line, ...] = ()
    newcomers: tuple[Newcomer, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    everyone: Hours | None = None
    nil: bool = False
    nil_reason: str = ""
    same_as: str | None = None
    total: Decimal | None = None
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be declared from it."""
        told = self.lines or self.newcomers or self.everyone or self.nil
        return not told and not any(doubt.hours for doubt in self.doubts)


@dataclass(frozen=True)
class Telling:
    """A message read: its months, and whether it corrects what was declared before."""

    months: tuple[MonthTold, ...]
    corrects: bool = False
    reason: str = ""

    @property
    def doubts(self) -> Iterator[Doubt]:
        """All the passages to ask about."""
        return (doubt for told in self.months for doubt in told.doubts)
