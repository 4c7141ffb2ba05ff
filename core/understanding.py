"""What a message may mean, understood before the turn's transaction: ranking takes a millisecond, a model seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core import intents
from core.advice import Asker, advised
from core.answering import LONGEST_READ
from core.exchange import Inbound
from core.files import sent_in
from core.hours_files import HoursFile, read_hours_file
from core.house import House
from core.launches import launch_day_of
from core.models import Conversation
from core.papers_seen import Papers, papers_of
from core.people import audience_of, person_of
from core.prepared import Prepared
from core.readings import Reading, reading_of, received
from core.surroundings import names_around
from knowledge import Answer

LONGEST_MESSAGE = 20_000
HERE = Prepared(
    select(Conversation.state).where(
        Conversation.channel == bindparam("channel"), Conversation.thread == bindparam("thread")
    )
)


@dataclass(frozen=True)
class Understood:
    """What was understood before the transaction: the answer to a question, a spreadsheet of hours, a buyer's
    file, a company's documents."""

    answer: Answer | None = None
    hours_file: HoursFile | None = None
    reading: Reading | None = None
    has_read: bool = False  # whether the file that the turn asked for was looked for
    papers: Papers | None = None


@dataclass(frozen=True)
class _Question:
    """What is known around a question: who asks, under which law, after which one."""

    asker: Asker
    launched: date | None
    previous: str | None
    is_advised: bool


def understand(house: House, inbound: Inbound) -> Understood:
    """Rank the articles for a message that may be a question, read the file that it brings or names; change nothing."""
    if inbound.files:
        return Understood(
            hours_file=_hours_file(house, inbound),
            reading=received(house, inbound),
            papers=papers_of(house, inbound),
        )
    if not _may_ask(inbound):
        return Understood()
    with house.database.reading() as session:
        state = HERE.value(session, {"channel": inbound.channel, "thread": inbound.thread}) or {}
        question = _question(session, house, inbound, state)
    return Understood(_answer(house, inbound, question) if question is not None else None)


def read_again(house: House, inbound: Inbound, understood: Understood, file: int) -> Understood:
    """Read the file that a turn asked for: it was sent before, and a button names it."""
    return replace(understood, reading=reading_of(house, inbound, file), has_read=True)


def _question(session: Session, house: House, inbound: Inbound, state: Mapping[str, object]) -> _Question | None:
    """Return what is known around a message that may be a question; None when it is something else."""
    is_free = state.get("flow") in {None, "ask"}
    if not is_free and not intents.may_be_a_sentence(inbound.text) and not intents.is_question(inbound.text):
        return None
    person, previous = person_of(session, inbound.channel, inbound.thread), state.get("last_question")
    is_advised = house.model is not None and is_free
    names = names_around(session, person) if is_advised else ()
    return _Question(
        asker=Asker(person, names, f"{inbound.channel}:{inbound.thread}"),
        launched=launch_day_of(session, person),
        previous=str(previous) if previous else None,
        is_advised=is_advised,
    )


def _answer(house: House, inbound: Inbound, question: _Question) -> Answer:
    answer = house.library().ask(
        inbound.text[:LONGEST_READ],
        audience=audience_of(question.asker.person),
        on=question.launched,
        previous=question.previous,
        today=house.today(),
    )
    if not question.is_advised:
        return answer
    return advised(house, inbound.text, answer, question.asker, on=question.launched)


def _may_ask(inbound: Inbound) -> bool:
    """Tell whether a message may be a question, whatever was asked before: no tap, no word for any time."""
    text = inbound.text
    if inbound.button or len(text) > LONGEST_MESSAGE or not intents.has_words(text):
        return False
    if intents.anytime(text) or intents.start_of(text):
        return False
    return " " in text.strip() or intents.is_question(text)


def _hours_file(house: House, inbound: Inbound) -> HoursFile | None:
    with house.database.reading() as session:
        person = person_of(session, inbound.channel, inbound.thread)
        if person is None:
            return None
        own = sent_in(session, house, inbound.channel, inbound.thread, inbound.files)
        found = (read_hours_file(session, house, person, number) for number in own)
        return next((file for file in found if file is not None), None)
