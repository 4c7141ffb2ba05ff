"""The end of an employment, with its reason, and what becomes of the person: said at once, asked at 3 and 6 months."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from core import audit
from core.access import NOT_YOURS, declares_for
from core.commitments import IN_FORCE
from core.employments import SOMEBODY
from core.hours import NBSP
from core.house import House
from core.models import (
    Commitment,
    Contract,
    Declaration,
    DeclarationLine,
    Employment,
    ExitAnswer,
    Participant,
    Person,
)
from core.months import day_in_french, in_french, month_of, months_after
from core.prepared import Listed, Prepared
from core.refusal import Refused
from core.terms import EndReason, ExitSituation

log = logging.getLogger(__name__)

FOLLOW_UPS = (3, 6)  # months after the end
ASKED_FOR = timedelta(days=60)  # a follow-up that nobody gave by then is not asked any more
AHEAD = timedelta(days=60)

# Built once, run at many turns: employments that ended lately, save those of people who came back to the same company.
_again, _elsewhere = aliased(Employment), aliased(Commitment)
ENDED = (
    select(*SOMEBODY.columns)
    .join(Participant, Participant.id == Employment.participant_id)
    .join(Commitment, Commitment.id == Employment.commitment_id)
    .join(Contract, Contract.id == Commitment.contract_id)
    .where(
        Employment.ends_on.between(bindparam("since"), bindparam("today")),
        ~select(_again.id)
        .join(_elsewhere, _elsewhere.id == _again.commitment_id)
        .where(
            _again.participant_id == Employment.participant_id,
            _elsewhere.awardee_id == Commitment.awardee_id,
            _again.starts_on > Employment.ends_on,
            or_(_again.ends_on.is_(None), _again.ends_on >= bindparam("today")),
        )
        .exists(),
    )
    .order_by(Employment.ends_on, Employment.id)
)
ENDED_OF = Prepared(ENDED.where(Commitment.awardee_id == bindparam("awardee")))
ENDED_IN = Listed(Contract.territory_id, ENDED.where)


@dataclass(frozen=True)
class Ending:
    """What a company says of the end of an employment. `ends_on` is its last day."""

    employment_id: int
    ends_on: date
    reason: EndReason
    situation: ExitSituation


def end(session: Session, house: House, person: Person, ending: Ending) -> Employment:
    """Record the end of an employment, and what becomes of the person.

    Raises Refused: not yours, a day that cannot be, hours declared after it.
    """
    employment = _own(session, person, ending.employment_id)
    name = employment.participant.name
    if ending.ends_on < employment.starts_on:
        raise Refused(f"{name} a commencé le {day_in_french(employment.starts_on)}. Donnez un jour qui suit.",
                      reopen="ends_on")  # fmt: skip
    if ending.ends_on > house.today() + AHEAD:
        raise Refused("Ce jour est trop loin. Dites le départ quand il approche.", reopen="ends_on")
    later = _hours_after(session, employment, ending.ends_on)
    if later is not None:
        raise Refused(
            f"Des heures de {name} sont déclarées en {in_french(later)}, après ce jour. Corrigez d’abord ce mois, "
            "ou donnez un autre jour.",
            reopen="ends_on",
        )
    employment.ends_on, employment.end_reason = ending.ends_on, ending.reason
    _keep(session, house, person, employment, 0, ending.situation)
    audit.note(session, house, "end_employment", f"employment:{employment.id}", person_id=person.id,
               detail=ending.reason)  # fmt: skip
    return employment


def tell_exit(
    session: Session, house: House, person: Person, employment_id: int, months: int, situation: ExitSituation
) -> Employment:
    """Keep what became of somebody `months` (3 or 6) after the end; said again, it replaces. Raises Refused."""
    employment = _own(session, person, employment_id)
    if months not in FOLLOW_UPS or employment.ends_on is None:
        raise Refused("Cette question n’est plus posée.")
    if months_after(employment.ends_on, months) > house.today():
        raise Refused(f"Il est trop tôt{NBSP}: cette question vient {months}{NBSP}mois après la fin.")
    _keep(session, house, person, employment, months, situation)
    audit.note(session, house, "tell_exit", f"employment:{employment.id}", person_id=person.id, detail=str(months))
    return employment


def follow_up_due(ends_on: date, answered: Sequence[int], today: date) -> int | None:
    """Return which follow-up is to be asked now, the latest when both are; None before, once answered, or too late."""
    for months in sorted(FOLLOW_UPS, reverse=True):
        due_on = months_after(ends_on, months)
        if due_on <= today:
            return months if today <= due_on + ASKED_FOR and months not in answered else None
    return None


def waiting(
    session: Session, house: House, *, territories: Sequence[int] = (), awardee_id: int | None = None
) -> list[tuple[Employment, int]]:
    """Return the ended employments whose follow-up is due, in territories or of one awardee; not who came back."""
    today = house.today()
    since = months_after(today, -max(FOLLOW_UPS)) - ASKED_FOR - timedelta(days=3)
    between = {"since": since, "today": today}
    if awardee_id is None:
        found = ENDED_IN.rows(session, territories, between)
    else:
        found = ENDED_OF.rows(session, {**between, "awardee": awardee_id})
    rows = [SOMEBODY.made(session, row) for row in found]
    if not rows:
        return []
    answers: dict[int, list[int]] = {}
    for number, months in session.execute(
        select(ExitAnswer.employment_id, ExitAnswer.months).where(
            ExitAnswer.employment_id.in_([row.id for row in rows])
        )
    ):
        answers.setdefault(number, []).append(months)
    return [
        (row, due)
        for row in rows
        if row.ends_on is not None and (due := follow_up_due(row.ends_on, answers.get(row.id, ()), today)) is not None
    ]


def asking(employment: Employment, months: int) -> str:
    """Ask what became of somebody."""
    name = employment.participant.name
    return f"{months}{NBSP}mois après la fin de son contrat, que devient **{name}**{NBSP}?"


def _own(session: Session, person: Person, employment_id: int) -> Employment:
    employment = session.scalar(select(Employment).where(Employment.id == employment_id).with_for_update(of=Employment))
    if employment is None or not declares_for(person, session.get_one(Commitment, employment.commitment_id)):
        raise Refused(NOT_YOURS)
    return employment


def _hours_after(session: Session, employment: Employment, day: date) -> str | None:
    """Return the last month declared with hours that begins after a day."""
    return session.scalar(
        select(func.max(Declaration.month))
        .join(DeclarationLine, DeclarationLine.declaration_id == Declaration.id)
        .where(
            DeclarationLine.employment_id == employment.id,
            DeclarationLine.worked + DeclarationLine.training > 0,
            Declaration.status.in_(IN_FORCE),
            Declaration.month > month_of(day),
        )
    )


def _keep(
    session: Session, house: House, person: Person, employment: Employment, months: int, situation: ExitSituation
) -> None:
    row = session.scalar(
        select(ExitAnswer).where(ExitAnswer.employment_id == employment.id, ExitAnswer.months == months)
    )
    if row is None:
        row = ExitAnswer(employment_id=employment.id, months=months)
        session.add(row)
    row.situation, row.told_by_id, row.told_at = situation, person.id, house.now()
    session.flush()
