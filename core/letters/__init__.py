"""What each letter says, as data; the mailer renders it. Building is apart from sending.

Every text is French, plain (no HTML); links are complete addresses. Hours come already written ("84 h").
"""

from core.letters.access import InvitationLetter, SignInLetter, WelcomeLetter, WonContract
from core.letters.cases import (
    AcknowledgementLetter,
    AddressRefusedLetter,
    CaseDelayLetter,
    CaseFollowUpLetter,
    CaseNews,
    CaseReminderLetter,
    CaseReplyLetter,
    CommitmentState,
    EscalationLetter,
    Line,
    OrdersLetter,
)
from core.letters.conversations import ConfirmationLetter, ConversationLetter
from core.letters.digest import Bar, DigestLetter, DigestPart
from core.letters.envelope import Attached, Envelope
from core.letters.meetings import MeetingLetter
from core.letters.months import LateMonth, LateMonthsLetter, MissingMonth, NoticeLetter, ReceiptLetter, ReminderLetter

__all__ = [
    "AcknowledgementLetter",
    "AddressRefusedLetter",
    "Attached",
    "Bar",
    "CaseDelayLetter",
    "CaseFollowUpLetter",
    "CaseNews",
    "CaseReminderLetter",
    "CaseReplyLetter",
    "CommitmentState",
    "ConfirmationLetter",
    "ConversationLetter",
    "DigestLetter",
    "DigestPart",
    "Envelope",
    "EscalationLetter",
    "InvitationLetter",
    "LateMonth",
    "LateMonthsLetter",
    "Letter",
    "Line",
    "MeetingLetter",
    "MissingMonth",
    "NoticeLetter",
    "OrdersLetter",
    "ReceiptLetter",
    "ReminderLetter",
    "SignInLetter",
    "WelcomeLetter",
    "WonContract",
]

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
    | DigestLetter
    | MeetingLetter
)
