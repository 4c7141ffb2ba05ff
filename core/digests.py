"""The month in one letter to each facilitateur: what is late, at risk, to examine, to decide and to answer.

Derived from the state on the territory's day of the month, or as soon as possible after it; one letter for each month
and person, whose outbox row says that it was posted.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.board import Board, MonthState, board_of, latest_month
from core.case_letters import who_of
from core.commitments import total_of
from core.facilitators import facilitators_of
from core.forecast import in_words
from core.hours import NBSP, in_hours
from core.house import House
from core.letters import Bar, DigestLetter, DigestPart
from core.models import Case, Commitment, Contract, Employment, Outgoing, Person, Territory
from core.months import day_in_french, first_day, in_french, last_day, month_of
from core.outlook import commitments_at_risk, forecasts, months_of
from core.people import is_refused, post_letter
from core.reminder_letters import contract_of
from core.reminders import is_open
from core.review import waiting
from core.subscriptions import accepts
from core.terms import CaseStatus, CommitmentStatus, EligibilityStatus, LetterKind
from core.workdays import after_working_days, working_day_until

MOST_LINES = 8


def post_digests(house: House) -> int:
    """Post the digests that are due and not posted yet; return how many. Safe to run any number of times."""
    with house.database.reading() as session:
        due = [place.id for place in session.scalars(select(Territory)) if is_due(house, place)]
        waiting_for = [number for number in due if _readers(session, house, session.get_one(Territory, number))]
    return sum(_post(house, number) for number in waiting_for)


def is_due(house: House, place: Territory) -> bool:
    """Tell whether the day of this month's digest has come, and letters leave now."""
    return place.digest_day > 0 and house.today() >= day_of(house.today(), place.digest_day) and is_open(house, place)


def day_of(today: date, digest_day: int) -> date:
    """Return the working day of this month's digest: the day itself, the next one, or the last of the month."""
    month = month_of(today)
    wanted = min(first_day(month) + timedelta(days=digest_day - 1), last_day(month))
    following = after_working_days(wanted, 0)
    return following if month_of(following) == month else working_day_until(wanted)


def _post(house: House, territory_id: int) -> int:
    with house.database.transaction() as session:
        place = session.scalars(select(Territory).where(Territory.id == territory_id).with_for_update()).one()
        readers = _readers(session, house, place)
        if not readers:
            return 0
        for person in readers:
            key = _key(house, person)
            post_letter(session, house, digest_for(session, house, person), person, dedup_key=key,
                        kind=LetterKind.DIGEST)  # fmt: skip
        return len(readers)


def _readers(session: Session, house: House, place: Territory) -> list[Person]:
    """Return who is to be written to this month. Whoever came after the day waits for the next one."""
    day = day_of(house.today(), place.digest_day)
    people = {_key(house, person): person for person in facilitators_of(session, place.id)}
    posted = set(session.scalars(select(Outgoing.dedup_key).where(Outgoing.dedup_key.in_(people))))
    return [
        person
        for key, person in people.items()
        if key not in posted
        and house.local(person.created_at).date() < day
        and accepts(session, person, LetterKind.DIGEST)
        and not is_refused(session, person)
    ]


def _key(house: House, person: Person) -> str:
    return f"digest:{person.id}:{month_of(house.today())}"


def digest_for(session: Session, house: House, person: Person) -> DigestLetter:
    """Write the digest of a facilitateur's territory as it stands now."""
    place = session.get_one(Territory, person.territory_id)
    board = board_of(session, house, place, latest_month(house.today()))
    parts = (
        _late(house, board),
        _at_risk(session, house, place),
        _to_examine(session, house, place),
        _to_decide(session, house, place),
        _to_answer(session, house, place),
    )
    return DigestLetter(
        name=person.name,
        month=in_french(board.month),
        territory=place.name,
        bars=_bars(board),
        parts=tuple(part for part in parts if part.lines),
        link=house.link("/desk/"),
    )


def _bars(board: Board) -> tuple[Bar, ...]:
    longest = max(board.counts.values(), default=0)
    return tuple(
        Bar(state.label, count, max(2, round(100 * count / longest)))
        for state in MonthState
        if (count := board.counts.get(state, 0))
    )


