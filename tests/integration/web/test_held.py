"""The desk's held mails: read, handed over to whoever wrote them or set aside, by the facilitateur only."""

import pytest
from sqlalchemy import select

from core.house import House
from core.letterbox import Spot
from core.models import Audit, Declaration, ReceivedMail
from core.terms import MailState
from mailer.receiving import handle_released, receive
from tests.cast import Cast, gather
from tests.integration.mail.letters import Writer, posted, received, text_of, with_mail
from tests.integration.web.browser import Browser

CAROLE = "carole.constructeur@exemple.fr"


@pytest.fixture
def cast(sqlite_house: House) -> Cast:
    """The cast, in a house that reads mail."""
    return gather(with_mail(sqlite_house))


def test_a_held_mail_is_shown_with_why_it_waits(cast: Cast, browser: Browser) -> None:
    Writer(cast.house, CAROLE, verdict="dmarc=fail").writes("Novembre : Leroy <b>84</b> h", subject="Heures")
    browser.signs_in(cast.house, cast.fanny)
    page = browser.opens("/desk/courriers")
    for passage in ("Heures", CAROLE, "Peut-être de Carole Constructeur", "Rien ne prouve", "<b>84</b> h"):
        assert passage in page


def test_a_held_mail_without_a_plain_version_shows_its_words(cast: Cast, browser: Browser) -> None:
    mail = (
        "Message-ID: <html@exemple.fr>\r\nFrom: carole.constructeur@exemple.fr\r\nTo: clausette@exemple.fr\r\n"
        "Subject: Heures\r\nAuthentication-Results: mx.exemple.fr; dmarc=fail\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/html; charset=utf-8\r\n\r\n<style>p {}</style><script>alert(1)</script>"
        "<p>Bonjour,</p><p>Novembre&nbsp;: <b>Leroy</b> 84&nbsp;h</p>\r\n"
    )
    receive(cast.house, Spot("box", 1, 1), mail.encode())
    browser.signs_in(cast.house, cast.fanny)
    page = browser.opens("/desk/courriers").replace("\N{NO-BREAK SPACE}", " ")
    assert "Bonjour, Novembre : Leroy 84 h" in page
    assert "alert(1)" not in page


def test_what_is_handed_over_is_handled_but_still_confirmed_by_its_owner(cast: Cast, browser: Browser) -> None:
    Writer(cast.house, CAROLE, verdict="dmarc=fail").writes("Novembre : Leroy 84 h, Karim rien", subject="Heures")
    (mail,) = received(cast.house)
    browser.signs_in(cast.house, cast.fanny)
    browser.opens("/desk/courriers")
    page = browser.posts(f"/desk/courriers/{mail.id}/remettre", address="inconnu@exemple.fr")
    assert "Personne n’est connu" in page
    assert "remis à cette personne" in browser.posts(f"/desk/courriers/{mail.id}/remettre", address=CAROLE)
    assert handle_released(cast.house) == 1
    assert "Total" in text_of(posted(cast.house, CAROLE)[-1])
    Writer(cast.house, CAROLE, verdict="").answers("oui")
    with cast.house.database.reading() as session:
        assert session.scalars(select(Declaration).where(Declaration.month == "2026-11")).first() is None
        assert session.scalars(select(Audit).where(Audit.action == "give_mail")).one().person_id == cast.fanny.id


def test_what_is_set_aside_needs_a_reason_and_does_nothing(cast: Cast, browser: Browser) -> None:
    Writer(cast.house, CAROLE, verdict="dmarc=fail").writes("mes obligations", subject="Marché")
    (mail,) = received(cast.house)
    browser.signs_in(cast.house, cast.fanny)
    browser.opens("/desk/courriers")
    assert "Dites en quelques mots" in browser.posts(f"/desk/courriers/{mail.id}/ecarter", reason=" ")
    page = browser.posts(f"/desk/courriers/{mail.id}/ecarter", reason="Hameçonnage")
    assert "Aucun e-mail n’attend" in page
    assert "n’attend plus de décision" in browser.posts(f"/desk/courriers/{mail.id}/remettre", address=CAROLE)
    with cast.house.database.reading() as session:
        assert session.get_one(ReceivedMail, mail.id).state is MailState.DROPPED
        assert session.scalars(select(Audit).where(Audit.action == "set_mail_aside")).one().detail == "Hameçonnage"


def test_nobody_else_sees_or_decides(cast: Cast, browser: Browser) -> None:
    Writer(cast.house, CAROLE, verdict="dmarc=fail").writes("mes obligations", subject="Marché")
    (mail,) = received(cast.house)
    for person in (cast.olivia, cast.alice, cast.carole):
        browser.signs_in(cast.house, person)
        browser.opens("/")
        assert "Marché" not in browser.opens("/desk/courriers")
        browser.posts(f"/desk/courriers/{mail.id}/remettre", address="olivia.outsider@exemple.fr")
    assert received(cast.house)[0].state is MailState.HELD
