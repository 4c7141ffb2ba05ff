"""Eligibilities that end: the company is told 60 then 30 days before, once each, found from the state each time.

Any process may look at any time. Each person is told in a transaction of their own, on working days, within the hours
of the territory; after an outage only the latest notice leaves. What the decision itself told so late is not repeated.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.commitments import title_of
from core.hours import NBSP
from core.house import House
from core.letters import NoticeLetter
from core.messages import Meaning
from core.models import Commitment, Contract, Eligibility, Employment, Person, Territory
from core.months import day_in_french
from core.notices import is_first_time, tell, who_answers
from core.reminders import is_open
from core.terms import EligibilityStatus, EmploymentKind

log = logging.getLogger(__name__)

NOTICES = (60, 30)  # days before the last one that counts
NEWEST = select(func.max(Eligibility.id)).group_by(Eligibility.employment_id)


@dataclass(frozen=True)
class Ending:
    """Somebody whose eligibility ends on `until_on`, and the notice that is due: 60 or 30 days before."""

    employment_id: int
    until_on: date
    notice: int

    @property
    def key(self) -> str:
        """What names this notice; a prolongation has its own."""
        return f"eligibility:{self.employment_id}:{self.until_on.isoformat()}:{self.notice}"


def warn(house: House) -> list[int]:
    """Tell each company whose eligibilities end soon; return the conversations to ring."""
    rung: list[int] = []
    with house.database.reading() as session:
        due = _due(session, house)
    for person_id, endings in due.items():
        try:
            rung += _warn_one(house, person_id, endings)
        except Exception:
            log.exception("person %s could not be told of an eligibility that ends", person_id)
    return rung


def notice_due(until_on: date, decided_on: date, today: date) -> int | None:
    """Return which notice is due today, 60 or 30; None too early, too late, or when the decision itself told it."""
    if until_on < today:
        return None
    due = [days for days in NOTICES if until_on - timedelta(days=days) <= today]
    if not due or until_on - timedelta(days=min(due)) <= decided_on:
        return None
    return min(due)


def _due(session: Session, house: House) -> dict[int, list[Ending]]:
    today = house.today()
    places = [place.id for place in session.scalars(select(Territory)) if is_open(house, place)]
    rows = session.execute(
        select(Employment, Eligibility, Commitment.awardee_id)
        .join(Eligibility, Eligibility.employment_id == Employment.id)
        .join(Commitment, Commitment.id == Employment.commitment_id)
        .join(Contract, Contract.id == Commitment.contract_id)
        .where(
            Eligibility.until_on.between(today, today + timedelta(days=max(NOTICES))),
            Eligibility.id.in_(NEWEST),
            Employment.eligibility == EligibilityStatus.ACCEPTED,
            or_(Employment.ends_on.is_(None), Employment.ends_on > Eligibility.until_on),
            or_(Commitment.ends_on.is_(None), Commitment.ends_on > Eligibility.until_on),
            Contract.territory_id.in_(places),
        )
        .order_by(Eligibility.until_on, Employment.id)
    ).all()
    found: defaultdict[int, list[Ending]] = defaultdict(list)
    for employment, held, awardee_id in rows:
        until_on = held.until_on or date.max
        notice = notice_due(until_on, house.local(held.checked_at).date(), today)
        if notice is not None:
            for person in who_answers(session, employment.declared_by_id, awardee_id):
                found[person.id].append(Ending(employment.id, until_on, notice))
    return found


def _warn_one(house: House, person_id: int, endings: Sequence[Ending]) -> list[int]:
    with house.database.transaction() as session:
        person = session.get_one(Person, person_id)
        fresh = [each for each in endings if is_first_time(session, house, person, each.key)]
        if not fresh:
            return []
        told = [(each, session.get_one(Employment, each.employment_id)) for each in fresh]
        lines = [_line(session, ending, employment) for ending, employment in told]
        way_on = _way_on(session, told[0][1])
        title = f"Éligibilité{NBSP}: {'une fin approche' if len(told) == 1 else f'{len(told)} fins approchent'}"
        letter = NoticeLetter(
            name=person.name,
            title=title,
            opening="Après ce jour, les heures ne comptent plus pour la clause, sauf prolongation par le facilitateur.",
            items=tuple(line.replace("**", "") for line in lines),
            closing=way_on,
            link=house.link("/"),
        )
        text = f"{title}.\n\n" + "\n".join(f"- {line}" for line in lines) + f"\n\n{letter.opening} {way_on}"
        chat = tell(session, house, person, text, [_ask(told[0][1])], letter=letter)
        return [chat] if chat is not None else []


def _line(session: Session, ending: Ending, employment: Employment) -> str:
    commitment = session.get_one(Commitment, employment.commitment_id)
    return (
        f"**{employment.participant.name}**, {title_of(commitment, short=True)}{NBSP}: "
        f"jusqu’au {day_in_french(ending.until_on)}"
    )


def _way_on(session: Session, employment: Employment) -> str:
    commitment = session.get_one(Commitment, employment.commitment_id)
    return prolonged_by(commitment, session.get_one(Territory, commitment.contract.territory_id))


def prolonged_by(commitment: Commitment, place: Territory) -> str:
    """Say what prolongs an eligibility, by the rules of the contract or of the territory."""
    kinds = place.prolonging_kinds if commitment.prolonging_kinds is None else commitment.prolonging_kinds
    names = [EmploymentKind.of(kind).label for kind in kinds]
    if not names:
        return "Pour demander une prolongation, écrivez au facilitateur."
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} ou {names[-1]}"
    return (
        f"Ce qui prolonge, à confirmer auprès du facilitateur{NBSP}: {listed}. "
        "Si vous en signez un, ou si une formation est en cours, demandez la prolongation."
    )


def _ask(employment: Employment) -> tuple[str, Meaning]:
    answers = {"subject": "Prolonger une éligibilité", "commitment": str(employment.commitment_id)}
    return "Demander une prolongation", {"start": "contact", "answers": answers}
