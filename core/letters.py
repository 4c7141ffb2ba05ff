"""What each letter says, as data; the mailer renders it. Building is apart from sending.

Every text is French, plain (no HTML); links are complete addresses. Hours come already written ("84 h").
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Attached:
    """A file that goes with a letter."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Envelope:
    """Where a letter goes and how it threads. `reply_to` is empty when answers by mail are not read.

    `stop_link` (`core.subscriptions.stop_link`) is for letters that one may stop: reminders, digests; never receipts.
    `calendar` is an .ics file (`core.meetings.calendar_of`) that mail readers show as an invitation.
    `subject`, when given, stands for the letter's own: a thread keeps the subject that its first writer gave it.
    """

    sender: str
    recipient: str
    message_id: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: str = ""
    attachments: tuple[Attached, ...] = ()
    automatic: bool = True
    stop_link: str = ""
    calendar: bytes = b""
    subject: str = ""


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
class SignInLetter:
    """The link that signs a person in; `minutes` before it expires."""

    name: str
    link: str
    minutes: int


@dataclass(frozen=True)
class InvitationLetter:
    """Invites a person to the assistant for one organisation. `telegram_link` is empty when there is no bot."""

    name: str
    organisation: str
    facilitator: str
    link: str
    code: str
    telegram_link: str
    days: int


@dataclass(frozen=True)
class WonContract:
    """One commitment in a welcome letter."""

    contract: str
    buyer: str
    lot: str
    hours: str
    period: str
    reporting: str
    first_month: str
    penalty: str
    article: str


@dataclass(frozen=True)
class WelcomeLetter:
    """To an awardee: what was won, what is owed, by when, how to declare, how to sign in."""

    name: str
    organisation: str
    facilitator: str
    facilitator_contact: str
    commitments: tuple[WonContract, ...]
    link: str
    code: str
    telegram_link: str
    days: int


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


@dataclass(frozen=True)
class AcknowledgementLetter:
    """To the person: the case is open, its number, the announced day of the answer."""

    name: str
    number: str
    subject: str
    promised: str
    link: str


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
class AddressRefusedLetter:
    """To the facilitateur: a server refused a person's address for good."""

    who: str
    organisation: str
    reason: str
    link: str


@dataclass(frozen=True)
class ConversationLetter:
    """To whom writes by mail: what the assistant answers, the choices by number, a page that has them as buttons.

    The texts use the tiny Markdown of conversations; `words` are what may be answered besides ("retour").
    """

    subject: str
    texts: tuple[str, ...]
    choices: tuple[str, ...]
    words: tuple[str, ...]
    link: str


@dataclass(frozen=True)
class ConfirmationLetter:
    """To a known address: did you write this? `sender` is the address in From, `why` what made us ask."""

    name: str
    subject: str
    sender: str
    excerpt: str
    why: str
    link: str
    days: int


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
class MissingMonth:
    """A month to declare: on which contract, by when, and whose hours are expected ("" when nobody is known)."""

    contract: str
    month: str
    by: str
    people: str


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


Letter = (
    SignInLetter
    | InvitationLetter
    | WelcomeLetter
    | EscalationLetter
    | CaseFollowUpLetter
    | CaseReplyLetter
    | AcknowledgementLetter
    | ReceiptLetter
    | NoticeLetter
    | AddressRefusedLetter
    | ConversationLetter
    | ConfirmationLetter
    | CaseReminderLetter
    | CaseDelayLetter
    | OrdersLetter
    | ReminderLetter
    | LateMonthsLetter
)
