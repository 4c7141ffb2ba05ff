"""The single entry of every channel: one message, one turn, one transaction.

A turn records what arrived, locks the conversation, replays the flow, changes the domain, shows the replies and posts
them, then commits. A redelivered message changes nothing. When a turn raises, everything is rolled back and a second
small transaction keeps the message as failed, to be tried again: nothing that a person wrote is dropped in silence.
"""

import logging
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.cases import Request, open_case
from core.correspondence import post_shown
from core.exchange import Inbound, Shown, Turned
from core.files import sent_in
from core.house import House
from core.loading import Shape
from core.messages import history_of, label_of, show, shown_files
from core.models import ChannelIdentity, Conversation, Message, Organisation, Person
from core.outbox import Parcel
from core.people import WHO
from core.prepared import Prepared
from core.readings import Unread
from core.replay import pending
from core.responding import declare_month, respond, welcome
from core.terms import Author, Channel
from core.turn import Turn
from core.understanding import Understood, read_again, understand

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
LONGEST_KEPT = 200_000  # characters: ten times what is read, so that nobody's text is lost and nobody fills the disk
RETRY_AFTER = timedelta(seconds=20)
# Statements built once: a turn's cost is mostly the building of its statements.
# The conversation, and who speaks in it: whom it knows, else whom the channel's identity says.
TALK = Shape(Conversation)
LOCKED = Prepared(
    select(*TALK.columns, *WHO.columns)
    .outerjoin(
        ChannelIdentity,
        and_(
            ChannelIdentity.channel == Conversation.channel,
            ChannelIdentity.external_id == Conversation.thread,
            Conversation.person_id.is_(None),
        ),
    )
    .outerjoin(Person, Person.id == func.coalesce(Conversation.person_id, ChannelIdentity.person_id))
    .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    .where(Conversation.channel == bindparam("channel"), Conversation.thread == bindparam("thread"))
    .with_for_update(of=Conversation)
)
OPEN = {
    "sqlite": Prepared(sqlite.insert(Conversation).on_conflict_do_nothing()),
    "postgresql": Prepared(postgresql.insert(Conversation).on_conflict_do_nothing()),
}
RECORD = {
    "sqlite": Prepared(sqlite.insert(Message).on_conflict_do_nothing().returning(Message.id)),
    "postgresql": Prepared(postgresql.insert(Message).on_conflict_do_nothing().returning(Message.id)),
}
APOLOGY = (
    "Je n’ai pas réussi à traiter votre message, et j’en suis désolée. Il est conservé et transmis au facilitateur, "
    "qui vous répondra. Vous n’avez rien à renvoyer."
)


def turn(house: House, inbound: Inbound) -> Turned:
    """Handle one message; see the module. Never raises, unless the failure itself cannot be recorded."""
    readable = _readable(inbound.text[:LONGEST_KEPT])
    if readable != inbound.text:
        inbound = replace(inbound, text=readable)
    try:
        understood = understand(house, inbound)
        try:
            return _held(house, inbound, understood)
        except Unread as unread:  # rolled back: the file is read without holding anything
            return _held(house, inbound, read_again(house, inbound, understood, unread.file))
    except Exception:
        log.exception("a turn on %s failed", inbound.channel)
    return Turned(_record_failure(house, inbound), failed=True)


def _held(house: House, inbound: Inbound, understood: Understood) -> Turned:
    with house.database.transaction() as session:
        conversation, person = _locked(session, house, inbound.channel, inbound.thread)
        number = _recorded(session, house, conversation, inbound, "handled")
        if number is None:
            return Turned(conversation.id, repeated=True)
        parcels: list[Parcel] | None = [] if inbound.hands_over else None
        under_way = Turn(house, session, conversation, person, number, parcels=parcels, is_proven=inbound.is_proven)
        return _respond(under_way, inbound, understood)


