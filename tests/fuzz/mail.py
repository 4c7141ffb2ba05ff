"""`python -m tests.fuzz.mail [COUNT] [SEED]`: altered mails are read; nothing but what is foreseen may escape.

Prints the figures, and the seed of whatever went wrong, so that it can be read again.
"""

import random
import sys
import time

from mailer.reading import Kind, Reading
from mailer.reading.files import MOST_FILES
from mailer.reading.markup import QUOTED, SIGNED, UNSIGNED
from mailer.reading.reader import MOST_LETTERS, understood
from tests.fuzz.mutations import altered
from tests.mails import RECEIVER, samples

COUNT = 100_000
SLOWEST = 2.0  # seconds for one mail
LARGEST = 60_000  # the heavier samples would only slow the rest down


def mails() -> list[bytes]:
    """Return the mails to alter."""
    return [sample.raw for sample in samples() if len(sample.raw) <= LARGEST]


def broken_promise(reading: Reading) -> str:
    """Say which promise of a reading does not hold, "" when all do."""
    texts = (reading.text, reading.whole, reading.subject, reading.sender_name)
    if any(mark in text for mark in (QUOTED, SIGNED, UNSIGNED) for text in texts[:2]):
        return "a mark of the HTML reading is left in the text"
    if any(len(text) > MOST_LETTERS for text in texts):
        return "a text is longer than the limit"
    if "\n" in reading.subject or "\r" in reading.subject or "\n" in reading.sender_name:
        return "a header of several lines"
    if any("\ud800" <= letter <= "\udfff" for text in texts for letter in text):
        return "a lone surrogate, which no database keeps"
    if len(reading.attachments) > MOST_FILES or any("/" in file.name for file in reading.attachments):
        return "files beyond the limits"
    if (reading.bounced is not None) != (reading.kind is Kind.BOUNCE):
        return "a bounce without its report"
    if reading.kind is Kind.HUMAN and not reading.sender:
        return "a person without an address"
    if reading.kind is Kind.HUMAN and reading.whole and not reading.text:
        return "a genuine message was emptied"
    return ""


def tried(number: int, known: list[bytes]) -> str:
    """Read the altered mail of this number; return what went wrong, "" when nothing did."""
    data = altered(known, random.Random(number))
    started = time.perf_counter()
    try:
        wrong = broken_promise(understood(data, RECEIVER))
    except (RecursionError, MemoryError):
        return ""  # foreseen: `read` says that the mail cannot be read
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    spent = time.perf_counter() - started
    return wrong or (f"{spent:.1f} s" if spent > SLOWEST else "")


def main() -> int:
    """Read so many altered mails; return 1 when one went wrong."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    known, wrong, started = mails(), 0, time.perf_counter()
    for number in range(seed, seed + count):
        said = tried(number, known)
        if said:
            wrong += 1
            print(f"seed {number}: {said}", flush=True)
    spent = time.perf_counter() - started
    print(f"{count} altered mails of {len(known)}, {wrong} wrong, {spent:.0f} s ({count / spent:.0f} a second)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
