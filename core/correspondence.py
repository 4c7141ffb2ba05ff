"""Conversations by mail: one for each thread. What a turn shows leaves as one letter, under what the person wrote."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.exchange import Button, Shown
from core.files import read
from core.house import House
from core.letters import Attached, ConversationLetter, Envelope, Letter
from core.models import Conversation, MailThread, Person, StoredFile
from core.outbox import CHAT, new_message_id, post
from core.people import bind, is_refused
from core.replies import About, reply_address
from core.terms import Channel
from core.tokens import issue_token

MOST_ATTACHED = 20 * 1024 * 1024
MOST_REFERENCES = 10
LONGEST_IDENTIFIER = 200
ALWAYS_THERE = ("Retour", "Annuler")  # written as words: their numbers would be taken for answers
NO_SUBJECT = "Votre message"

_IDENTIFIER = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]+>")
_PREFIXES = re.compile(r"^(?:\s*(?:re|ré|rép|réf|tr|fw|fwd|wg|aw|sv)\s*(?:\[\d+\])?\s*:)+", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where a letter goes in its thread."""

    address: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def open_thread(
    session: Session,
    house: House,
    name: str,
    *,
    address: str,
    subject: str,
    person: Person | None,
    begun: Mapping[str, str] | None = None,
) -> Conversation:
    """Return the conversation so named, begun with a person or with a stranger at an address when there is none.

    `begun` are answers of a declaration already known: the month that a reminder is about.
    """
    known = session.scalar(
        select(Conversation).where(Conversation.channel == Channel.EMAIL, Conversation.thread == name)
    )
    if known is not None:
        return known
    given = dict(begun or {})
    flow: dict[str, object] = {
        "flow": "declare", "run": secrets.token_urlsafe(6), "answers": given, "given": list(given)
    }  # fmt: skip
    conversation = Conversation(
        channel=Channel.EMAIL,
        thread=name,
        person_id=person.id if person else None,
        state=flow if given else {},
        updated_at=house.now(),
    )
    session.add(conversation)
    session.flush()
    session.add(
        MailThread(conversation_id=conversation.id, address=address, subject=subject_of(subject), message_ids=[])
    )
    if person is not None:
        bind(session, house, person, Channel.EMAIL, conversation.thread)
    session.flush()
    return conversation


def subject_of(written: str) -> str:
    """Return a subject without what programs put before it."""
    return " ".join(_PREFIXES.sub("", " ".join(written.split())).split())[:200] or NO_SUBJECT


def continue_thread(session: Session, conversation_id: int, message_id: str) -> None:
    """Go on under a message: what is written next answers it."""
    thread = session.get(MailThread, conversation_id)
    sound = _IDENTIFIER.fullmatch(message_id) and len(message_id) <= LONGEST_IDENTIFIER
    if thread is not None and sound and message_id not in thread.message_ids:
        thread.message_ids = [*thread.message_ids, message_id][-MOST_REFERENCES:]


def place_in(thread: MailThread) -> Place:
    """Return where the next letter of a thread goes."""
    return Place(thread.address, thread.message_ids[-1] if thread.message_ids else "", tuple(thread.message_ids))


def post_shown(
    session: Session,
    house: House,
    conversation: Conversation,
    shown: Sequence[Shown],
    *,
    case_id: int | None = None,
    month: str | None = None,
    numbered: bool = True,
) -> None:
    """Post what a turn showed, as one letter with its files and the choices of its last message.

    `case_id` is its case, `month` the one it recorded, if any; the choices are not `numbered` where a number is an
    answer in itself.
    """
    thread = session.get(MailThread, conversation.id)
    if thread is None or not shown:
        return
    last = shown[-1]
    labels = [button.label for button in last.buttons]
    letter = ConversationLetter(
        subject=thread.subject,
        texts=tuple(message.text for message in shown),
        choices=tuple(label for label in labels if label not in ALWAYS_THERE),
        words=tuple(label.lower() for label in labels if label in ALWAYS_THERE),
        link=_link_to(session, house, conversation, last.id, last.buttons),
        numbered=numbered,
    )
    about = About(case_id=case_id, conversation_id=conversation.id, month=month, asked=last.id)
    made = [session.get_one(StoredFile, file.id) for message in shown for file in message.files]
    post_in_thread(session, house, conversation, thread, letter, about, attached=attached_of(house, made))


def attached_of(house: House, files: Sequence[StoredFile]) -> tuple[Attached, ...]:
    """Return the files that a mail can carry; the others are named in it."""
    attached, size = [], 0
    for file in files:
        size += file.size
        if size <= MOST_ATTACHED:
            attached.append(Attached(file.name, file.content_type, read(house, file)))
    return tuple(attached)


def post_in_thread(
    session: Session,
    house: House,
    conversation: Conversation,
    thread: MailThread,
    letter: Letter,
    about: About,
    *,
    automatic: bool = True,
    priority: int = CHAT,
    attached: tuple[Attached, ...] = (),
) -> None:
    """Post a letter under the latest message of a thread, unless the address refuses mail."""
    person = session.get(Person, conversation.person_id) if conversation.person_id else None
    if person is not None and is_refused(session, person):
        return
    message_id, place = new_message_id(house), place_in(thread)
    envelope = Envelope(
        sender=house.settings.mail_from,
        recipient=place.address,
        message_id=message_id,
        in_reply_to=place.in_reply_to,
        references=place.references,
        reply_to=reply_address(session, house, place.address, message_id, about, person_id=conversation.person_id),
        attachments=attached,
        automatic=automatic,
        subject=f"Re: {thread.subject}" if thread.message_ids else thread.subject,
    )
    post(session, house, channel=Channel.EMAIL, peer=place.address, body=house.write_letter(letter, envelope),
         message_id=message_id, ordered=False, priority=priority, conversation_id=conversation.id,
         person_id=conversation.person_id, case_id=about.case_id)  # fmt: skip
    continue_thread(session, conversation.id, message_id)


def _link_to(
    session: Session, house: House, conversation: Conversation, message_id: int, buttons: Sequence[Button]
) -> str:
    """Return the page that has the choices as buttons, for three days; the chat when there is nothing to choose."""
    if not buttons:
        return house.link("/")
    person = session.get(Person, conversation.person_id) if conversation.person_id else None
    secret = issue_token(session, house, "choice", person=person, message_id=message_id, channel=Channel.EMAIL)
    return house.link(f"/reponse/{secret}")