def greet(house: House, channel: Channel, thread: str) -> Turned:
    """Open a conversation with the welcome message; one that has begun is left as it is."""
    with house.database.transaction() as session:
        conversation, person = _locked(session, house, channel, thread)
        if session.scalar(select(Message.id).where(Message.conversation_id == conversation.id).limit(1)) is not None:
            return Turned(conversation.id, repeated=True)
        under_way = Turn(house, session, conversation, person)
        welcome(under_way)
        return Turned(conversation.id, tuple(under_way.shown))


def greet_signed_in(session: Session, house: House, channel: Channel, thread: str) -> None:
    """Greet somebody whom a link has just recognised on a channel, in the caller's transaction."""
    conversation, person = _locked(session, house, channel, thread)
    conversation.person_id = person.id if person else None
    welcome(Turn(house, session, conversation, person), signed_in=True)


def open_month(session: Session, house: House, channel: Channel, thread: str, commitment_id: int, month: str) -> None:
    """Open a month to declare for somebody whom a link has just recognised, in the caller's transaction."""
    conversation, person = _locked(session, house, channel, thread)
    conversation.person_id = person.id if person else None
    declare_month(Turn(house, session, conversation, person), commitment_id, month)


def history(house: House, channel: Channel, thread: str, *, after: int = 0, most: int = 100) -> tuple[Shown, ...]:
    """Return the latest messages of a conversation after one, oldest first."""
    with house.database.reading() as session:
        number = session.scalar(
            select(Conversation.id).where(Conversation.channel == channel, Conversation.thread == thread)
        )
        return history_of(session, number, after=after, most=most) if number is not None else ()


def retry_failed(house: House) -> list[int]:
    """Try again the messages that failed; after the third failure the person is told and a case opens.

    Return the ids of the conversations that have something new.
    """
    changed = []
    with house.database.reading() as session:
        due = session.execute(
            select(Message.id, Message.attempts)
            .where(Message.status == "failed", Message.sent_at < house.now() - RETRY_AFTER)
            .order_by(Message.id)
            .limit(50)
        ).all()
    for number, attempts in due:
        try:
            conversation_id = _give_up(house, number) if attempts >= MOST_ATTEMPTS else _try_again(house, number)
        except Exception:
            log.exception("message %s could not be given up", number)
            continue  # it stays failed; the others must not wait for it
        if conversation_id is not None:
            changed.append(conversation_id)
    return changed


