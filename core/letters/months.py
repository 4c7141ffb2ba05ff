"""Letters about the months to declare: what is missing, what was recorded, what was said of it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ReceiptLetter:
    """To the person who declared: the receipt, with a copy of what was declared."""

    name: str
    number: str
    contract: str
    month: str
    lines: tuple[str, ...] = field(default=())
    total: str = ""
    remaining: str = ""
    replaces: str = ""
    declared_at: str = ""
    link: str = ""


@dataclass(frozen=True)
class NoticeLetter:
    """To anybody: what happened, its details, what to do and where. `facts` are labels and values."""

    name: str
    title: str
    opening: str
    facts: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()
    closing: str = ""
    act: str = "Ouvrir Clausette"
    link: str = ""


@dataclass(frozen=True)
class MissingMonth:
    """A month to declare: on which contract, by when, and whose hours are expected ("" when nobody is known).

    `ready` says that somebody prepared it, and that it only waits to be validated.
    """

    contract: str
    month: str
    by: str
    people: str
    ready: str = ""


@dataclass(frozen=True)
class ReminderLetter:
    """To somebody who declares: what is missing, why they are told, and a link that opens the first month.

    `also` are the late months of which they were reminded before; `then` says what comes next.
    """

    name: str
    title: str
    months: tuple[MissingMonth, ...]
    also: tuple[str, ...]
    why: str
    then: str
    link: str
    days: int


@dataclass(frozen=True)
class LateMonth:
    """A month that a company has not declared; `told` says when it was reminded, or that nobody can be."""

    company: str
    contract: str
    month: str
    by: str
    told: str


@dataclass(frozen=True)
class LateMonthsLetter:
    """To the facilitateur: the months not declared in spite of the reminders."""

    name: str
    months: tuple[LateMonth, ...]
    link: str
