"""The meetings about a commitment that the facilitateur proposed."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import EncryptedText, TermColumn, UtcTime
from core.models.root import Root
from core.terms import MeetingKind


class PlannedMeeting(Root):
    """A meeting as its last letters announced it. `sequence` grows at each change, as calendars want."""

    __tablename__ = "planned_meetings"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    kind: Mapped[MeetingKind] = mapped_column(TermColumn(MeetingKind))
    starts_at: Mapped[datetime] = mapped_column(UtcTime)
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(EncryptedText)
    sequence: Mapped[int] = mapped_column(default=0)
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    planned_at: Mapped[datetime] = mapped_column(UtcTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcTime)
