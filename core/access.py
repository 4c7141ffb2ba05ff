"""Who may see what. Every rule of the house is here, and each has a test in which the wrong person is refused.

An awardee's people see their organisation's commitments; a buyer's people see the hours of their own contracts, never a
participant; the facilitateur sees the territory; a stranger, or somebody who left, sees nothing.
"""

from datetime import date

from sqlalchemy import ColumnElement, bindparam, false, or_, select
from sqlalchemy.orm import Session, aliased

from core.loading import Shape
from core.models import (
    Attestation,
    Case,
    CaseMessage,
    Commitment,
    Contract,
    Declaration,
    Delegation,
    Employment,
    Organisation,
    Person,
    Proof,
    Receipt,
    StoredFile,
)
from core.prepared import Prepared
from core.refusal import Refused
from core.terms import OrganisationKind

ONLY_FACILITATOR = "Seul le facilitateur du territoire peut décider ici."
NOT_YOURS = "Ce marché n’est pas suivi par votre organisation. Écrivez au facilitateur si c’est une erreur."


RULES: dict[str, ColumnElement[bool]] = {
    "nobody": false(),
    "territory": Contract.territory_id == bindparam("of"),
    # As two searches by index: an OR over both tables would read every commitment of the house at each turn.
    "organisation": or_(
        Commitment.awardee_id == bindparam("of"),
        Commitment.contract_id.in_(select(Contract.id).where(Contract.buyer_id == bindparam("of"))),
    ),
}
# Run at most turns.
BUYER, AWARDEE = aliased(Organisation), aliased(Organisation)
WHOLE = Shape(Commitment, contract=Shape(Contract, buyer=Shape(BUYER)), awardee=Shape(AWARDEE))
ALL = (
    select(*WHOLE.columns)
    .join(Contract, Commitment.contract_id == Contract.id)
    .join(BUYER, BUYER.id == Contract.buyer_id)
    .join(AWARDEE, AWARDEE.id == Commitment.awardee_id)
)
SEEN = {
    rule: Prepared(ALL.where(where).order_by(Contract.reference, Commitment.lot, Commitment.id))
    for rule, where in RULES.items()
}
ONE_SEEN = {rule: Prepared(ALL.where(where, Commitment.id == bindparam("number"))) for rule, where in RULES.items()}


def commitments_seen_by(session: Session, person: Person | None) -> list[Commitment]:
    """Return the commitments that a person may see, by contract and lot, with their contracts and organisations."""
    rule, number = _rule_for(person)
    return [WHOLE.made(session, row) for row in SEEN[rule].rows(session, {"of": number})]


def _rule_for(person: Person | None) -> tuple[str, int | None]:
    if person is None or person.left_at is not None:
        return "nobody", None
    if person.is_facilitator:
        return "territory", person.territory_id
    return "nobody" if person.organisation_id is None else "organisation", person.organisation_id


def commitment_for(session: Session, person: Person | None, commitment_id: int) -> Commitment:
    """Return a commitment that a person may see. Raises Refused otherwise, whether it exists or not."""
    rule, number = _rule_for(person)
    found = WHOLE.made_or_none(session, ONE_SEEN[rule].row(session, {"of": number, "number": commitment_id}))
    if found is None:
        raise Refused(NOT_YOURS)
    return found


def receipt_for(session: Session, person: Person | None, number: int) -> Receipt:
    """Return the receipt of a commitment that a person may see. Raises Refused otherwise, whether it exists or not."""
    receipt = session.get(Receipt, number)
    if receipt is None:
        raise Refused(NOT_YOURS)
    commitment_for(session, person, session.get_one(Declaration, receipt.declaration_id).commitment_id)
    return receipt


def attestation_for(session: Session, person: Person | None, number: int) -> Attestation:
    """Return the attestation of a commitment that a person may see. Raises Refused otherwise."""
    attestation = session.get(Attestation, number)
    if attestation is None:
        raise Refused(NOT_YOURS)
    commitment_for(session, person, attestation.commitment_id)
    return attestation


def declares_for(person: Person | None, commitment: Commitment) -> bool:
    """Tell whether a person may declare hours: only the awardee's own people."""
    return (
        person is not None
        and person.organisation_id is not None
        and person.organisation_id == commitment.awardee_id
        and person.left_at is None
    )


def prepares(person: Person | None, delegation: Delegation, month: str, today: date) -> bool:
    """Tell whether a delegation lets a person prepare a month today, and read the names that it needs.

    Nobody but its delegate, only the month that it names when it names one, until its last day or its end.
    """
    return (
        person is not None
        and person.left_at is None
        and person.id == delegation.delegate_id
        and delegation.ended_at is None
        and (delegation.until_on is None or delegation.until_on >= today)
        and delegation.month in {None, month}
    )


def sees_participants(person: Person | None, commitment: Commitment) -> bool:
    """Tell whether a person may read participants' names: the awardee and the facilitateur, never the buyer."""
    if person is None or person.left_at is not None:
        return False
    return declares_for(person, commitment) or reviews(person, commitment)


def reviews(person: Person | None, commitment: Commitment) -> bool:
    """Tell whether a person may decide on declarations, eligibility and proofs: the facilitateur of the territory."""
    return (
        person is not None
        and person.left_at is None
        and person.is_facilitator
        and person.territory_id == commitment.contract.territory_id
    )


def acts_for_buyer(person: Person | None) -> bool:
    """Tell whether a person acts for a buyer."""
    if person is None or person.left_at is not None:
        return False
    return person.organisation is not None and person.organisation.kind is OrganisationKind.BUYER


def keeps_articles(person: Person | None) -> bool:
    """Tell whether a person may publish, withdraw and correct articles: the facilitateur."""
    return person is not None and person.left_at is None and person.is_facilitator


def case_belongs(person: Person | None, case: Case, conversation_id: int | None) -> bool:
    """Tell whether somebody opened a case, and may go on in it."""
    if case.person_id is not None:
        return person is not None and person.left_at is None and person.id == case.person_id
    return conversation_id is not None and conversation_id == case.conversation_id


def may_read_case(person: Person | None, case: Case, *, conversation_id: int | None = None) -> bool:
    """Tell whether somebody may read a case: the facilitateur of the territory, or the one who opened it."""
    if person is not None and person.left_at is not None:
        return False
    if person is not None and person.is_facilitator and person.territory_id == case.territory_id:
        return True
    return case_belongs(person, case, conversation_id)


def may_read_file(
    session: Session,
    file: StoredFile,
    person: Person | None,
    *,
    conversation_id: int | None,
    case_id: int | None = None,
) -> bool:
    """Tell whether somebody may download a file.

    It was made for their conversation, belongs to a case of theirs or one open by link, or proves an employment whose
    participant they may see.
    """
    if file.conversation_id is not None and file.conversation_id == conversation_id:
        return True
    if file.case_message_id is None:
        return _may_read_proof(session, file, person)
    case = session.scalar(
        select(Case).join(CaseMessage, CaseMessage.case_id == Case.id).where(CaseMessage.id == file.case_message_id)
    )
    if case is None:
        return False
    return case.id == case_id or may_read_case(person, case, conversation_id=conversation_id)


def _may_read_proof(session: Session, file: StoredFile, person: Person | None) -> bool:
    """Tell whether a file proves something to somebody: the awardee's own people and the facilitateur, no buyer."""
    proven = session.scalars(
        select(Commitment)
        .join(Employment, Employment.commitment_id == Commitment.id)
        .join(Proof, Proof.employment_id == Employment.id)
        .where(Proof.file_id == file.id)
    )
    return any(sees_participants(person, commitment) for commitment in proven.unique())
