"""`/acheteur/programme`: a programme of purchases from a spreadsheet, or from what a buyer published."""

import io

import pytest
from openpyxl import load_workbook

from core.house import House
from tests.integration.buying.files import sheet
from tests.integration.buying.published import PLANNED, PUBLISHED, SIREN, publish
from tests.integration.web.browser import Browser


def test_the_page_takes_a_spreadsheet_or_a_siren(browser: Browser, sqlite_house: House) -> None:
    publish(sqlite_house, *PUBLISHED)
    browser.opens("/acheteur/programme")
    file = {"file": ("achats.xlsx", PLANNED)}
    assert "Ligne 3 : montant illisible" in browser.posts("/acheteur/programme", files=file, action="text")
    browser.posts("/acheteur/programme", files=file, action="xlsx")
    assert browser.seen is not None
    assert "attachment" in browser.seen.headers["content-disposition"]
    assert load_workbook(io.BytesIO(browser.seen.content)).sheetnames[0] == "Opérations"
    assert "3 opérations lues" in browser.posts("/acheteur/programme", action="text", siren=SIREN)


@pytest.mark.parametrize(
    ("form", "content", "said"),
    [
        ({}, None, "Choisissez un tableau"),
        ({"siren": "12"}, None, "Ce n’est pas un SIREN"),
        ({"siren": SIREN}, None, "aucun marché publié"),
        ({}, b"%PDF-1.4 rien", "n’est pas un tableau"),
        ({}, b"PK\x03\x04rien", "n’est pas un tableau"),
        ({}, sheet((("a", "b"),)), "montant HT"),
    ],
)
def test_the_page_says_what_it_cannot_read(
    browser: Browser, form: dict[str, str], content: bytes | None, said: str
) -> None:
    browser.opens("/acheteur/programme")
    files = None if content is None else {"file": ("a.xlsx", content)}
    assert said in browser.posts("/acheteur/programme", files=files, action="xlsx", **form)
    assert browser.status == 422
