"""Which buttons of a conversation still wait for an answer."""

from bot.web.view import Json, with_live_buttons
from core.terms import Author

MENU = [{"label": "Déclarer un mois", "data": "x.0"}]


def said(author: Author, *, buttons: bool = False) -> Json:
    return {"author": author.value, "buttons": list(MENU) if buttons else []}


def test_buttons_wait_until_the_person_says_something() -> None:
    messages = with_live_buttons(
        [
            said(Author.ASSISTANT, buttons=True),
            said(Author.PERSON),
            said(Author.ASSISTANT, buttons=True),
            said(Author.ASSISTANT, buttons=True),
        ]
    )
    assert [bool(message["buttons"]) for message in messages] == [False, False, True, True]


def test_the_facilitators_button_stays_whatever_was_said_since() -> None:
    messages = with_live_buttons(
        [said(Author.FACILITATOR, buttons=True), said(Author.ASSISTANT, buttons=True), said(Author.PERSON)]
    )
    assert [bool(message["buttons"]) for message in messages] == [True, False, False]
