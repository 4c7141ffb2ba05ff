"""What smells of an attack in a mail: harmless as it is read here, but the operator should see it in the log."""

import re
from collections.abc import Iterator

from mailer.reading.headers import Headers, every, hides_a_line_break
from mailer.reading.parts import Parts

SHOWN = frozenset({"subject", "from", "to", "cc", "reply-to"})
CROWD = 200  # recipients; an association writes to fifty
_SCRIPT = re.compile(
    r"<\s*(?:script|iframe|object|embed)\b|\bjavascript:|<[^<>]{1,300}\bon(?:error|load|click)\s*=", re.IGNORECASE
)


def oddities_of(headers: Headers, parts: Parts) -> tuple[str, ...]:
    """Name what is odd, in words that quote nothing."""
    return tuple(_oddities(headers, parts))


def _oddities(headers: Headers, parts: Parts) -> Iterator[str]:
    if any(hides_a_line_break(value[:20_000]) for name, value in headers if name in SHOWN):
        yield "line break in a header"
    if sum(value.count("@") for name in ("to", "cc") for value in every(headers, name)[:3]) > CROWD:
        yield "crowd of recipients"
    if any(_SCRIPT.search(block.html) for block in parts.blocks):
        yield "script"
