"""Needs in a browser: the desk chooses partners, a partner answers without an account."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from core.importing import import_partners
from core.models import Forward
from core.needs import secret_of
from tests.cast import Cast
from tests.integration.core.test_needs import LINES, asked, sheet
from tests.integration.web.browser import Browser


def test_the_desk_sends_a_need_and_the_partner_answers(
    cast: Cast, browser: Browser, new_browser: Callable[[], Browser], tmp_path: Path
) -> None:
    import_partners(cast.house, sheet(tmp_path / "partenaires.xlsx", LINES))
    with cast.house.database.transaction() as session:
        session.merge(cast.fanny).is_facilitator = True
    asked(cast)
    browser.signs_in(cast.house, cast.fanny)
    assert "2 × maçons, à partir de janvier 2027" in browser.opens("/desk/besoins")
    assert "Élan Intérim" in browser.opens("/desk/besoins/1")
    assert "au moins un partenaire" in browser.posts("/desk/besoins/1/envoi")
    assert browser.status == 422
    browser.opens("/desk/besoins/1")
    source = browser.seen.text if browser.seen else ""
    partner = source.split('name="partner.')[1].split('"')[0]
    assert "C’est envoyé" in browser.posts("/desk/besoins/1/envoi", None, **{f"partner.{partner}": "1"})
    with cast.house.database.reading() as session:
        secret = secret_of(cast.house, session.scalars(select(Forward)).one())

    visitor = new_browser()
    page = visitor.opens(f"/besoin/{secret}")
    assert "Bâti Nord" in page
    assert "Carole" not in page
    page = visitor.posts(f"/besoin/{secret}", None, candidates="beaucoup", text="<b>Inès</b>")
    assert "un nombre de candidats" in page
    assert "Merci, c’est transmis" in visitor.posts(f"/besoin/{secret}", None, candidates="2", text="<b>Inès</b>")
    browser.opens("/desk/besoins/1")
    assert "&lt;b&gt;Inès" in (browser.seen.text if browser.seen else "")
    assert "n’est pas reconnu" in visitor.opens("/besoin/1-AAAAAAAAAAAAAAAAAAAAAA")
    assert visitor.status == 404


def test_the_desk_is_closed_to_companies(cast: Cast, browser: Browser) -> None:
    browser.signs_in(cast.house, cast.carole)
    for path in ("/desk/besoins", "/desk/besoins/1"):
        browser.opens(path)
        assert browser.status == 403
