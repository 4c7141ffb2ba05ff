"""The check page of a receipt: open to all, silent without the code; its PDF for who may see the commitment."""

from collections.abc import Callable

import pytest

from core.house import House
from core.models import Receipt
from core.receipt_check import code_of
from core.seal import public_key
from tests.cast import Cast
from tests.integration.web.browser import Browser


@pytest.fixture
def code(cast: Cast) -> str:
    with cast.house.database.reading() as session:
        return code_of(session.get_one(Receipt, 2))


def test_anybody_with_number_and_code_reads_what_was_declared(cast: Cast, browser: Browser, code: str) -> None:
    page = browser.opens(f"/recu/R-000002?code={code}").replace("\xa0", " ")
    assert browser.status == 200
    assert "n’a pas été modifié" in page
    assert "187,5 h (2 personnes)" in page
    assert "octobre 2026" in page
    for name in ("Leroy", "Haddad", "Carole"):
        assert name not in page


def test_a_number_alone_or_a_wrong_code_says_only_that_it_exists(cast: Cast, browser: Browser) -> None:
    for path in ("/recu/R-000002", "/recu/R-000002?code=0000-0000-0000-0000"):
        page = browser.opens(path)
        assert "Ce reçu existe" in page
        assert "187" not in page
        assert "2026-TX-014" not in page
    assert "Ce code n’est pas celui du reçu" in page


@pytest.mark.parametrize("path", ["/recu/R-000099", "/recu/n-importe-quoi", "/recu?numero=abc"])
def test_an_unknown_number_says_how_one_is_written(cast: Cast, browser: Browser, path: str) -> None:
    assert "Aucun reçu ne porte ce numéro" in browser.opens(path)
    assert browser.status == 404


def test_the_form_leads_to_the_receipt(cast: Cast, browser: Browser, code: str) -> None:
    page = browser.opens(f"/recu?numero=r2&code={code}").replace("\xa0", " ")
    assert "187,5 h" in page


def test_the_tries_of_one_place_are_counted(cast: Cast, browser: Browser) -> None:
    for _ in range(60):
        browser.opens("/recu/R-000002?code=0000-0000-0000-0000")
    assert browser.status == 200
    browser.opens("/recu/R-000002?code=0000-0000-0000-0000")
    assert browser.status == 429


def test_the_pdf_is_for_who_may_see_the_commitment(
    cast: Cast, sqlite_house: House, new_browser: Callable[[], Browser]
) -> None:
    own, outsider, stranger = new_browser(), new_browser(), new_browser()
    own.signs_in(sqlite_house, cast.carole)
    outsider.signs_in(sqlite_house, cast.outsider)
    assert own.client.get("/recu/R-000002.pdf").content.startswith(b"%PDF-")
    for refused in (outsider, stranger):
        assert refused.client.get("/recu/R-000002.pdf").status_code == 403
        assert refused.client.get("/recu/R-000099.pdf").status_code == 403


def test_the_public_key_is_given_to_anybody(cast: Cast, browser: Browser) -> None:
    assert browser.client.get("/recu/cle").text == public_key(cast.house.keys)
