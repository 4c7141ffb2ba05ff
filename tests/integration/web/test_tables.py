"""`/desk/achats`: the facilitateur sets what buyers use; the conversation, the page and the commands then use it."""

import json

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import app as command_line
from core.house import House
from core.models import Audit
from tests.cast import Cast
from tests.integration.buying.files import sheet
from tests.integration.web.browser import Browser

CALCULATION = {"hourly_cost": "40", "rate": "10 %", "round_to": "35", "share.peinture": "60 %"}


@pytest.fixture
def desk(browser: Browser, cast: Cast) -> Browser:
    browser.signs_in(cast.house, cast.fanny)
    browser.opens("/desk/achats")
    return browser


@pytest.mark.parametrize("who", ["alice", "carole", "olivia", None])
@pytest.mark.parametrize("path", ["calcul", "offre", "structures"])
def test_only_the_facilitateur_sets_the_tables(browser: Browser, cast: Cast, who: str | None, path: str) -> None:
    if who:
        browser.signs_in(cast.house, getattr(cast, who))
    browser.opens("/desk/achats")
    assert browser.status == 403
    browser.opens("/")
    browser.posts(f"/desk/achats/{path}", None, **CALCULATION)
    assert browser.status == 403


def test_what_is_not_set_is_told_as_usual_and_to_be_confirmed(desk: Browser) -> None:
    shown = desk.opens("/desk/achats")
    assert "Vide : 35 € (usage, à confirmer)" in shown
    assert "Vide : 45 %, milieu de 40 % à 50 % (usage, à confirmer)" in shown


def test_the_calculation_set_here_serves_the_chat_and_the_page(desk: Browser, cast: Cast) -> None:
    assert "Le calcul des heures est enregistré" in desk.posts("/desk/achats/calcul", None, **CALCULATION)
    assert 'value="60\u00a0%"' in (desk.seen.text if desk.seen else "")
    shown = desk.opens("/acheteur/heures?lots=500000&trade=peinture&rate=10&cost=40")
    assert "500 000 € × 60 % × 10 % ÷ 40 € = 750,00 h, arrondi à 735 h" in shown
    assert "peinture, table du territoire" in shown
    talk = cast.talk(None)
    talk.says("calculer les heures")
    talk.says("500 000")
    talk.says("peinture")
    talk.says("10 %")
    assert any("40 € (celui du territoire)" in label.replace("\u00a0", " ") for label in talk.labels)
    assert "735 h" in talk.taps("40").replace("\u00a0", " ")
    with cast.house.database.reading() as session:
        noted = session.scalars(select(Audit).where(Audit.action == "set_tables")).all()
    assert [(each.person_id, each.detail) for each in noted] == [(cast.fanny.id, "calculation")]


def test_what_is_emptied_is_usual_again(desk: Browser) -> None:
    desk.posts("/desk/achats/calcul", None, **CALCULATION)
    desk.posts("/desk/achats/calcul", hourly_cost="", rate="", round_to="")
    assert "peinture, à confirmer" in desk.opens("/acheteur/heures?lots=500000&trade=peinture&rate=10&cost=40")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hourly_cost": "3"}, "entre 5 et 500 €"), ({"rate": "0"}, "Le pourcentage doit dépasser 0"),
        ({"round_to": "0"}, "nombre entier d’heures"), ({"share.peinture": "120"}, "pourcentage"),
    ],
)  # fmt: skip
def test_a_wrong_figure_is_told_at_its_field_and_nothing_is_kept(
    desk: Browser, changed: dict[str, str], said: str
) -> None:
    assert said in desk.posts("/desk/achats/calcul", None, **{**CALCULATION, **changed})
    assert desk.status == 422
    assert "Vide : 35 €" in desk.opens("/desk/achats")
    assert 'value="40"' not in (desk.seen.text if desk.seen else "")


def test_structures_entered_or_counted_in_a_sheet_help_to_choose_a_lever(desk: Browser, cast: Cast) -> None:
    assert "sont enregistrés" in desk.posts("/desk/achats/structures", ei="2", ea="1", turnover="800 000")
    table = sheet((("Nom", "Type"), *((f"Structure {place}", "ACI") for place in range(11)), ("Autre", "SARL")))
    shown = desk.posts("/desk/achats/structures", files={"file": ("a.xlsx", table)}, ei="2", turnover="800000")
    assert "Ligne 13 : « SARL » n’est pas une sorte connue." in shown
    shown = desk.opens("/acheteur/levier")
    assert "Le territoire compte 11 SIAE (nombres donnés par le facilitateur)" in shown
    assert 'value="11"' in (desk.seen.text if desk.seen else "")
    talk = cast.talk(None)
    talk.says("quel levier")
    talk.says("travaux")
    assert "11 (11 SIAE)" in talk.labels
    talk.taps("11 (11 SIAE)")
    talk.says("12")
    told = talk.taps("Ordinaires")
    assert "Lot réservé" in told
    assert "Le territoire compte 11 SIAE" in told


@pytest.mark.parametrize(
    ("content", "said"), [(b"%PDF-1.4", "n’est pas un tableau"), (sheet((("a",), ("b",))), "titre « type »")]
)
def test_a_sheet_that_is_not_understood_changes_nothing(desk: Browser, content: bytes, said: str) -> None:
    assert said in desk.posts("/desk/achats/structures", files={"file": ("a.xlsx", content)}, ei="3")
    assert desk.status == 422
    desk.opens("/acheteur/levier")
    assert "Le territoire compte" not in (desk.seen.text if desk.seen else "")


def test_the_offer_set_here_is_the_one_that_buyers_read(desk: Browser, cast: Cast) -> None:
    desk.posts("/desk/achats/structures", ei="2")
    assert "L’offre est enregistrée" in desk.posts("/desk/achats/offre", sectors="Maraîchage", reach="Le mardi matin.")
    shown = desk.opens("/acheteur")
    assert "Maraîchage" in shown
    assert "Le mardi matin." in shown
    assert "Bâtiment et travaux publics" not in shown
    assert "Maraîchage" in cast.talk(cast.alice).says("l’aide du facilitateur")
    assert "2 SIAE" in desk.opens("/acheteur/levier")
    desk.posts("/desk/achats/offre", sectors="")
    assert "Bâtiment et travaux publics" in desk.opens("/acheteur")


def test_the_commands_take_the_tables_when_they_are_asked_to(
    desk: Browser, sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.posts("/desk/achats/calcul", None, **CALCULATION)
    desk.posts("/desk/achats/structures", ei="12")
    monkeypatch.setenv("CLAUSETTE_DATABASE_URL", sqlite_house.settings.database)
    monkeypatch.setenv("CLAUSETTE_DATA_DIR", str(sqlite_house.settings.data_dir))
    said = CliRunner().invoke(
        command_line, ["hours", "--amount", "500000", "--trade", "peinture", "--territory", "--json"]
    )
    assert json.loads(said.stdout)["hours"] == 735, said.stderr
    assert "table du territoire" in said.stdout
    said = CliRunner().invoke(command_line, ["lever", "--territory", "--json"])
    assert json.loads(said.stdout)["lever"] == "reserved_lot"
