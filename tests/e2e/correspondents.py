"""Somebody who only writes mails: real messages through the inbox's code, the letters posted back read as text."""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage

from tests.e2e.heard import Heard
from tests.houses import FakeClock
from tests.integration.mail.letters import Writer, posted, text_of

MINUTES_A_MAIL = 13  # so that a stranger stays under five answers an hour

_CHOICE = re.compile(r"^ *(\d+)\. (.+)$", re.MULTILINE)


@dataclass
class MailPlayer:
    """A mail reader. Choices are answered by their number and by their words, in turn."""

    writer: Writer
    clock: FakeClock
    by_number: bool = False
    choices: dict[str, str] = field(default_factory=dict)

    async def opens(self) -> Heard:
        """Arrive: nobody arrives by mail without a word."""
        return await self.says("Bonjour")

    async def says(self, text: str) -> Heard:
        """Write a mail, in answer to the latest letter if there is one."""
        return self._writes(text)

    async def taps(self, label: str) -> Heard:
        """Choose among the numbered choices of the latest letter; what has no number there is written."""
        found = next((number for words, number in self.choices.items() if words.startswith(label)), None)
        self.by_number = not self.by_number
        if found is not None and self.by_number:
            return self._writes(found)
        return self._writes(next((words for words in self.choices if words.startswith(label)), label))

    async def sends(self, name: str, content: bytes) -> Heard:
        """Attach a file."""
        return self._writes("Bonjour,\n\nCi-joint le fichier.\n\nCordialement", {name: content})

    def _writes(self, text: str, files: dict[str, bytes] | None = None) -> Heard:
        self.clock.advance(minutes=MINUTES_A_MAIL)
        letters = posted(self.writer.house, self.writer.address)
        reply_to = letters[-1] if letters else None
        self.writer.writes(text, subject="Clauses sociales", reply_to=reply_to, files=files)
        return self._heard(posted(self.writer.house, self.writer.address)[len(letters) :])

    def _heard(self, letters: list[EmailMessage]) -> Heard:
        text = "\n".join(text_of(letter) for letter in letters)
        self.choices = {words.strip(): number for number, words in _CHOICE.findall(text)}
        names = [str(part.get_filename()) for letter in letters for part in letter.iter_attachments()]
        return Heard("\n".join([text, *names]), tuple(self.choices))
