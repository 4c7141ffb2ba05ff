"""The last look at a reminder before it leaves: only what is still missing, only on the day it was decided.

A mail server may be away for hours; meanwhile the month is declared, the office closes, the night comes. What no longer
holds is taken out; a message decided on another day, or kept until a closed hour, is cancelled and decided anew by the
next tick, unless it left on another channel already.
"""

from datetime import date

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from core.house import House
from core.models import Message, Outgoing, Person, Reminder, Territory
from core.models.outbox import OutgoingState
from core.outbox import LEASE, REMINDER, WAITING, Parcel
from core.preparations import owed_by
from core.reminder_letters import Missing, Said, commitments_by_id, missing_of
from core.reminders import DELAYED, is_open, post
from core.subscriptions import accepts_reminders
from core.terms import Channel, ReminderState

DECLARED = "declared"  # or not asked for any more


def still_holds(house: House, parcel: Parcel) -> bool:
    """Tell whether a claimed parcel has its reason to leave still; when not its row is cancelled.

    When a part of it still holds, a message about that part is posted in its place.
    """
    if parcel.priority != REMINDER:
        return True
    with house.database.transaction() as session:
        row = session.get_one(Outgoing, parcel.id)
        kind, _, rest = (row.dedup_key or "").partition(":")
        if kind != "reminders" or parcel.person_id is None:
            return True
        day = date.fromisoformat(rest.split(":")[1])
        person = session.get_one(Person, parcel.person_id)
        decided = _content(session, row, day)
        if day != house.today() or not is_open(house, session.get_one(Territory, person.territory_id)):
            _cancel(session, house, row, decided, DELAYED)
            return False
        if parcel.channel is Channel.EMAIL and not accepts_reminders(session, person):
            _cancel(session, house, row, decided, "unsubscribed")
            return False
        missing = _missing(session, house, person, decided)
        if len(missing) == len(decided):
            return True
        kept = {(each.commitment.id, each.month) for each in missing}
        may_have_left = _may_have_left(row)
        _cancel(
            session, house, row, [each for each in decided if (each.commitment_id, each.month) not in kept], DECLARED
        )
        if missing and not may_have_left:
            post(session, house, person, Said(tuple(missing), (), None), only=parcel.channel, again=f":{row.id}")
        return False


def _content(session: Session, row: Outgoing, day: date) -> list[Reminder]:
    """Return what a message is about: all that was decided for its person that day and not taken out before it."""
    return list(
        session.scalars(
            select(Reminder).where(
                Reminder.person_id == row.person_id,
                Reminder.day == day,
                or_(
                    and_(Reminder.state == ReminderState.POSTED, Reminder.why == ""),
                    and_(Reminder.why == DECLARED, Reminder.decided_at > row.created_at),
                ),
            )
        )
    )


def _missing(session: Session, house: House, person: Person, rows: list[Reminder]) -> list[Missing]:
    if person.left_at is not None:
        return []
    now = {(duty.id, due.month): due for duty, due in owed_by(session, house, person)}
    commitments = commitments_by_id(session, [row.commitment_id for row in rows])
    return [
        missing_of(session, commitments[row.commitment_id], row.month, now[row.commitment_id, row.month].by, row.step)
        for row in sorted(rows, key=lambda row: (row.month, row.commitment_id))
        if (row.commitment_id, row.month) in now
    ]


def _cancel(session: Session, house: House, row: Outgoing, decided: list[Reminder], why: str) -> None:
    """Cancel one channel's message; the log says so when none of them left, or still may."""
    key = row.dedup_key or ""
    is_unsure = why == DELAYED and _may_have_left(row)
    row.state, row.body = OutgoingState.CANCELLED, None
    session.execute(delete(Message).where(Message.channel == row.channel, Message.external_id == key))
    in_flight = and_(Outgoing.state == OutgoingState.SENDING, Outgoing.claimed_at < house.now() - LEASE)
    leaves = in_flight if why == DELAYED else Outgoing.state.in_(WAITING)
    that_day = f"{':'.join(key.split(':')[:3])}:"
    others = select(Outgoing.id).where(
        Outgoing.dedup_key.startswith(that_day),
        Outgoing.id != row.id,
        or_(Outgoing.state == OutgoingState.SENT, leaves),
    )
    on_web = select(Message.id).where(Message.channel == Channel.WEB, Message.external_id.startswith(that_day))
    is_all = not is_unsure and session.scalar(others.limit(1)) is None and session.scalar(on_web.limit(1)) is None
    for each in decided:
        if is_all:
            each.state = ReminderState.CANCELLED
        if is_all or why == DECLARED:
            each.why, each.decided_at = why, house.now()
    session.flush()


def _may_have_left(row: Outgoing) -> bool:
    """Tell whether a former attempt may have reached the person: a process died while sending, and said nothing."""
    return row.attempts > 1 and row.last_error is None