def _readable(text: str) -> str:
    """Drop what no database and no channel can carry: control characters and halves of characters."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})


def _locked(session: Session, house: House, channel: Channel, thread: str) -> tuple[Conversation, Person | None]:
    wanted = {"channel": channel, "thread": thread}
    found = LOCKED.row(session, wanted)
    if found is None:
        OPEN[house.database.dialect].run(session, {**wanted, "state": {}, "updated_at": house.now()})
        (found,) = LOCKED.rows(session, wanted)
    conversation = TALK.made(session, found)
    person = WHO.made_or_none(session, found, len(TALK.columns))
    if person is None or person.left_at is not None:
        return conversation, None
    if conversation.person_id is None:
        conversation.person_id = person.id
    return conversation, person


def _recorded(session: Session, house: House, conversation: Conversation, inbound: Inbound, status: str) -> int | None:
    content = _content(inbound)
    if inbound.files:
        content["files"] = [[file.id, file.name, file.content_type] for file in shown_files(session, inbound.files)]
    if inbound.button:
        content["label"] = label_of(session, conversation.id, inbound.button)
        content["text"] = inbound.text or content["label"]
    values = {
        "conversation_id": conversation.id,
        "channel": inbound.channel,
        "external_id": inbound.external_id,
        "author": Author.PERSON,
        "content": content,
        "status": status,
        "attempts": 1,
        "sent_at": inbound.received_at,
    }
    number: int | None = RECORD[house.database.dialect].value(session, values)
    return number


def _content(inbound: Inbound) -> dict[str, object]:
    return {
        "text": inbound.text,
        "button": inbound.button,
        "received": list(inbound.files),
        "refused_files": list(inbound.refused_files),
        **({"asked": inbound.asked} if inbound.asked is not None else {}),
        **({} if inbound.is_proven else {"is_proven": False}),
    }


def _respond(under_way: Turn, inbound: Inbound, understood: Understood) -> Turned:
    if under_way.conversation.blocked_at is not None:
        under_way.conversation.blocked_at = None  # who writes can be written to
    respond(under_way, inbound, understood)
    if inbound.channel is Channel.EMAIL:
        question = pending(under_way)
        post_shown(
            under_way.session,
            under_way.house,
            under_way.conversation,
            under_way.shown,
            case_id=under_way.case_id,
            month=under_way.month,
            numbered=question is None or question.goes_by_number,
        )
    return Turned(under_way.conversation.id, tuple(under_way.shown), parcels=tuple(under_way.parcels or ()))


def _record_failure(house: House, inbound: Inbound) -> int:
    with house.database.transaction() as session:
        conversation, _ = _locked(session, house, inbound.channel, inbound.thread)
        _recorded(session, house, conversation, inbound, "failed")
        return conversation.id


def _try_again(house: House, number: int) -> int | None:
    try:
        with house.database.reading() as session:
            inbound = _inbound_of(session, number)
        understood = understand(house, inbound)
        try:
            return _held_again(house, inbound, understood, number)
        except Unread as unread:
            return _held_again(house, inbound, read_again(house, inbound, understood, unread.file), number)
    except Exception:
        log.exception("message %s failed again", number)
    with house.database.transaction() as session:
        session.execute(
            update(Message)
            .where(Message.id == number, Message.status == "failed")
            .values(attempts=Message.attempts + 1, sent_at=house.now())
        )
    return None


def _held_again(house: House, inbound: Inbound, understood: Understood, number: int) -> int | None:
    with house.database.transaction() as session:
        claimed = update(Message).where(Message.id == number, Message.status == "failed").values(status="handled")
        if getattr(session.execute(claimed), "rowcount", 0) != 1:
            return None  # another process took it
        conversation, person = _locked(session, house, inbound.channel, inbound.thread)
        under_way = Turn(house, session, conversation, person, number, is_proven=inbound.is_proven)
        _respond(under_way, inbound, understood)
        return conversation.id


def _give_up(house: House, number: int) -> int | None:
    with house.database.transaction() as session:
        claimed = update(Message).where(Message.id == number, Message.status == "failed").values(status="given_up")
        if getattr(session.execute(claimed), "rowcount", 0) != 1:
            return None
        inbound = _inbound_of(session, number)
        conversation, person = _locked(session, house, inbound.channel, inbound.thread)
        text = inbound.text or "(un bouton ou un fichier)"
        files = sent_in(session, house, inbound.channel, inbound.thread, inbound.files)
        request = Request(subject="Message non traité par l’assistante", text=text, files=files)
        open_case(session, house, conversation, person, request)
        shown = show(session, house, conversation, APOLOGY)
        if conversation.channel is Channel.EMAIL:
            post_shown(session, house, conversation, [shown])
        return conversation.id


def _inbound_of(session: Session, number: int) -> Inbound:
    message = session.get_one(Message, number)
    conversation = session.get_one(Conversation, message.conversation_id)
    content = message.content
    files, refused = content.get("received") or [], content.get("refused_files") or []
    return Inbound(
        channel=message.channel,
        thread=conversation.thread,
        external_id=message.external_id or "",
        received_at=message.sent_at,
        text=str(content.get("text") or ""),
        button=str(content["button"]) if content.get("button") else None,
        files=tuple(int(each) for each in files) if isinstance(files, list) else (),
        refused_files=tuple(map(str, refused)) if isinstance(refused, list) else (),
        asked=int(str(content["asked"])) if content.get("asked") else None,
        is_proven=content.get("is_proven") is not False,
    )


def counts(house: House) -> dict[str, int]:
    """Return how many messages there are by status, for the metrics."""
    with house.database.reading() as session:
        return {
            str(status): int(count)
            for status, count in session.execute(select(Message.status, func.count()).group_by(Message.status))
        }


def last_activity(house: House) -> datetime | None:
    """Return when the last message came in."""
    with house.database.reading() as session:
        return session.scalar(select(func.max(Message.sent_at)).where(Message.author == Author.PERSON))
