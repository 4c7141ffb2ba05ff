"""Houses to test in: real databases, the real library, a clock that is set by hand."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from pydantic import SecretStr

from core.database import Database
from core.house import House, LetterWriter
from core.keys import load_keys, new_encryption_key
from core.letters import Envelope, Letter
from core.settings import Settings
from knowledge import Library

MONDAY_MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # 11 h in Paris


@dataclass
class FakeClock:
    """A clock that moves only when told."""

    now: datetime = MONDAY_MORNING

    def __call__(self) -> datetime:
        """Return the time it shows."""
        return self.now

    def advance(self, **delta: float) -> None:
        """Move on, in the words of `timedelta`."""
        self.now += timedelta(**delta)


@cache
def library() -> Library:
    """Return the package's own articles, read once per run."""
    return Library.load()


def write_plainly(letter: Letter, envelope: Envelope) -> bytes:
    """Write a letter as a mail that a test can read: its kind as the subject, its fields as the body."""
    fields = json.dumps(vars(letter), ensure_ascii=False, default=str)
    head = f"To: {envelope.recipient}\r\nMessage-ID: {envelope.message_id}\r\nSubject: {type(letter).__name__}\r\n"
    thread = f"In-Reply-To: {envelope.in_reply_to}\r\n" if envelope.in_reply_to else ""
    attached = "".join(f"X-Attached: {each.name} {len(each.content)}\r\n" for each in envelope.attachments)
    return f"{head}{thread}{attached}\r\n{fields}\r\n".encode()


def make_house(
    database_url: str,
    data_dir: Path,
    *,
    clock: FakeClock | None = None,
    secret_key: str = "a secret of the tests",
    encryption_keys: str = "",
    write_letter: LetterWriter = write_plainly,
) -> House:
    """Return a house on a database whose schema is up to date (`core.schema.upgrade`).

    Without `encryption_keys` a fresh one is made: rate limits count by house, and no house must see another's.
    """
    settings = Settings(
        database_url=SecretStr(database_url),
        data_dir=data_dir,
        secret_key=SecretStr(secret_key),
        encryption_keys=SecretStr(encryption_keys or new_encryption_key()),
        public_url="https://clausette.exemple.fr",
        mail_from="Clausette <clausette@exemple.fr>",
        territory="Département du Val",
        facilitator_email="fanny.facilite@exemple.fr",
        facilitator_name="Fanny Facilite",
        facilitator_phone="01 99 00 00 01",
    )
    keys = load_keys(settings)
    return House(
        settings=settings,
        keys=keys,
        database=Database(database_url, keys),
        library=library,
        write_letter=write_letter,
        clock=clock or FakeClock(),
    )


def with_letters(house: House, write_letter: LetterWriter) -> House:
    """Return the same house with another letter writer."""
    return replace(house, write_letter=write_letter)
