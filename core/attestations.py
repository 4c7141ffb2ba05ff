"""The attestation of completion: what the facilitateur certifies, numbered, signed, checked by anybody who holds it.

It rests on accepted hours only, so every declared month is examined first. It says how many people worked, never who.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit, cases
from core.access import reviews
from core.commitments import declared_months, lot_of, progress_of, title_of, total_of
from core.hours import NBSP, in_hours
from core.house import House
from core.letters import NoticeLetter
from core.models import Attestation, Case, Commitment, Contract, Person
from core.months import in_french
from core.notices import people_of, tell
from core.receipt_check import code_in, is_code
from core.refusal import Refused
from core.seal import is_signed, sign
from core.shares import parts_of
from core.terms import CaseStatus, CommitmentStatus, DeclarationStatus

ASKED = "Attestation de réalisation"
"""The subject of the case in which a company asks for one."""
ONLY_FACILITATOR = "Ce marché n’est pas dans votre territoire."
NOTHING_ACCEPTED = "Aucune heure n’est encore validée : il n’y a rien à attester."
NOT_AN_ATTESTATION = (
    "Ce fichier ne contient pas d’attestation. Prenez le PDF, ou le fichier attestation.json qu’il porte."
)
FORGED = "Cette attestation n’est pas authentique : son contenu a été modifié, ou elle vient d’ailleurs."


@dataclass(frozen=True)
class Attested:
    """What an attestation says; hours are decimals as text ("912.5"), months "YYYY-MM"."""

    contract: str
    title: str
    buyer: str
    awardee: str
    siret: str
    committed: str
    accepted: str
    training: str
    people: int
    first_month: str
    last_month: str
    issued_by: str
    issued_at: str

    @property
    def is_complete(self) -> bool:
        """Whether all the committed hours are done."""
        return 0 < Decimal(self.committed) <= Decimal(self.accepted)


def numbered(number: int) -> str:
    """Write an attestation's number: "A-000012"."""
    return f"A-{number:06}"


def read_number(typed: str) -> int | None:
    """Read an attestation's number as people type it ("A-000012", "a 12"); None when it is none."""
    found = re.fullmatch(r"a\W{0,2}0*([1-9]\d{0,8})", typed.strip(), re.IGNORECASE | re.ASCII)
    return int(found[1]) if found else None


def said_by(attestation: Attestation) -> Attested:
    """Read what an attestation says."""
    return Attested(**json.loads(attestation.content))


def code_of(attestation: Attestation) -> str:
    """Write the code that opens what it says."""
    return code_in(attestation.hash)


def latest_of(session: Session, commitment_id: int) -> Attestation | None:
    """Return the attestation in force of a commitment."""
    query = select(Attestation).where(Attestation.commitment_id == commitment_id)
    return session.scalar(query.order_by(Attestation.id.desc()).limit(1))


def attestations_of(session: Session, commitment_ids: Sequence[int], most: int) -> list[Attestation]:
    """Return the attestations of some commitments, latest first."""
    query = select(Attestation).where(Attestation.commitment_id.in_(commitment_ids))
    return list(session.scalars(query.order_by(Attestation.id.desc()).limit(most)))


def to_attest(session: Session, who: Person) -> list[tuple[Commitment, Attestation | None]]:
    """Return what a facilitateur may want to attest, with the attestation in force: ended, complete, or asked for."""
    rows = session.scalars(
        select(Commitment)
        .join(Contract, Contract.id == Commitment.contract_id)
        .where(Contract.territory_id == who.territory_id, Commitment.status != CommitmentStatus.TO_COMPLETE)
        .order_by(Contract.reference, Commitment.lot)
    ).unique()
    found, asked = list(rows), set(_asking(session, who.territory_id))
    progress = progress_of(session, found)
    wanted = [
        row
        for row in found
        if progress[row.id].accepted
        and (
            row.status is CommitmentStatus.ENDED
            or row.id in asked
            or progress[row.id].accepted >= (row.committed_hours or 0)
        )
    ]
    return [(row, latest_of(session, row.id)) for row in wanted]


def still_to_examine(session: Session, commitment_id: int) -> list[str]:
    """Return the declared months that are not accepted yet, in order."""
    months = declared_months(session, commitment_id)
    return sorted(month for month, row in months.items() if row.status is not DeclarationStatus.ACCEPTED)


def figures_of(session: Session, house: House, commitment: Commitment, who: Person) -> Attested:
    """Return what an attestation given now would say. Raises Refused when no hour is accepted."""
    months = {
        month: row
        for month, row in declared_months(session, commitment.id).items()
        if row.status is DeclarationStatus.ACCEPTED and total_of(row)
    }
    accepted = progress_of(session, [commitment])[commitment.id].accepted
    if not months or not accepted:
        raise Refused(NOTHING_ACCEPTED)
    lines = [line for row in months.values() for line in row.lines if not line.is_returned]
    return Attested(
        contract=commitment.contract.reference,
        title=title_of(commitment) + (", part du titulaire" if parts_of(session, commitment) else ""),
        buyer=commitment.contract.buyer.name,
        awardee=commitment.awardee.name,
        siret=commitment.awardee.siret or "",
        committed=_figure(commitment.committed_hours or Decimal(0)),
        accepted=_figure(accepted),
        training=_figure(sum((line.training for line in lines), Decimal(0))),
        people=len({line.employment.participant_id for line in lines if line.worked + line.training}),
        first_month=min(months),
        last_month=max(months),
        issued_by=who.name,
        issued_at=house.now().isoformat(),
    )


