"""The web chat, with and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from bot.web.safety import MOST_BODY
from core.files import MOST_BYTES
from core.house import House
from core.models import Message, StoredFile
from core.terms import Author
from tests.cast import Cast
from tests.houses import FakeClock
from tests.integration.web.browser import Browser

QUESTION = "Est-ce que les heures du tuteur comptent ?"
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"


def messages_of(house: House, author: Author = Author.PERSON) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).where(Message.author == author)) or 0


def test_the_first_visit_is_greeted_once(browser: Browser, sqlite_house: House) -> None:
    assert "Bonjour" in browser.opens("/")
    assert "Département du Val" in browser.opens("/")
    assert messages_of(sqlite_house, Author.ASSISTANT) == 1


def test_a_conversation_without_javascript_is_kept_on_reload(browser: Browser) -> None:
    page = browser.writes(QUESTION)
    assert browser.seen is not None
    assert browser.seen.history[0].status_code == 303
    assert browser.seen.history[0].headers["location"] == "/#bas"
    assert QUESTION in page
    assert browser.opens("/") == page


def test_a_button_works_without_javascript_and_leaves_with_its_answer(browser: Browser) -> None:
    data = browser.buttons()["Parler à quelqu’un"]
    page = browser.posts("/messages", button=data)
    assert "Parler à quelqu’un" in page, "the label stands for what the person said"
    assert "Poser une question" not in browser.buttons(), "the menu was answered"
    assert "Annuler" in browser.buttons()


def test_two_posts_of_the_same_form_are_one_message(browser: Browser, sqlite_house: House) -> None:
    first, token = browser.csrf, browser.token
    browser.writes(QUESTION)
    browser.csrf, browser.token = first, token
    browser.writes(QUESTION)
    assert messages_of(sqlite_house) == 1


def test_another_text_from_the_same_page_is_another_message(browser: Browser, sqlite_house: House) -> None:
    """The person went back in the browser and wrote something else: it must not be taken for a double post."""
    token = browser.token
    browser.writes("bonjour")
    browser.token = token
    assert "au revoir" in browser.writes("au revoir")
    assert messages_of(sqlite_house) == 2


def test_the_script_sending_again_gets_the_same_answer(browser: Browser, sqlite_house: House) -> None:
    first = browser.sends("same", text=QUESTION, after="1").json()["messages"]
    again = browser.sends("same", text=QUESTION, after="1").json()["messages"]
    assert [message["id"] for message in again if message["author"] != "person"] == [m["id"] for m in first]
    assert messages_of(sqlite_house) == 1


def test_the_answer_to_the_script_has_all_that_a_bubble_needs(browser: Browser) -> None:
    [reply, *_] = browser.sends(text="parler à quelqu’un").json()["messages"]
    assert set(reply) == {"id", "author", "writer", "html", "buttons", "files", "time", "when"}
    assert reply["author"] == "assistant"
    assert reply["html"].startswith("<p>")
    assert reply["when"] == "11\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}00"
    assert all(set(button) == {"label", "data"} for button in reply["buttons"])


def test_messages_after_one(browser: Browser) -> None:
    reply = browser.sends(text=QUESTION).json()["messages"][-1]["id"]
    browser.sends(text="merci")
    later = browser.client.get("/messages", params={"after": reply}).json()["messages"]
    assert later
    assert all(message["id"] > reply for message in later)
    assert browser.client.get("/messages", params={"after": 0}).json()["messages"][0]["id"] == 1


def test_yesterdays_messages_say_their_day(browser: Browser, clock: FakeClock) -> None:
    browser.writes("bonjour")
    clock.advance(days=1)
    assert "23 novembre, 11 h 00" in browser.opens("/")


def test_nothing_written_changes_nothing(browser: Browser, sqlite_house: House) -> None:
    browser.writes("  \n ")
    assert browser.status == 200
    assert browser.sends(text="").json() == {"messages": []}
    assert messages_of(sqlite_house) == 0


def test_what_a_person_writes_is_never_markup(browser: Browser) -> None:
    browser.writes("<script>alert(1)</script> **gras**")
    assert browser.seen is not None
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **gras**" in browser.seen.text


def test_a_very_long_text_gets_a_sentence_not_an_error(browser: Browser, sqlite_house: House) -> None:
    reply = browser.sends(text="très long " * 12_000)
    assert reply.status_code == 200
    assert "trop long" in reply.json()["messages"][0]["html"]
    assert messages_of(sqlite_house) == 1


@pytest.mark.parametrize("text", ["\U0001f44d\U0001f3fd", "a\x00b\x07", "\u202eabc", "مرحبا", "ﬁ ½ ① "])
def test_odd_characters_are_answered(browser: Browser, text: str) -> None:
    assert browser.sends(text=text).json()["messages"]


def test_two_browsers_have_two_conversations(browser: Browser, new_browser: Callable[[], Browser]) -> None:
    browser.writes("mon secret à moi")
    other = new_browser()
    assert "mon secret" not in other.opens("/")
    assert other.thread != browser.thread


def test_a_forged_cookie_is_a_new_visitor(browser: Browser, new_browser: Callable[[], Browser]) -> None:
    browser.writes("mon secret à moi")
    thief = new_browser()
    thief.client.cookies.set("__Host-clausette", f"{browser.thread}.AAAA.AAAA", domain="clausette.exemple.fr")
    assert "mon secret" not in thief.opens("/")


def test_a_cookie_opens_its_conversation_for_ninety_days(browser: Browser, clock: FakeClock) -> None:
    browser.writes("mon premier message")
    value = browser.client.cookies["__Host-clausette"]
    for days, is_known in ((90, True), (1, False), (-92, False)):
        clock.advance(days=days)
        browser.client.cookies.set("__Host-clausette", value, domain="clausette.exemple.fr")
        assert ("mon premier message" in browser.opens("/")) is is_known


def test_when_a_turn_fails_the_person_knows_that_the_message_is_kept(
    browser: Browser, sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*_: object) -> None:
        raise LookupError("a bug")

    monkeypatch.setattr("core.conversations.respond", bug)
    assert "bien enregistré" in browser.sends(text="bonjour").json()["notice"]
    page = browser.writes("bonsoir")
    assert "bien enregistré" in page
    assert "bonsoir" in page
    assert messages_of(sqlite_house) == 2


# Files


def test_a_file_is_received_with_the_message(browser: Browser, sqlite_house: House) -> None:
    page = browser.posts("/messages", files={"file": ("cv.pdf", PDF)}, text="")
    assert "cv.pdf" in page
    with sqlite_house.database.reading() as session:
        assert session.scalars(select(StoredFile)).one().name == "cv.pdf"


def test_a_form_with_a_file_posted_twice_stores_it_once(browser: Browser, sqlite_house: House) -> None:
    for _ in range(2):
        browser.sends("same", files={"file": ("cv.pdf", PDF)})
    with sqlite_house.database.reading() as session:
        assert len(session.scalars(select(StoredFile)).all()) == 1


def test_an_empty_file_is_refused_in_words(browser: Browser) -> None:
    assert "est vide (0 octet)" in browser.posts("/messages", files={"file": ("cv.pdf", b"")}, text="")


def test_a_file_just_over_fifteen_megabytes_is_refused_in_words_and_the_text_is_heard(browser: Browser) -> None:
    page = browser.posts("/messages", files={"file": ("photo.jpg", b"x" * (MOST_BYTES + 1))}, text="voici la photo")
    assert browser.status == 200
    assert "photo.jpg » dépasse 15 Mo" in page
    assert "voici la photo" in page


def test_a_body_over_the_limit_keeps_the_text_in_the_box(browser: Browser, sqlite_house: House) -> None:
    page = browser.posts("/messages", files={"file": ("film.mp4", b"x" * (MOST_BODY + 1))}, text="voici le film")
    assert browser.status == 413
    assert "Votre envoi dépasse 15 Mo" in page
    assert browser.seen is not None
    assert re.search(r"<textarea[^>]*>voici le film</textarea>", browser.seen.text)
    assert messages_of(sqlite_house) == 0


def test_a_body_over_the_limit_is_a_sentence_for_the_script(browser: Browser) -> None:
    reply = browser.sends(files={"file": ("film.mp4", b"x" * (MOST_BODY + 1))})
    assert reply.status_code == 413
    assert "15\N{NO-BREAK SPACE}Mo" in reply.json()["error"]


def test_a_disguised_program_is_refused(browser: Browser, sqlite_house: House) -> None:
    page = browser.posts("/messages", files={"file": ("cv.pdf", b"MZ\x90\x00" + b"\0" * 100)}, text="")
    assert "n’est pas d’un type accepté" in page
    with sqlite_house.database.reading() as session:
        assert session.scalars(select(StoredFile)).all() == []


# Forms of others


def test_a_form_without_its_token_is_refused_and_the_text_kept(browser: Browser, sqlite_house: House) -> None:
    browser.csrf = "0" * 40
    page = browser.writes("un long message")
    assert browser.status == 403
    assert "Rechargez la page" in page
    assert "un long message" in page
    assert messages_of(sqlite_house) == 0
    browser.writes("un long message")
    assert messages_of(sqlite_house) == 1, "the page shown has a good form"


def test_a_form_of_another_browser_is_refused(browser: Browser, new_browser: Callable[[], Browser]) -> None:
    other = new_browser()
    other.opens("/")
    browser.csrf = other.csrf
    assert browser.sends(text="bonjour").status_code == 403


def test_a_form_without_cookie_is_refused(browser: Browser, sqlite_house: House) -> None:
    browser.client.cookies.clear()
    assert browser.sends(text="bonjour").status_code == 403
    assert messages_of(sqlite_house) == 0


def test_a_post_from_another_site_is_refused_even_with_a_good_form(browser: Browser, sqlite_house: House) -> None:
    data = {"csrf": browser.csrf, "token": "t", "text": "bonjour"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://pirate.exemple.fr"}):
        reply = browser.client.post("/messages", data=data, headers=headers)
        assert reply.status_code == 403
        assert "autre site" in reply.text
        assert "content-security-policy" in reply.headers
    assert messages_of(sqlite_house) == 0


def test_writing_too_fast_is_said_and_the_text_kept(browser: Browser) -> None:
    statuses = [browser.sends(text=f"message {number}").status_code for number in range(61)]
    assert statuses == [200] * 60 + [429]
    page = browser.writes("un long message")
    assert browser.status == 429
    assert "Patientez une minute" in page
    assert "un long message" in page


# Signed in


def test_the_header_says_for_whom_one_is_signed_in(browser: Browser, cast: Cast) -> None:
    assert "Se connecter" in browser.opens("/")
    page = browser.signs_in(cast.house, cast.carole)
    assert "Bâti Nord" in page
    assert "Se déconnecter" in page


def test_signing_out_leaves_nothing_to_the_next_person(browser: Browser, cast: Cast) -> None:
    browser.signs_in(cast.house, cast.carole)
    browser.writes("mes obligations")
    page = browser.posts("/deconnexion")
    assert "Se connecter" in page
    assert "Bâti Nord" not in page
    assert "2026-TX-014" not in page


def test_somebody_else_who_signs_in_here_reads_nothing_of_the_former(browser: Browser, cast: Cast) -> None:
    browser.signs_in(cast.house, cast.carole)
    assert "2026-TX-014" in browser.writes("mes obligations")
    page = browser.signs_in(cast.house, cast.outsider)
    assert "Voirie Plus" in page
    assert "mes obligations" not in page
