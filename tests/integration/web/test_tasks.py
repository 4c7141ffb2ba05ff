"""The link of a reminder: it opens the month to declare without a password, once, whatever scanners do."""

from collections.abc import Callable

from core.house import House
from core.models import Person
from core.people import issue_token
from tests.cast import Cast
from tests.houses import FakeClock
from tests.integration.web.browser import Browser


def task(house: House, cast: Cast, month: str = "2026-11") -> str:
    """Return the path of Carole's link for a month of `school`."""
    with house.database.transaction() as session:
        person = session.get_one(Person, cast.carole.id)
        return f"/tache/{issue_token(session, house, 'task', person=person, commitment_id=cast.school.id, month=month)}"


def test_scanners_open_a_task_and_its_owner_still_declares(
    browser: Browser, new_browser: Callable[[], Browser], cast: Cast
) -> None:
    link = task(cast.house, cast)
    scanner = new_browser()
    for _ in range(2):
        assert "Bâti Nord" not in scanner.opens(link)
        assert scanner.status == 200
    assert "Déclarer novembre 2026" in browser.opens(link)
    page = browser.posts(link)
    assert "Que voulez-vous déclarer pour novembre 2026" in page
    assert "Combien d’heures pour Marie Leroy en novembre 2026" in browser.posts(
        "/messages", button=browser.buttons()["Saisir les heures"]
    )


def test_a_task_used_elsewhere_opens_nothing(browser: Browser, new_browser: Callable[[], Browser], cast: Cast) -> None:
    link = task(cast.house, cast)
    browser.opens(link)
    browser.posts(link)
    thief = new_browser()
    thief.opens("/")
    assert "Ce lien ne fonctionne plus" in thief.opens(link)
    assert "Ce lien ne fonctionne plus" in thief.posts(link)
    assert thief.status == 410
    assert "Bâti Nord" not in thief.opens("/")


def test_the_same_browser_may_open_it_again(browser: Browser, cast: Cast) -> None:
    link = task(cast.house, cast)
    browser.opens(link)
    browser.posts(link)
    assert "Déclarer novembre 2026" in browser.opens(link)
    assert "Que voulez-vous déclarer pour novembre 2026" in browser.posts(link)


def test_a_month_declared_meanwhile_says_so(browser: Browser, cast: Cast) -> None:
    link = task(cast.house, cast, "2026-10")
    browser.opens(link)
    assert "Octobre 2026 est déjà déclaré, merci." in browser.posts(link)


def test_a_task_in_the_browser_of_somebody_else_opens_a_fresh_conversation(browser: Browser, cast: Cast) -> None:
    browser.signs_in(cast.house, cast.olivia)
    browser.writes("mes obligations")
    link = task(cast.house, cast)
    browser.opens(link)
    page = browser.posts(link)
    assert "Voirie" not in page
    assert "Que voulez-vous déclarer pour novembre 2026" in page


def test_an_old_task_expires(browser: Browser, cast: Cast, clock: FakeClock) -> None:
    link = task(cast.house, cast)
    clock.advance(days=15)
    assert "Ce lien ne fonctionne plus" in browser.opens(link)
    assert "Ce lien ne fonctionne plus" in browser.posts(link)
