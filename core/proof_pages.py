"""What the facilitateur sees of the documents: those to examine, those of late, and one with what surrounds it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core import audit
from core.access import ONLY_FACILITATOR, reviews
from core.commitments import title_of
from core.house import House
from core.messages import moment
from core.models import Commitment, Contract, Employment, Person, Proof, StoredFile, Territory
from core.months import day_in_french
from core.proofs import USUAL, missing_of, named
from core.refusal import Refused
from core.terms import Criterion, ProofKind, ProofVerdict

MOST_SHOWN = 200
MOST_DECIDED = 20


@dataclass(frozen=True)
class ProofRow:
    """One document in a list."""

    id: int
    name: str
    what: str
    company: str
    contract: str
    sent: str
    verdict: str
    reason: str = ""


@dataclass(frozen=True)
class RequiredProof:
    """A document that the territory may ask for: its value, in words, and whether it does."""

    value: str
    label: str
    is_required: bool


@dataclass(frozen=True)
class ProofList:
    """The documents to examine, oldest first, how many more there are, the latest that were, and what is asked for."""

    to_examine: Sequence[ProofRow]
    left_out: int
    decided: Sequence[ProofRow]
    required: Sequence[RequiredProof] = ()


@dataclass(frozen=True)
class ProofPage:
    """One document. `file_id` is None once it is erased; `also` are other proofs made of the same file."""

    row: ProofRow
    facts: tuple[tuple[str, str], ...]
    file_id: int | None
    file_name: str
    is_picture: bool
    also: tuple[str, ...]
    others: tuple[ProofRow, ...]
    missing: tuple[str, ...]
    can_decide: bool
    can_refuse: bool


def proofs_to_see(session: Session, house: House, who: Person) -> ProofList:
    """List the documents of a facilitateur's territory; the read is audited."""
    place = session.get_one(Territory, who.territory_id)
    waiting = _of(place).where(Proof.verdict == ProofVerdict.PENDING)
    rows = session.scalars(waiting.order_by(Proof.sent_at, Proof.id).limit(MOST_SHOWN)).all()
    count = session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
    examined = _of(place).where(Proof.decided_at.is_not(None)).order_by(Proof.decided_at.desc(), Proof.id.desc())
    audit.note(session, house, "list_proofs", f"territory:{place.id}", person_id=who.id)
    return ProofList(
        [_row(session, house, each) for each in rows],
        max(0, count - len(rows)),
        [_row(session, house, each) for each in session.scalars(examined.limit(MOST_DECIDED))],
        [RequiredProof(str(kind), kind.capitalised, str(kind) in place.required_proofs) for kind in ProofKind],
    )


def proof_page(session: Session, house: House, who: Person, proof_id: int) -> ProofPage:
    """Return one document; the read is audited. Raises Refused: not the facilitateur's, or no such document."""
    proof = session.get(Proof, proof_id)
    employment = session.get_one(Employment, proof.employment_id) if proof is not None else None
    commitment = session.get_one(Commitment, employment.commitment_id) if employment is not None else None
    if proof is None or employment is None or commitment is None or not reviews(who, commitment):
        raise Refused(ONLY_FACILITATOR)
    audit.note(session, house, "read_proof", f"proof:{proof.id}", person_id=who.id)
    place = session.get_one(Territory, who.territory_id)
    same = select(Proof).where(Proof.employment_id == employment.id, Proof.id != proof.id).order_by(Proof.id)
    missing = missing_of(session, place, [employment])[employment.id]
    return ProofPage(
        row=_row(session, house, proof),
        facts=_facts(session, house, proof, employment, commitment),
        file_id=proof.file_id,
        file_name=proof.file.name if proof.file is not None else "",
        is_picture=proof.file is not None and proof.file.content_type.startswith("image/"),
        also=_also(session, place, proof),
        others=tuple(_row(session, house, each) for each in session.scalars(same)),
        missing=tuple(kind.label for kind in missing),
        can_decide=proof.verdict is ProofVerdict.PENDING,
        can_refuse=proof.verdict in {ProofVerdict.PENDING, ProofVerdict.ACCEPTED},
    )


def _of(place: Territory) -> Select[Proof]:
    return (
        select(Proof)
        .join(Employment, Employment.id == Proof.employment_id)
        .join(Commitment, Commitment.id == Employment.commitment_id)
        .join(Contract, Contract.id == Commitment.contract_id)
        .where(Contract.territory_id == place.id)
    )


def _row(session: Session, house: House, proof: Proof) -> ProofRow:
    employment = session.get_one(Employment, proof.employment_id)
    commitment = session.get_one(Commitment, employment.commitment_id)
    return ProofRow(
        id=proof.id,
        name=employment.participant.name,
        what=named(proof.kind, proof.month),
        company=commitment.awardee.name,
        contract=title_of(commitment, short=True),
        sent=moment(house, proof.sent_at),
        verdict=proof.verdict.label,
        reason=proof.reason,
    )


def _facts(
    session: Session, house: House, proof: Proof, employment: Employment, commitment: Commitment
) -> tuple[tuple[str, str], ...]:
    criterion = Criterion.of(employment.criterion)
    sender = session.get_one(Person, proof.sent_by_id)
    facts = [
        ("Entreprise", commitment.awardee.name),
        ("Marché", title_of(commitment)),
        ("Embauche", f"le {day_in_french(employment.starts_on)}, {employment.kind.label}, {employment.modality.label}"),
        ("Situation déclarée", criterion.label),
        ("D’habitude", USUAL.get(criterion, "")),
        ("Envoyé", f"le {moment(house, proof.sent_at)}, par {sender.name}"),
    ]
    if proof.decided_at is not None and proof.decided_by_id is not None:
        by = session.get_one(Person, proof.decided_by_id)
        facts.append(("Examiné", f"le {moment(house, proof.decided_at)}, par {by.name}"))
    facts.append(("Raison", proof.reason))
    return tuple((label, value) for label, value in facts if value)


def _also(session: Session, place: Territory, proof: Proof) -> tuple[str, ...]:
    """Name whom the same file was sent for too, in the whole territory: one attestation is one person's."""
    if proof.file is None:
        return ()
    query = _of(place).join(StoredFile, StoredFile.id == Proof.file_id)
    rows = session.scalars(query.where(StoredFile.digest == proof.file.digest, Proof.id != proof.id)).unique()
    found = []
    for each in rows:
        employment = session.get_one(Employment, each.employment_id)
        company = session.get_one(Commitment, employment.commitment_id).awardee.name
        found.append(f"{employment.participant.name}, {named(each.kind, each.month)} ({company})")
    return tuple(found)
