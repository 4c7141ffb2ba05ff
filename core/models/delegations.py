"""Delegations: somebody else prepares a company's months, which the company declares itself."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.columns import EncryptedJson, EncryptedText, TermColumn, UtcTime
from core.models.contracts import Commitment
from core.models.people import Person
from core.models.root import Root
from core.terms import NilReason


class Delegation(Root):
    """What an awardee lets somebody prepare: one month ("2026-10") of a commitment, or every month when None.

    It ends on `until_on` (included) when there is one, or when the awardee says so (`ended_at`).
    """

    __tablename__ = "delegations"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    month: Mapped[str | None] = mapped_column(String(7))
    until_on: Mapped[date | None]
    given_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    given_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    commitment: Mapped[Commitment] = relationship(lazy="joined")
    delegate: Mapped[Person] = relationship(lazy="joined", foreign_keys=[delegate_id])


class PreparedMonth(Root):
    """A month that a delegate prepared: it counts for nothing until the awardee declares it.

    `lines` holds hours by employment id: {"12": ["84", "7"]}, worked and in training; `hires` is what was said of each
    new person, hours included (`core.preparations`). Without either, `nil_reason` says why. `settled_at` is when it was
    declared, replaced by another one, or set aside.
    """

    __tablename__ = "prepared_months"
    __table_args__ = (
        Index(
            "uq_prepared_months_waiting",
            "commitment_id",
            "month",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id"), index=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"))
    month: Mapped[str] = mapped_column(String(7))
    lines: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    hires: Mapped[list[dict[str, str]] | None] = mapped_column(EncryptedJson)
    nil_reason: Mapped[NilReason | None] = mapped_column(TermColumn(NilReason))
    note: Mapped[str] = mapped_column(EncryptedText, default="")
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    prepared_at: Mapped[datetime] = mapped_column(UtcTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime)


class PreparedHire(Root):
    """A hire that a delegate prepared, as answers of the `hire` flow: nothing until the awardee says yes."""

    __tablename__ = "prepared_hires"

    id: Mapped[int] = mapped_column(primary_key=True)
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id"), index=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    said: Mapped[dict[str, str]] = mapped_column(EncryptedJson)
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    prepared_at: Mapped[datetime] = mapped_column(UtcTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime)
