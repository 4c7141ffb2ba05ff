"""Meetings about a commitment: the facilitateur proposes, moves or cancels one, everybody gets it for their calendar.

The company's people and the buyer's are each written to apart: nobody's address goes to somebody else than the
facilitateur, who gets the answers.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.access import ONLY_FACILITATOR, reviews
from core.commitments import title_of
from core.hours import NBSP
from core.house import House
from core.letters import MeetingLetter
from core.meetings import Attendee, Meeting, Method, calendar_of
from core.messages import moment
from core.models import Commitment, Person, PlannedMeeting, Territory
from core.people import is_refused, post_letter
from core.refusal import Refused
from core.replies import About
from core.terms import MeetingKind

SHORTEST, LONGEST = 15, 480
LONGEST_PLACE, LONGEST_NOTE = 300, 2000
AGENDAS = {
    MeetingKind.KICK_OFF: (
        "Les heures prévues, et quand le chantier ou le service en aura besoin",
        "Les postes à pourvoir, et comment recruter",
        "La déclaration de chaque mois, et les justificatifs",
        "Qui appeler, et quand se revoir",
    ),
    MeetingKind.REVIEW: (
        "Les heures faites, et celles qui restent",
        "Les personnes embauchées, et la suite de leur parcours",
        "Les difficultés, et ce que chacun peut y faire",
        "Les trois mois qui viennent",
    ),
}


@dataclass(frozen=True)
class Proposal:
    """A meeting to hold. `starts_at` is aware."""

    kind: MeetingKind
    starts_at: datetime
    minutes: int
    place: str
    note: str = ""


def propose(session: Session, house: House, commitment_id: int, wanted: Proposal, by: Person) -> PlannedMeeting:
    """Plan a meeting and write to everybody. Raises Refused: not yours, already planned, nobody to write to, …."""
    commitment = _planned_by(session, by, commitment_id)
    _check(house, wanted)
    again = select(PlannedMeeting.id).where(
        PlannedMeeting.commitment_id == commitment.id,
        PlannedMeeting.starts_at == wanted.starts_at,
        PlannedMeeting.cancelled_at.is_(None),
    )
    if session.scalar(again) is not None:
        raise Refused("Une réunion est déjà proposée ce jour-là, à cette heure.")
    meeting = PlannedMeeting(
        commitment_id=commitment.id,
        kind=wanted.kind,
        starts_at=wanted.starts_at,
        minutes=wanted.minutes,
        place=wanted.place.strip(),
        note=wanted.note.strip(),
        sequence=0,
        planned_by_id=by.id,
        planned_at=house.now(),
    )
    session.add(meeting)
    session.flush()
    _tell(session, house, meeting, commitment, by)
    audit.note(session, house, "propose_meeting", f"meeting:{meeting.id}", person_id=by.id)
    return meeting


def move(session: Session, house: House, meeting_id: int, starts_at: datetime, place: str, by: Person) -> None:
    """Change when and where a meeting is held, and write to everybody. Raises Refused."""
    meeting, commitment = _meeting_of(session, house, meeting_id, by)
    wanted = Proposal(meeting.kind, starts_at, meeting.minutes, place, meeting.note)
    _check(house, wanted)
    if (meeting.starts_at, meeting.place) == (wanted.starts_at, wanted.place.strip()):
        raise Refused("Rien n’est changé. Donnez le nouveau jour, la nouvelle heure ou le nouveau lieu.")
    meeting.starts_at, meeting.place = wanted.starts_at, wanted.place.strip()
    meeting.sequence += 1
    _tell(session, house, meeting, commitment, by)
    audit.note(session, house, "move_meeting", f"meeting:{meeting.id}", person_id=by.id)


def cancel(session: Session, house: House, meeting_id: int, by: Person) -> None:
    """Cancel a meeting, and write to everybody. Raises Refused."""
    meeting, commitment = _meeting_of(session, house, meeting_id, by)
    meeting.cancelled_at = house.now()
    meeting.sequence += 1
    _tell(session, house, meeting, commitment, by)
    audit.note(session, house, "cancel_meeting", f"meeting:{meeting.id}", person_id=by.id)


def planned_for(session: Session, house: House, commitment: Commitment) -> list[PlannedMeeting]:
    """Return the meetings to come of a commitment, the next one first."""
    query = select(PlannedMeeting).where(
        PlannedMeeting.commitment_id == commitment.id,
        PlannedMeeting.cancelled_at.is_(None),
        PlannedMeeting.starts_at > house.now(),
    )
    return list(session.scalars(query.order_by(PlannedMeeting.starts_at)))


def invited_to(session: Session, commitment: Commitment) -> list[Person]:
    """Return who can be written to: the company's people, then the buyer's."""
    sides = (commitment.awardee_id, commitment.contract.buyer_id)
    rows = session.scalars(
        select(Person).where(Person.organisation_id.in_(sides), Person.left_at.is_(None), Person.email.is_not(None))
    )
    reachable = [person for person in rows if not is_refused(session, person)]
    return sorted(reachable, key=lambda person: (sides.index(person.organisation_id or 0), person.id))


def lasting(minutes: int) -> str:
    """Write a length of time: "1 h 30"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h" + (f"{NBSP}{rest:02}" if rest else "")


