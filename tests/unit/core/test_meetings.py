from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from core.meetings import Attendee, Meeting, Method, calendar_of

WRITTEN_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MEETING = Meeting(
    uid="lancement-12@exemple.fr",
    title="Réunion de lancement : réfection de l’école, lot n° 3 « Gros œuvre »",
    starts_at=datetime(2026, 12, 3, 14, 30, tzinfo=ZoneInfo("Europe/Paris")),
    minutes=90,
    organiser=Attendee("Facilitateur de l’Orne", "facilitateur@exemple.fr"),
    attendees=(Attendee("Carole Constructeur", "carole@exemple.fr"), Attendee("", "acheteur@exemple.fr")),
    place="Mairie, salle 2; 1er étage, Alençon",
    description="Ordre du jour :\n1. Les heures dues\n2. Qui déclare, et quand",
    link="https://clausette.exemple.fr/desk/",
)


def lines_of(written: bytes) -> list[str]:
    """The lines of a calendar, unfolded."""
    return written.replace(b"\r\n ", b"").decode().split("\r\n")


def test_a_meeting_is_read_back_as_it_was_written() -> None:
    written = calendar_of(MEETING, written_at=WRITTEN_AT)
    event = Calendar.from_ical(written).walk("VEVENT")[0]
    read = {name: str(event[name]) for name in ("SUMMARY", "LOCATION", "DESCRIPTION", "URL", "UID")}
    assert read == {
        "SUMMARY": MEETING.title,
        "LOCATION": MEETING.place,
        "DESCRIPTION": MEETING.description,
        "URL": MEETING.link,
        "UID": MEETING.uid,
    }
    assert event.decoded("DTSTART") == datetime(2026, 12, 3, 13, 30, tzinfo=UTC)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=90)
    lines = lines_of(written)
    assert "METHOD:REQUEST" in lines
    assert 'ORGANIZER;CN="Facilitateur de l’Orne":mailto:facilitateur@exemple.fr' in lines
    asked = "PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:"
    assert [line for line in lines if line.startswith("ATTENDEE")] == [
        f'ATTENDEE;CN="Carole Constructeur";{asked}carole@exemple.fr',
        f"ATTENDEE;{asked}acheteur@exemple.fr",
    ]


def test_a_calendar_follows_the_letter_of_the_standard() -> None:
    written = calendar_of(MEETING, written_at=WRITTEN_AT)
    assert written.count(b"\n") == written.count(b"\r\n")
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    assert calendar_of(MEETING, written_at=WRITTEN_AT) == written


def test_a_change_grows_the_sequence_and_a_cancellation_asks_nobody_to_answer() -> None:
    moved = calendar_of(replace(MEETING, sequence=1), written_at=WRITTEN_AT)
    assert b"SEQUENCE:1" in moved
    assert b"UID:lancement-12@exemple.fr" in moved
    cancelled = calendar_of(replace(MEETING, sequence=2), written_at=WRITTEN_AT, method=Method.CANCEL)
    assert b"METHOD:CANCEL" in cancelled
    assert b"STATUS:CANCELLED" in cancelled
    assert b"RSVP" not in cancelled


def test_nothing_typed_in_a_meeting_adds_a_line_to_its_calendar() -> None:
    trap = "x\r\nATTENDEE:mailto:pirate@exemple.fr"
    trapped = replace(
        MEETING, title=trap, place=trap, description=trap, organiser=Attendee(f'a"{trap}', "f@exemple.fr")
    )
    try:
        written = calendar_of(trapped, written_at=WRITTEN_AT)
    except ValueError:
        return  # the library refuses line ends in a name
    assert not [line for line in written.split(b"\r\n") if line.startswith(b"ATTENDEE:mailto:pirate")]


def test_a_meeting_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        calendar_of(replace(MEETING, starts_at=datetime(2026, 12, 3, 14, 30)), written_at=WRITTEN_AT)  # noqa: DTZ001
