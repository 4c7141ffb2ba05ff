"""Which commitment somebody means by "REF" or "REF:LOT", the way an operator writes it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.contracts_sheet.row import quoted
from core.hours import NBSP
from core.models import Commitment, Contract, Person
from core.references import lot_key, reference_key
from core.refusal import Refused

_ADD = "Écrivez ce contact dans le tableau des marchés, importez-le, puis invitez."


def commitments_designated(session: Session, designation: str) -> list[Commitment]:
    """Return the commitments that "REF" or "REF:LOT" designates. Raises Refused when there is none."""
    contracts = _contracts_named(session, designation)
    lot = None
    if not contracts and ":" in designation:
        reference, _, lot = designation.rpartition(":")
        contracts = _contracts_named(session, reference)
    if not contracts:
        raise Refused(f"Aucun marché n’a la référence {quoted(designation)}. Vérifiez-la dans le tableau des marchés.")
    owed = select(Commitment).where(Commitment.contract_id.in_(contracts)).order_by(Commitment.id)
    found = session.scalars(owed).all()
    if not found:
        raise Refused(f"Le marché {quoted(designation)} n’a pas d’attributaire connu. {_ADD}")
    chosen = [each for each in found if lot is None or lot_key(each.lot) == lot_key(lot)]
    if not chosen:
        known = ", ".join(dict.fromkeys(each.lot for each in found if each.lot)) or "aucun"
        raise Refused(f"Le marché n’a pas de lot {quoted(lot or '')}. Lots connus{NBSP}: {known}.")
    return chosen


def _contracts_named(session: Session, reference: str) -> list[int]:
    wanted = reference_key(reference)
    rows = session.execute(select(Contract.id, Contract.reference))
    return [number for number, known in rows if reference_key(known) == wanted]


def commitment_meant(session: Session, designation: str, person: Person | None) -> Commitment:
    """Return the one commitment meant, with the help of who the person works for. Raises Refused with what to add."""
    commitments = commitments_designated(session, designation)
    if person is not None and person.organisation is not None:
        own = [each for each in commitments if each.awardee_id == person.organisation_id]
        if not own:
            whose = f"{person.email} est le contact de {quoted(person.organisation.name)}"
            raise Refused(f"{whose}, qui n’est pas attributaire du marché {quoted(designation)}.")
        commitments = own
    buyers = dict.fromkeys(each.contract.buyer.name for each in commitments)
    lots = dict.fromkeys(each.lot for each in commitments)
    awardees = dict.fromkeys(each.awardee.name for each in commitments)
    if len({each.contract_id for each in commitments}) > 1:
        raise Refused(f"Plusieurs acheteurs ont un marché {quoted(designation)} ({', '.join(buyers)}). {_ADD}")
    if len(lots) > 1:
        choices = ", ".join(f"{commitments[0].contract.reference}:{lot}" for lot in lots)
        raise Refused(f"Le marché {quoted(designation)} a plusieurs lots. Précisez lequel{NBSP}: {choices}.")
    if len(awardees) > 1:
        raise Refused(f"Le marché {quoted(designation)} a plusieurs attributaires ({', '.join(awardees)}). {_ADD}")
    return commitments[0]
