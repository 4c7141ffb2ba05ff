"""What a mail claims, looked up in the register: whose address it comes from, whose token it bears, what it may do."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.addresses import email_hash
from core.house import House
from core.models import Case, Person, ReplyToken
from core.people import person_by_email
from core.replies import token_of
from core.senders import Bearer, Standing, Verdict, standing_of


@dataclass(frozen=True)
class Claim:
    """What a mail may do, and as whom.

    `person` is who From says it is, when known; `owner` who answers for a mail in doubt: the one the token was for.
    `token` is kept only where the mail may use it.
    """

    standing: Standing
    bearer: Bearer
    person: Person | None = None
    owner: Person | None = None
    token: ReplyToken | None = None


def examine(
    session: Session,
    house: House,
    *,
    sender: str,
    verdict: Verdict,
    secrets: Sequence[str],
    message_ids: Sequence[str],
) -> Claim:
    """Look up a sender and the tokens of a mail, and decide."""
    person = person_by_email(session, house, sender) if sender else None
    token = token_of(session, house, secrets, message_ids)
    bearer = _bearer(session, house, sender, person, token)
    standing = standing_of(bearer, verdict, is_known=person is not None)
    if standing is Standing.DOUBTFUL:
        owner = _owner_of(session, token) if bearer is Bearer.OTHER else person
        return Claim(standing, bearer, person, owner, token)
    return Claim(standing, bearer, person, token=token if bearer in {Bearer.OWNER, Bearer.COLLEAGUE} else None)


def _bearer(session: Session, house: House, sender: str, person: Person | None, token: ReplyToken | None) -> Bearer:
    if token is None:
        return Bearer.NOBODY
    if token.person_id is not None and _owner_of(session, token) is None:
        return Bearer.NOBODY  # its owner has left: it opens nothing any more
    if token.address_hash == email_hash(house, sender) or (person is not None and person.id == token.person_id):
        return Bearer.OWNER
    case = session.get(Case, token.case_id) if token.case_id else None
    if case is not None and person is not None and person.is_facilitator and person.territory_id == case.territory_id:
        return Bearer.COLLEAGUE
    return Bearer.OTHER


def _owner_of(session: Session, token: ReplyToken | None) -> Person | None:
    found = session.get(Person, token.person_id) if token is not None and token.person_id else None
    return found if found is not None and found.left_at is None else None
