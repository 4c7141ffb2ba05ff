"""Reminders: what is owed and not yet said, found by a query over the state each time, posted once.

Any number of processes may run the tick: each person is decided on in a transaction of their own, under a lock, and
each step of a month leaves one row whose key is unique. All that is due to a person leaves as one message, at most one
a day, on working days, within the hours of the territory, to their live chat and by e-mail.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from core import audit
from core.commitments import IN_FORCE, Due
from core.delegations import delegates
from core.house import House
from core.messages import show
from core.models import Conversation, Declaration, Outgoing, Person, Reminder, Territory
from core.outbox import REMINDER
from core.owed import Duty, duties, owed
from core.people import is_refused, post_letter
from core.preparations import owed_by
from core.reminder_letters import Said, chat_buttons, chat_text, commitments_by_id, letter_of, missing_of
from core.replies import About
from core.rhythm import Decision, Rhythm, days_of, decide, rhythm_of
from core.subscriptions import accepts_reminders
from core.terms import Channel, LetterKind, ReminderState, ReminderStep
from core.workdays import is_working_day

log = logging.getLogger(__name__)

DELAYED, UNREACHABLE = "delayed", "unreachable"
WRITING = timedelta(minutes=15)  # who wrote so lately may be declaring
LIVE = timedelta(days=90)  # as long as a browser keeps its conversation
Month = tuple[int, str]
NOT_DECLARED = ~exists().where(
    Declaration.commitment_id == Reminder.commitment_id,
    Declaration.month == Reminder.month,
    Declaration.status.in_(IN_FORCE),
)


@dataclass(frozen=True)
class Decided:
    """What was decided for one month of a commitment and one person."""

    duty: Duty
    due: Due
    days: Mapping[ReminderStep, date]
    decision: Decision


def remind(house: House) -> int:
    """Decide for everybody what is due now, and post it; return how many people are written to.

    Safe to run at any time, any number of times, by several processes; on closed days and hours nothing is done.
    """
    today = house.today()
    with house.database.reading() as session:
        rhythms = {place.id: rhythm_of(place) for place in session.scalars(select(Territory)) if is_open(house, place)}
        people = _to_decide(session, house, rhythms, today) if rhythms else []
    return sum(_tried(house, number, today) for number in people)


def _tried(house: House, person_id: int, today: date) -> bool:
    """Remind one person; what fails is logged and tried again by the next tick, and nobody else waits for it."""
    try:
        return _remind_one(house, person_id, today)
    except Exception:
        log.exception("person %s could not be reminded", person_id)
        return False


def is_open(house: House, place: Territory) -> bool:
    """Tell whether people may be written to now: a working day, outside the quiet hours."""
    now = house.local(house.now())
    return is_working_day(now.date()) and place.quiet_until <= now.hour < place.quiet_from


def letter_key(person_id: int, day: date) -> str:
    """Return what names the message of a person on a day; nobody gets two."""
    return f"reminders:{person_id}:{day.isoformat()}"


def live_chat(session: Session, house: House, person: Person) -> Conversation | None:
    """Return where a person chats, Telegram first; None when there is no such place, or not lately."""
    rows = session.scalars(
        select(Conversation)
        .where(
            Conversation.person_id == person.id,
            Conversation.channel.in_((Channel.TELEGRAM, Channel.WEB)),
            Conversation.blocked_at.is_(None),
        )
        .order_by(Conversation.updated_at.desc())
    ).all()
    return next(
        (row for row in rows if row.channel is Channel.TELEGRAM),
        next((row for row in rows if row.updated_at > house.now() - LIVE), None),
    )


def _to_decide(session: Session, house: House, rhythms: Mapping[int, Rhythm], today: date) -> list[int]:
    """Find the people for whom something may be decided now, without a lock; each is looked at again under one."""
    asked = [duty for duty in duties(session, house) if duty.told_on and duty.territory_id in rhythms]
    done = _steps_done(session)
    written = set(session.scalars(select(Reminder.person_id).where(*_written_on(today))))
    contacts: defaultdict[int | None, list[int]] = defaultdict(list)
    for number, organisation in session.execute(
        select(Person.id, Person.organisation_id).where(Person.organisation_id.is_not(None), Person.left_at.is_(None))
    ):
        contacts[organisation].append(number)
    delegated = delegates(session, today)
    found: dict[int, None] = {}
    for duty, due in owed(session, asked, today):
        days = days_of(due.by, duty.told_on or today, rhythms[duty.territory_id])
        others = [number for number, month in delegated.get(duty.id, ()) if month in {None, due.month}]
        for person in {*contacts[duty.awardee_id], *others}:
            decision = decide(days, done.get((person, duty.id, due.month), ()), due.by, today)
            if (decision.step or decision.skipped) and person not in written:
                found[person] = None
    return list(found)


def _written_on(day: date) -> tuple[ColumnElement[bool], ...]:
    return (Reminder.day == day, Reminder.state == ReminderState.POSTED, Reminder.person_id.is_not(None))


def _steps_done(session: Session) -> dict[tuple[int, int, str], set[ReminderStep]]:
    done: defaultdict[tuple[int, int, str], set[ReminderStep]] = defaultdict(set)
    rows = select(Reminder.person_id, Reminder.commitment_id, Reminder.month, Reminder.step).where(
        NOT_DECLARED, Reminder.person_id.is_not(None), Reminder.why != DELAYED
    )
    for person, commitment, month, step in session.execute(rows):
        done[person or 0, commitment, month].add(step)
    return done


def _remind_one(house: House, person_id: int, today: date) -> bool:
    with house.database.transaction() as session:
        person = session.scalar(
            select(Person).where(Person.id == person_id).with_for_update(of=Person, skip_locked=True)
        )
        if person is None or person.left_at is not None or _is_writing(session, house, person):
            return False
        if session.scalar(select(Reminder.id).where(*_written_on(today), Reminder.person_id == person.id).limit(1)):
            return False
        decided = _decided(session, house, person, today)
        chosen = [each for each in decided if each.decision.step is not None]
        reached = False
        if chosen:
            cancelled = select(func.count()).where(Outgoing.dedup_key.startswith(letter_key(person.id, today) + ":"))
            count = session.scalar(cancelled) or 0
            reached = post(session, house, person, said_of(session, decided), again=f":{count}" if count else "")
        _keep(session, house, person, decided, today, is_posted=reached)
        return reached


def _is_writing(session: Session, house: House, person: Person) -> bool:
    lately = select(Conversation.id).where(
        Conversation.person_id == person.id, Conversation.updated_at > house.now() - WRITING
    )
    return session.scalar(lately.limit(1)) is not None


def _decided(session: Session, house: House, person: Person, today: date) -> list[Decided]:
    place = session.get_one(Territory, person.territory_id)
    asked = [(duty, due) for duty, due in owed_by(session, house, person) if duty.told_on]
    rows = session.execute(
        select(Reminder.commitment_id, Reminder.month, Reminder.step).where(
            Reminder.person_id == person.id, Reminder.why != DELAYED, NOT_DECLARED
        )
    ).all()
    done: defaultdict[Month, set[ReminderStep]] = defaultdict(set)
    for commitment, month, step in rows:
        done[commitment, month].add(step)
    found = []
    for duty, due in asked:
        days = days_of(due.by, duty.told_on or today, rhythm_of(place))
        found.append(Decided(duty, due, days, decide(days, done[duty.id, due.month], due.by, today)))
    return found


def said_of(session: Session, decided: Iterable[Decided]) -> Said:
    """Put together what one message says: what was decided, and what else is late."""
    listed = list(decided)
    commitments = commitments_by_id(session, [each.duty.id for each in listed])
    missing = [
        missing_of(session, commitments[each.duty.id], each.due.month, each.due.by, each.decision.step)
        for each in listed
        if each.decision.step is not None
    ]
    seconds = [each for each in listed if each.decision.step is ReminderStep.SECOND]
    return Said(
        missing=tuple(sorted(missing, key=lambda each: (each.month, each.commitment.id))),
        also=tuple(
            (commitments[each.duty.id], each.due.month)
            for each in listed
            if each.decision.step is None and each.due.late
        ),
        told_on=max((each.days[ReminderStep.ESCALATED] for each in seconds), default=None),
    )


def post(
    session: Session, house: House, person: Person, said: Said, *, only: Channel | None = None, again: str = ""
) -> bool:
    """Post one message to a person's chat and by mail, or on one channel; tell whether there was any way to reach them.

    `again` names what replaces a message of the same day that did not leave.
    """
    key, today = letter_key(person.id, house.today()), house.today()
    chat = live_chat(session, house, person)
    if chat is not None and only in {None, chat.channel}:
        text, buttons = chat_text(session, person, said, today), chat_buttons(session, said)
        show(session, house, chat, text, buttons, priority=REMINDER, dedup_key=f"{key}:{chat.channel}{again}")
    by_mail = person.email and not is_refused(session, person) and accepts_reminders(session, person)
    if by_mail and only in {None, Channel.EMAIL}:
        first = said.missing[0]
        post_letter(
            session,
            house,
            letter_of(session, house, person, said),
            person,
            dedup_key=f"{key}:{Channel.EMAIL}{again}",
            kind=LetterKind.REMINDER,
            about=About(commitment_id=first.commitment.id, month=first.month),
        )
    return bool(by_mail) or chat is not None


def _keep(
    session: Session, house: House, person: Person, decided: Iterable[Decided], today: date, *, is_posted: bool
) -> None:
    """Leave a trace of each step: posted, or skipped with the reason."""
    for each in decided:
        steps = [(step, ReminderState.SKIPPED, why) for step, why in each.decision.skipped]
        if each.decision.step is not None:
            state = ReminderState.POSTED if is_posted else ReminderState.SKIPPED
            steps.append((each.decision.step, state, "" if is_posted else UNREACHABLE))
        for step, state, why in steps:
            keep(session, house, each, step, state, why, today, person_id=person.id)
    if is_posted:
        audit.note(session, house, "remind", f"person:{person.id}")


def keep(
    session: Session,
    house: House,
    of: Decided,
    step: ReminderStep,
    state: ReminderState,
    why: str,
    today: date,
    *,
    person_id: int | None,
) -> None:
    """Write one row of the log; one that was delayed is decided anew."""
    key = f"reminder:{of.duty.id}:{of.due.month}:{step}" + (f":{person_id}" if person_id is not None else "")
    row = session.scalar(select(Reminder).where(Reminder.dedup_key == key, Reminder.why == DELAYED))
    if row is None:
        row = Reminder(dedup_key=key, commitment_id=of.duty.id, month=of.due.month, step=step, person_id=person_id)
        session.add(row)
    row.state, row.why, row.due_on, row.day, row.decided_at = state, why, of.days[step], today, house.now()
    session.flush()
