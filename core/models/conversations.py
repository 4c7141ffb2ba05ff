"""Conversations and their messages, whatever the channel."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import EncryptedJson, TermColumn, UtcTime
from core.models.root import Root
from core.terms import Author, Channel


class Conversation(Root):
    """One thread on one channel: a Telegram chat, a browser's session, a terminal.

    `state` (encrypted) holds the flow under way: {"flow", "run", "answers", "asked"}, and the last question asked.
    """

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("channel", "thread"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(TermColumn(Channel))
    thread: Mapped[str] = mapped_column(String(120))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[dict[str, object]] = mapped_column(EncryptedJson)
    blocked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class Message(Root):
    """A message received or shown. (channel, external_id) is unique: a redelivered update changes nothing.

    `content` is encrypted: {"text", "button", "files"} when received, {"text", "buttons", "files"} when shown. `handle`
    is the random part of the buttons' callback data. `status` is "handled", or "failed" while a retry is due.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_messages_conversation_id_id", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    channel: Mapped[Channel] = mapped_column(TermColumn(Channel))
    external_id: Mapped[str | None] = mapped_column(String(120))
    handle: Mapped[str | None] = mapped_column(String(24), unique=True)
    author: Mapped[Author] = mapped_column(TermColumn(Author))
    content: Mapped[dict[str, object]] = mapped_column(EncryptedJson)
    status: Mapped[str] = mapped_column(String(10), default="handled")
    attempts: Mapped[int] = mapped_column(default=1)
    sent_at: Mapped[datetime] = mapped_column(UtcTime)
