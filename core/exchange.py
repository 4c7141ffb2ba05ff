"""What goes between a channel and a turn: what arrived, what is shown. Plain values, the same for every channel.

Texts use a tiny Markdown: paragraphs, "- " lists, **bold**, [label](address). Each channel converts it to its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.outbox import Parcel
from core.terms import Author, Channel


@dataclass(frozen=True)
class Inbound:
    """One message received. `external_id` is the channel's own id of it: the same one twice changes nothing.

    `thread` is the channel's id of the conversation. `button` is the data of the tapped button. `files` are ids
    of stored files. `refused_files` are French sentences, one for each file not kept, shown back to the person.
    `asked` is the last message that the person had read, where the channel knows: an answer to an older question is not
    taken for an answer to the latest. Unless it `is_proven`, who wrote it is likely and no more: nothing is recorded in
    their name. With `hands_over` the channel sends the replies itself right after the commit: they come back claimed,
    as parcels.
    """

    channel: Channel
    thread: str
    external_id: str
    received_at: datetime
    text: str = ""
    button: str | None = None
    files: tuple[int, ...] = ()
    refused_files: tuple[str, ...] = ()
    asked: int | None = None
    is_proven: bool = True
    hands_over: bool = False


@dataclass(frozen=True)
class Button:
    """A button as the channel shows it; `data` (at most 64 bytes) comes back as `Inbound.button`."""

    label: str
    data: str


@dataclass(frozen=True)
class ShownFile:
    """A file in a message; `id` serves it to who may see it."""

    id: int
    name: str
    content_type: str


@dataclass(frozen=True)
class Shown:
    """One message of a conversation, as a channel shows it."""

    id: int
    author: Author
    text: str
    sent_at: datetime
    buttons: tuple[Button, ...] = ()
    files: tuple[ShownFile, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return what the outbox keeps for a chat."""
        return {
            "text": self.text,
            "buttons": [[button.label, button.data] for button in self.buttons],
            "files": [[file.id, file.name, file.content_type] for file in self.files],
        }

    @classmethod
    def from_content(cls, number: int, author: Author, sent_at: datetime, content: Mapping[str, object]) -> "Shown":
        """Read back what a message row or an outbox body keeps."""
        buttons = content.get("buttons") or []
        files = content.get("files") or []
        if not isinstance(buttons, list) or not isinstance(files, list):
            raise TypeError("content of a message: buttons and files are lists")
        return cls(
            id=number,
            author=author,
            text=str(content.get("text") or ""),
            sent_at=sent_at,
            buttons=tuple(Button(str(button[0]), str(button[1])) for button in buttons),
            files=tuple(ShownFile(int(file[0]), str(file[1]), str(file[2])) for file in files),
        )


@dataclass(frozen=True)
class Turned:
    """What a turn did. `shown` are the replies; empty and `repeated` when the message had been handled before.

    `parcels` are the replies that were handed over: whoever asked for them sends them.
    """

    conversation_id: int | None
    shown: tuple[Shown, ...] = ()
    repeated: bool = False
    failed: bool = False
    parcels: tuple[Parcel, ...] = ()
