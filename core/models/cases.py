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
    contact: Mapped[str | None] = mapped_column(EncryptedText)
    context: Mapped[dict[str, object]] = mapped_column(EncryptedJson)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    promised_on: Mapped[date]
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)

    person: Mapped[Person | None] = relationship(lazy="joined")
    messages: Mapped[list["CaseMessage"]] = relationship(lazy="selectin", order_by="CaseMessage.id")


class CaseMessage(Root):
    """One text in a case. Files are `StoredFile` rows attached to it."""

    __tablename__ = "case_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    author: Mapped[Author] = mapped_column(TermColumn(Author))
    text: Mapped[str] = mapped_column(EncryptedText)
    written_at: Mapped[datetime] = mapped_column(UtcTime)
