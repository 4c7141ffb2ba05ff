"""A mail as it arrives, understood: bytes in, a value out. No database, no network, no clock.

`read(data, receiver)` never raises, whatever the bytes: what cannot be understood is `Kind.UNREADABLE`.
"""

from mailer.reading.reader import MOST_BYTES, read
from mailer.reading.receiver import Receiver, receiver_of
from mailer.reading.result import Attachment, Bounced, Kind, Reading, Verdict

__all__ = [
    "MOST_BYTES",
    "Attachment",
    "Bounced",
    "Kind",
    "Reading",
    "Receiver",
    "Verdict",
    "read",
    "receiver_of",
]
