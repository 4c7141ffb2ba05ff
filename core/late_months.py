"""Telling the facilitateur of the months that nobody declared, once for each, after people were reminded."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.commitments import Due, lot_of
from core.house import House
from core.letters import LateMonth, LateMonthsLetter
from core.models import Person, Reminder, Territory
from core.months import day_in_french, in_french
from core.owed import Duty, duties, owed
from core.people import is_refused, post_letter
from core.reminder_letters import commitments_by_id
from core.reminders import NOT_DECLARED, UNREACHABLE, is_open, live_chat
from core.rhythm import days_of, rhythm_of
from core.subscriptions import accepts_reminders
from core.terms import ReminderState, ReminderStep
from core.workdays import after_working_days


@dataclass(frozen=True)
class Late:
    """A month to tell the facilitateur, the day it was due to be told, and how people were reminded of it."""

    duty: Duty
    due: Due
    due_on: date
    reminded_on: tuple[date, ...]


def tell_facilitators(house: House) -> int:
    """Write to the facilitateurs of each territory about the months that came to that; return how many months."""
    with house.database.reading() as session:
        places = [place.id for place in session.scalars(select(Territory)) if is_open(house, place)]
    return sum(_tell(house, number) for number in places)


def _tell(house: House, territory_id: int) -> int:
    with house.database.transaction() as session:
        place = session.scalars(select(Territory).where(Territory.id == territory_id).with_for_update()).one()
        late = _to_tell(session, house, place)
        if not late:
            return 0
        commitments = commitments_by_id(session, [each.duty.id for each in late])
        months = tuple(
            LateMonth(
                company=commitments[each.duty.id].awardee.name,
                contract=f"{commitments[each.duty.id].contract.reference} – {commitments[each.duty.id].contract.object}"
                + (f", {lot_of(commitments[each.duty.id])}" if commitments[each.duty.id].lot else ""),
                month=in_french(each.due.month),
                by=day_in_french(each.due.by),
                told=_reminded(each.reminded_on),
            )
            for each in late
        )
        for person in _facilitators(session, place):
            letter = LateMonthsLetter(name=person.name, months=months, link=house.link("/desk/echeances"))
            post_letter(session, house, letter, person)
        for each in late:
            session.add(
                Reminder(
                    dedup_key=f"reminder:{each.duty.id}:{each.due.month}:{ReminderStep.ESCALATED}",
                    commitment_id=each.duty.id,
                    month=each.due.month,
                    step=ReminderStep.ESCALATED,
                    state=ReminderState.POSTED,
                    due_on=each.due_on,
                    day=house.today(),
                    decided_at=house.now(),
                )
            )
        return len(late)


def _to_tell(session: Session, house: House, place: Territory) -> list[Late]:
    today, rhythm = house.today(), rhythm_of(place)
    log: defaultdict[tuple[int, str], list[Reminder]] = defaultdict(list)
    for row in session.scalars(select(Reminder).where(NOT_DECLARED)):
        log[row.commitment_id, row.month].append(row)
    asked = [duty for duty in duties(session, house, territory_id=place.id) if duty.told_on]
    found = []
    for duty, due in owed(session, asked, today):
        due_on = days_of(due.by, duty.told_on or today, rhythm)[ReminderStep.ESCALATED]
        rows = log[duty.id, due.month]
        if due_on > today or any(row.step is ReminderStep.ESCALATED for row in rows):
            continue
        reminded = sorted(
            {row.day for row in rows if row.state is ReminderState.POSTED and row.step is ReminderStep.SECOND}
        )
        pause = max(rhythm.escalation - rhythm.second, 1)
        if reminded and after_working_days(reminded[0], pause) <= today:
            all_days = sorted({row.day for row in rows if row.state is ReminderState.POSTED and row.day > due.by})
            found.append(Late(duty, due, due_on, tuple(all_days)))
        elif not reminded and _is_unreachable(session, house, duty, rows):
            found.append(Late(duty, due, due_on, ()))
    return found


def _is_unreachable(session: Session, house: House, duty: Duty, rows: Sequence[Reminder]) -> bool:
    """Tell whether nobody of the awardee can be written to, rather than nobody written to yet."""
    if any(row.step is ReminderStep.SECOND and row.why == UNREACHABLE for row in rows):
        return True
    contacts = select(Person).where(Person.organisation_id == duty.awardee_id, Person.left_at.is_(None))
    return not any(
        (person.email and not is_refused(session, person) and accepts_reminders(session, person))
        or live_chat(session, house, person)
        for person in session.scalars(contacts)
    )


def _facilitators(session: Session, place: Territory) -> list[Person]:
    return list(
        session.scalars(
            select(Person).where(
                Person.territory_id == place.id, Person.is_facilitator.is_(True), Person.left_at.is_(None)
            )
        )
    )


def _reminded(days: Sequence[date]) -> str:
    if not days:
        return "aucun contact joignable"
    return "envoyés le " + " et le ".join(day_in_french(day) for day in days)
