"""Signing in from links: a scanner that opens them uses nothing up."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from core.house import House
from core.models import Outgoing, Person
from core.people import accept_code, issue_token, person_of
from core.terms import Channel
from tests.cast import Cast
from tests.houses import FakeClock
from tests.integration.web.browser import Browser


def link_of(house: House, person: Person, purpose: str = "sign_in", channel: Channel | None = Channel.WEB) -> str:
    with house.database.transaction() as session:
        secret = issue_token(session, house, purpose, person=session.get_one(Person, person.id), channel=channel)
    return f"/{'connexion' if purpose == 'sign_in' else purpose}/{secret}"


def letters(house: House) -> list[Outgoing]:
    with house.database.reading() as session:
        return list(session.scalars(select(Outgoing).where(Outgoing.channel == Channel.EMAIL)))


@pytest.mark.parametrize("purpose", ["sign_in", "invitation"])
def test_scanners_open_a_link_and_its_owner_still_signs_in_once(
    browser: Browser, new_browser: Callable[[], Browser], cast: Cast, purpose: str
) -> None:
    link = link_of(cast.house, cast.carole, purpose)
    scanner = new_browser()
    for _ in range(2):
        assert scanner.client.get(link).status_code == 200
        assert scanner.client.head(link).status_code in {200, 405}
    page = browser.opens(link)
    assert "Carole" not in page
    assert "Bâti Nord" not in page, "the page does not say whose link it is"
    assert "Bâti Nord" in browser.posts(link)
    thief = new_browser()
    thief.opens("/")
    assert "Ce lien ne fonctionne plus" in thief.posts(link)
    assert thief.status == 410
    assert "Bâti Nord" not in thief.opens("/")


def test_a_link_pressed_twice_says_that_one_is_signed_in(browser: Browser, cast: Cast) -> None:
    link = link_of(cast.house, cast.carole)
    browser.opens(link)
    browser.posts(link)
    page = browser.posts(link)
    assert browser.status == 410
    assert "La connexion est déjà faite" in page


def test_an_expired_link_offers_another(browser: Browser, cast: Cast, clock: FakeClock) -> None:
    link = link_of(cast.house, cast.carole)
    clock.advance(minutes=16)
    page = browser.opens(link)
    assert browser.status == 410
    assert "Ce lien ne fonctionne plus" in page
    assert "Votre adresse e-mail" in page
    page = browser.posts("/connexion", email="carole.constructeur@exemple.fr")
    assert browser.status == 200
    assert "un lien de connexion vient d’y être envoyé" in page
    assert len(letters(cast.house)) == 1


def test_known_and_unknown_addresses_get_the_same_answer(browser: Browser, cast: Cast) -> None:
    browser.opens("/connexion")
    known = browser.posts("/connexion", email="carole.constructeur@exemple.fr")
    browser.opens("/connexion")
    assert browser.posts("/connexion", email="inconnue@exemple.fr") == known
    assert len(letters(cast.house)) == 1


def test_what_is_no_address_is_said_and_kept(browser: Browser, cast: Cast) -> None:
    browser.opens("/connexion")
    page = browser.posts("/connexion", email="carole<b>")
    assert browser.status == 422
    assert "Je n’ai pas reconnu une adresse" in page
    assert browser.seen is not None
    assert 'value="carole&lt;b&gt;"' in browser.seen.text


def test_links_cannot_be_asked_for_without_end(browser: Browser, cast: Cast) -> None:
    browser.opens("/connexion")
    for _ in range(6):
        page = browser.posts("/connexion", email="carole.constructeur@exemple.fr")
    assert "Attendez une heure" in page
    assert len(letters(cast.house)) == 5


def test_secrets_cannot_be_tried_without_end(browser: Browser, cast: Cast) -> None:
    statuses = [browser.client.get(f"/invitation/{number:012}").status_code for number in range(21)]
    assert statuses == [410] * 20 + [429]


def test_a_link_asked_for_in_telegram_gives_a_code_to_type_there(browser: Browser, cast: Cast) -> None:
    link = link_of(cast.house, cast.carole, channel=Channel.TELEGRAM)
    browser.opens(link)
    page = browser.posts(link)
    assert "Revenez dans Telegram" in page
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", page)
    assert code is not None
    assert browser.seen is not None
    assert f"https://t.me/clausette_bot?start={code[0].replace('-', '')}" in browser.seen.text
    assert "Se connecter" in browser.opens("/"), "this browser is not signed in"
    with cast.house.database.transaction() as session:
        assert accept_code(session, cast.house, code[0], Channel.TELEGRAM, "4242").id == cast.carole.id


def test_an_invitation_may_be_accepted_in_telegram_instead(browser: Browser, cast: Cast) -> None:
    browser.opens(link_of(cast.house, cast.carole, "invitation", None))
    assert browser.seen is not None
    assert "https://t.me/clausette_bot?start=" in browser.seen.text


def test_a_person_who_left_cannot_sign_in(browser: Browser, cast: Cast) -> None:
    link = link_of(cast.house, cast.lucas)
    browser.opens(link)
    browser.posts(link)
    assert browser.status == 410
    with cast.house.database.reading() as session:
        assert person_of(session, Channel.WEB, browser.thread) is None


def test_a_link_posted_from_another_site_is_not_used(browser: Browser, cast: Cast) -> None:
    link = link_of(cast.house, cast.carole)
    assert browser.client.post(link, headers={"Origin": "https://pirate.exemple.fr"}).status_code == 403
    browser.csrf = ""
    browser.posts(link)
    assert browser.status == 403
    browser.opens(link)
    assert "Bâti Nord" in browser.posts(link)
