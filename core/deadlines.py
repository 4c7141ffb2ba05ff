"""Cases whose announced day has passed: the facilitateur is reminded, then his deputy; the person is told the truth.

Computed from the state of each case, so any process may look, any number of times, and an outage catches up by itself:
a step is taken by whoever marks it first. Only on working days, from 8 o'clock.
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from core import audit
from core.case_letters import case_link, excuse, organisation_of, post_to_facilitator, who_of
from core.facilitators import answering, deputy_of, in_charge_of
from core.hours import NBSP
from core.house import House
from core.letters import CaseReminderLetter
from core.messages import show
from core.models import Case, Conversation, Person
from core.months import day_in_french
from core.outbox import new_message_id
from core.terms import Author, CaseStatus, Channel
from core.workdays import after_working_days, is_working_day

OPENS_AT = 8
DEPUTY_AFTER = 1  # working days after the first reminder
MOST_AT_ONCE = 200


def follow_up(house: House) -> list[int]:
    """Take every step that is due; return the conversations that have something new."""
    now = house.local(house.now())
    if now.hour < OPENS_AT or not is_working_day(now.date()):
        return []
    rung: list[int] = []
    for number in _late(house, now.date()):
        with house.database.transaction() as session:
            case = session.get_one(Case, number)
            if _marked(session, case, Case.reminded_at, house.now()):
                _remind(session, house, case)
            if _marked(session, case, Case.excused_at, house.now()):
                told = _excuse(session, house, case)
                rung += [told] if told is not None else []
            reminded_on = house.local(case.reminded_at or house.now()).date()
            waited = now.date() >= after_working_days(reminded_on, DEPUTY_AFTER)
            if waited and _marked(session, case, Case.escalated_at, house.now()):
                _escalate(session, house, case)
    return rung


def _late(house: House, today: date) -> list[int]:
    waits: ColumnElement[bool] = Case.reminded_at.is_(None) | Case.escalated_at.is_(None) | Case.excused_at.is_(None)
    query = select(Case.id).where(Case.status == CaseStatus.OPENED, Case.promised_on < today, waits)
    with house.database.reading() as session:
        return list(session.scalars(query.order_by(Case.promised_on, Case.id).limit(MOST_AT_ONCE)))


def _marked(session: Session, case: Case, step: InstrumentedAttribute[datetime | None], now: datetime) -> bool:
    """Mark a step as taken; False when somebody answered or took it meanwhile."""
    done = session.execute(
        update(Case)
        .where(Case.id == case.id, Case.status == CaseStatus.OPENED, step.is_(None))
        .values({step.key: now})
        .execution_options(synchronize_session=False)
    )
    session.refresh(case)
    return getattr(done, "rowcount", 0) == 1


def _remind(session: Session, house: House, case: Case) -> None:
    _post(session, house, case, answering(session, house, case), silent="")


def _escalate(session: Session, house: House, case: Case) -> None:
    """Tell the deputy, when there is one: the first reminder went to whoever answers today."""
    owner, told = in_charge_of(session, house, case), answering(session, house, case)
    deputy = deputy_of(session, told, house.today()) if told is not None else None
    if deputy is not None and told is not None and deputy.id != told.id:
        _post(session, house, case, deputy, silent=(owner or told).name)


def _post(session: Session, house: House, case: Case, to: Person | None, *, silent: str) -> None:
    asked = [message.text for message in case.messages if message.author is Author.PERSON]
    letter = CaseReminderLetter(
        number=case.number,
        subject=case.subject,
        who=who_of(case),
        organisation=organisation_of(case),
        question=asked[-1] if asked else "",
        promised=day_in_french(case.promised_on),
        silent=silent,
        link=case_link(session, house, case),
    )
    post_to_facilitator(session, house, case, letter, message_id=new_message_id(house), files=[], follows=True, to=to)
    audit.note(session, house, "remind_case", f"case:{case.id}", detail="deputy" if silent else "")


def _excuse(session: Session, house: House, case: Case) -> int | None:
    """Tell the person where they wrote, and by mail where nobody may be looking at the chat."""
    conversation = session.get(Conversation, case.conversation_id) if case.conversation_id else None
    if conversation is not None and case.person_id not in {None, conversation.person_id}:
        conversation = None
    if conversation is not None:
        said = (
            f"Nous vous avions annoncé une réponse pour le {day_in_french(case.promised_on)} (dossier "
            f"**{case.number}**). Elle n’est pas encore partie, et nous vous prions de nous en excuser. "
            f"Votre demande n’est pas perdue{NBSP}: un rappel vient de partir au facilitateur."
        )
        reply = ("Compléter le dossier", {"start": "contact", "answers": {"case": str(case.id)}})
        show(session, house, conversation, said, [reply])
    if conversation is None or conversation.channel is not Channel.TELEGRAM or conversation.blocked_at is not None:
        excuse(session, house, case, answering(session, house, case))
    return conversation.id if conversation else None
