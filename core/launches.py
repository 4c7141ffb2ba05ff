"""The day that chooses the law: when the consultation of somebody's contracts was launched."""

from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from core.models import Commitment, Contract, Person
from core.prepared import Prepared
from core.terms import CommitmentStatus, OrganisationKind
from knowledge.law import changed_between

LAW_OF_THE_CLAUSE = "L2112-2"  # Code de la commande publique: the condition of execution itself

LAUNCHED = Prepared(  # run at many turns
    select(
        func.min(Contract.consultation_launched_on),
        func.max(Contract.consultation_launched_on),
        func.count().filter(Contract.consultation_launched_on.is_(None)),
    )
    .join(Commitment, Commitment.contract_id == Contract.id)
    .where(Commitment.awardee_id == bindparam("awardee"), Commitment.status != CommitmentStatus.ENDED)
)


def launch_day_of(session: Session, person: Person | None) -> date | None:
    """Return the launch day of an awardee's contracts under way when it is one and the same law for all of them.

    None for a stranger, for a buyer (who asks about contracts to come), and when the law changed between two of the
    contracts: the answer then says both texts.
    """
    organisation = person.organisation if person is not None else None
    if organisation is None or organisation.kind is OrganisationKind.BUYER:
        return None
    first: date | None
    last: date | None
    ((first, last, unknown),) = LAUNCHED.rows(session, {"awardee": organisation.id})
    if first is None or last is None or unknown or changed_between(LAW_OF_THE_CLAUSE, first, last):
        return None
    return last
