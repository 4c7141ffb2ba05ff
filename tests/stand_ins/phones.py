"""People with Telegram on their phone: what they do becomes updates, what they hear is what the bot sent."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Protocol

Params = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """A message of the bot as the phone shows it; `raw` is the text before mark-up, `buttons` rows of (label, data)."""

    message_id: int
    chat_id: int
    text: str
    raw: str
    buttons: tuple[tuple[tuple[str, str], ...], ...]
    file_name: str
    content: bytes
    at: float

    @property
    def labels(self) -> list[str]:
        """The labels of the buttons, in order."""
        return [label for row in self.buttons for label, _ in row]


class Network(Protocol):
    """What a phone needs of the stand-in."""

    sent: list[Sent]

    def next_id(self) -> int:
        """Return a number never given before."""
        ...

    def keep(self, name: str, content: bytes) -> str:
        """Keep a file; return its id."""
        ...

    def post(self, **content: Any) -> Params:
        """Give the bot an update."""
        ...


@dataclass
class Person:
    """Somebody with a phone. Everything they do gives an update, which is returned."""

    api: Network
    id: int
    name: str
    chat: Params
    _heard: int = 0
    _last_message: int = 0

    def says(self, text: str) -> Params:
        """Write a message."""
        return self.sends(text=text)

    def opens(self, code: str) -> Params:
        """Open the bot's deep link and touch "Démarrer"."""
        return self.says(f"/start {code}")

    def sends(self, **content: Any) -> Params:
        """Send a message of any kind, its fields as in the Bot API."""
        self._last_message = self.api.next_id()
        return self.api.post(message=self._message(self._last_message, content))

    def edits(self, text: str) -> Params:
        """Correct the last message."""
        content = {"text": text, "edit_date": int(time.time())}
        return self.api.post(edited_message=self._message(self._last_message, content))

    def sends_file(self, name: str, content: bytes, caption: str = "", size: int | None = None) -> Params:
        """Send a document; `size` when Telegram announces another one than the content's."""
        file_id = self.api.keep(name, content)
        document = {"file_id": file_id, "file_unique_id": file_id, "file_name": name,
                    "file_size": len(content) if size is None else size}  # fmt: skip
        return self.sends(document=document, **({"caption": caption} if caption else {}))

    def sends_photo(self, content: bytes, caption: str = "") -> Params:
        """Send a photo, which Telegram gives in two sizes."""
        small, large = self.api.keep("small.jpg", b"small"), self.api.keep("large.jpg", content)
        sizes = [
            {"file_id": small, "file_unique_id": small, "width": 90, "height": 60, "file_size": 5},
            {"file_id": large, "file_unique_id": large, "width": 1280, "height": 960, "file_size": len(content)},
        ]
        return self.sends(photo=sizes, **({"caption": caption} if caption else {}))

    def taps(self, label: str) -> Params:
        """Touch a button of the latest message that has it."""
        for sent in reversed(self.received):
            for found, data in (button for row in sent.buttons for button in row):
                if _same(found, label):
                    return self.taps_data(data, sent.message_id)
        seen = [label for sent in self.received for label in sent.labels]
        raise AssertionError(f"no button {label!r} among {seen}")

    def taps_data(self, data: str, message_id: int = 1) -> Params:
        """Touch a button by its data, even one that is not shown any more."""
        message = {"message_id": message_id, "date": int(time.time()), "chat": self.chat}
        query = {"id": str(self.api.next_id()), "from": self._user(), "chat_instance": "1", "data": data,
                 "message": message}  # fmt: skip
        return self.api.post(callback_query=query)

    @property
    def received(self) -> list[Sent]:
        """Everything the bot sent to this chat."""
        return [sent for sent in self.api.sent if sent.chat_id == self.chat["id"]]

    async def hears(self, n: int = 1, *, within: float = 60.0) -> list[Sent]:
        """Wait for `n` more messages of the bot and return them; AssertionError when they do not come in time."""
        limit = time.monotonic() + within
        while len(self.received) < self._heard + n:
            if time.monotonic() > limit:
                news = [sent.text for sent in self.received[self._heard :]]
                raise AssertionError(f"{self.name} heard {len(news)} messages of {n} in {within} s: {news}")
            await asyncio.sleep(0.005)
        self._heard += n
        return self.received[self._heard - n : self._heard]

    def _user(self) -> Params:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "fr"}

    def _message(self, number: int, content: Params) -> Params:
        return {"message_id": number, "date": int(time.time()), "chat": self.chat, "from": self._user(), **content}


def _same(found: str, wanted: str) -> bool:
    """People do not see the difference between two kinds of spaces."""
    return " ".join(found.split()) == " ".join(wanted.split())
