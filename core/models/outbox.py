"""What must leave the house: inserted in the domain's transaction, it exists exactly when what it announces does."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import EncryptedBytes, EncryptedText, TermColumn, UtcTime
from core.models.root import Root
from core.terms import Channel, Term


class OutgoingState(Term):
    """Where an outgoing row stands."""

    QUEUED = "queued", "à envoyer"
    SENDING = "sending", "en cours d’envoi"
    SENT = "sent", "envoyé"
    FAILED = "failed", "refusé"
    CANCELLED = "cancelled", "annulé"


KEPT = "sent_at IS NOT NULL AND body IS NOT NULL"


class Outgoing(Root):
    """One message for one peer. `body` is what leaves, rendered once; erased when sent, for it may hold a token.

    That of a letter stays as long as it may come back; `returns` counts how often it did.

    `priority` 0 is a receipt or a chat message, 5 a reminder, 9 a campaign. `peer_hash` orders a chat: one in flight.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_waiting",
            "channel",
            "state",
            "priority",
            "id",
            sqlite_where=text("state IN ('queued', 'sending')"),
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
        Index("ix_outbox_kept", "sent_at", sqlite_where=text(KEPT), postgresql_where=text(KEPT)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(TermColumn(Channel))
    peer: Mapped[str] = mapped_column(EncryptedText)
    peer_hash: Mapped[str] = mapped_column(String(32), index=True)
    ordered: Mapped[bool] = mapped_column(Boolean, default=True)
    priority: Mapped[int] = mapped_column(default=0)
    body: Mapped[bytes | None] = mapped_column(EncryptedBytes)
    dedup_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[OutgoingState] = mapped_column(TermColumn(OutgoingState))
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_error: Mapped[str | None] = mapped_column(String(300))
    bounced_at: Mapped[datetime | None] = mapped_column(UtcTime)
    returns: Mapped[int] = mapped_column(default=0, server_default="0")


class RefusedAddress(Root):
    """An address that a server refused for good: nothing more is sent to it until somebody corrects it."""

    __tablename__ = "refused_addresses"

    address_hash: Mapped[str] = mapped_column(String(32), primary_key=True)
    reason: Mapped[str] = mapped_column(String(300))
    refused_at: Mapped[datetime] = mapped_column(UtcTime)
