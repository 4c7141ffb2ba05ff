"""The buyers' page: every tool without an account or JavaScript, and what it refuses."""

import io
from collections.abc import Callable

import pytest
from docx import Document

from bot.web.tools import TOOLS
from core.limits import BUCKETS
from tests.integration.buying.files import docx
from tests.integration.web.browser import Browser

OBLIGATIONS = "/acheteur/obligations?nature=services&buyer_kind=local&value={value}&launched={day}&months="
CLAUSE = {
    "object": "Réhabilitation du collège", "buyer": "Ville de Clairval", "nature": "works", "form": "ordinary",
    "lots": "Lot 1 Gros œuvre 1,2 M€ ; Lot 2 Peinture 300 k€", "rate": "5 %", "months": "14", "ccag": "travaux",
    "publics": "RSA, jeunes", "penalty": "45",
}  # fmt: skip


def test_the_page_leads_to_every_tool_and_to_the_chat(new_browser: Callable[[], Browser]) -> None:
    browser = new_browser()
    assert "Sans compte" in browser.opens("/acheteur")
    page = browser.seen.text if browser.seen else ""
    for address in (*(tool.slug for tool in TOOLS), "controle", "etapes/before"):
        assert f'href="/acheteur/{address}"' in page
        browser.opens(f"/acheteur/{address}")
        assert browser.status == 200, address
    assert 'href="/"' in page


@pytest.mark.parametrize(
    ("value", "day", "said"),
    [
        ("215 999,99", "2026-08-22", "la condition sociale n’est pas imposée"),
        ("216000", "2026-08-22", "Oui, une condition sociale ou d’emploi est obligatoire."),
        ("216000", "2026-08-21", "À vérifier : une condition sociale est peut-être obligatoire."),
        ("216000", "2026-08-20", "la condition sociale n’est pas imposée"),
        ("beaucoup", "2026-08-22", "Je n’ai pas reconnu un montant"),
        ("216000", "hier peut-être", "Écrivez une date"),
    ],
)
def test_the_law_is_told_by_address(browser: Browser, value: str, day: str, said: str) -> None:
    assert said in browser.opens(OBLIGATIONS.format(value=value, day=day))


def test_hours_are_computed_lot_by_lot_with_what_changes_them(browser: Browser) -> None:
    shown = browser.opens("/acheteur/heures?lots=1000000&trade=50+%25&rate=5+%25&cost=30")
    assert "833 h d’insertion" in shown
    assert "1 000 h au taux de 6 %" in shown
    assert "à confirmer" in shown


def test_a_wrong_figure_is_told_at_its_field_and_nothing_typed_is_lost(browser: Browser) -> None:
    browser.opens("/acheteur/heures?lots=35&trade=&rate=5&cost=30")
    page = browser.seen.text if browser.seen else ""
    assert browser.status == 422
    assert 'id="lots-error"' in page
    assert 'aria-invalid="true"' in page
    assert 'value="30"' in page


def test_a_lever_is_advised_even_without_a_number_of_structures(browser: Browser) -> None:
    assert "Levier conseillé" in browser.opens("/acheteur/levier?nature=works&suppliers=12&technicity=medium&months=12")
    assert "de 2 à 10 : une clause" in browser.opens("/acheteur/levier?nature=works&suppliers=&technicity=medium")


def test_a_clause_is_shown_then_downloaded_as_a_word_file(browser: Browser) -> None:
    browser.opens("/acheteur/redaction")
    shown = browser.posts("/acheteur/redaction", None, action="text", **CLAUSE)
    assert "Lot 1 | Gros œuvre | 771" in shown
    assert "une pénalité de 45 € par heure" in shown
    browser.posts("/acheteur/redaction", None, action="docx", **CLAUSE)
    assert browser.seen is not None
    assert "attachment" in browser.seen.headers["content-disposition"]
    written = Document(io.BytesIO(browser.seen.content))
    assert any("Ville de Clairval" in paragraph.text for paragraph in written.paragraphs)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"lots": ""}, "Donnez un montant"),
        ({"form": "reserved"}, "Dites à qui le marché est réservé"),
        ({"form": "reserved", "whom": "both", "nature": "concession", "ccag": "none"}, "deux familles"),
        ({"months": ""}, "Remplissez ce champ"),
        ({"ccag": "autre"}, "Choisissez une des réponses"),
    ],
)
def test_what_does_not_go_together_is_refused_in_french(browser: Browser, changed: dict[str, str], said: str) -> None:
    browser.opens("/acheteur/redaction")
    assert said in browser.posts("/acheteur/redaction", None, action="docx", **{**CLAUSE, **changed})
    assert browser.status == 422


def test_a_clause_is_checked_pasted_or_as_a_file(browser: Browser) -> None:
    browser.opens("/acheteur/controle")
    shown = browser.posts("/acheteur/controle", text="Le titulaire réalise 500 heures d’insertion.")
    assert "qui manquent : 3 sur 4" in shown or "qui manquent" in shown
    file = {"file": ("clause.docx", docx(["# Clause d’insertion", "Le titulaire réalise 500 heures d’insertion."]))}
    assert "Le titulaire réalise 500 heures d’insertion." in browser.posts("/acheteur/controle", files=file, text="")
    assert "Collez l’article" in browser.posts("/acheteur/controle", text="")
    broken = {"file": ("clause.docx", docx(["Clause"])[:900])}
    assert "abîmé" in browser.posts("/acheteur/controle", files=broken, text="")


@pytest.mark.parametrize("path", ["/acheteur/redaction", "/acheteur/controle"])
def test_a_form_of_another_page_is_refused(browser: Browser, path: str) -> None:
    browser.opens(path)
    browser.csrf = "forged"
    browser.posts(path, None, text="Le titulaire réalise 500 heures d’insertion.", **CLAUSE)
    assert browser.status == 403


def test_what_is_typed_is_shown_and_never_run(browser: Browser) -> None:
    browser.opens("/acheteur/heures?lots=%3Cscript%3Ealert(1)%3C/script%3E&rate=5&cost=30")
    page = browser.seen.text if browser.seen else ""
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_somebody_who_asks_without_end_is_slowed_down(browser: Browser) -> None:
    for _ in range(BUCKETS["question"].most):
        browser.opens("/acheteur")
    browser.opens("/acheteur")
    assert browser.status == 429


def test_an_unknown_tool_is_a_page_that_does_not_exist(browser: Browser) -> None:
    for path in ("/acheteur/rien", "/acheteur/etapes/rien"):
        browser.opens(path)
        assert browser.status == 404


MEETING = {"kind": "kick_off", "object": "Collège", "day": "2027-01-12", "at": "14 h", "organiser": "alice@exemple.fr"}


def test_a_meeting_is_downloaded_for_the_calendar(browser: Browser) -> None:
    assert "Préparer la réunion de lancement" in browser.opens("/acheteur/etapes/notification")
    browser.opens("/acheteur/reunions?kind=kick_off")
    browser.posts("/acheteur/reunions", None, **MEETING)
    assert browser.seen is not None
    assert browser.seen.headers["content-type"].startswith("text/calendar")
    assert b"DTSTART:20270112T130000Z" in browser.seen.content
    browser.opens("/acheteur/reunions")
    assert "adresse e-mail" in browser.posts("/acheteur/reunions", None, **{**MEETING, "organiser": "alice"})
    assert browser.status == 422
