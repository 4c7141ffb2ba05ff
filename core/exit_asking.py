"""What became of people, asked of their companies 3 and 6 months after the end: once each, in the chat and by mail.

In the chat, one tap answers for one person. One mail asks about everybody at once; it is answered in words, which are
read back before they are kept.
"""

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.asking import Asking, write
from core.endings import asking, waiting
from core.hours import NBSP
from core.house import House
from core.messages import Meaning
from core.models import Commitment, Employment, Person, Territory
from core.notices import is_first_time, tell, who_answers
from core.reminders import is_open
from core.terms import ExitSituation

log = logging.getLogger(__name__)
WHY = "Le suivi national des clauses le demande. Si vous ne savez pas, dites-le simplement."
Asked = tuple[int, int]  # an employment's id, and 3 or 6 months


def ask_exits(house: House) -> list[int]:
    """Ask each company what became of those whose employment ended; once each. Return the conversations to ring."""
    rung: list[int] = []
    asked: dict[int, list[Asked]] = {}
    with house.database.reading() as session:
        places = [place.id for place in session.scalars(select(Territory)) if is_open(house, place)]
        for employment, months in waiting(session, house, territories=places):
            commitment = session.get_one(Commitment, employment.commitment_id)
            for person in who_answers(session, employment.declared_by_id, commitment.awardee_id):
                asked.setdefault(person.id, []).append((employment.id, months))
    for person_id, about in asked.items():
        try:
            rung += _ask_one(house, person_id, about)
        except Exception:
            log.exception("person %s could not be asked about exits", person_id)
    return rung


def exit_buttons(employment: Employment, months: int) -> list[tuple[str, Meaning]]:
    """Return one button for each answer: one tap is enough."""
    asked = {"employment": str(employment.id), "months": str(months)}
    return [
        (each.capitalised, {"start": "exit", "answers": {**asked, "situation": str(each)}}) for each in ExitSituation
    ]


def _ask_one(house: House, person_id: int, about: list[Asked]) -> list[int]:
    with house.database.transaction() as session:
        person = session.get_one(Person, person_id)
        new = [
            (session.get_one(Employment, number), months)
            for number, months in about
            if is_first_time(session, house, person, f"exit:{number}:{months}")
        ]
        if not new:
            return []
        rung: list[int] = []
        for employment, months in new:
            chat = tell(session, house, person, f"{asking(employment, months)} {WHY}", exit_buttons(employment, months))
            rung += [chat] if chat is not None else []
        _write(session, house, person, new)
        return rung


def _write(session: Session, house: House, person: Person, new: list[tuple[Employment, int]]) -> None:
    names = [employment.participant.name for employment, _ in new]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}"
    they = "Que devient" if len(names) == 1 else "Que deviennent"
    about = ",".join(f"{employment.id}:{months}" for employment, months in new)
    name = f"exits-{person.id}-{'-'.join(f'{employment.id}.{months}' for employment, months in new)}"[:80]
    asked = Asking("exits", {"about": about}, WHY, f"{they} {listed}{NBSP}?", name)
    write(session, house, person, asked)
