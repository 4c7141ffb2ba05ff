"""Proofs: what each hire is proven by, and what is still missing."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Employment, Proof, Territory
from core.terms import EligibilityStatus, ProofKind, ProofVerdict


def missing_of(
    session: Session, place: Territory, employments: Iterable[Employment]
) -> dict[int, tuple[ProofKind, ...]]:
    """Return the documents that the territory asks for and that were not sent, by employment.

    A refused document is missing again; somebody found eligible needs no more proof of it.
    """
    wanted = list(employments)
    rows = session.execute(
        select(Proof.employment_id, Proof.kind).where(
            Proof.employment_id.in_([each.id for each in wanted]), Proof.verdict != ProofVerdict.REFUSED
        )
    )
    held = {(employment_id, kind) for employment_id, kind in rows}
    required = [ProofKind.of(kind) for kind in place.required_proofs]
    return {
        each.id: tuple(kind for kind in required if (each.id, kind) not in held and not _is_proven(each, kind))
        for each in wanted
    }


def _is_proven(employment: Employment, kind: ProofKind) -> bool:
    return kind is ProofKind.ELIGIBILITY and employment.eligibility is EligibilityStatus.ACCEPTED