def issue(session: Session, house: House, commitment_id: int, who: Person) -> list[int]:
    """Give an attestation, tell the company and the buyer, answer who asked; return the conversations to ring.

    Raises Refused: not the facilitateur's, months still to examine, nothing accepted, or nothing new to say.
    """
    commitment = session.get(Commitment, commitment_id)
    if commitment is None or not reviews(who, commitment):
        raise Refused(ONLY_FACILITATOR)
    waiting = still_to_examine(session, commitment.id)
    if waiting:
        raise Refused(f"Examinez d’abord {', '.join(map(in_french, waiting))}{NBSP}: ces heures ne sont pas validées.")
    said, former = figures_of(session, house, commitment, who), latest_of(session, commitment.id)
    if former is not None and _is_same(said_by(former), said):
        raise Refused(f"L’attestation {numbered(former.id)} dit déjà la même chose.")
    content = json.dumps(asdict(said), ensure_ascii=False, sort_keys=True)
    attestation = Attestation(
        commitment_id=commitment.id,
        content=content,
        hash=hashlib.sha256(content.encode()).hexdigest(),
        issued_by_id=who.id,
        issued_at=house.now(),
    )
    session.add(attestation)
    session.flush()
    audit.note(session, house, "attest", f"commitment:{commitment.id}", person_id=who.id)
    return _tell(session, house, commitment, attestation, said) + _answer(session, house, commitment, attestation, who)


def is_right(attestation: Attestation, code: str) -> bool:
    """Tell whether a typed code is the attestation's."""
    return is_code(code, attestation.hash)


def is_sound(attestation: Attestation) -> bool:
    """Tell whether an attestation still says what it said when it was given."""
    return hmac.compare_digest(attestation.hash, hashlib.sha256(attestation.content.encode()).hexdigest())


def replaced_by(session: Session, attestation: Attestation) -> int | None:
    """Return the number of the attestation that replaces this one."""
    latest = latest_of(session, attestation.commitment_id)
    return latest.id if latest is not None and latest.id != attestation.id else None


def sealed(house: House, attestation: Attestation) -> str:
    """Write an attestation as the file that proves it anywhere: number, content, hash and our signature (JSON)."""
    fields = {"attestation": attestation.id, "content": attestation.content, "hash": attestation.hash}
    signature = sign(house.keys, f"{attestation.id}\n{attestation.hash}\nattestation")
    return json.dumps({**fields, "signature": signature}, ensure_ascii=False, indent=1)


def unsealed(text: str, pem: str) -> tuple[int, Attested]:
    """Read such a file back with the public key of the house that signed it. Raises Refused when it does not hold."""
    try:
        fields = json.loads(text)
        number, said = int(fields["attestation"]), Attested(**json.loads(fields["content"]))
        is_whole = fields["hash"] == hashlib.sha256(fields["content"].encode()).hexdigest()
        is_ours = is_signed(pem, f"{number}\n{fields['hash']}\nattestation", fields["signature"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(NOT_AN_ATTESTATION) from error
    if not (is_whole and is_ours):
        raise Refused(FORGED)
    return number, said


def _figure(hours: Decimal) -> str:
    return f"{hours.normalize():f}"  # the same text whichever database gives it


def _is_same(former: Attested, now: Attested) -> bool:
    return (former.committed, former.accepted, former.people) == (now.committed, now.accepted, now.people)


def _tell(
    session: Session, house: House, commitment: Commitment, attestation: Attestation, said: Attested
) -> list[int]:
    where = f"{commitment.contract.reference} {lot_of(commitment)}".strip()
    opening = f"Le facilitateur atteste {in_hours(Decimal(said.accepted))} d’insertion réalisées sur **{where}**."
    rung = []
    for organisation_id in (commitment.awardee_id, commitment.contract.buyer_id):
        for person in people_of(session, organisation_id):
            letter = NoticeLetter(
                name=person.name,
                title=f"Attestation {numbered(attestation.id)}{NBSP}: {where}",
                opening=opening.replace("**", ""),
                closing=f"Demandez-la en PDF dans «{NBSP}Mes documents{NBSP}».",
                act="Ouvrir Clausette",
                link=house.link("/"),
            )
            button = (
                "L’attestation en PDF",
                {"start": "papers", "answers": {"paper": f"attestation.{attestation.id}"}},
            )
            rung.append(tell(session, house, person, opening, [button], letter=letter))
    return [each for each in rung if each is not None]


def _asking(session: Session, territory_id: int) -> dict[int, list[Case]]:
    """Return the open cases in which an attestation is asked for, by commitment."""
    rows = session.scalars(
        select(Case).where(
            Case.territory_id == territory_id, Case.status != CaseStatus.CLOSED, Case.commitment_id.is_not(None)
        )
    ).unique()
    asking: dict[int, list[Case]] = {}
    for case in rows:
        if case.subject == ASKED and case.commitment_id is not None:
            asking.setdefault(case.commitment_id, []).append(case)
    return asking


def _answer(session: Session, house: House, commitment: Commitment, attestation: Attestation, who: Person) -> list[int]:
    text = f"L’attestation {numbered(attestation.id)} est délivrée. Vous la trouvez dans «{NBSP}Mes documents{NBSP}»."
    rung = [
        cases.answer(session, house, case.id, text, person_id=who.id, close=True)
        for case in _asking(session, commitment.contract.territory_id).get(commitment.id, ())
    ]
    return [each for each in rung if each is not None]
