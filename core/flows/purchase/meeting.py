"""Put a meeting about a clause in a calendar: the kick-off, or a review each quarter."""

from datetime import date, time

from core.commitments import title_of
from core.dialogue import Chat, Option
from core.flows.commands import MakeInvitation
from core.flows.purchase.asking import offering
from core.flows.register import Register
from core.hours import NBSP
from core.meetings import Attendee
from core.purchases.invitations import LONGEST_PLACE, Invitation, stored_email, stored_hour
from core.terms import MeetingKind

OTHER = Option("other", "Un autre marché")
LONGEST_OBJECT = 200
MOST_OFFERED = 8
YEARS_AHEAD = 3
HOURS = (Option("09:30", "9 h 30"), Option("14:00", "14 h"))
PLACES = (Option("Visioconférence", "Visioconférence"), Option("Dans nos locaux", "Dans nos locaux"))


def plan_meeting(chat: Chat, register: Register) -> MakeInvitation:
    """Ask which meeting, about which contract, when and where."""
    kinds = [Option(str(kind), kind.capitalised) for kind in MeetingKind]
    kind = MeetingKind.of(chat.choose("meeting", f"Quelle réunion{NBSP}?", kinds))
    what, ends_on = _contract(chat, register)
    first = f"Quel jour{NBSP}?" if kind is MeetingKind.KICK_OFF else f"Quel jour pour le premier point{NBSP}?"
    last = chat.today.replace(year=chat.today.year + YEARS_AHEAD, day=1)
    day = chat.day("day", first, first=chat.today, last=last)
    read = offering(HOURS, stored_hour, by_number=False)
    at = chat.value("at", f"À quelle heure{NBSP}?", read, suggestions=HOURS)
    place = chat.text("place", f"Où{NBSP}?", most=LONGEST_PLACE, suggestions=PLACES)
    who = _organiser(chat, register)
    known = register.territory.facilitator_name
    return MakeInvitation(Invitation(kind, what, day, time.fromisoformat(at), place, who, known, ends_on))


def _contract(chat: Chat, register: Register) -> tuple[str, date | None]:
    rows = register.commitments[:MOST_OFFERED] if register.is_buyer else []
    if rows:
        known = [Option(str(row.id), title_of(row, short=True)) for row in rows]
        chosen = chat.choose("of", f"Pour quel marché{NBSP}?", [*known, OTHER])
        row = next((row for row in rows if str(row.id) == chosen), None)
        if row is not None:
            return title_of(row)[:LONGEST_OBJECT], row.ends_on
    return chat.text("about", f"Quel est l’objet du marché{NBSP}?", most=LONGEST_OBJECT), None


def _organiser(chat: Chat, register: Register) -> Attendee:
    person = register.person
    if person is not None and person.email:
        return Attendee(person.name, person.email)
    text = f"Quelle est votre adresse e-mail{NBSP}? Elle figure dans l’invitation, comme organisateur."
    return Attendee("", chat.value("organiser", text, stored_email))
