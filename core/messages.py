"""The messages of a conversation: shown in the caller's transaction, on whatever channel it takes place."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from core.dialogue import YES
from core.exchange import Button, Shown, ShownFile
from core.hours import NBSP, plain
from core.house import House
from core.letters import Line
from core.models import Conversation, Message, StoredFile
from core.months import day_in_french
from core.outbox import CHAT, Parcel, hand_over, is_free, post
from core.prepared import Prepared
from core.terms import Author, Channel

Meaning = Mapping[str, object]
LONGEST_TRANSCRIPT = 30
PLACES = frozenset(map(str, range(100)))  # no message has as many buttons
# Built once, run at each turn.
ADD = Prepared(insert(Message).returning(Message.id))
TAPPED = Prepared(
    select(Message.content).where(
        Message.handle == bindparam("handle"), Message.conversation_id == bindparam("conversation_id")
    )
)
LAST_SHOWN = Prepared(
    select(Message.content)
    .where(Message.conversation_id == bindparam("conversation_id"), Message.author != Author.PERSON)
    .order_by(Message.id.desc())
    .limit(1)
)


def show(
    session: Session,
    house: House,
    conversation: Conversation,
    text: str,
    buttons: Sequence[tuple[str, Meaning]] = (),
    *,
    author: Author = Author.ASSISTANT,
    files: Sequence[ShownFile] = (),
    parcels: list[Parcel] | None = None,
    priority: int = CHAT,
    dedup_key: str | None = None,
) -> Shown:
    """Show a message: one row, and an outbox row when the channel must carry it. Both bear the `dedup_key`, if any.

    With `parcels` that row is handed over, at the end of this list, unless something waits for this chat already.

    A button is its label and its meaning; what travels is the message's random handle and the button's place in it.
    """
    now = house.now()
    handle = secrets.token_urlsafe(12)
    made = tuple(Button(label, f"{handle}.{place}") for place, (label, _) in enumerate(buttons))
    number: int = ADD.value(
        session,
        {
            "conversation_id": conversation.id,
            "channel": conversation.channel,
            "external_id": dedup_key,
            "handle": handle,
            "author": author,
            "content": {
                "text": text,
                "buttons": [[button.label, button.data] for button in made],
                "meanings": [meaning for _, meaning in buttons],
                "files": [[file.id, file.name, file.content_type] for file in files],
            },
            "status": "handled",
            "attempts": 1,
            "sent_at": now,
        },
    )
    shown = Shown(number, author, text, now, made, tuple(files))
    if conversation.channel is Channel.TELEGRAM and conversation.blocked_at is None:
        body = json.dumps(shown.as_json(), ensure_ascii=False).encode()
        peer, person_id = conversation.thread, conversation.person_id
        if parcels is not None and (parcels or is_free(session, house, Channel.TELEGRAM, peer)):
            parcels.append(hand_over(session, house, channel=Channel.TELEGRAM, peer=peer, body=body,
                                     conversation_id=conversation.id, person_id=person_id))  # fmt: skip
        else:
            post(session, house, channel=Channel.TELEGRAM, peer=peer, body=body, priority=priority,
                 dedup_key=dedup_key, conversation_id=conversation.id, person_id=person_id)  # fmt: skip
    return shown


def meaning_of(session: Session, conversation_id: int, data: str) -> Meaning | None:
    """Return what a tapped button means in this conversation, or None when it is not one of its buttons."""
    found = _of_button(session, conversation_id, data, "meanings")
    return found if isinstance(found, dict) else None


def button_typed(session: Session, conversation_id: int, typed: str) -> Meaning | None:
    """Return the meaning of the button that somebody typed, by its number or label, among the last ones shown."""
    content = LAST_SHOWN.value(session, {"conversation_id": conversation_id})
    buttons, meanings = (content or {}).get("buttons"), (content or {}).get("meanings")
    if not isinstance(buttons, list) or not isinstance(meanings, list):
        return None
    words = plain(typed).strip(" .!")
    for number, (button, meaning) in enumerate(zip(buttons, meanings, strict=True), start=1):
        label = plain(str(button[0]))
        is_yes = words in YES and label.startswith("oui, ")
        if (is_yes or words in {str(number), label}) and isinstance(meaning, dict):
            return meaning
    return None


def last_shown(session: Session, conversation_id: int) -> int:
    """Return the number of the last message that the assistant itself showed in a conversation, 0 before the first."""
    query = select(func.max(Message.id)).where(
        Message.conversation_id == conversation_id, Message.author == Author.ASSISTANT
    )
    return session.scalar(query) or 0


def label_of(session: Session, conversation_id: int, data: str) -> str:
    """Return the label of a tapped button, to keep it in the transcript."""
    found = _of_button(session, conversation_id, data, "buttons")
    return str(found[0]) if isinstance(found, list) else ""


def _of_button(session: Session, conversation_id: int, data: str, what: str) -> object:
    handle, _, place = data.partition(".")
    if place not in PLACES:
        return None
    known = session.info.get("tapped")  # a turn asks for the label, then for the meaning
    if known is None or known[0] != (conversation_id, handle):
        wanted = {"handle": handle, "conversation_id": conversation_id}
        known = session.info["tapped"] = (conversation_id, handle), TAPPED.value(session, wanted)
    listed = (known[1] or {}).get(what)
    return listed[int(place)] if isinstance(listed, list) and int(place) < len(listed) else None


def history_of(session: Session, conversation_id: int, *, after: int = 0, most: int = 100) -> tuple[Shown, ...]:
    """Return the latest messages of a conversation after one, oldest first."""
    rows = session.execute(
        select(Message.id, Message.author, Message.sent_at, Message.content)
        .where(Message.conversation_id == conversation_id, Message.id > after)
        .order_by(Message.id.desc())
        .limit(most)
    ).all()
    return tuple(Shown.from_content(*row) for row in reversed(rows))


def transcript_of(session: Session, house: House, conversation_id: int) -> tuple[Line, ...]:
    """Return the last exchanges of a conversation, as a letter shows them."""
    names = {Author.PERSON: "La personne", Author.ASSISTANT: "Clausette", Author.FACILITATOR: "Le facilitateur"}
    shown = history_of(session, conversation_id, most=LONGEST_TRANSCRIPT)
    return tuple(
        Line(names[message.author], moment(house, message.sent_at), message.text) for message in shown if message.text
    )


def moment(house: House, when: datetime) -> str:
    """Write a time: "23 novembre 2026 à 14 h 05"."""
    local = house.local(when)
    return f"{day_in_french(local.date())} à {local.hour}{NBSP}h{NBSP}{local.minute:02}"


def shown_files(session: Session, ids: Sequence[int]) -> tuple[ShownFile, ...]:
    """Return stored files as a conversation shows them."""
    if not ids:
        return ()
    rows = session.scalars(select(StoredFile).where(StoredFile.id.in_(ids)))
    return tuple(ShownFile(row.id, row.name, row.content_type) for row in rows)
