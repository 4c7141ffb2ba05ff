"""One turn under way: who, where, and what has been shown so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from core.exchange import Shown, ShownFile
from core.flows.register import Register
from core.hours_files import HoursFile
from core.house import House
from core.messages import Meaning, show
from core.models import Conversation, Person
from core.outbox import Parcel
from core.papers_seen import Papers
from core.prepared import Prepared
from core.readings import Reading, Unread
from knowledge import Answer

SAVE = Prepared(update(Conversation).where(Conversation.id == bindparam("of")))  # built once, run at each turn


@dataclass
class Turn:
    """One turn under way: who, where, and what has been shown so far."""

    house: House
    session: Session
    conversation: Conversation
    person: Person | None
    received: int | None = None  # the message answered; none when the assistant speaks first
    shown: list[Shown] = field(default_factory=list)
    parcels: list[Parcel] | None = None  # the replies handed over to the channel, where it sends them itself
    understood: Answer | None = None
    hours_file: HoursFile | None = None  # the spreadsheet received, read before the transaction
    papers: Papers | None = None  # the photos and PDF files received, looked at before the transaction
    is_proven: bool = True
    reading: Reading | None = None  # the document received or named, read before the transaction
    has_read: bool = False  # whether the file that the turn needs was looked for
    case_id: int | None = None  # the case that this turn opened or completed
    month: str | None = None  # the month that this turn recorded

    def __post_init__(self) -> None:
        self.state: dict[str, object] = dict(self.conversation.state)
        self.look_again()

    def say(
        self, text: str, buttons: Sequence[tuple[str, Meaning]] | None = None, *, files: Sequence[ShownFile] = ()
    ) -> None:
        """Show a message, with files made for it (`core.files.make`)."""
        self.shown.append(show(self.session, self.house, self.conversation, text, buttons or [],
                               files=files, parcels=self.parcels))  # fmt: skip

    def become(self, person: Person | None) -> None:
        """Go on as somebody else: signed in, or out."""
        self.person = person
        self.conversation.person_id = person.id if person else None
        self.look_again()

    def look_again(self) -> None:
        """Forget what was read of the register: something is about to change in it."""
        self.register = Register(self.session, self.house, self.person, self.conversation.id)

    @property
    def flow(self) -> str | None:
        """The flow under way."""
        found = self.state.get("flow")
        return str(found) if found else None

    @property
    def answers(self) -> dict[str, str]:
        """The answers of the flow under way."""
        found = self.state.get("answers")
        return found if isinstance(found, dict) else {}

    def read(self, file: int) -> Reading | None:
        """Return what a file sent before holds, None when it cannot be read. Raises Unread until it was looked for."""
        if self.reading is not None and self.reading.file == file:
            return self.reading
        if not self.has_read:
            raise Unread(file)
        return None

    def save(self) -> None:
        """Keep the state for the next message."""
        SAVE.run(self.session, {"of": self.conversation.id, "state": self.state, "updated_at": self.house.now()})
