"""The desk's declarations and corrections in a browser without JavaScript; closed to everybody but the facilitateur."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from core.models import Correction, Declaration
from core.terms import DeclarationStatus
from tests.cast import Cast
from tests.integration.web.browser import Browser


def october(cast: Cast) -> Declaration:
    """October on the school, in force."""
    with cast.house.database.reading() as session:
        return session.scalars(
            select(Declaration).where(
                Declaration.month == "2026-10",
                Declaration.commitment_id == cast.school.id,
                Declaration.status != DeclarationStatus.SUPERSEDED,
            )
        ).one()


@pytest.fixture
def desk(browser: Browser, cast: Cast) -> Browser:
    """The facilitateur at her desk."""
    with cast.house.database.transaction() as session:
        session.merge(cast.fanny).is_facilitator = True
    browser.signs_in(cast.house, cast.fanny)
    return browser


def test_the_list_leads_to_a_month_with_its_lines_and_what_to_look_at(desk: Browser, cast: Cast) -> None:
    assert "Déclarations" in desk.opens("/desk/")
    page = desk.opens("/desk/declarations")
    assert "Octobre 2026" in page
    assert "validée d’office le 8 décembre 2026" in page
    assert "Bâti Nord, 187,5 h 3 points à vérifier" in page
    page = desk.opens(f"/desk/declarations/{october(cast).id}")
    assert "Karim Haddad" in page
    assert "Éligibilité à valider" in page
    assert "187,5 h" in page.replace("\u00a0", " ")


def test_lines_are_sent_back_then_the_month_is_accepted(desk: Browser, cast: Cast) -> None:
    number, karim = october(cast).id, cast.karim.id
    desk.opens(f"/desk/declarations/{number}")
    fields = {f"line.{karim}": "1", f"reason.{karim}": "implausible", f"text.{karim}": "<b>Deux fois le lundi ?</b>"}
    page = desk.posts(f"/desk/declarations/{number}/renvoi", None, due_on="2026-12-08", **fields)
    assert "Les lignes sont renvoyées" in page
    assert "Réponse attendue avant le 8 décembre 2026" in page
    page = desk.opens(f"/desk/declarations/{number}")
    assert "Nombre d’heures à vérifier. <b>Deux fois le lundi ?</b>" in page  # the browser shows what was typed
    assert "&lt;b&gt;Deux fois" in (desk.seen.text if desk.seen else "")
    assert "Renvoyer cette ligne" not in page
    assert "Le mois est accepté" in desk.posts(f"/desk/declarations/{number}/acceptation")
    assert october(cast).status is DeclarationStatus.ACCEPTED


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Cochez au moins une ligne"),
        ({"due_on": "demain"}, "Donnez le jour"),
        ({"line.KARIM": "1", "reason.KARIM": "other"}, "Écrivez ce qui ne va pas"),
        ({"line.KARIM": "1", "reason.KARIM": "hack", "text.KARIM": ""}, "Écrivez ce qui ne va pas"),
        ({"line.zéro": "1"}, "Cochez au moins une ligne"),
        ({"line.KARIM": "1", "due_on": "2026-11-23"}, "doit être à venir"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    desk: Browser, cast: Cast, fields: dict[str, str], said: str
) -> None:
    number = october(cast).id
    desk.opens(f"/desk/declarations/{number}")
    typed = {name.replace("KARIM", str(cast.karim.id)): value for name, value in fields.items()}
    page = desk.posts(f"/desk/declarations/{number}/renvoi", None, **({"due_on": "2026-12-08"} | typed))
    assert desk.status == 422
    assert said in page
    assert october(cast).status is DeclarationStatus.SUBMITTED
    if "line.KARIM" in fields:
        assert re.search(rf'name="line.{cast.karim.id}" value="1" checked', desk.seen.text if desk.seen else "")


def test_everything_without_a_point_is_accepted_at_once(desk: Browser, cast: Cast) -> None:
    desk.opens("/desk/declarations")
    assert "Aucun mois n’était sans rien à vérifier" in desk.posts("/desk/declarations/acceptation")
    assert october(cast).status is DeclarationStatus.SUBMITTED


def test_a_correction_is_made_in_one_click_from_its_case(desk: Browser, cast: Cast) -> None:
    talk = cast.talk(cast.carole, thread="carole-at-the-web")
    talk.says("en fait 92 h pour Leroy en septembre")
    talk.taps("Demander une correction")
    with cast.house.database.reading() as session:
        case_id = session.scalars(select(Correction.case_id)).one()
    page = desk.opens(f"/desk/cases/{case_id}")
    assert "Correction demandée, septembre 2026" in page
    assert "100 h" in page.replace("\u00a0", " ")
    assert "92 h" in page.replace("\u00a0", " ")
    page = desk.posts(f"/desk/cases/{case_id}/correction", action="refuse", why="")
    assert desk.status == 422
    assert "Écrivez pourquoi" in page
    desk.opens(f"/desk/cases/{case_id}")
    page = desk.posts(f"/desk/cases/{case_id}/correction", action="make")
    assert "La correction est faite" in page
    assert "Accepter la correction" not in page
    assert "Le reçu R-000004 remplace le précédent" in talk.looks()


@pytest.mark.parametrize("who", ["carole", "olivia", "alice", ""])
def test_nobody_else_reads_or_decides(new_browser: Callable[[], Browser], cast: Cast, who: str) -> None:
    browser = new_browser()
    browser.opens("/")
    if who:
        browser.signs_in(cast.house, getattr(cast, who))
    number = october(cast).id
    for address in ("/desk/declarations", f"/desk/declarations/{number}"):
        assert "187,5" not in browser.opens(address)
        assert browser.status == 403
    browser.opens("/")
    for address in ("acceptation", f"{number}/acceptation", f"{number}/renvoi"):
        browser.posts(f"/desk/declarations/{address}", due_on="2026-12-08")
        assert browser.status == 403
    browser.posts("/desk/cases/1/correction", action="make")
    assert browser.status == 403
    assert october(cast).status is DeclarationStatus.SUBMITTED


def test_a_form_of_another_browser_is_refused(desk: Browser, cast: Cast) -> None:
    desk.csrf = "forged"
    desk.posts(f"/desk/declarations/{october(cast).id}/acceptation")
    assert desk.status == 403
    assert october(cast).status is DeclarationStatus.SUBMITTED
