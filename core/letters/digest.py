"""The facilitateur's month in one letter."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One bar of a small chart: what is counted, how many, and its length in percent of the longest one."""

    label: str
    count: int
    length: int


@dataclass(frozen=True)
class DigestPart:
    """What waits of one kind: the latest or most urgent lines, how many are left out, where to act on them."""

    title: str
    lines: tuple[str, ...]
    left_out: int
    act: str
    link: str


@dataclass(frozen=True)
class DigestLetter:
    """To a facilitateur, once a month: where the month stands, and what waits for him. `parts` may be empty."""

    name: str
    month: str
    territory: str
    bars: tuple[Bar, ...]
    parts: tuple[DigestPart, ...]
    link: str
