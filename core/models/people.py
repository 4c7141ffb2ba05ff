"""Organisations, the people who act for them, the channels they are known on, and the tokens that let them in."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.columns import EncryptedText, TermColumn, UtcTime
from core.models.root import Root
from core.terms import Channel, OrganisationKind


class Organisation(Root):
    """A buyer, an awardee, an insertion structure, a prescriber. `siret` is 14 digits, or None when unknown."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    siret: Mapped[str | None] = mapped_column(String(14), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(TermColumn(OrganisationKind))
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), index=True)


class Person(Root):
    """Somebody who talks to the assistant: for an organisation, or as a facilitateur of the territory.

    From `absent_from` to `absent_until`, both included, a facilitateur's letters go to his deputy.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(EncryptedText)
    email: Mapped[str | None] = mapped_column(EncryptedText)
    email_hash: Mapped[str | None] = mapped_column(String(32), unique=True)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), index=True)
    is_facilitator: Mapped[bool] = mapped_column(default=False)
    absent_from: Mapped[date | None]
    absent_until: Mapped[date | None]
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    email_refused_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcTime)

    organisation: Mapped[Organisation | None] = relationship(lazy="joined")


class ChannelIdentity(Root):
    """A verified way to recognise a person: a Telegram account, a browser's session, an address."""

    __tablename__ = "channel_identities"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    channel: Mapped[Channel] = mapped_column(TermColumn(Channel))
    external_id: Mapped[str] = mapped_column(String(120))
    verified_at: Mapped[datetime] = mapped_column(UtcTime)


class Token(Root):
    """A random secret that does one thing, expires, and is stored hashed.

    A reminder's names a month to declare; `message_id` is the message of a conversation that a link answers.
    """

    __tablename__ = "tokens"
    __table_args__ = (Index("ix_tokens_expires_at", "expires_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitments.id"))
    month: Mapped[str | None] = mapped_column(String(7))
    message_id: Mapped[int | None]
    channel: Mapped[Channel | None] = mapped_column(TermColumn(Channel))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)
