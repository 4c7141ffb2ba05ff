"""Who knows candidates, what companies look for, and what each side did about it."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.columns import EncryptedText, TermColumn, UtcTime
from core.models.people import Organisation
from core.models.root import Root
from core.terms import EffortKind, NeedKind, NeedStatus


class Partner(Root):
    """An organisation that employs, trains or guides candidates: where, which publics, which trades (free words).

    Its people are those who are written to.
    """

    __tablename__ = "partners"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    area: Mapped[str] = mapped_column(String(200), default="")
    publics: Mapped[list[str]] = mapped_column(JSON, default=list)
    trades: Mapped[list[str]] = mapped_column(JSON, default=list)

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Need(Root):
    """What a company looks for: candidates, or a training. `places` is a number of people, `month` "2026-10"."""

    __tablename__ = "needs"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    kind: Mapped[NeedKind] = mapped_column(TermColumn(NeedKind))
    status: Mapped[NeedStatus] = mapped_column(TermColumn(NeedStatus), index=True)
    what: Mapped[str] = mapped_column(String(120))
    places: Mapped[int]
    month: Mapped[str] = mapped_column(String(7))
    place: Mapped[str] = mapped_column(String(120), default="")
    details: Mapped[str] = mapped_column(EncryptedText, default="")
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Forward(Root):
    """A need sent to a partner, and the partner's answer: how many candidates (0 for none), and how to go on."""

    __tablename__ = "forwards"
    __table_args__ = (UniqueConstraint("need_id", "partner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.organisation_id"))
    sent_at: Mapped[datetime] = mapped_column(UtcTime)
    candidates: Mapped[int | None]
    text: Mapped[str] = mapped_column(EncryptedText, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)

    partner: Mapped[Partner] = relationship(lazy="joined")
    need: Mapped[Need] = relationship(lazy="joined")


class Effort(Root):
    """Something that a company says it did, or met, to do its hours; kept with the day it was told."""

    __tablename__ = "efforts"
    __table_args__ = (Index("ix_efforts_commitment_id_happened_on", "commitment_id", "happened_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"))
    kind: Mapped[EffortKind] = mapped_column(TermColumn(EffortKind))
    happened_on: Mapped[date]
    text: Mapped[str] = mapped_column(EncryptedText, default="")
    told_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    told_at: Mapped[datetime] = mapped_column(UtcTime)
