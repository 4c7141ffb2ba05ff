"""What changes in a commitment while it lasts, and commitments counted together."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import EncryptedText, Hundredths, TermColumn, UtcTime
from core.models.root import Root
from core.terms import AmendmentKind, AmendmentStatus, ShareRole


class Amendment(Root):
    """A change of a commitment, in force from `effective_on` once signed; nothing of it is ever overwritten.

    `hours` are added (or taken away when negative); `starts_on` and `ends_on` replace the dates; `until` is the last
    day of a suspension, None while nobody knows it. `awardee_id` is the other company: the one that takes the
    commitment over, or the other side of a share, with its `share_role`, and the `contact` to invite when nobody of it
    is known. `members` are the commitments to count together with this one, `globalisation_id` the agreement that came
    of it. `follows_id` is the amendment of another commitment that this one came with.
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
    share_role: Mapped[ShareRole | None] = mapped_column(TermColumn(ShareRole))
    contact: Mapped[str | None] = mapped_column(EncryptedText)
    members: Mapped[list[int]] = mapped_column(JSON, default=list)
    globalisation_id: Mapped[int | None] = mapped_column(ForeignKey("globalisations.id"), index=True)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("amendments.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcTime)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Globalisation(Root):
    """Commitments of one awardee whose hours are counted together, by agreement with the buyers."""

    __tablename__ = "globalisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    agreed_on: Mapped[date]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
