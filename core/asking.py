"""Asking somebody something out of the blue: what a flow would ask them now, in their chat and by mail.

In the chat, each choice is a button that begins the flow with that answer: one tap does it. The mail opens a thread of
its own where the flow waits: an answer in words continues it, as in any conversation.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.correspondence import open_thread, post_shown
from core.dialogue import Chat, Pending, Question
from core.flows import FLOWS
from core.flows.register import Register
from core.house import House
from core.messages import Meaning, show
from core.models import Person
from core.notices import latest_chat
from core.people import is_refused


@dataclass(frozen=True)
class Asking:
    """A flow begun for somebody with what is known already, after `opening`; `subject` is the mail's.

    `name` tells this mail apart from any other; `yes` is the chat's button where the flow only wants agreement.
    """

    flow: str
    answers: Mapping[str, str]
    opening: str
    subject: str
    name: str
    yes: str = ""


def put(session: Session, house: House, person: Person, asking: Asking) -> int | None:
    """Ask somebody; nothing is said when there is nothing to ask. Return the conversation to ring, if any."""
    question = _question(Register(session, house, person, None), asking)
    if question is None:
        return None
    text = f"{asking.opening}\n\n{question.text}"
    chat = latest_chat(session, person)
    if chat is not None:
        show(session, house, chat, text, _buttons(question, asking))
    _write(session, house, person, asking, question, text)
    return chat.id if chat is not None else None


def write(session: Session, house: House, person: Person, asking: Asking) -> None:
    """Ask somebody by mail only; nothing leaves when there is nothing to ask."""
    question = _question(Register(session, house, person, None), asking)
    if question is not None:
        _write(session, house, person, asking, question, f"{question.text}\n\n{asking.opening}")


def _question(register: Register, asking: Asking) -> Question | None:
    try:
        FLOWS[asking.flow](Chat(register.today, asking.answers), register)
    except Pending as pending:
        return pending.question
    return None


def _buttons(question: Question, asking: Asking) -> list[tuple[str, Meaning]]:
    """Offer each choice; without any, to begin."""
    buttons: list[tuple[str, Meaning]] = [
        (option.label, {"start": asking.flow, "answers": {**asking.answers, question.key: option.value}})
        for option in question.options
    ]
    if question.key == "agree" and asking.yes:
        buttons[0] = (asking.yes, buttons[0][1])
    return buttons or [("Répondre", {"start": asking.flow, "answers": dict(asking.answers)})]


def _write(session: Session, house: House, person: Person, asking: Asking, question: Question, text: str) -> None:
    if not person.email or is_refused(session, person):
        return
    thread = open_thread(session, house, asking.name, address=person.email, subject=asking.subject, person=person)
    run = secrets.token_urlsafe(6)
    thread.state = {"flow": asking.flow, "run": run, "answers": dict(asking.answers), "given": list(asking.answers)}
    choices: list[tuple[str, Meaning]] = [
        (option.label, {"run": run, "key": question.key, "value": option.value}) for option in question.options
    ]
    session.flush()
    shown = show(session, house, thread, text, choices)
    post_shown(session, house, thread, [shown], numbered=question.goes_by_number)
