"""What changes in a commitment while it lasts, who else does its hours, and commitments counted together."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.columns import EncryptedText, Hundredths, TermColumn, UtcTime
from core.models.people import Organisation
from core.models.root import Root
from core.terms import AmendmentKind, AmendmentStatus, ShareRole


class Amendment(Root):
    """A change of a commitment, in force from `effective_on` once signed; nothing of it is ever overwritten.

    `hours` are added (or taken away when negative); `starts_on` and `ends_on` replace the dates; `until` is the last
    day of a suspension, None while nobody knows it; `awardee_id` takes the commitment over.
    """

    __tablename__ = "amendments"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    kind: Mapped[AmendmentKind] = mapped_column(TermColumn(AmendmentKind))
    status: Mapped[AmendmentStatus] = mapped_column(TermColumn(AmendmentStatus))
    effective_on: Mapped[date]
    hours: Mapped[Decimal | None] = mapped_column(Hundredths)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    until: Mapped[date | None]
    awardee_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    reason: Mapped[str] = mapped_column(EncryptedText, default="")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcTime)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Share(Root):
    """The hours that a co-awardee or a subcontractor does of a commitment. The awardee still owes them all."""

    __tablename__ = "shares"
    __table_args__ = (UniqueConstraint("commitment_id", "organisation_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[ShareRole] = mapped_column(TermColumn(ShareRole))
    hours: Mapped[Decimal] = mapped_column(Hundredths)
    agreed_on: Mapped[date]

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Globalisation(Root):
    """Commitments of one awardee whose hours are counted together, by agreement with the buyers."""

    __tablename__ = "globalisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    agreed_on: Mapped[date]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
