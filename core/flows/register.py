"""What a flow may read: the register, through the eyes of one person."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import acts_for_buyer, case_belongs, commitments_seen_by, declares_for, sees_participants
from core.amendment_effects import differences_of, names_of
from core.amendment_words import Difference, Names
from core.attestations import attestations_of
from core.cases import open_cases_of
from core.checks import employed_in
from core.commitments import Due, months_declared, months_due, progress_of, refusal_for_month, reporting_day_of
from core.declarations import in_force
from core.delegations import addresses_of_structure, given_for
from core.eligibility import in_short, latest
from core.employments import employments_of
from core.endings import waiting
from core.flows.delegated import Awaiting, Delegated
from core.following import MailSeen, cases_followed, latest_mail
from core.forecast import Forecast
from core.hours import Progress
from core.house import House
from core.line_facts import former_of
from core.models import (
    Attestation,
    Case,
    Commitment,
    Declaration,
    Delegation,
    Eligibility,
    Employment,
    Organisation,
    Person,
    Proof,
    Receipt,
    Territory,
)
from core.organisations import Company, found_as
from core.outlook import outlook_of
from core.people import territory, territory_of
from core.pools import Pool, pool_of
from core.proofs import missing_of, with_same_files
from core.purchases.comparison import Compared, compared
from core.purchases.history import has_history
from core.receipts import latest_of
from core.refusal import Refused
from core.remarks import OpenRemark, months_returned, open_remarks
from core.reminder_log import Reminded, last_reminded
from core.shares import Whole, whole_of
from core.siret import siren_of
from core.standing import Change
from core.terms import CommitmentStatus, OrganisationKind, ProofKind

PROVABLE = timedelta(days=120)  # after the end of an employment
Found = TypeVar("Found")


class Register:
    """Reads for one person, in one transaction, each thing once: a flow is run again and again. It never writes."""

    def __init__(self, session: Session, house: House, person: Person | None, conversation_id: int | None) -> None:
        self.person = person
        self.today: date = house.today()
        self._session = session
        self._house = house
        self._conversation_id = conversation_id
        self._known: dict[tuple[object, ...], Any] = {}

    @cached_property
    def territory(self) -> Territory:
        """The rules of the person's territory."""
        if self.person is not None:
            return territory_of(self._session, self.person.territory_id)
        return territory(self._session, self._house)

    @cached_property
    def commitments(self) -> list[Commitment]:
        """What the person may see, active ones first."""
        rows = commitments_seen_by(self._session, self.person)
        return sorted(rows, key=lambda row: row.status is not CommitmentStatus.ACTIVE)

    @property
    def declarable(self) -> list[Commitment]:
        """The commitments on which the person declares hours."""
        return [
            row
            for row in self.commitments
            if declares_for(self.person, row) and row.status is not CommitmentStatus.TO_COMPLETE
        ]

    @cached_property
    def delegated(self) -> Delegated:
        """What other companies let the person prepare."""
        return Delegated(self._session, self.person, self.today)

    @cached_property
    def workable(self) -> list[Commitment]:
        """The commitments whose hours the person tells: their own, then those that are delegated to them."""
        own = self.declarable
        held = dict.fromkeys(each.commitment for each in self.delegated.held)
        return [*own, *(row for row in held if row not in own and row.status is not CommitmentStatus.TO_COMPLETE)]

    def is_delegated(self, commitment: Commitment) -> bool:
        """Whether the person only prepares the months of a commitment, for the company."""
        return bool(self.delegated.of(commitment))

    def refusal_for(self, commitment: Commitment, month: str) -> str | None:
        """Why the person cannot tell the hours of a month, in French; None when they can."""
        reason = refusal_for_month(commitment, month, self.today)
        if reason is not None or not self.is_delegated(commitment):
            return reason
        return self.delegated.refusal_for(commitment, month, self.declared(commitment))

    @property
    def is_buyer(self) -> bool:
        """Whether the person acts for a buyer."""
        return acts_for_buyer(self.person)

    def progress(self, commitments: list[Commitment]) -> dict[int, Progress]:
        """Hours by commitment id."""
        name = ("progress", tuple(row.id for row in commitments))
        return self._once(name, lambda: progress_of(self._session, commitments))

    def due(self, commitment: Commitment) -> list[Due]:
        """The months owed, oldest first."""
        return self._once(("due", commitment.id), lambda: self._due(commitment))

    def declared(self, commitment: Commitment) -> frozenset[str]:
        """The declared months."""
        return self._once(("declared", commitment.id), lambda: months_declared(self._session, commitment.id))

    def in_force(self, commitment: Commitment, month: str) -> Declaration | None:
        """The version in force of a month; none that is not delegated, for who only prepares."""
        if month not in self.declared(commitment):
            return None
        if self.is_delegated(commitment) and not self.delegated.covers(commitment, month):
            return None
        return self._once(("in_force", commitment.id, month), lambda: in_force(self._session, commitment.id, month))

    @cached_property
    def returned(self) -> dict[int, list[str]]:
        """The months that wait for the company, by commitment id."""
        return months_returned(self._session, [row.id for row in self.commitments])

    def open_remarks(self, commitment: Commitment, month: str) -> tuple[OpenRemark, ...]:
        """What the facilitateur sent back in a month and that waits for an answer; none for who may not see it."""
        if not sees_participants(self.person, commitment):
            return ()
        return open_remarks(self._session, self.in_force(commitment, month))

    def former_totals(self, commitment: Commitment, month: str) -> dict[int, tuple[Decimal, ...]]:
        """The totals of the last full months of each person who works that month; none to who prepares one month."""
        if self.is_delegated(commitment) and not self.delegated.is_whole(commitment):
            return {}
        people = self.employments(commitment, month)
        return self._once(("former", commitment.id, month), lambda: former_of(self._session, people, month))

    def employments(self, commitment: Commitment, month: str) -> list[Employment]:
        """The employments that cover a month; none for who may not see participants, or prepares another month."""
        if self.is_delegated(commitment) and not self.delegated.covers(commitment, month):
            return []
        return [employment for employment in self.employments_ever(commitment) if employed_in(employment, month)]

    def employments_ever(self, commitment: Commitment) -> list[Employment]:
        """All the employments of a commitment; those of the months delegated, for who only prepares them."""
        is_delegated = self.is_delegated(commitment)
        if not is_delegated and not sees_participants(self.person, commitment):
            return []
        found = self._once(("employed", commitment.id), lambda: employments_of(self._session, commitment.id))
        return self.delegated.seen(commitment, found) if is_delegated else found

    def eligibilities(self, commitment: Commitment) -> dict[int, Eligibility]:
        """The decision in force on each employment of a commitment; none for who may not see participants."""
        if not sees_participants(self.person, commitment):
            return {}
        numbers = [each.id for each in self.employments_ever(commitment)]
        return self._once(("held", commitment.id), lambda: latest(self._session, numbers))

    def lights(self, commitment: Commitment) -> dict[int, str]:
        """The light of each employment of a commitment, in two words."""
        held, is_seen = self.eligibilities(commitment), sees_participants(self.person, commitment)
        people = self.employments_ever(commitment) if is_seen else []
        return {each.id: in_short(each, held.get(each.id), self.today) for each in people}

    def exits_waiting(self) -> list[tuple[Employment, int]]:
        """Who left the person's company some months ago, of whom news is due: 3 or 6 months after."""
        person = self.person
        if person is None or person.organisation_id is None:
            return []
        whose = person.organisation_id
        rows = self._once(("exits",), lambda: waiting(self._session, self._house, awardee_id=whose))
        mine = {row.id for row in self.declarable}
        return [(employment, months) for employment, months in rows if employment.commitment_id in mine]

    def delegations_given(self) -> list[Delegation]:
        """What the person's company delegates today."""
        numbers = [row.id for row in self.declarable]
        return self._once(("given",), lambda: given_for(self._session, numbers, self.today))

    @cached_property
    def awaiting(self) -> Awaiting:
        """What others prepared for the person's company, that waits for its word."""
        return Awaiting(self._session, self.declarable)

    def addresses_of_structure(self, named: str) -> list[str]:
        """The first address of each insertion structure of the territory so named, in folded words."""
        return addresses_of_structure(self._session, self.territory.id, named)

    @cached_property
    def provable(self) -> list[Employment]:
        """The people whom a document may be about: of late or without an end; those who miss one first."""
        since = self.today - PROVABLE
        people = [
            each
            for row in self.workable
            for each in self.employments_ever(row)
            if each.ends_on is None or each.ends_on >= since
        ]
        missing = self.missing(people)
        return sorted(people, key=lambda each: not missing.get(each.id))

    def missing(self, people: list[Employment], month: str | None = None) -> dict[int, tuple[ProofKind, ...]]:
        """The documents asked for that were not sent, by employment id."""
        name = ("missing", tuple(each.id for each in people), month)
        return self._once(name, lambda: missing_of(self._session, self.territory, people, month))

    def worked(self, employment: Employment, month: str) -> bool:
        """Whether somebody was employed in a month."""
        return employed_in(employment, month)

    def same_files(self, files: tuple[int, ...]) -> list[Proof]:
        """What was already proven with the same files, on what the person tells the hours of."""
        mine = [row.id for row in self.workable]
        return self._once(("same", files), lambda: with_same_files(self._session, files, mine))

    def name_of(self, employment_id: int) -> str:
        """The name of somebody whom the person may send documents about."""
        people = [each for row in self.workable for each in self.employments_ever(row)]
        return next((each.participant.name for each in people if each.id == employment_id), "")

    def latest_receipts(self, most: int) -> list[tuple[Receipt, Declaration]]:
        """The receipts of the versions in force, latest first."""
        return latest_of(self._session, [row.id for row in self.commitments], most)

    def attestations(self, most: int) -> list[Attestation]:
        """The attestations of what the person may see, latest first."""
        return attestations_of(self._session, [row.id for row in self.commitments], most)

    def outlook(self, commitment: Commitment) -> Forecast | None:
        """Where a commitment will land; None when nothing can be said, or when it is over."""
        if commitment.status is CommitmentStatus.ENDED or (commitment.ends_on or self.today) < self.today:
            return None
        return self._once(("outlook", commitment.id), lambda: outlook_of(self._session, commitment, self.today))

    def company(self, typed: str) -> Company | None:
        """The company that somebody names by its SIRET or whole name, None when it is not known here."""
        found = self._once(("company", typed), lambda: found_as(self._session, self.territory.id, typed))
        return Company(found.id, found.name) if found is not None else None

    def whole(self, commitment: Commitment) -> Whole | None:
        """A commitment of the person's with its parts, None without any; no part sees the others."""
        if commitment.whole_id is not None:
            return None
        return self._once(("whole", commitment.id), lambda: whole_of(self._session, commitment))

    def pool(self, commitment: Commitment) -> Pool | None:
        """What a commitment of the person's is counted with, None when alone."""
        return self._once(("pool", commitment.id), lambda: pool_of(self._session, commitment))

    def amended(self, commitment: Commitment, change: Change, newcomer: str = "") -> tuple[Difference, ...] | str:
        """What a change would do to a commitment, or why it is not possible."""
        try:
            return differences_of(self._session, self._house, commitment, change, newcomer=newcomer)
        except Refused as refusal:
            return refusal.message

    def names(self, commitment: Commitment, change: Change, newcomer: str = "") -> Names:
        """How the companies and contracts that a change is about are called."""
        return names_of(self._session, commitment, change, newcomer=newcomer)

    def reminded(self) -> list[Reminded]:
        """What the person's last reminder was about."""
        person = self.person
        if person is None:
            return []
        rows = self._once(("reminded",), lambda: last_reminded(self._session, person))
        held = {each.commitment_id for each in self.delegated.held}
        return [row for row in rows if declares_for(person, row.commitment) or row.commitment.id in held]

    def day_of(self, moment: datetime) -> date:
        """The day of a time, in the territory's time zone."""
        return self._house.local(moment).date()

    @property
    def open_cases(self) -> list[Case]:
        """The person's cases, not closed."""
        return open_cases_of(self._session, self.person, self._conversation_id)

    @cached_property
    def cases_followed(self) -> list[Case]:
        """The person's cases, open or closed of late."""
        return cases_followed(self._session, self._house, self.territory, self.person, self._conversation_id)

    @cached_property
    def latest_mail(self) -> MailSeen | None:
        """The latest mail that the person sent."""
        return latest_mail(self._session, self._house, self.person) if self.person is not None else None

    def structures(self, kind: OrganisationKind) -> int:
        """How many organisations of a kind the territory knows."""
        known = select(func.count()).where(Organisation.kind == kind, Organisation.territory_id == self.territory.id)
        return self._once(("structures", kind), lambda: self._session.scalar(known) or 0)

    def compared(self, division: str) -> Compared | None:
        """What open data says of contracts of a CPV division."""
        return self._once(("compared", division), lambda: compared(self._session, division))

    @cached_property
    def published_siren(self) -> str:
        """The SIREN of the person's own organisation when open data knows its contracts, "" otherwise."""
        siret = self.person.organisation.siret if self.is_buyer and self.person and self.person.organisation else None
        return siren_of(siret) if siret and has_history(self._session, siren_of(siret)) else ""

    def case_named(self, number: str | None) -> Case | None:
        """One of the person's cases, closed or not."""
        case = self._session.get(Case, int(number)) if number and number.isdigit() else None
        mine = case is not None and case_belongs(self.person, case, self._conversation_id)
        return case if mine else None

    def _due(self, commitment: Commitment) -> list[Due]:
        declared = self.declared(commitment)
        due = months_due(commitment, declared, self.today, reporting_day_of(commitment, self.territory))
        if not self.is_delegated(commitment):
            return due
        return [each for each in due if self.delegated.covers(commitment, each.month)]

    def _once(self, name: tuple[object, ...], read: Callable[[], Found]) -> Found:
        if name not in self._known:
            self._known[name] = read()
        found: Found = self._known[name]
        return found
