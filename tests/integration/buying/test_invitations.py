"""The kick-off and the quarterly reviews as calendar files, opened by another library than the one that writes them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from core.files import read
from core.meetings import Attendee
from core.models import StoredFile
from core.purchases.invitations import Invitation, calendar_for, stored_email, stored_hour
from core.refusal import Refused
from core.terms import MeetingKind
from tests.cast import Cast

vobject = pytest.importorskip("vobject")
PARIS = ZoneInfo("Europe/Paris")
WRITTEN_AT = datetime(2026, 11, 23, 9, tzinfo=PARIS)


def asked(kind: MeetingKind, day: date, ends_on: date | None = None) -> Invitation:
    organiser = Attendee("", "acheteur@exemple.fr")
    return Invitation(kind, "Collège ; lot 1, « Gros œuvre »", day, time(14, 30), "Mairie", organiser, "", ends_on)


def events_of(content: bytes) -> list[tuple[datetime, datetime, str]]:
    opened = vobject.readOne(content.decode())
    assert opened.method.value == "PUBLISH"
    return [(each.dtstart.value, each.dtend.value, each.summary.value) for each in opened.vevent_list]


def test_the_kick_off_is_one_hour_at_the_hour_of_paris() -> None:
    content = calendar_for(asked(MeetingKind.KICK_OFF, date(2027, 1, 12)), zone=PARIS, written_at=WRITTEN_AT)
    ((starts_at, ends_at, title),) = events_of(content)
    assert starts_at.astimezone(PARIS) == datetime(2027, 1, 12, 14, 30, tzinfo=PARIS)
    assert (ends_at - starts_at).seconds == 3600
    assert title == "Réunion de lancement, clause d’insertion\u00a0: Collège ; lot 1, « Gros œuvre »"
    event = vobject.readOne(content.decode()).vevent
    assert event.organizer.value == "mailto:acheteur@exemple.fr"
    assert "La déclaration de chaque mois" in event.description.value


def test_reviews_come_each_quarter_on_a_worked_day_at_the_same_hour_until_the_end() -> None:
    wanted = asked(MeetingKind.REVIEW, date(2027, 1, 30), date(2027, 12, 31))
    found = events_of(calendar_for(wanted, zone=PARIS, written_at=WRITTEN_AT))
    assert [starts_at.astimezone(PARIS).date() for starts_at, _, _ in found] == [
        date(2027, 2, 1), date(2027, 4, 30), date(2027, 7, 30), date(2027, 11, 2),
    ]  # fmt: skip
    assert {starts_at.astimezone(PARIS).time() for starts_at, _, _ in found} == {time(14, 30)}
    assert found[1][2].startswith("Point trimestriel 2/4")


def test_without_an_end_there_are_four_reviews_and_never_more_than_sixteen() -> None:
    assert len(asked(MeetingKind.REVIEW, date(2027, 1, 4)).days) == 4
    assert len(asked(MeetingKind.REVIEW, date(2027, 1, 4), date(2040, 1, 1)).days) == 16
    assert len(asked(MeetingKind.REVIEW, date(2027, 1, 4), date(2026, 1, 1)).days) == 1


@pytest.mark.parametrize(
    ("typed", "hour"),
    [("14 h 30", "14:30"), ("9h", "09:00"), ("09:30", "09:30"), ("à 8 heures", "08:00"), ("9", "09:00")],
)
def test_an_hour_is_read_as_people_write_it(typed: str, hour: str) -> None:
    assert stored_hour(typed) == hour


def test_no_hour_and_no_address_are_refused() -> None:
    for wrong in ("", "midi", "25 h", "9 h 75"):
        with pytest.raises(Refused):
            stored_hour(wrong)
    for wrong in ("", "acheteur", "a@b", "a b@exemple.fr", "a@exemple.fr, b@exemple.fr"):
        with pytest.raises(Refused):
            stored_email(wrong)


def test_a_signed_in_buyer_chooses_one_of_their_contracts(cast: Cast) -> None:
    talk = cast.talk(cast.alice)
    talk.says("que faire et quand")
    talk.taps("Exécution")
    assert "Pour quel marché" in talk.taps("Préparer les points trimestriels")
    assert not any("logements" in label for label in talk.labels)
    talk.taps("Réhabilitation du groupe scolaire Jean-Zay, lot\u00a01")
    talk.says("12/01/2027")
    talk.says("14 h")
    assert "3 points sont prêts" in talk.says("Visioconférence")
    (file,) = talk.shown[-1].files
    assert (file.name, file.content_type) == ("point trimestriel.ics", "text/calendar")
    with cast.house.database.reading() as session:
        content = read(cast.house, session.get_one(StoredFile, file.id))
    assert len(events_of(content)) == 3
    assert b"alice.achat@exemple.fr" in content
    assert b"Leroy" not in content


def test_a_stranger_gives_an_object_and_an_address(cast: Cast) -> None:
    talk = cast.talk(None)
    assert "Quelle réunion" in talk.says("préparer une réunion")
    for answer in ("Réunion de lancement", "Nettoyage des écoles", "12/01/2027", "14 h", "Mairie"):
        told = talk.says(answer)
    assert "Quelle est votre adresse e-mail" in told
    assert "adresse e-mail" in talk.says("sam")
    assert "La réunion est prête" in talk.says("sam@exemple.fr")
