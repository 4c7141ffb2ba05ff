"""Mail as a channel: the tokens of replies, the threads, what was received, and how far the box was read."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import EncryptedText, TermColumn, UtcTime
from core.models.root import Root
from core.terms import MailState


class ReplyToken(Root):
    """What a reply to one letter is about. Two secrets lead to it, both hashed: the Reply-To's, and the Message-ID.

    `address_hash` is whom the letter went to: somebody else who holds the secret gets nowhere. `asked` is the last
    message shown in the letter: an answer to an older one is not taken for an answer to the latest.
    """

    __tablename__ = "reply_tokens"
    __table_args__ = (Index("ix_reply_tokens_expires_at", "expires_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    letter_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address_hash: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitments.id"))
    month: Mapped[str | None] = mapped_column(String(7))
    asked: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class MailThread(Root):
    """A conversation by mail: to whom the replies go, about what, after which messages (oldest first)."""

    __tablename__ = "mail_threads"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    address: Mapped[str] = mapped_column(EncryptedText)
    subject: Mapped[str] = mapped_column(EncryptedText)
    message_ids: Mapped[list[str]] = mapped_column(JSON, default=list)


class ReceivedMail(Root):
    """One mail, handled once: neither its content (`fingerprint`) nor its place in the box comes twice.

    `folder` is where it must go, `moved_at` when it went. A mail that is held is kept, encrypted, as `kept_as`;
    whoever gets its link (`link_hash`) may say that it is theirs; the desk shows its `excerpt`.
    """

    __tablename__ = "received_mails"
    __table_args__ = (
        UniqueConstraint("account", "uid_validity", "uid"),
        Index("ix_received_mails_sender_hash_received_at", "sender_hash", "received_at"),
        Index("ix_received_mails_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    account: Mapped[str] = mapped_column(String(32))
    uid_validity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[MailState] = mapped_column(TermColumn(MailState))
    reason: Mapped[str] = mapped_column(String(60), default="")
    sender: Mapped[str] = mapped_column(EncryptedText)
    sender_hash: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(EncryptedText)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    is_answered: Mapped[bool] = mapped_column(default=False)
    kept_as: Mapped[str | None] = mapped_column(String(80), unique=True)
    link_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    excerpt: Mapped[str | None] = mapped_column(EncryptedText)
    folder: Mapped[str] = mapped_column(String(20))
    moved_at: Mapped[datetime | None] = mapped_column(UtcTime)
    received_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class MailCursor(Root):
    """How far a box was read: every mail up to `last_uid` has its row, or was there before us."""

    __tablename__ = "mail_cursors"

    account: Mapped[str] = mapped_column(String(32), primary_key=True)
    uid_validity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger)
    read_at: Mapped[datetime] = mapped_column(UtcTime)
