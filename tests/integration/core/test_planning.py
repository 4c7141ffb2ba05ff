"""Meetings about a commitment: everybody gets them for their calendar, nobody another's address."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from icalendar import Calendar, Event
from sqlalchemy import select

from core.house import House
from core.models import Audit, Outgoing, Person, PlannedMeeting, Territory
from core.people import refuse_address
from core.planning import Proposal, cancel, lasting, move, planned_for, propose
from core.refusal import Refused
from core.terms import MeetingKind
from mailer.letters import write_letter
from tests.cast import Cast
from tests.houses import with_letters

WHEN = datetime(2026, 12, 3, 13, 30, tzinfo=UTC)
KICK_OFF = Proposal(MeetingKind.KICK_OFF, WHEN, 90, "Mairie de Clairval, salle 2", "Venez avec le planning.")
SCHOOL = {"carole.constructeur@exemple.fr", "claude.chantier@exemple.fr", "alice.achat@exemple.fr"}
FANNY = "fanny.facilite@exemple.fr"


@pytest.fixture
def house(cast: Cast) -> House:
    """The house, which writes real letters."""
    return with_letters(cast.house, write_letter)


def proposed(house: House, cast: Cast, wanted: Proposal = KICK_OFF, by: Person | None = None) -> int:
    with house.database.transaction() as session:
        who = session.get_one(Person, (by or cast.fanny).id)
        return propose(session, house, cast.school.id, wanted, who).id


def invitations(house: House) -> dict[str, tuple[str, str, Event]]:
    """The last letter to each: its subject, what the calendar is asked to do, the event."""
    found = {}
    with house.database.reading() as session:
        for row in session.scalars(select(Outgoing).where(Outgoing.dedup_key.startswith("meeting:"))):
            message = message_from_bytes(row.body or b"", policy=policy.default)
            files = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
            assert len(files) == 1
            assert "invitation.ics" in {part.get_filename() for part in message.iter_attachments()}
            calendar = Calendar.from_ical(files[0].get_content())
            event = calendar.walk("VEVENT")[0]
            assert isinstance(event, Event)
            assert files[0]["Content-Type"].params["method"] == str(calendar["METHOD"])
            found[row.peer] = (str(message["Subject"]), str(calendar["METHOD"]), event)
    return found


def test_the_company_the_buyer_and_the_facilitateur_get_the_meeting_each_for_themselves(
    house: House, cast: Cast
) -> None:
    proposed(house, cast)
    sent = invitations(house)
    assert set(sent) == SCHOOL | {FANNY}
    for address in SCHOOL:
        subject, method, event = sent[address]
        assert subject.replace("\u00a0", " ") == "Réunion de lancement : 3 décembre 2026 à 14 h 30"
        assert method == "REQUEST"
        assert event.decoded("DTSTART") == WHEN
        assert event.decoded("DTEND") == WHEN + timedelta(minutes=90)
        assert str(event["ATTENDEE"]) == f"mailto:{address}", "nobody reads another's address"
        assert str(event["ORGANIZER"]) == f"mailto:{FANNY}"
        assert str(event["LOCATION"]) == KICK_OFF.place
    assert sent[FANNY][1] == "PUBLISH"
    with house.database.reading() as session:
        assert session.scalars(select(Audit).where(Audit.action == "propose_meeting")).one().person_id == cast.fanny.id


def test_a_meeting_that_moves_then_is_cancelled_stays_the_same_in_a_calendar(house: House, cast: Cast) -> None:
    number = proposed(house, cast)
    uid = str(invitations(house)["alice.achat@exemple.fr"][2]["UID"])
    later = WHEN + timedelta(days=1)
    with house.database.transaction() as session:
        move(session, house, number, later, "Sur le chantier", session.get_one(Person, cast.fanny.id))
    subject, method, event = invitations(house)["alice.achat@exemple.fr"]
    assert subject.startswith("Changement, réunion de lancement")
    assert (method, event.decoded("SEQUENCE"), str(event["UID"])) == ("REQUEST", 1, uid)
    assert event.decoded("DTSTART") == later
    with house.database.transaction() as session:
        cancel(session, house, number, session.get_one(Person, cast.fanny.id))
    subject, method, event = invitations(house)["alice.achat@exemple.fr"]
    assert subject.startswith("Annulation, réunion de lancement")
    assert (method, event.decoded("SEQUENCE"), str(event["STATUS"])) == ("CANCEL", 2, "CANCELLED")
    with house.database.transaction() as session:
        assert planned_for(session, house, cast.school) == []
        fanny = session.get_one(Person, cast.fanny.id)
        with pytest.raises(Refused, match="passée ou annulée"):
            cancel(session, house, number, fanny)


def test_only_the_facilitateur_of_the_territory_plans(house: House, cast: Cast) -> None:
    number = proposed(house, cast)
    for person in (cast.outsider, cast.carole, cast.alice):
        with pytest.raises(Refused):
            proposed(house, cast, replace(KICK_OFF, starts_at=WHEN + timedelta(days=2)), by=person)
        with house.database.transaction() as session, pytest.raises(Refused):
            cancel(session, house, number, session.get_one(Person, person.id))
        with house.database.transaction() as session, pytest.raises(Refused):
            move(session, house, number, WHEN + timedelta(days=2), "Ailleurs", session.get_one(Person, person.id))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (replace(KICK_OFF, starts_at=datetime(2026, 11, 20, 9, tzinfo=UTC)), "déjà passé"),
        (replace(KICK_OFF, minutes=0), "durée"),
        (replace(KICK_OFF, minutes=481), "durée"),
        (replace(KICK_OFF, place="  "), "où l’on se retrouve"),
        (replace(KICK_OFF, place="x" * 301), "où l’on se retrouve"),
        (replace(KICK_OFF, note="x" * 2001), "trop long"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused_and_writes_to_nobody(
    house: House, cast: Cast, wanted: Proposal, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        proposed(house, cast, wanted)
    assert invitations(house) == {}


def test_the_form_sent_twice_invites_once(house: House, cast: Cast) -> None:
    proposed(house, cast)
    with pytest.raises(Refused, match="déjà proposée"):
        proposed(house, cast)
    with house.database.reading() as session:
        assert len(session.scalars(select(PlannedMeeting)).all()) == 1


def test_an_address_that_refuses_mail_is_not_invited_and_a_hidden_one_stays_hidden(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        refuse_address(session, house, "claude.chantier@exemple.fr", "550")
        session.get_one(Territory, cast.fanny.territory_id).shows_facilitator_address = False
    proposed(house, cast)
    sent = invitations(house)
    assert set(sent) == SCHOOL - {"claude.chantier@exemple.fr"} | {FANNY}
    assert str(sent["alice.achat@exemple.fr"][2]["ORGANIZER"]) == "mailto:clausette@exemple.fr"


@pytest.mark.parametrize(("minutes", "written"), [(45, "45 min"), (60, "1 h"), (90, "1 h 30"), (125, "2 h 05")])
def test_a_length_of_time_is_written_the_french_way(minutes: int, written: str) -> None:
    assert lasting(minutes).replace("\u00a0", " ") == written
