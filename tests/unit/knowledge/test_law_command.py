import json

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.obligations import register

APP = typer.Typer()
register(APP)

CASE = {"--nature": "works", "--buyer": "local", "--value": "6000000", "--launched": "2026-11-23", "--months": "18"}


def run(*flags: str, **changes: str | None) -> Result:
    options = {**CASE, **{f"--{name}": value for name, value in changes.items()}}
    given = [part for name, value in options.items() if value is not None for part in (name, value)]
    return CliRunner().invoke(APP, [*given, *flags])


def applies(*flags: str, **changes: str | None) -> dict[str, str]:
    result = run("--json", *flags, **changes)
    assert result.exit_code == 0, result.stderr
    return {rule["article"]: rule["applies"] for rule in json.loads(result.stdout)["rules"]}


def test_json_holds_the_rules_and_nothing_else() -> None:
    answer = json.loads(run("--json").stdout)
    assert set(answer) == {"rules"}
    assert all(set(rule) == {"article", "applies", "why", "source"} for rule in answer["rules"])
    assert all(isinstance(text, str) and text for rule in answer["rules"] for text in rule.values())
    assert answer["rules"][0]["source"] == (
        "Code de la commande publique, art.\u00a0L.\u00a02112-2-1 "
        "(https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000037701019)"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("6 000 000", "yes"),
        ("6\u00a0000\u00a0000\u00a0€", "yes"),
        ("6\u202f000\u202f000,00 € HT", "yes"),
        ("5404000", "yes"),
        ("5403999,99", "no"),
        ("5403999.99", "no"),
        ("2,5", "no"),
        ("0", "no"),
    ],
)
def test_amounts_are_read_as_people_write_them(value: str, expected: str) -> None:
    assert applies(value=value)["L2112-2-1"] == expected


def test_a_french_date_is_read() -> None:
    assert applies(launched="20/08/2026")["L2112-2-1"] == "no"


def test_the_duration_may_be_unknown() -> None:
    assert applies(months=None)["L2112-2-1"] == "check"
    assert applies(months="5")["L2112-2-1"] == "no"


def test_defence_and_social_services_are_flags() -> None:
    assert applies("--defence")["L2112-2-1"] == "no"
    assert applies("--social-services", nature="services", value="300000")["L2112-2-1"] == "check"


def test_the_list_begins_with_the_regime_and_groups_the_rules() -> None:
    text = run().stdout
    assert text.startswith("Consultation lancée le 23 novembre 2026\u00a0: nouveau régime")
    headings = ["Obligatoire\u00a0:", "Possible, à votre choix\u00a0:", "À vérifier\u00a0:"]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "Condition d’exécution sociale ou d’emploi dans les marchés (art.\u00a0L.\u00a02112-2-1)." in text
    assert "  Exceptions\u00a0:\n    · Le besoin peut être satisfait" in text
    assert text.rstrip().endswith("https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000037701019")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"nature": "travaux"}, "travaux"),
        ({"nature": None}, "--nature manque"),
        ({"buyer": "commune"}, "commune"),
        ({"value": "-1"}, "négatif"),
        ({"value": "beaucoup"}, "beaucoup"),
        ({"value": "nan"}, "nan"),
        ({"value": "216.000"}, "deux façons"),
        ({"value": "1,5,5"}, "1,5,5"),
        ({"value": "9" * 40}, "999"),
        ({"value": ""}, "--value manque"),
        ({"launched": "2026-13-01"}, "2026-13-01"),
        ({"launched": "32/01/2026"}, "32/01/2026"),
        ({"launched": None}, "--launched manque"),
        ({"months": "0"}, "--months"),
        ({"months": "six"}, "six"),
        ({"months": "-3"}, "-3"),
    ],
)
def test_a_wrong_input_is_refused_in_one_line(changes: dict[str, str | None], named: str) -> None:
    result = run(**changes)
    assert result.exit_code == 2
    assert named in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
