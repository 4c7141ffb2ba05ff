"""What a message may mean, understood before the turn's transaction: ranking takes a millisecond, a model seconds."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from core import intents
from core.advice import Asker, advised
from core.answering import LONGEST_READ
from core.exchange import Inbound
from core.files import sent_in
from core.hours_files import HoursFile, read_hours_file
from core.house import House
from core.launches import launch_day_of
from core.models import Conversation
from core.people import audience_of, person_of
from core.prepared import Prepared
from core.readings import Reading, chosen, received
from core.surroundings import names_around
from knowledge import Answer

LONGEST_MESSAGE = 20_000
STATE = Prepared(
    select(Conversation.state).where(
        Conversation.channel == bindparam("channel"), Conversation.thread == bindparam("thread")
    )
)


@dataclass(frozen=True)
class Understood:
    """What was understood before the transaction: the answer to a question, a spreadsheet of hours, a buyer's file."""

    answer: Answer | None = None
    hours_file: HoursFile | None = None
    reading: Reading | None = None


def understand(house: House, inbound: Inbound) -> Understood:
    """Rank the articles for a message that may be a question, read the file that it brings or names; change nothing."""
    text = inbound.text
    if inbound.files:
        return Understood(hours_file=_hours_file(house, inbound), reading=received(house, inbound))
    if reading := chosen(house, inbound):
        return Understood(reading=reading)
    if inbound.button or len(text) > LONGEST_MESSAGE or not intents.has_words(text):
        return Understood()
    if intents.anytime(text) or intents.start_of(text) or not (intents.is_question(text) or " " in text.strip()):
        return Understood()
    with house.database.reading() as session:
        where = {"channel": inbound.channel, "thread": inbound.thread}
        state = STATE.value(session, where)
        if state and state.get("flow") not in {None, "ask"} and not intents.is_question(text):
            return Understood()  # the answer to what was asked
        person = person_of(session, inbound.channel, inbound.thread)
        launched = launch_day_of(session, person)
        is_advised = house.model is not None and not (state and state.get("flow") not in {None, "ask"})
        asker = Asker(
            person, names_around(session, person) if is_advised else (), f"{inbound.channel}:{inbound.thread}"
        )
    previous = state.get("last_question") if state else None
    answer = house.library().ask(
        text[:LONGEST_READ],
        audience=audience_of(person),
        on=launched,
        previous=str(previous) if previous else None,
        today=house.today(),
    )
    return Understood(advised(house, text, answer, asker, on=launched) if is_advised else answer)


def _hours_file(house: House, inbound: Inbound) -> HoursFile | None:
    with house.database.reading() as session:
        person = person_of(session, inbound.channel, inbound.thread)
        if person is None:
            return None
        own = sent_in(session, house, inbound.channel, inbound.thread, inbound.files)
        found = (read_hours_file(session, house, person, number) for number in own)
        return next((file for file in found if file is not None), None)
