"""The mails of the table: each .eml as a program writes it, names invented, what must be read in it beside."""

import json
from dataclasses import dataclass
from pathlib import Path

from mailer.reading import Reading, Receiver

FOLDER = Path(__file__).parent / "unit" / "mailer" / "mails"
RECEIVER = Receiver.known_as("Clausette <clausette@exemple.fr>", trusted_authserv="mx.exemple.fr")


@dataclass(frozen=True)
class Sample:
    """One mail and what is expected; a key that the expectation leaves out is not looked at."""

    name: str
    raw: bytes
    expected: dict[str, object]


def samples() -> list[Sample]:
    """Return every mail of the table, in the order of their names."""
    return [
        Sample(
            f"{path.parent.name}/{path.stem}",
            path.read_bytes(),
            json.loads(path.with_suffix(".json").read_text(encoding="utf-8")),
        )
        for path in sorted(FOLDER.glob("*/*.eml"))
    ]


def as_expected(reading: Reading) -> dict[str, object]:
    """Write what was read as the table does."""
    bounced = reading.bounced
    return {
        "kind": str(reading.kind),
        "from": reading.sender,
        "subject": reading.subject,
        "text": reading.text.split("\n"),
        "files": [[file.name, file.type] for file in reading.attachments],
        "token": reading.token,
        "verdict": str(reading.verdict),
        "bounced": bounced
        and {
            "recipient": bounced.recipient,
            "permanent": bounced.permanent,
            "message_id": bounced.message_id,
        },
        "left_out": reading.left_out,
    }
