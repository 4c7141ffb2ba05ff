"""Hires: a participant employed for a commitment, found again by a keyed hash of the name."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core import audit
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


def hire(session: Session, house: House, commitment: Commitment, hired: Hire, declared_by: Person) -> Employment:
    """Record a hire. Raises Refused when this person already works on this commitment at that date."""
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
        starts_on=hired.starts_on,
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
