"""Letters that bring a company and its buyer together."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MeetingLetter:
    """To everybody invited, and to the facilitateur: where, when, what about. The calendar file goes with it.

    `invited` names the organisations and the facilitateur; `is_own` is the copy of who proposed it.
    """

    name: str
    title: str
    contract: str
    when: str
    lasts: str
    place: str
    invited: str
    agenda: tuple[str, ...]
    note: str
    contact: str
    link: str
    is_moved: bool = False
    is_cancelled: bool = False
    is_own: bool = False
