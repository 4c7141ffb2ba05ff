"""The audit of reads and changes, and the files people send."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import EncryptedText, UtcTime
from core.models.root import Root


class Audit(Root):
    """One read or change of personal data or of the register: who, what, on what, when. No name, no text."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60), index=True)
    detail: Mapped[str] = mapped_column(String(300), default="")
    happened_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class StoredFile(Root):
    """A file received or made for somebody: encrypted on disk.

    One received is checked by its content and served to nobody before it is attached to a case message, or named by a
    proof. One made by the house (`conversation_id`) is served in that conversation, whose person asked for it.
    """

    __tablename__ = "files"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(EncryptedText)
    content_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    stored_as: Mapped[str] = mapped_column(String(80), unique=True)
    thread_hash: Mapped[str] = mapped_column(String(32), index=True)
    case_message_id: Mapped[int | None] = mapped_column(ForeignKey("case_messages.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    received_at: Mapped[datetime] = mapped_column(UtcTime)


class Notice(Root):
    """Something that was told once to somebody ("eligibility:12:60"): telling it again changes nothing."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    told_at: Mapped[datetime] = mapped_column(UtcTime)
