"""Telling somebody something the assistant was not asked: in their latest chat, and by letter; at most once by key."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.house import House
from core.letters import NoticeLetter
from core.messages import Meaning, show
from core.models import Conversation, Notice, Person
from core.people import post_letter
from core.terms import Channel

CHATS = (Channel.TELEGRAM, Channel.WEB)
LATEST = (
    select(Conversation)
    .where(Conversation.channel.in_(CHATS), Conversation.blocked_at.is_(None))
    .order_by(Conversation.updated_at.desc(), Conversation.id.desc())
    .limit(1)
)
RECORD = {
    "sqlite": sqlite.insert(Notice).on_conflict_do_nothing().returning(Notice.id),
    "postgresql": postgresql.insert(Notice).on_conflict_do_nothing().returning(Notice.id),
}


def tell(
    session: Session,
    house: House,
    person: Person,
    text: str,
    buttons: Sequence[tuple[str, Meaning]] = (),
    *,
    letter: NoticeLetter | None = None,
) -> int | None:
    """Show a message in the chat that somebody used last, and post its letter; return the conversation's id to ring.

    Who has no chat gets the letter; who has no address, the message.
    """
    if letter is not None:
        post_letter(session, house, letter, person)
    conversation = latest_chat(session, person)
    if conversation is None:
        return None
    show(session, house, conversation, text, buttons)
    return conversation.id


def latest_chat(session: Session, person: Person) -> Conversation | None:
    """Return the chat that somebody used last."""
    return session.scalar(LATEST.where(Conversation.person_id == person.id))


def is_first_time(session: Session, house: House, person: Person, key: str) -> bool:
    """Note that somebody is told something now; False when that was done before, by whatever process."""
    values = {"key": key, "person_id": person.id, "told_at": house.now()}
    return session.connection().execute(RECORD[house.database.dialect], values).scalar() is not None


def who_answers(session: Session, person_id: int, organisation_id: int) -> list[Person]:
    """Return who is told about what somebody declared: themselves, or their colleagues when they left."""
    person = session.get(Person, person_id)
    if person is not None and person.left_at is None and person.organisation_id == organisation_id:
        return [person]
    return people_of(session, organisation_id)


def people_of(session: Session, organisation_id: int) -> list[Person]:
    """Return who acts for an organisation today."""
    query = select(Person).where(Person.organisation_id == organisation_id, Person.left_at.is_(None))
    return list(session.scalars(query.order_by(Person.id)).unique())
