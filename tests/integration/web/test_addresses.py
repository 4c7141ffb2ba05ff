"""The desk's refused addresses: seen, tried again, corrected, by the facilitateur only."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core.house import House
from core.models import Audit, Person
from core.people import is_refused, person_by_email, refuse_address
from tests.cast import Cast
from tests.integration.web.browser import Browser
from tests.letters import letters_to

CAROLE = "carole.constructeur@exemple.fr"
PAGE = "/desk/adresses"


@pytest.fixture
def refusing(cast: Cast) -> Cast:
    """The cast, Carole's address refused."""
    with cast.house.database.transaction() as session:
        refuse_address(session, cast.house, CAROLE, "adresse inconnue de son serveur (550 5.1.1)")
    return cast


def is_marked(house: House, person: Person) -> bool:
    with house.database.reading() as session:
        return is_refused(session, session.get_one(Person, person.id))


def test_the_facilitateur_sees_the_address_and_tries_it_again(browser: Browser, refusing: Cast) -> None:
    house, carole = refusing.house, refusing.carole
    browser.signs_in(house, refusing.fanny)
    seen = browser.opens(PAGE)
    assert "Carole Constructeur" in seen
    assert "adresse inconnue de son serveur (550 5.1.1)" in seen
    browser.opens(f"{PAGE}/{carole.id}")
    assert browser.status == 405, "a GET changes nothing"
    assert is_marked(house, carole)
    assert "Un message vient de partir" in browser.posts(f"{PAGE}/{carole.id}", address=CAROLE)
    assert not is_marked(house, carole)
    assert "Toutes les adresses reçoivent nos messages" in browser.opens(PAGE)
    (letter,) = letters_to(house, CAROLE, "NoticeLetter")
    assert letter["title"] == "Vos messages de Clausette arrivent de nouveau"
    assert "ne refuse plus" in browser.posts(f"{PAGE}/{carole.id}", address=CAROLE)
    with house.database.reading() as session:
        audited = session.scalars(select(Audit).where(Audit.action == "try_address_again")).one()
        assert audited.person_id == refusing.fanny.id


def test_the_facilitateur_corrects_the_address(browser: Browser, refusing: Cast) -> None:
    house, carole = refusing.house, refusing.carole
    browser.signs_in(house, refusing.fanny)
    browser.opens(PAGE)
    for wrong, said in (("carole", "pas une adresse"), (refusing.olivia.email or "", "d’une autre personne")):
        assert said in browser.posts(f"{PAGE}/{carole.id}", address=wrong)
        assert browser.status == 422
        assert is_marked(house, carole)
    browser.posts(f"{PAGE}/{carole.id}", address="carole@exemple.fr")
    assert not is_marked(house, carole)
    assert len(letters_to(house, "carole@exemple.fr", "NoticeLetter")) == 1
    with house.database.reading() as session:
        found = person_by_email(session, house, "carole@exemple.fr")
        assert found is not None
        assert found.id == carole.id


def test_nobody_else_sees_or_changes_an_address(new_browser: Callable[[], Browser], refusing: Cast) -> None:
    house = refusing.house
    for person in (refusing.outsider, refusing.carole, refusing.alice, None):
        browser = new_browser()
        browser.opens("/")
        if person is not None:
            browser.signs_in(house, person)
        browser.opens(PAGE)
        assert browser.status == 403
        browser.posts(f"{PAGE}/{refusing.carole.id}", address="mine@exemple.fr")
        assert browser.status == 403
    assert is_marked(house, refusing.carole)
