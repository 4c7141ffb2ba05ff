"""The facts that `core.checks` looks at, gathered for all the lines of a month in a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from sqlalchemy import and_, bindparam, select, type_coerce
from sqlalchemy.orm import Session

from core.checks import Facts
from core.commitments import IN_FORCE
from core.eligibility import latest
from core.models import Commitment, Declaration, DeclarationLine, Employment, Participant
from core.months import first_day, last_day, previous
from core.people import territory_of
from core.prepared import Listed, among
from core.proofs import missing_of

LOOKED_BACK = 3  # months

# Built once, run at many turns. An employment's lines are found by its months, and those by its commitment: reading all
# its lines would cost more each month.
ITS_LINE = and_(DeclarationLine.declaration_id == Declaration.id, DeclarationLine.employment_id == Employment.id)
FORMER = Listed(
    Employment.id,
    lambda of_these: (
        select(Employment.id, Declaration.month, DeclarationLine.worked, DeclarationLine.training)
        .join(Declaration, Declaration.commitment_id == Employment.commitment_id)
        .join(DeclarationLine, ITS_LINE)
        .where(
            of_these,
            among(Declaration.status, IN_FORCE),
            Declaration.month >= bindparam("since"),
            Declaration.month < bindparam("before"),
        )
    ),
)
ELSEWHERE = Listed(
    Participant.person_hash,
    lambda of_these: (
        select(
            Participant.person_hash,
            Participant.born_on,
            Employment.id,
            type_coerce(DeclarationLine.worked + DeclarationLine.training, DeclarationLine.worked.type),
        )
        .join(Employment, Employment.participant_id == Participant.id)
        .join(Declaration, Declaration.commitment_id == Employment.commitment_id)
        .join(DeclarationLine, ITS_LINE)
        .where(
            of_these,
            Declaration.month == bindparam("month"),
            among(Declaration.status, IN_FORCE),
            DeclarationLine.is_returned.is_(False),
        )
    ),
)

Works = Mapping[Employment, tuple[Decimal, Decimal]]


def facts_of(session: Session, commitment: Commitment, month: str, works: Works) -> dict[int, Facts]:
    """Return the facts of each line, by employment id; `works` gives hours worked and in training."""
    place = territory_of(session, commitment.contract.territory_id)
    ids = [each.id for each in works]
    former, elsewhere = former_of(session, works, month), _elsewhere(session, works, month)
    held, missing = latest(session, ids), missing_of(session, place, works, month)
    return {
        each.id: Facts(
            name=each.participant.name,
            month=month,
            worked=worked,
            training=training,
            starts_on=each.starts_on,
            ends_on=each.ends_on,
            contract_starts_on=commitment.starts_on,
            contract_ends_on=commitment.ends_on,
            eligibility=each.eligibility,
            counts_until=held[each.id].until_on if each.id in held else None,
            former=former.get(each.id, ()),
            elsewhere=elsewhere.get(each.id, ()),
            missing=missing[each.id],
        )
        for each, (worked, training) in works.items()
    }


def former_of(session: Session, employments: Iterable[Employment], month: str) -> dict[int, tuple[Decimal, ...]]:
    """Return the totals of the last full months with hours, by employment id; a month begun or left is no measure."""
    known = {each.id: each for each in employments}
    since = month
    for _ in range(LOOKED_BACK):
        since = previous(since)
    rows = FORMER.rows(session, known, {"since": since, "before": month})
    found: dict[int, list[Decimal]] = defaultdict(list)
    for employment_id, declared, worked, training in rows:
        if worked + training > 0 and _is_full(known[employment_id], declared):
            found[employment_id].append(worked + training)
    return {number: tuple(totals) for number, totals in found.items()}


def _is_full(employment: Employment, month: str) -> bool:
    ends_on = employment.ends_on
    return employment.starts_on <= first_day(month) and (ends_on is None or ends_on >= last_day(month))


def _elsewhere(session: Session, works: Works, month: str) -> dict[int, tuple[Decimal, ...]]:
    """Return the hours of the same people in other employments that month: same name, and no other birth date."""
    hashes = {each.participant.person_hash for each in works if each.participant.person_hash}
    if not hashes:
        return {}
    namesakes: dict[str, list[tuple[str | None, int, Decimal]]] = defaultdict(list)
    for person_hash, born_on, employment_id, hours in ELSEWHERE.rows(session, hashes, {"month": month}):
        namesakes[person_hash].append((born_on, employment_id, hours))
    found: dict[int, tuple[Decimal, ...]] = {}
    for each in works:
        own, person = each.id, each.participant
        birth = person.born_on
        found[own] = tuple(
            hours
            for born_on, employment_id, hours in namesakes.get(person.person_hash or "", ())
            if employment_id != own and (born_on is None or birth is None or birth == born_on)
        )
    return found
