"""Stopping reminders from their link: a scanner that opens it stops nothing, one click of a mail provider does."""

from collections.abc import Callable

from core.models import Person
from core.subscriptions import accepts_reminders, stop_link
from core.terms import LetterKind
from tests.cast import Cast
from tests.integration.web.browser import Browser


def path_of(cast: Cast) -> str:
    link = stop_link(cast.house, cast.carole, LetterKind.REMINDER)
    return link.removeprefix(cast.house.settings.public_url)


def wants_reminders(cast: Cast) -> bool:
    with cast.house.database.reading() as session:
        return accepts_reminders(session, session.get_one(Person, cast.carole.id))


def test_opening_the_link_any_number_of_times_stops_nothing(new_browser: Callable[[], Browser], cast: Cast) -> None:
    scanner = new_browser()
    for _ in range(5):
        page = scanner.opens(path_of(cast))
    assert wants_reminders(cast)
    assert "Ne plus les recevoir" in page
    assert "Carole" not in page, "the page does not say whose link it is"


def test_pressing_the_button_stops_reminders_and_the_other_button_starts_them_again(
    browser: Browser, cast: Cast
) -> None:
    browser.opens(path_of(cast))
    page = browser.posts(path_of(cast))
    assert "Vous ne recevrez plus les relances" in page
    assert "les heures restent à déclarer" in page
    assert not wants_reminders(cast)
    assert "Vous ne recevrez plus" in browser.opens(path_of(cast))
    browser.posts(path_of(cast), reprendre="oui")
    assert wants_reminders(cast)


def test_one_click_of_a_mail_provider_stops_reminders(new_browser: Callable[[], Browser], cast: Cast) -> None:
    provider = new_browser().client  # no cookie, no form seen before (RFC 8058 §3.1)
    answer = provider.post(path_of(cast), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not wants_reminders(cast)
    assert provider.post(path_of(cast), data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_another_site_cannot_stop_them_from_a_browser(new_browser: Callable[[], Browser], cast: Cast) -> None:
    answer = new_browser().client.post(path_of(cast), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert wants_reminders(cast)


def test_an_altered_link_stops_nobodys_reminders_and_guessing_is_limited(browser: Browser, cast: Cast) -> None:
    for guess in range(30):
        page = browser.posts(f"/desabonner/reminder-{cast.carole.id}-{guess:022}")
    assert browser.status == 429
    assert "Trop de demandes" in page
    assert wants_reminders(cast)
    assert "Ne plus les recevoir" in browser.opens(path_of(cast)), "a good link still opens"
