"""What an amendment would do to each party, before and after, and how those it is about are called."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core import handing_over, pools, shares
from core.amendment_words import Difference, Names, differences
from core.amendments import before_and_after
from core.commitments import progress_of
from core.house import House
from core.models import Amendment, Commitment, Organisation
from core.refusal import Refused
from core.standing import NEWCOMER, Change
from core.terms import AmendmentKind

POOLS = {AmendmentKind.POOLING, AmendmentKind.UNPOOLING}


def differences_of(
    session: Session, house: House, commitment: Commitment, change: Change, *, newcomer: str = ""
) -> tuple[Difference, ...]:
    """Return what a change would do to a commitment, before and after. Raises Refused when it is not possible.

    `newcomer` is how a company that is not recorded yet is called.
    """
    names = names_of(session, commitment, change, newcomer=newcomer)
    if change.kind is AmendmentKind.SHARE:
        company = names.company(change.awardee_id)
        return shares.share_differences(session, house, commitment, change, company)
    if change.kind in POOLS:
        return pools.pooling_differences(session, house, commitment, change)
    if change.kind is AmendmentKind.TRANSFER:
        return handing_over.differences_of(session, house, commitment, change, names.company(change.awardee_id))
    before, after = before_and_after(session, commitment, change, house.today())
    done = progress_of(session, [commitment])[commitment.id].done
    found = differences(before, after, done)
    parts = shares.parts_of(session, commitment)
    moves = change.kind in shares.OF_TIME or change.ends_on is not None
    follow = [Difference(f"Pour {part.awardee.name}", "mêmes dates", "suit ce changement") for part in parts]
    return (*found, *follow) if moves else found


def carry(session: Session, house: House, commitment: Commitment, row: Amendment) -> list[Commitment]:
    """Do to other commitments what a signed amendment of one asks; return those that it touched."""
    if row.kind in POOLS:
        return pools.carry(session, house, commitment, row)
    if row.kind is AmendmentKind.TRANSFER:
        return [handing_over.carry(session, house, commitment, row)]
    return shares.carry(session, house, commitment, row)


def names_of(session: Session, commitment: Commitment, change: Change, *, newcomer: str = "") -> Names:
    """Name the companies and the other commitments that a change is about. Raises Refused for a company unknown."""
    companies = {commitment.awardee_id: commitment.awardee.name, NEWCOMER: newcomer}
    if change.awardee_id:
        other = session.get(Organisation, change.awardee_id)
        if other is None:
            raise Refused("Choisissez l’entreprise dont il s’agit.")
        companies[other.id] = other.name
    return Names(companies, {each.id: pools.name_of(each) for each in _beside(session, change.members)})


def _beside(session: Session, members: Iterable[int]) -> list[Commitment]:
    return [each for number in members if (each := session.get(Commitment, number)) is not None]
