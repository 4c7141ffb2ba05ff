"""What the chat page shows of a conversation, and its messages as the page's script receives them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.web.markup import as_html, as_typed
from core.conversations import greet, history
from core.exchange import Shown
from core.hours import NBSP
from core.house import House
from core.models import Conversation, Territory
from core.months import NAMES
from core.people import person_of
from core.terms import Author, Channel

Json = dict[str, object]
WRITERS = {Author.PERSON: "Vous", Author.ASSISTANT: "Clausette", Author.FACILITATOR: "Le facilitateur"}

FILE_ONLY = '<p class="typed">Fichier envoyé</p>'


@dataclass(frozen=True)
class ChatView:
    """A conversation on the page. `signed_in` is the organisation's name (or the person's), "" for a stranger."""

    territory: str
    signed_in: str
    is_facilitator: bool
    messages: list[Json]
    last: int


def opened(house: House, thread: str) -> ChatView:
    """Return the conversation of a browser; the first visit is greeted."""
    with house.database.reading() as session:
        person = person_of(session, Channel.WEB, thread)
        territory = session.scalar(select(Territory.name).order_by(Territory.id).limit(1))
        signed_in = "" if person is None else person.organisation.name if person.organisation else person.name
    shown = history(house, Channel.WEB, thread)
    if not shown:
        greet(house, Channel.WEB, thread)
        shown = history(house, Channel.WEB, thread)
    return ChatView(
        territory=territory or house.settings.territory,
        signed_in=signed_in,
        is_facilitator=person is not None and person.is_facilitator,
        messages=with_live_buttons(messages_as_json(house, shown)),
        last=shown[-1].id if shown else 0,
    )


def conversation_of(house: House, thread: str) -> int | None:
    """Return the conversation of a browser, or None before the first visit."""
    with house.database.reading() as session:
        return session.scalar(
            select(Conversation.id).where(Conversation.channel == Channel.WEB, Conversation.thread == thread)
        )


def messages_as_json(house: House, shown: Iterable[Shown]) -> list[Json]:
    """Return messages as the page's script receives them."""
    today = house.today()
    return [_as_json(house, message, today.toordinal()) for message in shown]


def with_live_buttons(messages: list[Json]) -> list[Json]:
    """Drop the assistant's buttons that an answer followed; the facilitateur's stay, whatever was said since."""
    answered = False
    for message in reversed(messages):
        if answered and message["author"] == Author.ASSISTANT:
            message["buttons"] = []
        answered = answered or message["author"] == Author.PERSON
    return messages


def _as_json(house: House, message: Shown, today: int) -> Json:
    local = house.local(message.sent_at)
    is_typed = message.author is Author.PERSON
    return {
        "id": message.id,
        "author": message.author.value,
        "writer": WRITERS[message.author],
        "html": (as_typed(message.text) or FILE_ONLY) if is_typed else as_html(message.text),
        "buttons": [{"label": button.label, "data": button.data} for button in message.buttons],
        "files": [{"name": file.name, "href": "" if is_typed else f"/fichiers/{file.id}"} for file in message.files],
        "time": local.isoformat(timespec="seconds"),
        "when": _when(local, today),
    }


def _when(local: datetime, today: int) -> str:
    clock = f"{local.hour}{NBSP}h{NBSP}{local.minute:02}"
    if local.date().toordinal() == today:
        return clock
    return f"{local.day}{NBSP}{NAMES[local.month - 1]}, {clock}"
