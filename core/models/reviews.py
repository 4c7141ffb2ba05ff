"""The review of declarations: what was sent back and what the company answered, corrections asked after acceptance."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import EncryptedJson, EncryptedText, TermColumn, UtcTime
from core.models.root import Root
from core.terms import CorrectionStatus, ReturnReason


class Remark(Root):
    """Hours of one employment sent back by the facilitateur, and what the company answered: both are kept.

    The answer is a text, or the correction that changed the hours (`corrected_in_id`, a later version). `due_on` is
    the day by which it was asked for.
    """

    __tablename__ = "remarks"

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declarations.id"), index=True)
    employment_id: Mapped[int] = mapped_column(ForeignKey("employments.id"))
    reason: Mapped[ReturnReason] = mapped_column(TermColumn(ReturnReason))
    text: Mapped[str] = mapped_column(EncryptedText)
    due_on: Mapped[date]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    answer: Mapped[str | None] = mapped_column(EncryptedText)
    corrected_in_id: Mapped[int | None] = mapped_column(ForeignKey("declarations.id"))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Correction(Root):
    """A correction asked of an accepted month. `wanted` is {employment id: [worked, training]}, hours as text."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declarations.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    wanted: Mapped[dict[str, list[str]]] = mapped_column(EncryptedJson)
    reason: Mapped[str] = mapped_column(EncryptedText, default="")
    status: Mapped[CorrectionStatus] = mapped_column(TermColumn(CorrectionStatus))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    made_in_id: Mapped[int | None] = mapped_column(ForeignKey("declarations.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
