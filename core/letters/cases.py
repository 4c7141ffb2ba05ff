"""Letters of a case: to the facilitateur, to the person; and the one about an address that refuses mail."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Line:
    """One line of an exchange: who wrote it ("Vous", "Clausette"), when ("23 novembre 2026 à 14 h 05"), what."""

    author: str
    when: str
    text: str


@dataclass(frozen=True)
class CommitmentState:
    """Where a commitment stands, in words and figures already written in French."""

    contract: str
    lot: str
    awardee: str
    buyer: str
    committed: str
    done: str
    accepted: str
    remaining: str
    share_done: str
    share_elapsed: str
    dates: str
    last_months: tuple[str, ...] = ()


@dataclass(frozen=True)
class EscalationLetter:
    """To the facilitateur: a new case with all its context."""

    number: str
    subject: str
    who: str
    organisation: str
    channel: str
    since: str
    contact: str
    question: str
    transcript: tuple[Line, ...]
    articles: tuple[str, ...]
    state: CommitmentState | None
    file_names: tuple[str, ...]
    promised: str
    link: str


@dataclass(frozen=True)
class CaseFollowUpLetter:
    """To the facilitateur: the person wrote again in a case."""

    number: str
    subject: str
    who: str
    text: str
    file_names: tuple[str, ...]
    link: str
    insists: str = ""  # what the person who loses patience was promised: the announced day


@dataclass(frozen=True)
class CaseReplyLetter:
    """To the person: the facilitateur's answer, for those who may have left the chat; asks if it helped on closing."""

    name: str
    number: str
    subject: str
    question: str
    answer: str
    facilitator: str
    link: str
    closes: bool = False


class CaseNews(StrEnum):
    """What the acknowledgement of a mail about a case says: `LATE` when the announced day has passed."""

    OPENED = "opened"
    REOPENED = "reopened"
    COMPLETED = "completed"
    INSISTED = "insisted"
    LATE = "late"


@dataclass(frozen=True)
class AcknowledgementLetter:
    """To the person: the case is open, opened again, or goes on; its number, since when, the announced day."""

    name: str
    number: str
    subject: str
    promised: str
    link: str
    opened: str = ""  # since when, of a case that goes on
    news: CaseNews = CaseNews.OPENED
    facilitator: str = ""


@dataclass(frozen=True)
class CaseReminderLetter:
    """To the facilitateur, or to his deputy (`silent` is then who did not answer): the announced day has passed."""

    number: str
    subject: str
    who: str
    organisation: str
    question: str
    promised: str
    silent: str
    link: str


@dataclass(frozen=True)
class CaseDelayLetter:
    """To the person: the answer did not come on the announced day, and what is done about it."""

    name: str
    number: str
    subject: str
    promised: str
    facilitator: str
    link: str


@dataclass(frozen=True)
class OrdersLetter:
    """To the facilitateur: what came of the orders in his mail; `refused` says that nothing was done."""

    number: str
    subject: str
    lines: tuple[str, ...]
    refused: bool
    link: str


@dataclass(frozen=True)
class AddressRefusedLetter:
    """To the facilitateur: a server refused a person's address for good."""

    who: str
    organisation: str
    reason: str
    link: str
