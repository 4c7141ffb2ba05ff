"""What was sent about the months to declare, and what was not: the log behind "pourquoi ai-je reçu ce rappel ?"."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import TermColumn, UtcTime
from core.models.root import Root
from core.terms import ReminderState, ReminderStep


class Reminder(Root):
    """One step of one month of a commitment, for one person (none: the facilitateur), decided once and for all.

    `dedup_key` says it whole, so that any number of processes may decide at once. `due_on` is the day it was due, `day`
    the day it was decided; everything posted to a person on one day leaves as one message. `why` is a word: why not.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        Index("ix_reminders_commitment_id_month", "commitment_id", "month"),
        Index("ix_reminders_person_id_day", "person_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedup_key: Mapped[str] = mapped_column(String(120), unique=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"))
    month: Mapped[str] = mapped_column(String(7))
    step: Mapped[ReminderStep] = mapped_column(TermColumn(ReminderStep))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    state: Mapped[ReminderState] = mapped_column(TermColumn(ReminderState))
    why: Mapped[str] = mapped_column(String(40), default="")
    due_on: Mapped[date]
    day: Mapped[date]
    decided_at: Mapped[datetime] = mapped_column(UtcTime)
