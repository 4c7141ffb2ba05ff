"""Monthly declarations: one version in force per commitment and month, one line per employment, nothing overwritten."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.columns import EncryptedText, Hundredths, TermColumn, UtcTime
from core.models.participants import Employment
from core.models.root import Root
from core.terms import DeclarationStatus, NilReason


class Declaration(Root):
    """One version of a month ("2026-10") of a commitment. A correction is a new version; the former is superseded.

    `awaiting_since` is when the facilitateur was last given it to examine: declared, or explained. An accepted one
    without `decided_by_id` was accepted by the delay.
    """

    __tablename__ = "declarations"
    __table_args__ = (
        UniqueConstraint("commitment_id", "month", "version"),
        Index(
            "uq_declarations_in_force",
            "commitment_id",
            "month",
            unique=True,
            sqlite_where=text("status != 'superseded'"),
            postgresql_where=text("status != 'superseded'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"))
    month: Mapped[str] = mapped_column(String(7))
    version: Mapped[int]
    status: Mapped[DeclarationStatus] = mapped_column(TermColumn(DeclarationStatus))
    nil_reason: Mapped[NilReason | None] = mapped_column(TermColumn(NilReason))
    note: Mapped[str] = mapped_column(EncryptedText, default="")
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    declared_at: Mapped[datetime] = mapped_column(UtcTime)
    awaiting_since: Mapped[datetime] = mapped_column(UtcTime, index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)

    lines: Mapped[list["DeclarationLine"]] = relationship(lazy="selectin", order_by="DeclarationLine.id")


class DeclarationLine(Root):
    """Hours of one employment in one version of a month: worked on the contract, and in training, apart.

    `flags` and `confirmed` are rules of `core.checks`, separated by commas: what the facilitateur should look at, and
    what the company was asked about and confirmed. Hours `is_returned` wait for the company and do not count.
    """

    __tablename__ = "declaration_lines"
    __table_args__ = (UniqueConstraint("declaration_id", "employment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declarations.id"))
    employment_id: Mapped[int] = mapped_column(ForeignKey("employments.id"), index=True)
    worked: Mapped[Decimal] = mapped_column(Hundredths)
    training: Mapped[Decimal] = mapped_column(Hundredths)
    flags: Mapped[str] = mapped_column(Text, default="")
    confirmed: Mapped[str] = mapped_column(Text, default="")
    is_returned: Mapped[bool] = mapped_column(default=False)

    employment: Mapped[Employment] = relationship(lazy="joined")


class Receipt(Root):
    """Proof of when a version was declared: numbered without a gap, each holding the hash of the one before."""

    __tablename__ = "receipts"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declarations.id"), unique=True)
    replaces: Mapped[int | None]
    content: Mapped[str] = mapped_column(EncryptedText)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    previous_hash: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(UtcTime)