def _planned_by(session: Session, by: Person, commitment_id: int) -> Commitment:
    commitment = session.get(Commitment, commitment_id)
    if commitment is None or not reviews(by, commitment):
        raise Refused(ONLY_FACILITATOR)
    return commitment


def _meeting_of(session: Session, house: House, meeting_id: int, by: Person) -> tuple[PlannedMeeting, Commitment]:
    meeting = session.scalar(select(PlannedMeeting).where(PlannedMeeting.id == meeting_id).with_for_update())
    if meeting is None:
        raise Refused(ONLY_FACILITATOR)
    commitment = _planned_by(session, by, meeting.commitment_id)
    if meeting.cancelled_at is not None or meeting.starts_at <= house.now():
        raise Refused("Cette réunion est passée ou annulée. Proposez-en une autre.")
    return meeting, commitment


def _check(house: House, wanted: Proposal) -> None:
    if wanted.starts_at <= house.now():
        raise Refused("Ce jour ou cette heure est déjà passé. Choisissez un moment à venir.")
    if not SHORTEST <= wanted.minutes <= LONGEST:
        raise Refused(f"La durée est de {SHORTEST} minutes à {LONGEST // 60} heures.")
    if not wanted.place.strip() or len(wanted.place) > LONGEST_PLACE:
        raise Refused(f"Dites où l’on se retrouve, en une ligne{NBSP}: une adresse, ou un lien de visioconférence.")
    if len(wanted.note) > LONGEST_NOTE:
        raise Refused(f"Le mot qui accompagne l’invitation est trop long{NBSP}: 2{NBSP}000 signes au plus.")


def _tell(session: Session, house: House, meeting: PlannedMeeting, commitment: Commitment, by: Person) -> None:
    invited = invited_to(session, commitment)
    if not invited:
        raise Refused("Personne de l’entreprise ni de l’acheteur n’a d’adresse e-mail. Invitez-les d’abord.")
    event = _event(session, house, meeting, commitment, by)
    method = Method.CANCEL if meeting.cancelled_at is not None else Method.REQUEST
    for person in [*invited, by]:
        own = person.id == by.id
        asked = replace(event, attendees=() if own else (Attendee(person.name, person.email or ""),))
        letter = _letter(session, house, meeting, commitment, by, person)
        shown = Method.PUBLISH if own and method is Method.REQUEST else method
        calendar = calendar_of(asked, written_at=house.now(), method=shown)
        key = f"meeting:{meeting.id}:{meeting.sequence}:{person.id}"
        post_letter(session, house, letter, person, dedup_key=key, calendar=calendar,
                    about=About(commitment_id=commitment.id))  # fmt: skip


def _event(session: Session, house: House, meeting: PlannedMeeting, commitment: Commitment, by: Person) -> Meeting:
    place = session.get_one(Territory, commitment.contract.territory_id)
    shown = by.email if place.shows_facilitator_address else ""
    domain = house.settings.mail_from.rpartition("@")[2].strip("> ") or "localhost"
    agenda = "\n".join(f"- {line}" for line in AGENDAS[meeting.kind])
    return Meeting(
        uid=f"reunion-{meeting.id}@{domain}",
        title=f"{meeting.kind.capitalised}{NBSP}: {title_of(commitment, short=True)}",
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        organiser=Attendee(by.name, shown or house.settings.mail_reply_to or _address(house.settings.mail_from)),
        place=meeting.place,
        description=f"{agenda}\n\n{meeting.note}".strip(),
        sequence=meeting.sequence,
    )


def _letter(
    session: Session,
    house: House,
    meeting: PlannedMeeting,
    commitment: Commitment,
    by: Person,
    person: Person,
) -> MeetingLetter:
    place = session.get_one(Territory, commitment.contract.territory_id)
    return MeetingLetter(
        name=person.name,
        title=meeting.kind.capitalised,
        contract=f"{commitment.contract.reference} – {title_of(commitment)}",
        when=moment(house, meeting.starts_at),
        lasts=lasting(meeting.minutes),
        place=meeting.place,
        invited=f"{commitment.awardee.name}, {commitment.contract.buyer.name}, {by.name} (facilitateur)",
        agenda=AGENDAS[meeting.kind],
        note=meeting.note,
        contact=place.facilitator_phone,
        link=house.link("/"),
        is_moved=meeting.sequence > 0 and meeting.cancelled_at is None,
        is_cancelled=meeting.cancelled_at is not None,
        is_own=person.id == by.id,
    )


def _address(mailbox: str) -> str:
    return mailbox.rpartition("<")[2].strip("> ")
