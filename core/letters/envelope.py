"""What every letter has around it: where it goes, how it threads, what goes with it."""

from dataclasses import dataclass


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
