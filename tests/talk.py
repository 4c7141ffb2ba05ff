"""A conversation played by a test: what somebody says or taps, and what they are shown."""

from dataclasses import dataclass, field
from uuid import uuid4

from core.conversations import greet, history, turn
from core.exchange import Button, Inbound, Shown, Turned
from core.files import receive
from core.house import House
from core.terms import Author, Channel


@dataclass
class Talk:
    """One thread on one channel, from the side of the person."""

    house: House
    channel: Channel
    thread: str
    shown: list[Shown] = field(default_factory=list)
    last: Turned = field(default_factory=lambda: Turned(None))

    def says(self, text: str, *, files: tuple[int, ...] = (), external_id: str = "") -> str:
        """Send a message and return what is shown, all together."""
        return self.receives(self.inbound(text=text, files=files, external_id=external_id))

    def taps(self, label: str) -> str:
        """Tap the latest button whose label begins so."""
        return self.sends_back(self.button(label).data)

    def sends_back(self, data: str) -> str:
        """Send the data of a button."""
        return self.receives(self.inbound(button=data))

    def sends_file(self, name: str, content: bytes, *, text: str = "") -> str:
        """Store a file, then send it as a message."""
        number = receive(self.house, channel=self.channel, thread=self.thread, name=name, content=content)
        return self.says(text, files=(number,))

    def greeted(self) -> str:
        """Open the conversation."""
        return self._heard(greet(self.house, self.channel, self.thread))

    def inbound(
        self, *, text: str = "", button: str | None = None, files: tuple[int, ...] = (), external_id: str = ""
    ) -> Inbound:
        """Make one message of this conversation."""
        return Inbound(
            channel=self.channel,
            thread=self.thread,
            external_id=external_id or uuid4().hex,
            received_at=self.house.now(),
            text=text,
            button=button,
            files=files,
        )

    def receives(self, inbound: Inbound) -> str:
        """Hand a message over to the turn."""
        return self._heard(turn(self.house, inbound))

    def looks(self) -> str:
        """Read what came without being asked for."""
        news = history(self.house, self.channel, self.thread, after=self.shown[-1].id if self.shown else 0)
        fresh = [shown for shown in news if shown.author is not Author.PERSON]
        self.shown.extend(fresh)
        return "\n\n".join(shown.text for shown in fresh)

    def button(self, label: str) -> Button:
        """Find the latest button whose label begins so."""
        for shown in reversed(self.shown):
            for button in shown.buttons:
                if button.label.startswith(label):
                    return button
        raise LookupError(f"no button {label!r}; there are {self.labels}")

    @property
    def labels(self) -> list[str]:
        """The labels of the buttons of the last message."""
        return [button.label for button in self.shown[-1].buttons] if self.shown else []

    def _heard(self, turned: Turned) -> str:
        self.last = turned
        self.shown.extend(turned.shown)
        return "\n\n".join(shown.text for shown in turned.shown)
