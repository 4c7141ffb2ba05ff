import json
from decimal import Decimal
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.buying import register
from knowledge.lever import Lever, Offer, advised, own_levers

APP = typer.Typer()
register(APP)


def offer(suppliers: int, dependency: int | None = None, **others: Any) -> Offer:
    budget, turnover = (None, None) if dependency is None else (Decimal(dependency), Decimal(100))
    return Offer(suppliers, budget, turnover, **others)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(APP, ["lever", *arguments])


@pytest.mark.parametrize(
    ("found", "lever"),
    [
        (offer(31, 29), "reserved_contract"),
        (offer(31, 30), "reserved_lot"),
        (offer(31, 31), "reserved_lot"),
        (offer(31), "reserved_lot"),
        (offer(30, 1), "reserved_lot"),
        (offer(11), "reserved_lot"),
        (offer(10, 1), "clause"),
        (offer(2), "clause"),
        (offer(1), "none"),
        (offer(0), "none"),
    ],
)
def test_the_landmarks_choose_the_lever(found: Offer, lever: Lever) -> None:
    assert advised(found).option.lever == lever


def test_a_dependency_just_under_the_landmark_is_not_rounded_up() -> None:
    assert advised(Offer(40, Decimal("29999"), Decimal(100000))).option.lever == "reserved_contract"


@pytest.mark.parametrize(
    ("found", "lever", "reason"),
    [
        (offer(5, months=1), "none", "trop court"),
        (offer(5, months=2), "clause", "mise à disposition"),
        (offer(5, months=3), "clause", "de 2 à 10"),
        (offer(5, technicity="high"), "criterion", "laissez les candidats proposer"),
        (offer(40, 10, technicity="high"), "reserved_contract", "sourcing"),
        (offer(20, nature="concession"), "clause", "concession"),
        (offer(40, 10, nature="concession"), "reserved_contract", "n’en dépendraient pas"),
        (offer(0, insertion=True), "insertion_service", "L’objet même"),
    ],
)
def test_duration_technicity_nature_and_object_temper_the_landmarks(found: Offer, lever: Lever, reason: str) -> None:
    advice = advised(found)
    assert advice.option.lever == lever
    assert any(reason in told for told in advice.reasons)


def test_three_months_need_no_caution() -> None:
    assert len(advised(offer(5, months=3)).reasons) == 1


def test_the_choice_made_from_landmarks_is_practice_and_that_from_the_object_is_law() -> None:
    assert advised(offer(40, 10)).option.certainty == "practice"
    assert advised(offer(0, insertion=True)).option.certainty == "verified"


def test_a_thin_local_offer_is_said_without_changing_the_lever() -> None:
    advice = advised(offer(40, 10, local_suppliers=5))
    assert advice.option.lever == "reserved_contract"
    assert "5 structures du territoire" in advice.reasons[-1]
    assert "Aucune de ces structures" in advised(offer(40, 10, local_suppliers=0)).reasons[-1]
    assert len(advised(offer(40, 10, local_suppliers=35)).reasons) == 2


def test_a_concession_is_reserved_by_its_own_articles() -> None:
    assert advised(offer(40, 10, nature="concession")).option.articles == ("L3113-1", "L3113-2", "R3113-1")
    assert "L3114-2" in advised(offer(5, nature="concession")).option.articles


def test_nothing_on_offer_still_leaves_ways_open() -> None:
    alternatives = [option.lever for option in advised(offer(0)).alternatives]
    assert alternatives == ["clause", "criterion"]


@pytest.mark.parametrize("suppliers", [0, 1, 2, 10, 11, 30, 31])
@pytest.mark.parametrize("dependency", [None, 10, 90])
@pytest.mark.parametrize("others", [{}, {"months": 1}, {"technicity": "high"}, {"nature": "concession"}])
def test_every_advice_has_reasons_articles_and_another_way(
    suppliers: int, dependency: int | None, others: dict[str, Any]
) -> None:
    advice = advised(offer(suppliers, dependency, **others))
    assert advice.reasons
    assert advice.option.why in advice.reasons
    assert advice.option.articles
    assert advice.alternatives
    assert advice.option.lever not in [option.lever for option in advice.alternatives]


def test_every_lever_is_written_in_french_with_its_articles() -> None:
    for lever in own_levers().levers.values():
        assert lever["articles"]
        assert "'" not in lever["title"] + lever["what"]


def test_the_command_answers_in_json() -> None:
    record = json.loads(run("--suppliers", "40", "--budget", "100 000", "--mean-turnover", "1000000", "--json").stdout)
    assert record["lever"] == "reserved_contract"
    assert record["certainty"] == "practice"
    assert record["articles"] == ["L2113-12", "L2113-13", "L2113-14", "R2113-7"]
    assert "https://www.legifrance.gouv.fr" in record["source"]
    assert len(record["reasons"]) == 2
    assert [option["lever"] for option in record["alternatives"]] == ["reserved_lot", "clause", "criterion"]
    assert all(option["articles"] and option["certainty"] and option["why"] for option in record["alternatives"])


def test_the_text_gives_lever_basis_reasons_and_alternatives() -> None:
    text = run("--suppliers", "5").stdout
    assert text.startswith("Levier conseillé\u00a0: Clause d’insertion (condition d’exécution) (repères d’usage")
    places = [text.index(words) for words in ("Fondement", "Pourquoi", "Autres possibilités", "Repères", "Textes")]
    assert places == sorted(places)


def test_an_insertion_object_needs_no_landmark() -> None:
    record = json.loads(run("--suppliers", "3", "--object", "insertion", "--json").stdout)
    assert record["lever"] == "insertion_service"
    assert "R2123-1" in record["articles"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "--suppliers manque"),
        (["--suppliers", "-2"], "--suppliers"),
        (["--suppliers", "dix"], "dix"),
        (["--suppliers", "5", "--local-suppliers", "6"], "--local-suppliers"),
        (["--suppliers", "5", "--budget", "cher"], "--budget"),
        (["--suppliers", "5", "--budget", "5", "--mean-turnover", "0"], "--mean-turnover"),
        (["--suppliers", "5", "--months", "0"], "--months"),
        (["--suppliers", "5", "--technicity", "rare"], "--technicity"),
        (["--suppliers", "5", "--nature", "travaux"], "--nature"),
        (["--suppliers", "5", "--object", "peinture"], "--object"),
        (["--suppliers", "5", "--object", "insertion", "--nature", "works"], "--object insertion"),
    ],
)
def test_a_wrong_input_is_refused_in_one_line(arguments: list[str], named: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert named in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_social_economy_is_an_alternative_for_social_services_only() -> None:
    social = advised(Offer(12, nature="services", social=True))
    assert [option.articles for option in social.alternatives if option.lever == "reserved_ess"] == [
        ("L2113-15", "L2113-16", "R2113-8")
    ]
    assert all(option.lever != "reserved_ess" for option in advised(Offer(12, nature="services")).alternatives)
