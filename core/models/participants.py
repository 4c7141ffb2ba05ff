"""Participants and their employments on a commitment; identities are encrypted."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.columns import EncryptedText, TermColumn, UtcTime
from core.models.contracts import Commitment
from core.models.root import Root
from core.terms import EligibilityStatus, EmploymentKind, Modality


class Participant(Root):
    """A person who works in insertion. `name_hash` (keyed) finds the same person again without a name in clear."""

    __tablename__ = "participants"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(EncryptedText)
    name_hash: Mapped[str] = mapped_column(String(32), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Employment(Root):
    """A participant employed for a commitment: by whom, how, since when.

    `criterion` is a `Criterion` value, encrypted: it says much about a person.
    """

    __tablename__ = "employments"

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), index=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    employer: Mapped[str] = mapped_column(String(300), default="")
    modality: Mapped[Modality] = mapped_column(TermColumn(Modality))
    kind: Mapped[EmploymentKind] = mapped_column(TermColumn(EmploymentKind))
    job: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    criterion: Mapped[str] = mapped_column(EncryptedText)
    eligibility: Mapped[EligibilityStatus] = mapped_column(TermColumn(EligibilityStatus))
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    participant: Mapped[Participant] = relationship(lazy="joined")
    commitment: Mapped[Commitment] = relationship(lazy="select")
