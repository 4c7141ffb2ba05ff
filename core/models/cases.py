"""Cases: what needs the facilitateur, with the thread of what each side wrote."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.columns import EncryptedJson, EncryptedText, TermColumn, UtcTime
from core.models.people import Person
from core.models.root import Root
from core.terms import Author, CaseStatus


class Case(Root):
    """A request to the facilitateur. `number` is what people read ("D-2026-0012"); `message_id` roots the mail thread.

    `context` keeps what the assistant had before it: the transcript, the articles proposed, the commitment's state.
    `previous_id` is the case that it continues. `reminded_at`, `escalated_at` and `excused_at` say when the
    facilitateur, his deputy and the person were told that the announced day has passed. `solved` is what the person
    said on closing.
    """

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), index=True)
    subject: Mapped[str] = mapped_column(EncryptedText)
    status: Mapped[CaseStatus] = mapped_column(TermColumn(CaseStatus), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitments.id"))
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    contact: Mapped[str | None] = mapped_column(EncryptedText)
    context: Mapped[dict[str, object]] = mapped_column(EncryptedJson)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    promised_on: Mapped[date]
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcTime)
    excused_at: Mapped[datetime | None] = mapped_column(UtcTime)
    solved: Mapped[bool | None]

    person: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=[person_id])
    messages: Mapped[list["CaseMessage"]] = relationship(lazy="selectin", order_by="CaseMessage.id")


class CaseMessage(Root):
    """One text in a case. Files are `StoredFile` rows attached to it. A note is for the facilitateurs only."""

    __tablename__ = "case_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    author: Mapped[Author] = mapped_column(TermColumn(Author))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    is_note: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(EncryptedText)
    written_at: Mapped[datetime] = mapped_column(UtcTime)
