"""What a mail is, who wrote it, and what it says that is new."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """Who wrote a mail: a person, or one of the robots that must never be answered as one."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"
    OWN = "own"
    UNREADABLE = "unreadable"


class Verdict(StrEnum):
    """Whether the trusted server found the address of From genuine. NONE: nobody that we trust said anything."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True)
class Attachment:
    """A file of a mail. `type` is found in the bytes, never believed from the headers."""

    name: str
    type: str
    content: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Return its length in bytes."""
        return len(self.content)


@dataclass(frozen=True)
class Bounced:
    """A delivery that failed, or a complaint about it.

    `recipient` is "" when the report names nobody; `message_id` is that of the mail sent, "" when it is not quoted;
    `mark` is what the return address of the mail sent bears, "" without one; `status` the enhanced code (RFC 3463), ""
    without one. When `delayed`, the server goes on trying: nothing is lost yet. A complaint (RFC 5965) is never
    permanent: the address works, its owner wants no more.
    """

    recipient: str
    permanent: bool
    message_id: str = ""
    status: str = ""
    reason: str = ""
    complaint: bool = False
    delayed: bool = False
    mark: str = ""


@dataclass(frozen=True)
class Reading:
    """A mail understood.

    `sender` is the one bare address of From, in small letters, "" when there is none or several. `text` is what is new
    in it, `whole` everything it says. `tokens` are the reply tokens found, best place first; whether one is valid is
    for the house to say. `left_out` says in French what was not kept, "" when everything was. `reasons` name what
    betrays a robot, `oddities` what smells of an attack (such a mail is read as any other). Identifiers are written
    "<…>".
    """

    kind: Kind
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sent_at: datetime | None = None
    recipients: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    whole: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()
    left_out: str = ""
    tokens: tuple[str, ...] = ()
    verdict: Verdict = Verdict.NONE
    bounced: Bounced | None = None
    reasons: tuple[str, ...] = ()
    is_spam: bool = False
    oddities: tuple[str, ...] = ()

    @property
    def token(self) -> str | None:
        """Return the most likely reply token."""
        return self.tokens[0] if self.tokens else None
