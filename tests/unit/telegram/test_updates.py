"""What a Telegram update says, kind by kind."""

from typing import Any

import pytest

from bot.telegram import updates
from bot.telegram.updates import REMARKS, UNREADABLE, Incoming, Malformed, Remote, read

CHAT = {"id": 7, "type": "private", "first_name": "Camille"}
GROUP = {"id": -70, "type": "supergroup", "title": "Chantier"}
FILE = {"file_id": "f", "file_unique_id": "f", "file_size": 10}
CLIP = {**FILE, "duration": 3}
PLACE = {"latitude": 45.7, "longitude": 4.8}


def received(kind: str = "message", /, chat: dict[str, Any] = CHAT, **content: Any) -> Incoming | None:
    message = {"message_id": 5, "date": 1_795_000_000, "chat": chat, **content}
    return read({"update_id": 900, kind: message})


def heard(**content: Any) -> Incoming:
    incoming = received(**content)
    assert incoming is not None
    return incoming


def test_a_text_is_kept_as_it_was_written() -> None:
    assert heard(text="Bonjour, combien d’heures ?") == Incoming(
        update_id=900, chat_id=7, private=True, external_id="update:900", text="Bonjour, combien d’heures ?"
    )


@pytest.mark.parametrize("command", ["/start ABCDEFGH2345", "/aide", "/annuler"])
def test_a_command_is_kept_as_text(command: str) -> None:
    assert heard(text=command).text == command


def test_a_command_addressed_to_the_bot_loses_the_address() -> None:
    assert heard(text="/aide@ClausetteBot").text == "/aide"


def test_a_tap_gives_its_button_and_the_query_to_answer() -> None:
    query = {"id": "55", "from": {"id": 7, "is_bot": False, "first_name": "C"}, "chat_instance": "1", "data": "abc.1",
             "message": {"message_id": 5, "date": 1_795_000_000, "chat": CHAT}}  # fmt: skip
    incoming = read({"update_id": 901, "callback_query": query})
    assert incoming == Incoming(
        update_id=901, chat_id=7, private=True, external_id="update:901", button="abc.1", tap="55"
    )


def test_a_tap_on_a_message_too_old_for_telegram_still_counts() -> None:
    query = {"id": "55", "from": {"id": 7, "is_bot": False, "first_name": "C"}, "chat_instance": "1", "data": "abc.1",
             "message": {"message_id": 5, "date": 0, "chat": CHAT}}  # fmt: skip
    incoming = read({"update_id": 902, "callback_query": query})
    assert incoming is not None
    assert incoming.button == "abc.1"


def test_the_largest_size_of_a_photo_is_taken_with_its_caption() -> None:
    sizes = [
        {**FILE, "file_id": "small", "width": 90, "height": 60},
        {**FILE, "file_id": "large", "width": 1280, "height": 960, "file_size": 2_000},
        {**FILE, "file_id": "medium", "width": 320, "height": 240},
    ]
    incoming = heard(photo=sizes, caption="La feuille signée")
    assert incoming.remotes == (Remote("large", "photo-5.jpg", 2_000),)
    assert incoming.text == "La feuille signée"


def test_a_document_keeps_its_name_and_announced_size() -> None:
    assert heard(document={**FILE, "file_name": "heures.xlsx"}).remotes == (Remote("f", "heures.xlsx", 10),)


def test_a_document_without_a_name_gets_one() -> None:
    assert heard(document=FILE).remotes == (Remote("f", "document-5", 10),)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("voice", CLIP),
        ("audio", CLIP),
        ("video", {**CLIP, "width": 1, "height": 1}),
        ("video_note", {**CLIP, "length": 1}),
        ("sticker", {**FILE, "width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}),
        ("location", PLACE),
        ("contact", {"phone_number": "0100000000", "first_name": "Alix"}),
    ],
)
def test_what_cannot_be_read_is_answered_in_words(kind: str, content: dict[str, Any]) -> None:
    incoming = heard(**{kind: content})
    assert incoming.remarks == (next(text for name, text in REMARKS.items() if name == kind),)
    assert not incoming.remotes


