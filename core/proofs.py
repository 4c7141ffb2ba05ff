"""Proofs: what each hire is proven by, what is still missing, documents sent by a company and the facilitateur's word.

The file lies encrypted outside the database (`core.files`). A document that is only to be seen is erased when it was:
the verdict stays, the file does not (article 5 du RGPD, minimisation).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit, files
from core.access import NOT_YOURS, ONLY_FACILITATOR, declares_for, reviews
from core.checks import employed_in
from core.delegations import held_by
from core.eligibility import complete
from core.hours import NBSP
from core.house import House
from core.models import Commitment, Employment, Person, Proof, StoredFile, Territory
from core.months import in_french
from core.prepared import Listed, among
from core.proof_letters import tell_decided, tell_received
from core.refusal import Refused
from core.terms import Criterion, EligibilityStatus, ProofKind, ProofVerdict

PAPERS = frozenset({"application/pdf", "image/jpeg", "image/png"})
MOST_OF_A_KIND = 20  # for one person, waiting at once
STANDING = (ProofVerdict.PENDING, ProofVerdict.ACCEPTED, ProofVerdict.SEEN)
SENT = Listed(  # built once, run at many turns
    Proof.employment_id,
    lambda of_these: select(Proof.employment_id, Proof.kind, Proof.month).where(
        of_these, among(Proof.verdict, STANDING)
    ),
)
USUAL = {
    Criterion.RSA: "attestation de RSA de moins de 3 mois",
    Criterion.LONG_TERM_JOBSEEKER: "avis de situation de France Travail de moins de 3 mois",
    Criterion.MINIMUM_ALLOWANCE: "attestation d’ASS ou d’AAH de moins de 3 mois",
    Criterion.DISABLED_WORKER: "décision de RQTH en cours de validité",
    Criterion.UNQUALIFIED_YOUTH: "attestation de la Mission locale, ou diplôme",
    Criterion.SENIOR: "avis de situation de France Travail",
    Criterion.PRIORITY_DISTRICT: "justificatif de domicile de moins de 6 mois",
    Criterion.INSERTION_EMPLOYEE: "PASS IAE",
    Criterion.REASONED_ADVICE: "avis motivé d’un prescripteur",
}
"""What usually proves a situation: asked of insertion structures (arrêté du 4 septembre 2025), here by habit."""


@dataclass(frozen=True)
class Sent:
    """What a company sends: files about one employment; a statement of hours is about a month ("2026-10")."""

    employment_id: int
    kind: ProofKind
    files: tuple[int, ...]
    month: str | None = None


def required_of(place: Territory, month: str | None = None) -> tuple[ProofKind, ...]:
    """Return what a territory asks for each hire, and for a month of work when there is one."""
    required = [ProofKind.of(kind) for kind in place.required_proofs]
    return tuple(kind for kind in required if kind is not ProofKind.TIMESHEET or month is not None)


def require(session: Session, house: House, by: Person, kinds: Iterable[str]) -> None:
    """Set which documents a territory asks for, from now on. Raises Refused: not a facilitateur, no such document."""
    if by.left_at is not None or not by.is_facilitator:
        raise Refused(ONLY_FACILITATOR)
    chosen = set(kinds)
    if not chosen <= {str(kind) for kind in ProofKind}:
        raise Refused("Choisissez parmi les documents proposés.")
    place = session.get_one(Territory, by.territory_id)
    place.required_proofs = [str(kind) for kind in ProofKind if str(kind) in chosen]
    session.flush()
    detail = ",".join(place.required_proofs) or "none"
    audit.note(session, house, "require_proofs", f"territory:{place.id}", person_id=by.id, detail=detail)


def missing_of(
    session: Session, place: Territory, employments: Iterable[Employment], month: str | None = None
) -> dict[int, tuple[ProofKind, ...]]:
    """Return the documents that the territory asks for and that were not sent, by employment.

    A statement of hours is asked for a `month`, and not without one. A refused document is missing again; somebody
    found eligible needs no more proof of it.
    """
    wanted = list(employments)
    rows = SENT.rows(session, [each.id for each in wanted])
    held = {
        (employment_id, kind)
        for employment_id, kind, about in rows
        if kind is not ProofKind.TIMESHEET or about == month
    }
    required = required_of(place, month)
    return {
        each.id: tuple(kind for kind in required if (each.id, kind) not in held and not _is_proven(each, kind))
        for each in wanted
    }


def _is_proven(employment: Employment, kind: ProofKind) -> bool:
    return kind is ProofKind.ELIGIBILITY and employment.eligibility is EligibilityStatus.ACCEPTED


def named(kind: ProofKind, month: str | None) -> str:
    """Name a document: « relevé d’heures d’octobre 2026 »."""
    if month is None:
        return kind.label
    said = in_french(month)
    return f"{kind.label} {'d’' if said[0] in 'ao' else 'de '}{said}"


def with_same_files(session: Session, numbers: Sequence[int], commitment_ids: Sequence[int]) -> list[Proof]:
    """Return the proofs, on some commitments, made of the same files as these; what was refused does not count."""
    digests = session.scalars(select(StoredFile.digest).where(StoredFile.id.in_(numbers))).all()
    query = (
        select(Proof)
        .join(StoredFile, StoredFile.id == Proof.file_id)
        .join(Employment, Employment.id == Proof.employment_id)
        .where(
            StoredFile.digest.in_(digests),
            Employment.commitment_id.in_(commitment_ids),
            Proof.verdict.in_(STANDING),
        )
        .order_by(Proof.id)
    )
    return list(session.scalars(query).unique())


def send(session: Session, house: House, person: Person, thread_hash: str, sent: Sent) -> list[Proof]:
    """Keep files of a conversation as proofs of somebody's employment; tell the facilitateur once a day.

    Raises Refused: not yours, the files are not this conversation's, not a PDF or a photo, sent before, too many.
    """
    employment = session.get(Employment, sent.employment_id)
    if employment is None:
        raise Refused(NOT_YOURS)
    commitment = session.get_one(Commitment, employment.commitment_id)
    if not declares_for(person, commitment) and not _prepares_for(session, house, person, employment):
        raise Refused(NOT_YOURS)
    month = sent.month if sent.kind is ProofKind.TIMESHEET else None
    known = _same_kind(session, employment, sent.kind, month)
    rows = _own_files(session, thread_hash, sent.files)
    if len(known) + len(rows) > MOST_OF_A_KIND:
        raise Refused("Vous avez déjà envoyé beaucoup de documents de ce type pour cette personne. Attendez l’examen.")
    if any(each.file is not None and each.file.digest in {row.digest for row in rows} for each in known):
        raise Refused(f"Vous avez déjà envoyé ce fichier pour {employment.participant.name}. Il n’y a rien à refaire.")
    made = [
        Proof(employment_id=employment.id, month=month, kind=sent.kind, file_id=row.id, verdict=ProofVerdict.PENDING,
              sent_by_id=person.id, sent_at=house.now())
        for row in rows
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    for proof in made:
        audit.note(session, house, "send_proof", f"proof:{proof.id}", person_id=person.id, detail=sent.kind)
    if sent.kind is ProofKind.ELIGIBILITY:
        complete(session, house, employment)
    said = [f"n°{NBSP}{each.id}{NBSP}: {named(each.kind, each.month)}, {employment.participant.name}" for each in made]
    tell_received(session, house, commitment, said)
    return made


def _prepares_for(session: Session, house: House, person: Person, employment: Employment) -> bool:
    """Tell whether somebody is employed in a month that a company lets a person prepare."""
    held = held_by(session, person, house.today())
    return any(
        each.commitment_id == employment.commitment_id and (each.month is None or employed_in(employment, each.month))
        for each in held
    )


def _same_kind(session: Session, employment: Employment, kind: ProofKind, month: str | None) -> Sequence[Proof]:
    """Return the proofs of one kind, locked with their employment: sent twice at once, a file is kept once."""
    session.scalars(select(Employment.id).where(Employment.id == employment.id).with_for_update()).all()
    query = select(Proof).where(Proof.employment_id == employment.id, Proof.kind == kind, Proof.month == month)
    return session.scalars(query.where(Proof.verdict.in_(STANDING))).all()


def _own_files(session: Session, thread_hash: str, ids: Sequence[int]) -> Sequence[StoredFile]:
    rows = session.scalars(
        select(StoredFile).where(
            StoredFile.id.in_(ids), StoredFile.thread_hash == thread_hash, StoredFile.case_message_id.is_(None)
        )
    ).all()
    if not rows or len(rows) < len(set(ids)):
        raise Refused("Ce fichier n’est plus là. Envoyez-le à nouveau.")
    if any(row.content_type not in PAPERS for row in rows):
        raise Refused(f"Un justificatif est un PDF ou une photo. Enregistrez le vôtre en PDF{NBSP}et renvoyez-le.")
    return rows


def decide(session: Session, house: House, proof_id: int, verdict: ProofVerdict, reason: str, by: Person) -> list[int]:
    """Accept, refuse or note as seen and erase; tell the company; return the conversations to ring.

    What was accepted may still be refused or erased. Raises Refused: not the facilitateur of the territory, a refusal
    without a reason, decided already.
    """
    proof = session.scalar(select(Proof).where(Proof.id == proof_id).with_for_update(of=Proof))
    employment = session.get_one(Employment, proof.employment_id) if proof is not None else None
    commitment = session.get_one(Commitment, employment.commitment_id) if employment is not None else None
    if proof is None or employment is None or commitment is None or not reviews(by, commitment):
        raise Refused(ONLY_FACILITATOR)
    if verdict is ProofVerdict.PENDING:
        raise Refused("Choisissez d’accepter, de refuser, ou de ne pas conserver le document.")
    if verdict is ProofVerdict.REFUSED and not reason.strip():
        raise Refused("Écrivez pourquoi le document est refusé : l’entreprise le lira.")
    if proof.verdict is verdict:
        return []  # the same form, sent twice
    if proof.verdict in {ProofVerdict.REFUSED, ProofVerdict.SEEN}:
        raise Refused("Ce document est déjà examiné.")
    proof.verdict, proof.reason = verdict, reason.strip()
    proof.decided_by_id, proof.decided_at = by.id, house.now()
    session.flush()
    audit.note(session, house, "decide_proof", f"proof:{proof.id}", person_id=by.id, detail=verdict)
    if verdict is ProofVerdict.SEEN:
        let_go(session, house, proof)
    return tell_decided(session, house, proof, employment, commitment)


def let_go(session: Session, house: House, proof: Proof) -> None:
    """Take the file off a proof, and erase it once no other proof that waits or was accepted needs it."""
    file = proof.file
    if file is None:
        return
    proof.file = None
    session.flush()
    others = session.scalars(select(Proof).where(Proof.file_id == file.id)).all()
    if any(each.verdict in {ProofVerdict.PENDING, ProofVerdict.ACCEPTED} for each in others):
        return
    for each in others:
        each.file = None
    session.flush()
    files.erase(session, house, file)
    audit.note(session, house, "erase_file", f"file:{file.id}")
