"""Territories, contracts, and what each awardee committed to."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.columns import Hundredths, TermColumn, UtcTime
from core.models.people import Organisation
from core.models.root import Root
from core.terms import CommitmentStatus, ContractNature, EmploymentKind, ProofKind, ShareRole

PROLONGING = tuple(map(str, (EmploymentKind.CDI, EmploymentKind.APPRENTICESHIP, EmploymentKind.PROFESSIONALISATION)))
REQUIRED = tuple(map(str, (ProofKind.WORK_CONTRACT, ProofKind.ELIGIBILITY)))


class Territory(Root):
    """A Département and its rules; the environment seeds the first one.

    `reporting_day` is the day of the following month by which a month is declared; `answer_working_days` the delay
    announced for the facilitateur's answer; `reopen_days` how long a closed case opens again by itself. A notice leaves
    `notice_days` before the reporting day, reminders so many working days after it, between `quiet_until` and
    `quiet_from` (hours of the day). Above `shortfall_percent`, the facilitateur sees that a commitment may not be met.
    On `digest_day` the facilitateur gets the month in one letter (0: never). `sizing` holds the habits by which hours
    are computed, `offer` what is proposed to buyers before award.

    A month that nobody examined is accepted after `acceptance_days`; a line sent back waits for the company
    `correction_days`. A person counts `eligibility_months`, longer in a kind of employment listed in
    `prolonging_kinds` (to the end of the contract); `required_proofs` are asked for each hire.
    """

    __tablename__ = "territories"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    facilitator_name: Mapped[str] = mapped_column(String(200), default="")
    facilitator_email: Mapped[str] = mapped_column(String(320), default="")
    facilitator_phone: Mapped[str] = mapped_column(String(40), default="")
    reporting_day: Mapped[int] = mapped_column(default=10)
    answer_working_days: Mapped[int] = mapped_column(default=2)
    reopen_days: Mapped[int] = mapped_column(default=30)
    automatic_mails_an_hour: Mapped[int] = mapped_column(default=5)
    shows_facilitator_address: Mapped[bool] = mapped_column(default=True)
    notice_days: Mapped[int] = mapped_column(default=3)
    first_reminder_days: Mapped[int] = mapped_column(default=5)
    second_reminder_days: Mapped[int] = mapped_column(default=15)
    escalation_days: Mapped[int] = mapped_column(default=20)
    quiet_until: Mapped[int] = mapped_column(default=8)
    quiet_from: Mapped[int] = mapped_column(default=19)
    shortfall_percent: Mapped[int] = mapped_column(default=60)
    digest_day: Mapped[int] = mapped_column(default=15)
    sizing: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    offer: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    acceptance_days: Mapped[int] = mapped_column(default=15)
    correction_days: Mapped[int] = mapped_column(default=15)
    eligibility_months: Mapped[int] = mapped_column(default=24)
    prolonging_kinds: Mapped[list[str]] = mapped_column(JSON, default=lambda: list(PROLONGING))
    required_proofs: Mapped[list[str]] = mapped_column(JSON, default=lambda: list(REQUIRED))
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Contract(Root):
    """A public contract. `amount` is euros excluding tax; `consultation_launched_on` decides which law applies."""

    __tablename__ = "contracts"
    __table_args__ = (UniqueConstraint("buyer_id", "reference"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), index=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    reference: Mapped[str] = mapped_column(String(120))
    object: Mapped[str] = mapped_column(Text)
    nature: Mapped[ContractNature | None] = mapped_column(TermColumn(ContractNature))
    amount: Mapped[Decimal | None] = mapped_column(Hundredths)
    consultation_launched_on: Mapped[date | None]
    notified_on: Mapped[date | None]
    cpv: Mapped[str | None] = mapped_column(String(12))
    place: Mapped[str | None] = mapped_column(String(200))
    decp_id: Mapped[str | None] = mapped_column(String(80), index=True)

    buyer: Mapped[Organisation] = relationship(lazy="joined", foreign_keys=[buyer_id])


class AwardedContract(Root):
    """A contract known from open data only, with or without a social clause: something to compare with.

    `social` is "yes", "no" or "unknown"; `division` the first two digits of its CPV code.
    """

    __tablename__ = "awarded_contracts"
    __table_args__ = (Index("ix_awarded_contracts_division_notified_on", "division", "notified_on"),)

    decp_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    buyer_siret: Mapped[str] = mapped_column(String(14), index=True)
    buyer_name: Mapped[str] = mapped_column(String(300), default="")
    object: Mapped[str] = mapped_column(Text, default="")
    division: Mapped[str] = mapped_column(String(2), default="")
    cpv: Mapped[str | None] = mapped_column(String(12))
    amount: Mapped[Decimal | None] = mapped_column(Hundredths)
    months: Mapped[int | None]
    notified_on: Mapped[date | None]
    social: Mapped[str] = mapped_column(String(8))


class Commitment(Root):
    """The hours that one awardee owes on one contract or lot.

    `committed_hours` is None until somebody gives it (open data never does). `modalities` lists the allowed ones.
    Hours, dates, awardee, status and `suspensions` ([first day, last day or None]) are those of `recomputed_on`, today
    once the day's round has passed; `initial` is where those of before a first amendment are kept (`core.amendments`).
    `eligibility_months` and `prolonging_kinds` are the contract's own; None where the territory's hold.

    A part that a co-awardee or a subcontractor (`share_role`) does of another commitment is a commitment too, which
    names its whole: `whole_id`. Its hours are no longer among those of the whole's own row, so that nothing is counted
    twice (`core.shares`). Those with the same `globalisation_id` are counted together (`core.pools`).
    """

    __tablename__ = "commitments"
    __table_args__ = (UniqueConstraint("contract_id", "lot", "awardee_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"), index=True)
    awardee_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    lot: Mapped[str] = mapped_column(String(40), default="")
    lot_title: Mapped[str] = mapped_column(String(300), default="")
    committed_hours: Mapped[Decimal | None] = mapped_column(Hundredths)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    modalities: Mapped[list[str]] = mapped_column(JSON, default=list)
    publics: Mapped[list[str]] = mapped_column(JSON, default=list)
    reporting_day: Mapped[int | None]
    penalty_per_hour: Mapped[Decimal | None] = mapped_column(Hundredths)
    penalty_terms: Mapped[str] = mapped_column(Text, default="")
    contract_article: Mapped[str] = mapped_column(String(120), default="")
    eligibility_months: Mapped[int | None]
    prolonging_kinds: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    status: Mapped[CommitmentStatus] = mapped_column(TermColumn(CommitmentStatus))
    welcomed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    suspensions: Mapped[list[list[str | None]]] = mapped_column(JSON, default=list)
    initial: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    recomputed_on: Mapped[date | None] = mapped_column(index=True)
    globalisation_id: Mapped[int | None] = mapped_column(ForeignKey("globalisations.id"), index=True)
    whole_id: Mapped[int | None] = mapped_column(ForeignKey("commitments.id"), index=True)
    share_role: Mapped[ShareRole | None] = mapped_column(TermColumn(ShareRole))

    contract: Mapped[Contract] = relationship(lazy="joined")
    awardee: Mapped[Organisation] = relationship(lazy="joined", foreign_keys=[awardee_id])
