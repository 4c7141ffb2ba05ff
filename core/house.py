"""What the domain is given to work with: the database, the library, the letters, the clock. No globals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from core.database import Database
from core.keys import Keys
from core.letters import Envelope, Letter
from core.settings import Settings
from knowledge import Article, Library


class LetterWriter(Protocol):
    """Renders a letter into the bytes of a complete e-mail; the mailer provides it."""

    def __call__(self, letter: Letter, envelope: Envelope) -> bytes:
        """Return the flattened message, CRLF line ends, ready for SMTP's DATA."""
        ...


class LibraryShelf(Protocol):
    """Gives the library in force; the operator may add articles while the house is open."""

    def __call__(self) -> Library:
        """Return the library in force now."""
        ...


class Model(Protocol):
    """The optional language model; `core.language_model` provides it."""

    def reworded(self, question: str, articles: Sequence[Article]) -> Article | None:
        """Return the article that answers with its body reworded, None to show the articles as they are."""
        ...


def utc_now() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """One installation. `clock` returns an aware time; `today` is the day in the territory's time zone."""

    settings: Settings
    keys: Keys
    database: Database
    library: LibraryShelf
    write_letter: LetterWriter
    clock: Callable[[], datetime] = utc_now
    model: Model | None = None

    def now(self) -> datetime:
        """Return the time now, in UTC."""
        return self.clock()

    def today(self) -> date:
        """Return the day now, in the territory's time zone."""
        return self.clock().astimezone(self.settings.zone).date()

    def local(self, moment: datetime) -> datetime:
        """Return a time in the territory's time zone."""
        return moment.astimezone(self.settings.zone)

    @property
    def files_dir(self) -> Path:
        """Where received files are kept, encrypted."""
        return self.settings.data_dir / "files"

    def link(self, path: str) -> str:
        """Return the public address of a page."""
        return f"{self.settings.public_url}{path}"
