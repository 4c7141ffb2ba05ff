"""Hires: a participant employed for a commitment, found again by a keyed hash of the name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core import audit
from core.access import NOT_YOURS, declares_for
from core.checks import employed_in
from core.hours import plain
from core.house import House
from core.loading import Shape
from core.models import Commitment, Contract, Employment, Participant, Person
from core.prepared import Prepared
from core.refusal import Refused
from core.terms import Criterion, EligibilityStatus, EmploymentKind, Modality

MOST_AT_ONCE = 500
SOMEBODY = Shape(Employment, participant=Shape(Participant))
EMPLOYED = Prepared(  # run at many turns
    select(*SOMEBODY.columns)
    .join(Participant, Participant.id == Employment.participant_id)
    .where(Employment.commitment_id == bindparam("commitment"))
    .order_by(Employment.id)
)

# Which contract of employment goes with which way of doing the hours: DOMAIN's table of modalities, as practised.
KINDS: Mapping[Modality, tuple[EmploymentKind, ...]] = {
    Modality.DIRECT_HIRE: (
        EmploymentKind.CDD, EmploymentKind.CDI, EmploymentKind.APPRENTICESHIP, EmploymentKind.PROFESSIONALISATION,
        EmploymentKind.OTHER, EmploymentKind.UNKNOWN,
    ),
    Modality.SECONDMENT: (
        EmploymentKind.TEMPORARY, EmploymentKind.CDD, EmploymentKind.PROFESSIONALISATION,
        EmploymentKind.APPRENTICESHIP, EmploymentKind.CDI, EmploymentKind.OTHER, EmploymentKind.UNKNOWN,
    ),
    Modality.SUBCONTRACTING: (
        EmploymentKind.INSERTION, EmploymentKind.CDD, EmploymentKind.CDI, EmploymentKind.OTHER,
        EmploymentKind.UNKNOWN,
    ),
}  # fmt: skip
FIXED_TERM = (
    EmploymentKind.CDD, EmploymentKind.TEMPORARY, EmploymentKind.INSERTION, EmploymentKind.APPRENTICESHIP,
    EmploymentKind.PROFESSIONALISATION,
)  # fmt: skip
ENDS_BEFORE = "La fin du contrat ne peut pas être avant son premier jour."


@dataclass(frozen=True)
class Hire:
    """A new hire as declared by the company. The facilitateur validates the eligibility afterwards."""

    name: str
    starts_on: date
    modality: Modality
    kind: EmploymentKind
    criterion: Criterion
    employer: str = ""
    job: str = ""
    rome: str = ""
    weekly_hours: Decimal | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Completion:
    """What a company adds to a hire; what is None stays as it is. `is_answer`: all that was asked of it is given."""

    employment_id: int
    employer: str | None = None
    job: str | None = None
    rome: str | None = None
    weekly_hours: Decimal | None = None
    ends_on: date | None = None
    kind: EmploymentKind | None = None
    criterion: Criterion | None = None
    is_answer: bool = False


def hire(session: Session, house: House, commitment: Commitment, hired: Hire, declared_by: Person) -> Employment:
    """Record a hire. The caller has checked who may.

    Raises Refused: this person already works on this commitment at that date, dates impossible, a modality that the
    contract does not allow.
    """
    check_terms(commitment, hired)
    name = " ".join(hired.name.split())
    name_hash = house.keys.fingerprint(f"participant:{commitment.awardee_id}:{folded(name)}")
    participant = session.scalar(select(Participant).where(Participant.name_hash == name_hash))
    if participant is None:
        participant = Participant(name=name, name_hash=name_hash, created_at=house.now())
        session.add(participant)
        session.flush()
    if participant.person_hash is None:
        participant.person_hash = person_hash(house, commitment.contract.territory_id, name)
    overlapping = session.scalar(
        select(Employment).where(
            Employment.participant_id == participant.id,
            Employment.commitment_id == commitment.id,
            (Employment.ends_on.is_(None)) | (Employment.ends_on >= hired.starts_on),
        )
    )
    if overlapping is not None:
        raise Refused(f"{name} est déjà déclaré sur ce marché. Saisissez simplement ses heures.")
    employment = Employment(
        participant_id=participant.id,
        commitment_id=commitment.id,
        employer=hired.employer,
        modality=hired.modality,
        kind=hired.kind,
        job=hired.job,
        rome=hired.rome,
        weekly_hours=hired.weekly_hours,
        starts_on=hired.starts_on,
        ends_on=hired.ends_on,
        criterion=str(hired.criterion),
        eligibility=EligibilityStatus.PENDING,
        declared_by_id=declared_by.id,
        created_at=house.now(),
    )
    employment.participant = participant
    session.add(employment)
    session.flush()
    audit.note(session, house, "hire", f"employment:{employment.id}", person_id=declared_by.id)
    return employment


def check_terms(commitment: Commitment, hired: Hire) -> None:
    """Raise Refused when a hire has impossible dates, or is made in a way that the contract does not allow."""
    if hired.ends_on is not None and hired.ends_on < hired.starts_on:
        raise Refused(ENDS_BEFORE, reopen="ends_on")
    if commitment.modalities and str(hired.modality) not in commitment.modalities:
        raise Refused("Ce marché n’admet pas cette façon de faire les heures. Choisissez-en une autre.")


def complete(session: Session, house: House, person: Person, given: Completion) -> Employment:
    """Add to a hire what had been left out. Raises Refused: not yours, dates impossible, criterion decided already."""
    employment = session.scalar(
        select(Employment).where(Employment.id == given.employment_id).with_for_update(of=Employment)
    )
    if employment is None or not declares_for(person, session.get_one(Commitment, employment.commitment_id)):
        raise Refused(NOT_YOURS)
    if given.ends_on is not None and given.ends_on < employment.starts_on:
        raise Refused(ENDS_BEFORE, reopen="ends_on")
    if given.criterion is not None and employment.eligibility is not EligibilityStatus.PENDING:
        raise Refused("L’éligibilité est déjà décidée. Pour la revoir, écrivez au facilitateur.")
    changes = {
        "employer": given.employer,
        "job": given.job,
        "rome": given.rome,
        "weekly_hours": given.weekly_hours,
        "ends_on": given.ends_on,
        "kind": given.kind,
        "criterion": str(given.criterion) if given.criterion is not None else None,
    }
    for name, value in changes.items():
        if value is not None:
            setattr(employment, name, value)
    session.flush()
    audit.note(session, house, "complete_hire", f"employment:{employment.id}", person_id=person.id)
    return employment


def is_left_out(employment: Employment) -> bool:
    """Tell whether a hire still lacks something that the national follow-up asks for."""
    unsaid = employment.kind is EmploymentKind.UNKNOWN or employment.criterion == Criterion.UNKNOWN
    return unsaid or not employment.job or employment.weekly_hours is None or lacks_end(employment)


def lacks_end(employment: Employment) -> bool:
    """Tell whether a contract that has an end lacks its day."""
    return employment.ends_on is None and employment.kind in FIXED_TERM


def person_hash(house: House, territory_id: int, name: str) -> str:
    """Keyed hash of a name in a territory, the same whoever employs the person: for the facilitateur's checks."""
    return house.keys.fingerprint(f"person:{territory_id}:{folded(name)}")


def hash_again(house: House) -> list[int]:
    """Give the territory's hash to people recorded before there was one; names that were erased have none."""
    with house.database.transaction() as session:
        rows = session.execute(
            select(Participant, Contract.territory_id)
            .join(Employment, Employment.participant_id == Participant.id)
            .join(Commitment, Commitment.id == Employment.commitment_id)
            .join(Contract, Contract.id == Commitment.contract_id)
            .where(Participant.person_hash.is_(None), ~Participant.name_hash.startswith("-"))
            .limit(MOST_AT_ONCE)
        )
        for participant, territory_id in rows:
            participant.person_hash = person_hash(house, territory_id, participant.name)
    return []


def folded(name: str) -> str:
    """Fold a name to compare it: case, accents, hyphens and the order of its words do not matter."""
    return " ".join(sorted(plain(name).replace("-", " ").split()))


def employments_of(session: Session, commitment_id: int, month: str | None = None) -> list[Employment]:
    """Return a commitment's employments, oldest first; only those that cover a month, when given."""
    rows = [SOMEBODY.made(session, row) for row in EMPLOYED.rows(session, {"commitment": commitment_id})]
    return [row for row in rows if month is None or employed_in(row, month)]
