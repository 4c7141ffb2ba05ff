"""The last look at a reminder before it leaves: only what is still missing, only on the day it was decided.

A mail server may be away for hours; meanwhile the month is declared, the office closes, the night comes. What no longer
holds is taken out; a message decided on another day, or kept until a closed hour, is cancelled and decided anew by the
next tick, unless it left on another channel already.
"""

from dataclasses import replace
from datetime import date

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from core.house import House
from core.letters import Envelope
from core.messages import rewrite
from core.models import Message, Outgoing, Person, Reminder, Territory
from core.models.outbox import OutgoingState
from core.outbox import LEASE, REMINDER, Parcel
from core.owed import duties, owed
from core.reminder_letters import Missing, Said, chat_buttons, chat_text, commitments_by_id, letter_of
from core.reminders import DELAYED, is_open
from core.terms import Channel, ReminderState


def still_holds(house: House, parcel: Parcel) -> Parcel | None:
    """Return a claimed parcel as it must leave now, or None when it must not: its row is then cancelled."""
    if parcel.priority != REMINDER:
        return parcel
    with house.database.transaction() as session:
        key = session.scalar(select(Outgoing.dedup_key).where(Outgoing.id == parcel.id)) or ""
        kind, _, rest = key.partition(":")
        if kind != "reminders" or parcel.person_id is None:
            return parcel
        day = date.fromisoformat(rest.split(":")[1])
        person = session.get_one(Person, parcel.person_id)
        rows = list(
            session.scalars(
                select(Reminder).where(
                    Reminder.person_id == person.id, Reminder.day == day, Reminder.state == ReminderState.POSTED
                )
            )
        )
        if day != house.today() or not is_open(house, session.get_one(Territory, person.territory_id)):
            _cancel(session, house, parcel, key, rows, DELAYED)
            return None
        missing = _missing(session, house, person, rows)
        if len(missing) == len(rows):
            return parcel
        if not missing:
            _cancel(session, house, parcel, key, rows, "declared")
            return None
        return _rewritten(session, house, person, parcel, key, missing)


def _missing(session: Session, house: House, person: Person, rows: list[Reminder]) -> list[Missing]:
    if person.left_at is not None:
        return []
    now = {
        (duty.id, due.month): due
        for duty, due in owed(session, duties(session, house, awardee_id=person.organisation_id), house.today())
    }
    commitments = commitments_by_id(session, [row.commitment_id for row in rows])
    return [
        Missing(commitments[row.commitment_id], row.month, now[row.commitment_id, row.month].by, row.step)
        for row in sorted(rows, key=lambda row: (row.month, row.commitment_id))
        if (row.commitment_id, row.month) in now
    ]


def _cancel(session: Session, house: House, parcel: Parcel, key: str, rows: list[Reminder], why: str) -> None:
    """Cancel one channel's message; the log says so when none of them can have left."""
    row = session.get_one(Outgoing, parcel.id)
    if why == DELAYED and parcel.attempts > 1 and row.last_error is None:
        why = ""  # a process died while sending: the person may have it
    session.execute(update(Outgoing).where(Outgoing.id == parcel.id).values(state=OutgoingState.CANCELLED, body=None))
    session.execute(delete(Message).where(Message.channel == parcel.channel, Message.external_id == key))
    in_flight = and_(Outgoing.state == OutgoingState.SENDING, Outgoing.claimed_at < house.now() - LEASE)
    left = select(Outgoing.id).where(
        Outgoing.dedup_key.startswith(f"{key.rpartition(':')[0]}:"),
        Outgoing.id != parcel.id,
        or_(Outgoing.state == OutgoingState.SENT, in_flight),
    )
    if why and session.scalar(left.limit(1)) is None:
        for each in rows:
            each.state, each.why = ReminderState.CANCELLED, why


def _rewritten(
    session: Session, house: House, person: Person, parcel: Parcel, key: str, missing: list[Missing]
) -> Parcel:
    said = Said(tuple(missing), (), None)
    if parcel.channel is Channel.EMAIL:
        envelope = Envelope(sender=house.settings.mail_from, recipient=parcel.peer, message_id=parcel.message_id)
        body = house.write_letter(letter_of(session, house, person, said), envelope)
    else:
        body = rewrite(session, key, chat_text(session, person, said, house.today()), chat_buttons(said))
    session.execute(update(Outgoing).where(Outgoing.id == parcel.id).values(body=body))
    return replace(parcel, body=body)
