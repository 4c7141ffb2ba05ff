"""Meetings as calendars read them (RFC 5545, RFC 5546): an invitation, its change, its cancellation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from core.later import later

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = later("icalendar")


class Method(StrEnum):
    """What a calendar is asked to do with a meeting."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"  # a date to put down, nobody is asked to answer


@dataclass(frozen=True)
class Attendee:
    """Somebody at a meeting."""

    name: str
    email: str


@dataclass(frozen=True)
class Meeting:
    """A meeting. `uid` never changes ("lancement-12@exemple.fr"), `sequence` grows by one at each change.

    `starts_at` is aware; a calendar shows it in its reader's own time zone.
    """

    uid: str
    title: str
    starts_at: datetime
    minutes: int
    organiser: Attendee
    attendees: tuple[Attendee, ...] = ()
    place: str = ""
    description: str = ""
    link: str = ""
    sequence: int = 0


def calendar_of(meeting: Meeting, *, written_at: datetime, method: Method = Method.REQUEST) -> bytes:
    """Return the calendar file of a meeting, UTF-8, CRLF line ends, lines folded. Raises ValueError without a zone."""
    return calendar_of_all((meeting,), written_at=written_at, method=method)


def calendar_of_all(meetings: Iterable[Meeting], *, written_at: datetime, method: Method) -> bytes:
    """Return one calendar file of several meetings: published only, for a request is about one. Raises ValueError."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Clausette//Clauses sociales//FR")
    calendar.add("version", "2.0")
    calendar.add("method", str(method))
    for meeting in meetings:
        calendar.add_component(_event(meeting, written_at, method))
    return bytes(calendar.to_ical())


def _event(meeting: Meeting, written_at: datetime, method: Method) -> icalendar.Event:
    if meeting.starts_at.tzinfo is None:
        raise ValueError("the start of a meeting needs a time zone")
    starts_at = meeting.starts_at.astimezone(UTC)
    event = icalendar.Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", written_at.astimezone(UTC))
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=meeting.minutes))
    event.add("sequence", meeting.sequence)
    event.add("summary", meeting.title)
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    for name, text in (("location", meeting.place), ("description", meeting.description), ("url", meeting.link)):
        if text:
            event.add(name, text)
    event.add("organizer", _address(meeting.organiser), encode=False)
    for attendee in meeting.attendees:
        event.add("attendee", _asked(attendee, answer=method is Method.REQUEST), encode=False)
    return event


def _address(who: Attendee) -> icalendar.vCalAddress:
    address = icalendar.vCalAddress(f"mailto:{who.email}")
    if who.name:
        address.params["CN"] = icalendar.vText(who.name.replace('"', "'"))
    return address


def _asked(who: Attendee, *, answer: bool) -> icalendar.vCalAddress:
    address = _address(who)
    address.params["ROLE"] = icalendar.vText("REQ-PARTICIPANT")
    if answer:
        address.params["PARTSTAT"] = icalendar.vText("NEEDS-ACTION")
        address.params["RSVP"] = icalendar.vText("TRUE")
    return address
