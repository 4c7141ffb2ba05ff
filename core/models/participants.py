"""Participants and their employments on a commitment; identities are encrypted."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.columns import EncryptedText, Hundredths, TermColumn, UtcTime
from core.models.contracts import Commitment
from core.models.root import Root
from core.terms import EligibilityStatus, EmploymentKind, EndReason, ExitSituation, Modality


class Participant(Root):
    """A person who works in insertion, as one awardee knows them.

    `name_hash` (keyed) finds the same person again without a name in clear; `person_hash` does across the territory,
    for the facilitateur's eyes only. `born_on` is a day ("1994-05-12"), or None while unknown.
    """

    __tablename__ = "participants"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(EncryptedText)
    name_hash: Mapped[str] = mapped_column(String(32), index=True)
    person_hash: Mapped[str | None] = mapped_column(String(32), index=True)
    born_on: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Employment(Root):
    """A participant employed for a commitment: by whom, how, since when.

    `criterion` is a `Criterion` value, encrypted: it says much about a person. `job` is free text, `rome` a code of
    the ROME ("F1703").
    """

    __tablename__ = "employments"

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), index=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    employer: Mapped[str] = mapped_column(String(300), default="")
    modality: Mapped[Modality] = mapped_column(TermColumn(Modality))
    kind: Mapped[EmploymentKind] = mapped_column(TermColumn(EmploymentKind))
    job: Mapped[str] = mapped_column(String(200), default="")
    rome: Mapped[str] = mapped_column(String(5), default="")
    weekly_hours: Mapped[Decimal | None] = mapped_column(Hundredths)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    end_reason: Mapped[EndReason | None] = mapped_column(TermColumn(EndReason))
    criterion: Mapped[str] = mapped_column(EncryptedText)
    eligibility: Mapped[EligibilityStatus] = mapped_column(TermColumn(EligibilityStatus))
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    participant: Mapped[Participant] = relationship(lazy="joined")
    commitment: Mapped[Commitment] = relationship(lazy="select")


class Eligibility(Root):
    """One decision of the facilitateur on a participant; the last one holds, the former are kept.

    `reason` is for the facilitateur only, save when the verdict is pending: then it says what the company is asked to
    complete, and `answered_at` when it did. `until_on` is the last day that counts, None when refused or without end.
    """

    __tablename__ = "eligibilities"

    id: Mapped[int] = mapped_column(primary_key=True)
    employment_id: Mapped[int] = mapped_column(ForeignKey("employments.id"), index=True)
    criterion: Mapped[str] = mapped_column(EncryptedText)
    verdict: Mapped[EligibilityStatus] = mapped_column(TermColumn(EligibilityStatus))
    reason: Mapped[str] = mapped_column(EncryptedText, default="")
    proof_seen: Mapped[bool] = mapped_column(default=False)
    from_on: Mapped[date | None]
    until_on: Mapped[date | None] = mapped_column(index=True)
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    checked_at: Mapped[datetime] = mapped_column(UtcTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ExitAnswer(Root):
    """What became of somebody `months` after the end of an employment: 0, 3 or 6."""

    __tablename__ = "exit_answers"
    __table_args__ = (UniqueConstraint("employment_id", "months"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    employment_id: Mapped[int] = mapped_column(ForeignKey("employments.id"))
    months: Mapped[int]
    situation: Mapped[ExitSituation] = mapped_column(TermColumn(ExitSituation))
    told_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    told_at: Mapped[datetime] = mapped_column(UtcTime)
