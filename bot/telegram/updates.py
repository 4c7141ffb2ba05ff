"""A Telegram update, read into what a turn needs. Pure: nothing is downloaded, sent or stored here.

Whatever a person sends in a private chat gives something to answer: what cannot be read becomes a French remark.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType, MessageAttachmentType

from core.hours import NBSP

log = logging.getLogger(__name__)

WANTED = ("message", "edited_message", "callback_query")
UNREADABLE = "Je n’ai pas pu lire ce message. Écrivez-le autrement, en texte simple."
UNKNOWN_KIND = "Je ne sais pas lire ce type de message. Écrivez-moi en texte, ou envoyez une photo ou un fichier."
NO_PLACE = "Je ne sais pas lire une position. Écrivez l’adresse ou la commune en toutes lettres."
REMARKS = {
    MessageAttachmentType.VOICE: "Je ne sais pas encore écouter les messages vocaux. Écrivez-moi votre message.",
    MessageAttachmentType.AUDIO: "Je ne sais pas encore écouter les enregistrements. Écrivez-moi votre message.",
    MessageAttachmentType.VIDEO: "Je ne sais pas regarder les vidéos. Envoyez plutôt une photo ou un PDF.",
    MessageAttachmentType.VIDEO_NOTE: "Je ne sais pas regarder les vidéos. Écrivez-moi votre message.",
    MessageAttachmentType.ANIMATION: "Je ne sais pas lire les images animées. Écrivez-moi votre message.",
    MessageAttachmentType.STICKER: "Je ne sais pas lire les autocollants. Écrivez-moi votre message.",
    MessageAttachmentType.LOCATION: NO_PLACE,
    MessageAttachmentType.VENUE: NO_PLACE,
    MessageAttachmentType.CONTACT: (
        f"Je ne sais pas lire une fiche de contact. Écrivez le nom et les coordonnées utiles{NBSP}: "
        "rien n’a été conservé."
    ),
}
TEXT = frozenset({"from", "text", "entities", "link_preview_options"})
_ADDRESSED = re.compile(r"^(/\w+)@\w+")


class Malformed(ValueError):
    """The body is not an update of the Bot API."""


@dataclass(frozen=True)
class Remote:
    """A file still on Telegram's servers; `size` in bytes, None when not announced."""

    file_id: str
    name: str
    size: int | None


@dataclass(frozen=True)
class Incoming:
    """One update. `button` is a tapped button's data and `tap` the query to answer; `remarks` are French sentences."""

    update_id: int
    chat_id: int
    private: bool
    external_id: str
    text: str = ""
    button: str | None = None
    tap: str | None = None
    remotes: tuple[Remote, ...] = ()
    remarks: tuple[str, ...] = ()


def read(raw: object) -> Incoming | None:
    """Read one update; None when nobody waits for an answer. Raises Malformed when it is not an update."""
    if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
        raise Malformed("no update_id")
    usual = _usual(raw["update_id"], raw)
    if usual is not None:
        return usual
    try:
        update = Update.de_json(raw)
    except Exception:
        # Telegram adds fields and kinds at any time: an update that the library cannot read is answered all the same.
        log.exception("update %s could not be read", raw["update_id"])
        return unreadable(raw)
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query)
    if update.message is not None:
        return _message(update.update_id, update.message)
    if update.edited_message is not None:
        return _edited(update.update_id, update.edited_message)
    return None


def _usual(update_id: int, raw: Mapping[str, object]) -> Incoming | None:
    """Read a text or a tap in a chat, which is most of what comes; None when it is anything else.

    The library makes objects of all that an update holds, and costs ten times as much.
    """
    match raw:
        case {"message": {"message_id": int(), "date": int(), "chat": {"id": int(chat), "type": kind}, **others}}:
            typed = others.get("text")
            text = _typed(typed) if isinstance(typed, str) and others.keys() <= TEXT else ""
            return Incoming(update_id, chat, kind == ChatType.PRIVATE, f"update:{update_id}", text) if text else None
        case {
            "callback_query": {"id": str(tap), "data": str(data), "message": {"chat": {"id": int(chat), "type": kind}}}
        }:
            is_private, external_id = kind == ChatType.PRIVATE, f"update:{update_id}"
            return Incoming(update_id, chat, is_private, external_id, button=_clean(data), tap=tap) if data else None
    return None


def unreadable(raw: Mapping[str, object]) -> Incoming | None:
    """Say that a message could not be read, when its chat at least is known."""
    for kind in WANTED:
        content = raw.get(kind)
        if kind == "callback_query" and isinstance(content, dict):
            content = content.get("message")
        chat = content.get("chat") if isinstance(content, dict) else None
        if isinstance(chat, dict) and isinstance(chat.get("id"), int):
            number = raw["update_id"]
            return Incoming(
                update_id=number if isinstance(number, int) else 0,
                chat_id=chat["id"],
                private=chat.get("type") == "private",
                external_id=f"update:{number}",
                remarks=(UNREADABLE,),
            )
    return None


def _tap(update_id: int, query: CallbackQuery) -> Incoming | None:
    if query.message is None or not query.data:
        return None
    return Incoming(
        update_id=update_id,
        chat_id=query.message.chat.id,
        private=query.message.chat.type == ChatType.PRIVATE,
        external_id=f"update:{update_id}",
        button=_clean(query.data),
        tap=query.id,
    )


def _message(update_id: int, message: Message) -> Incoming | None:
    text = _text(message)
    kind = _attachment(message)
    remotes: tuple[Remote, ...] = ()
    remarks: tuple[str, ...] = ()
    if kind is MessageAttachmentType.PHOTO:
        largest = max(message.photo, key=lambda size: (size.width * size.height, size.file_size or 0))
        remotes = (Remote(largest.file_id, f"photo-{message.message_id}.jpg", largest.file_size),)
    elif kind is MessageAttachmentType.DOCUMENT and message.document is not None:
        document = message.document
        name = _clean(document.file_name or f"document-{message.message_id}")
        remotes = (Remote(document.file_id, name, document.file_size),)
    elif kind is not None:
        remarks = (REMARKS.get(kind, UNKNOWN_KIND),)
    if not (text or remotes or remarks):
        return None  # a service message: a pin, a new photo of the chat
    return Incoming(
        update_id=update_id,
        chat_id=message.chat.id,
        private=message.chat.type == ChatType.PRIVATE,
        external_id=f"update:{update_id}",
        text=text,
        remotes=remotes,
        remarks=remarks,
    )


def _edited(update_id: int, message: Message) -> Incoming | None:
    """An edited message counts as a new one, for its text alone: its file came with the first."""
    text = _text(message)
    if not text:
        return None
    edited_at = int(message.edit_date.timestamp()) if message.edit_date else 0
    return Incoming(
        update_id=update_id,
        chat_id=message.chat.id,
        private=message.chat.type == ChatType.PRIVATE,
        external_id=f"update:{update_id}:edited:{edited_at}",
        text=text,
    )


def _attachment(message: Message) -> MessageAttachmentType | None:
    """What is attached; an animation also carries a document, and a venue a position."""
    first = (MessageAttachmentType.ANIMATION, MessageAttachmentType.VENUE)
    return next((kind for kind in (*first, *MessageAttachmentType) if message[kind]), None)


def _text(message: Message) -> str:
    return _typed(message.text or message.caption or "")


def _typed(text: str) -> str:
    return _ADDRESSED.sub(r"\1", _clean(text).strip())


def _clean(text: str) -> str:
    """Half of a surrogate pair is legal in JSON and cannot be stored."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