def test_an_animation_is_not_taken_for_its_document() -> None:
    incoming = heard(animation={**CLIP, "width": 1, "height": 1}, document={**FILE, "file_name": "a.mp4"})
    assert not incoming.remotes
    assert "animées" in incoming.remarks[0]


def test_a_place_is_answered_once() -> None:
    venue = {"location": PLACE, "title": "Mairie", "address": "1 place"}
    assert len(heard(venue=venue, location=PLACE).remarks) == 1


def test_a_kind_never_heard_of_is_answered_too() -> None:
    assert heard(dice={"emoji": "🎲", "value": 3}).remarks == (
        "Je ne sais pas lire ce type de message. Écrivez-moi en texte, ou envoyez une photo ou un fichier.",
    )


def test_the_caption_of_a_video_is_read_all_the_same() -> None:
    incoming = heard(video={**CLIP, "width": 1, "height": 1}, caption="Le chantier est arrêté")
    assert incoming.text == "Le chantier est arrêté"
    assert incoming.remarks


def test_an_edited_message_is_a_new_one() -> None:
    first = received("edited_message", text="84 heures", edit_date=1_795_000_100)
    assert first is not None
    assert (first.text, first.external_id) == ("84 heures", "update:900:edited:1795000100")


def test_an_edited_caption_does_not_send_the_file_again() -> None:
    edited = received("edited_message", caption="octobre", edit_date=1_795_000_100, document=FILE)
    assert edited is not None
    assert edited.remotes == ()


def test_a_moving_position_is_left_alone() -> None:
    assert received("edited_message", location=PLACE, edit_date=1_795_000_100) is None


def test_a_pinned_message_waits_for_no_answer() -> None:
    pinned = {"message_id": 4, "date": 1_795_000_000, "chat": CHAT, "text": "x"}
    assert received(pinned_message=pinned) is None


def test_a_group_is_not_private() -> None:
    assert not heard(chat=GROUP, text="/aide@ClausetteBot").private


def test_an_update_of_a_kind_we_did_not_ask_for_is_ignored() -> None:
    assert received("channel_post", text="annonce") is None


def test_half_a_character_is_replaced_so_that_it_can_be_stored() -> None:
    assert heard(text="ab\ud83dc").text.encode() == "ab\N{REPLACEMENT CHARACTER}c".encode()


@pytest.mark.parametrize("body", [None, [], "x", {}, {"update_id": "9"}, {"message": {}}])
def test_what_is_no_update_is_said_so(body: object) -> None:
    with pytest.raises(Malformed):
        read(body)


def test_a_message_that_the_library_cannot_read_is_answered_in_words() -> None:
    broken = {"message_id": 5, "date": "hier", "chat": CHAT, "text": "Bonjour"}
    incoming = read({"update_id": 903, "message": broken})
    assert incoming == Incoming(update_id=903, chat_id=7, private=True, external_id="update:903", remarks=(UNREADABLE,))


@pytest.mark.parametrize("chat", [CHAT, GROUP])
@pytest.mark.parametrize("text", ["Bonjour", "  /aide@ClausetteBot  ", "\ud83d", "7,5", " "])
def test_a_text_read_at_once_is_what_the_library_reads(
    chat: dict[str, Any], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = received(chat=chat, text=text, entities=[])
    monkeypatch.setattr(updates, "_usual", lambda *_: None)
    assert received(chat=chat, text=text, entities=[]) == at_once


@pytest.mark.parametrize("chat", [CHAT, GROUP])
@pytest.mark.parametrize("data", ["abc.1", "\ud83d", ""])
def test_a_tap_read_at_once_is_what_the_library_reads(
    chat: dict[str, Any], data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = {"update_id": 903, "callback_query": {
        "id": "55", "from": {"id": 7, "is_bot": False, "first_name": "C"}, "chat_instance": "1", "data": data,
        "message": {"message_id": 5, "date": 1_795_000_000, "chat": chat, "text": "Votre choix"},
    }}  # fmt: skip
    at_once = read(update)
    monkeypatch.setattr(updates, "_usual", lambda *_: None)
    assert read(update) == at_once
