"""A real browser: signs in by the e-mailed link, declares a month, reaches the facilitateur, sees the answer arrive."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.processes import COMPANY, FACILITATOR, link_in, premises, smtp_server, text_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no browser found; to play these tests: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    expect.set_options(timeout=60_000)
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


def on_a_phone(browser: Browser) -> Page:
    """Open a page the size of a phone."""
    return browser.new_context(viewport={"width": 390, "height": 780}, locale="fr-FR").new_page()


def tap(page: Page, label: str) -> None:
    """Tap the latest button so labelled."""
    page.get_by_role("button", name=label).last.click()


def write(page: Page, text: str) -> None:
    """Type a message and send it."""
    page.get_by_label("Votre message").fill(text)
    page.get_by_role("button", name="Envoyer").click()


def sign_in(page: Page, address: str, mailbox_link: str) -> None:
    """Follow the link of the mail."""
    page.goto(mailbox_link)
    page.locator("main").get_by_role("button").first.click()
    expect(page.get_by_text("Bâti Nord").first).to_be_visible()


def test_a_company_signs_in_declares_and_sees_the_answer_arrive(browser: Browser, tmp_path: Path) -> None:
    with smtp_server() as mailbox:
        smtp = f"smtp://127.0.0.1:{mailbox.port}?starttls=never"
        with premises(tmp_path, CLAUSETTE_SMTP_URL=smtp) as place, place.serving():
            page = on_a_phone(browser)
            page.goto(place.address)
            write(page, "connexion")
            tap(page, "Recevoir un lien par e-mail")
            expect(page.get_by_text("Quelle est votre adresse e-mail")).to_be_visible()
            write(page, COMPANY)
            sign_in(page, place.address, link_in(mailbox.wait_for(COMPANY), "/connexion/"))

            tap(page, "Déclarer un mois")
            page.locator("form.buttons button").first.wait_for(state="attached")
            tap(page, _current_month(page))
            tap(page, "Saisir les heures")
            expect(page.get_by_text("Combien d’heures pour").last).to_be_visible()
            write(page, "84")
            expect(page.get_by_text("Vous confirmez").last).to_be_visible()
            tap(page, "Oui, je confirme")
            expect(page.get_by_text("R-000001").first).to_be_visible()
            assert "84 h" in text_of(mailbox.wait_for(COMPANY, "R-000001")).replace("\N{NO-BREAK SPACE}", " ")

            write(page, "parler à quelqu’un")
            tap(page, "Une difficulté")
            tap(page, "TX-014")
            write(page, "Le chantier est arrêté, que faire ?")
            tap(page, "Sans fichier")
            expect(page.get_by_text("C’est transmis au facilitateur").last).to_be_visible()

            letter = mailbox.wait_for(FACILITATOR, "D-")
            assert "Le chantier est arrêté, que faire" in text_of(letter)
            desk = on_a_phone(browser)
            desk.goto(link_in(letter, "/desk/cases/"))
            desk.locator("main").get_by_role("button").first.click()
            expect(desk.get_by_text("Le chantier est arrêté").first).to_be_visible()
            desk.get_by_role("textbox").fill("Je vous appelle demain. Les heures sont suspendues.")
            desk.get_by_role("button", name="Répondre", exact=True).click()

            expect(page.get_by_text("Je vous appelle demain.")).to_be_visible()  # without reloading
            page.reload()
            expect(page.get_by_text("Je vous appelle demain.")).to_be_visible()  # and kept


def _current_month(page: Page) -> str:
    """The last month offered is the current one."""
    expect(page.get_by_text("Pour quel mois").last).to_be_visible()
    labels = page.locator("form.buttons").last.locator("button").all_inner_texts()
    return [label for label in labels if label not in {"Retour", "Annuler"}][-1]


def test_the_chat_works_without_javascript(browser: Browser, tmp_path: Path) -> None:
    with premises(tmp_path) as place, place.serving():
        context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 780})
        page = context.new_page()
        page.goto(place.address)
        write(page, "c’est quoi une clause sociale d’insertion ?")
        expect(page.get_by_text("Source").first).to_be_visible()
        tap(page, "👎 Pas utile")
        expect(page.get_by_text("Qu’est-ce qui ne va pas").last).to_be_visible()
