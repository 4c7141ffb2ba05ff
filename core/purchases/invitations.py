"""The meetings that a buyer puts in a calendar: the kick-off, and a review each quarter until the contract ends.

The file is sent to nobody: the buyer opens it, adds who must come, and sends the invitation from their own calendar.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from hashlib import sha256

from core.hours import NBSP, plain
from core.meetings import Attendee, Meeting, Method, calendar_of_all
from core.months import months_after
from core.planning import AGENDAS
from core.refusal import Refused
from core.terms import MeetingKind
from core.workdays import after_working_days

MINUTES = {MeetingKind.KICK_OFF: 60, MeetingKind.REVIEW: 45}
MOST_REVIEWS, USUAL_REVIEWS = 16, 4
EVERY = 3  # months
LONGEST_PLACE = 300
_HOUR = re.compile(r"(?:a\s*)?(\d{1,2})\s*(?:h|:|heures?)\s*(\d{2})?|(\d{1,2})")
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")


@dataclass(frozen=True)
class Invitation:
    """A meeting, or as many as there are quarters until `ends_on` (a year when it is not known)."""

    kind: MeetingKind
    object: str
    starts_on: date
    at: time
    place: str
    organiser: Attendee
    facilitator: str = ""
    ends_on: date | None = None

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.kind.label}.ics"

    @property
    def days(self) -> tuple[date, ...]:
        """The days of the meetings: each quarter, a day that is worked."""
        if self.kind is MeetingKind.KICK_OFF:
            return (self.starts_on,)
        last = self.ends_on or months_after(self.starts_on, EVERY * (USUAL_REVIEWS - 1))
        days = (months_after(self.starts_on, EVERY * place) for place in range(MOST_REVIEWS))
        return tuple(dict.fromkeys(after_working_days(day, 0) for day in days if day <= max(last, self.starts_on)))


def calendar_for(asked: Invitation, *, zone: tzinfo, written_at: datetime) -> bytes:
    """Return the calendar file: one event for each day."""
    return calendar_of_all(tuple(_meetings(asked, zone)), written_at=written_at, method=Method.PUBLISH)


def _meetings(asked: Invitation, zone: tzinfo) -> Iterator[Meeting]:
    agenda = "\n".join(f"- {point}" for point in AGENDAS[asked.kind])
    whom = "l’entreprise, ses sous-traitants concernés, " + (asked.facilitator or "le facilitateur")
    told = f"Ordre du jour{NBSP}:\n{agenda}\n\nÀ inviter{NBSP}: {whom}."
    for place, day in enumerate(asked.days, start=1):
        count = f" {place}/{len(asked.days)}" if len(asked.days) > 1 else ""
        named = sha256(f"{asked.kind}{asked.object}{asked.organiser.email}{day}".encode()).hexdigest()[:24]
        yield Meeting(
            uid=f"{named}@clausette",
            title=f"{asked.kind.label.capitalize()}{count}, clause d’insertion{NBSP}: {asked.object}",
            starts_at=datetime.combine(day, asked.at, zone),
            minutes=MINUTES[asked.kind],
            organiser=asked.organiser,
            place=asked.place,
            description=told,
        )


def told_invitation(asked: Invitation) -> str:
    """Say what the file holds and what to do with it."""
    many = len(asked.days)
    what = "La réunion est prête" if many == 1 else f"{many} points sont prêts, un par trimestre"
    return (
        f"{what}, en fichier .ics. Ouvrez-le{NBSP}: votre agenda le propose. Ajoutez-y l’entreprise et le "
        "facilitateur, puis envoyez l’invitation."
    )


def stored_hour(text: str) -> str:
    """An hour of the day as it is stored, "14:30", from "14 h 30", "14:30" or "9". Raises Refused."""
    found = _HOUR.fullmatch(plain(text).strip(" ."))
    hour, minute = (int(found[1] or found[3]), int(found[2] or 0)) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise Refused(f"Écrivez une heure, par exemple «{NBSP}14{NBSP}h{NBSP}30{NBSP}».")
    return f"{hour:02}:{minute:02}"


def stored_email(text: str) -> str:
    """An address as it is stored. Raises Refused."""
    address = text.strip()
    if not _EMAIL.fullmatch(address) or len(address) > 320:
        raise Refused("Ce n’est pas une adresse e-mail. Écrivez par exemple acheteur@exemple.fr.")
    return address