def _part(title: str, lines: Sequence[str], act: str, link: str) -> DigestPart:
    return DigestPart(title, tuple(lines[:MOST_LINES]), max(0, len(lines) - MOST_LINES), act, link)


def _late(house: House, board: Board) -> DigestPart:
    months: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in sorted((*board.rows, *board.late_elsewhere), key=lambda row: row.month):
        if row.state is MonthState.LATE:
            contract = f"{row.contract}, lot{NBSP}{row.lot}" if row.lot else row.contract
            months[row.company, contract].append(in_french(row.month))
    most_first = sorted(months.items(), key=lambda each: (-len(each[1]), each[0]))
    lines = [f"{company}, {contract}{NBSP}: {', '.join(late)}" for (company, contract), late in most_first]
    return _part("Déclarations en retard", lines, "Voir les échéances", house.link("/desk/echeances"))


def _at_risk(session: Session, house: House, place: Territory) -> DigestPart:
    """Those whose forecast falls short, more likely than the territory's level."""
    query = (
        select(Commitment)
        .join(Contract, Contract.id == Commitment.contract_id)
        .where(Contract.territory_id == place.id, Commitment.status == CommitmentStatus.ACTIVE)
    )
    listed = {commitment.id: commitment for commitment in session.scalars(query).unique()}
    months = months_of(session, listed)
    found = forecasts(session, listed, months, house.today())
    lines = [
        f"{listed[number].awardee.name}, {contract_of(listed[number])}{NBSP}: {in_words(each)}, "
        f"{each.percent}{NBSP}% de risque d’en manquer"
        for number, each in commitments_at_risk(found, percent=place.shortfall_percent)
    ]
    return _part("Engagements à risque", lines, "Voir les échéances", house.link("/desk/echeances"))


def _to_examine(session: Session, house: House, place: Territory) -> DigestPart:
    lines = []
    for declaration in session.scalars(waiting(place.id)):
        commitment = session.get_one(Commitment, declaration.commitment_id)
        accepted_on = house.local(declaration.awaiting_since).date() + timedelta(days=place.acceptance_days)
        lines.append(
            f"{commitment.awardee.name}, {contract_of(commitment)}, {in_french(declaration.month)}{NBSP}: "
            f"{in_hours(total_of(declaration))}, validé d’office le {day_in_french(accepted_on)}"
        )
    return _part("Mois à examiner", lines, "Examiner les mois", house.link("/desk/declarations"))


def _to_decide(session: Session, house: House, place: Territory) -> DigestPart:
    """Nobody's name leaves in this letter: companies and how many people."""
    rows = session.scalars(
        select(Employment.commitment_id)
        .join(Commitment, Commitment.id == Employment.commitment_id)
        .join(Contract, Contract.id == Commitment.contract_id)
        .where(Employment.eligibility == EligibilityStatus.PENDING, Contract.territory_id == place.id)
    )
    lines = []
    for number, count in Counter(rows).most_common():
        commitment = session.get_one(Commitment, number)
        people = f"{count} personne{'s' if count > 1 else ''}"
        lines.append(f"{commitment.awardee.name}, {contract_of(commitment)}{NBSP}: {people}")
    return _part("Éligibilités à valider, par marché", lines, "Voir les éligibilités", house.link("/desk/eligibilites"))


def _to_answer(session: Session, house: House, place: Territory) -> DigestPart:
    query = (
        select(Case)
        .where(Case.territory_id == place.id, Case.status == CaseStatus.OPENED)
        .order_by(Case.promised_on, Case.id)
    )
    lines = [
        f"{case.number}, {who_of(case)}, «{NBSP}{case.subject}{NBSP}»{NBSP}: réponse annoncée pour le "
        f"{day_in_french(case.promised_on)}{' (passé)' if case.promised_on < house.today() else ''}"
        for case in session.scalars(query).unique()
    ]
    return _part("Dossiers qui attendent votre réponse", lines, "Voir les dossiers", house.link("/desk/"))
