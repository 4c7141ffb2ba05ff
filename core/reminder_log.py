"""Of what a person was reminded last, read from the log."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.models import Commitment, Person, Reminder
from core.reminder_letters import commitments_by_id
from core.terms import ReminderState, ReminderStep


@dataclass(frozen=True)
class Reminded:
    """One month of which somebody was reminded, on which day, and at which step."""

    commitment: Commitment
    month: str
    step: ReminderStep
    day: date
    decided_at: datetime


def last_reminded(session: Session, person: Person) -> list[Reminded]:
    """Return what the last reminder of a person was about; nothing when they never had one."""
    posted = (Reminder.person_id == person.id, Reminder.state == ReminderState.POSTED)
    day = session.scalar(select(func.max(Reminder.day)).where(*posted))
    if day is None:
        return []
    rows = session.scalars(
        select(Reminder).where(*posted, Reminder.day == day).order_by(Reminder.month, Reminder.commitment_id)
    ).all()
    commitments = commitments_by_id(session, [row.commitment_id for row in rows])
    return [Reminded(commitments[row.commitment_id], row.month, row.step, row.day, row.decided_at) for row in rows]
