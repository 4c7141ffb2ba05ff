"""Letters: each dataclass of `core.letters` becomes a complete e-mail; sending is elsewhere."""

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from core.house import utc_now
from core.letters import (
    AcknowledgementLetter,
    AddressRefusedLetter,
    CaseDelayLetter,
    CaseFollowUpLetter,
    CaseReminderLetter,
    CaseReplyLetter,
    ConfirmationLetter,
    ConversationLetter,
    DigestLetter,
    Envelope,
    EscalationLetter,
    InvitationLetter,
    LateMonthsLetter,
    Letter,
    MeetingLetter,
    NoticeLetter,
    OrdersLetter,
    ReceiptLetter,
    ReminderLetter,
    SignInLetter,
    WelcomeLetter,
)
from mailer.letters import access, cases, conversations, declarations, digest, meetings, reminders
from mailer.letters.message import flattened
from mailer.letters.rendering import Rendered


def write_letter(letter: Letter, envelope: Envelope, *, clock: Callable[[], datetime] = utc_now) -> bytes:
    """Return the flattened message, CRLF line ends, ready for SMTP's DATA.

    Raises ValueError for an address or a Message-ID that is none.
    """
    return flattened(rendered(letter, envelope), envelope, clock())


def rendered(letter: Letter, envelope: Envelope) -> Rendered:  # noqa: PLR0912 - one line for each letter
    """Return what a letter says: its subject, its plain text, its HTML."""
    match letter:
        case SignInLetter():
            return access.sign_in(letter, envelope)
        case InvitationLetter():
            return access.invitation(letter, envelope)
        case WelcomeLetter():
            return access.welcome(letter, envelope)
        case EscalationLetter():
            return cases.escalation(letter, envelope)
        case CaseFollowUpLetter():
            return cases.follow_up(letter, envelope)
        case CaseReplyLetter():
            return cases.case_reply(letter, envelope)
        case AcknowledgementLetter():
            return cases.acknowledgement(letter, envelope)
        case ReceiptLetter():
            return declarations.receipt(letter, envelope)
        case NoticeLetter():
            return declarations.notice(letter, envelope)
        case AddressRefusedLetter():
            return cases.address_refused(letter, envelope)
        case ConversationLetter():
            return conversations.conversation(letter, envelope)
        case ConfirmationLetter():
            return conversations.confirmation(letter, envelope)
        case CaseReminderLetter():
            return cases.reminder(letter, envelope)
        case CaseDelayLetter():
            return cases.delay(letter, envelope)
        case OrdersLetter():
            return cases.orders(letter, envelope)
        case ReminderLetter():
            return reminders.reminder(letter, envelope)
        case LateMonthsLetter():
            return reminders.late_months(letter, envelope)
        case DigestLetter():
            return digest.digest(letter, envelope)
        case MeetingLetter():
            return meetings.meeting(letter, envelope)
        case _:
            assert_never(letter)
