"""`clausette articles gaps`, `corrected`, and what `doctor` says of the operator's articles."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.cli.rooms import opened
from core.terms import Channel
from tests.talk import Talk
from tests.unit.knowledge.shelf import article_text

UNKNOWN = "Quel plombier répare les trottinettes violettes ?"
QUESTION = "C’est quoi un QPV ?"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLAUSETTE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CLAUSETTE_FACILITATOR_EMAIL", "fanny.facilite@exemple.fr")
    for name in ("DATABASE_URL", "LLM_URL", "TELEGRAM_TOKEN"):
        monkeypatch.delenv(f"CLAUSETTE_{name}", raising=False)
    (tmp_path / "articles").mkdir()
    return tmp_path / "articles"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def said(text: str) -> None:
    with opened() as house:
        Talk(house, Channel.WEB, "somebody").says(text)


def test_gaps_are_listed_for_people_and_for_programs(folder: Path) -> None:
    assert "Aucune question" in run("articles", "gaps").stdout
    said(UNKNOWN)
    said(UNKNOWN.lower())
    listed = run("articles", "gaps")
    assert listed.exit_code == 0
    assert listed.stdout.split("\n")[0].split(maxsplit=1) == ["2", UNKNOWN]
    assert "sans réponse" in listed.stdout
    [record] = json.loads(run("articles", "gaps", "--days", "7", "--json").stdout)
    assert record == {"count": 2, "example": UNKNOWN, "outcomes": ["unanswered"], "articles": []}


def test_a_correction_is_told_from_the_command_line(folder: Path) -> None:
    said(QUESTION)
    told = run("articles", "corrected", "public-qpv", "La carte a changé.")
    assert (told.exit_code, told.stdout.strip()) == (0, "1 conversation prévenue.")
    assert "Personne n’a reçu" in run("articles", "corrected", "public-qpv", "La carte a changé.").stdout
    wrong = run("articles", "corrected", "aucune", "La carte a changé.")
    assert (wrong.exit_code, "aucune fiche" in wrong.stderr) == (1, True)
    assert run("articles", "corrected", "public-qpv", " ").exit_code == 1


def test_doctor_names_the_file_and_the_field_of_a_faulty_article(folder: Path) -> None:
    (folder / "benne.md").write_text(article_text("benne", audience="voisins"), encoding="utf-8")
    examined = run("doctor")
    assert examined.exit_code == 1
    assert "benne.md : champ « audience »" in examined.stdout.replace("\N{NO-BREAK SPACE}", " ")
    checked = run("articles", "check", "--folder", str(folder))
    assert checked.exit_code == 1
    assert "benne.md : champ « audience »" in checked.stderr


def test_doctor_points_at_an_article_whose_review_is_overdue(folder: Path) -> None:
    text = article_text("benne", title="Où garer la benne ?", checked_on="2020-01-01")
    text = text.replace("rsa", "benne").replace("RSA", "camion")
    (folder / "benne.md").write_text(text, encoding="utf-8")
    examined = run("doctor").stdout
    assert "1 fiche(s) à relire" in examined
    assert "benne" in examined
    assert "benne : à revérifier depuis le 2020-07-01" in run("articles", "check", "--folder", str(folder)).stdout


def test_a_wrong_model_setting_stops_the_start_in_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSETTE_LLM_URL", "https://modele.exemple.fr")
    stopped = run("doctor")
    assert stopped.exit_code == 2
    assert stopped.stderr.splitlines() == [
        "clausette : CLAUSETTE_LLM_MODEL: missing; name the model to ask at CLAUSETTE_LLM_URL"
    ]


def test_doctor_asks_for_https_on_the_way_to_the_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSETTE_LLM_MODEL", "essai")
    monkeypatch.setenv("CLAUSETTE_LLM_URL", "http://modele.exemple.fr")
    assert "essai sur modele.exemple.fr, sans https" in run("doctor").stdout
    monkeypatch.setenv("CLAUSETTE_LLM_URL", "https://modele.exemple.fr")
    assert "sans https" not in run("doctor").stdout.replace("adresse publique sans https", "")


def test_the_articles_of_a_folder_are_checked_beside_the_products(folder: Path) -> None:
    text = article_text("benne", title="Où garer la benne ?", see_also="[public-qpv]").replace("rsa", "benne")
    text = text.replace("RSA", "camion")
    (folder / "benne.md").write_text(text, encoding="utf-8")
    assert "1 fiche valide, 0 à revérifier" in run("articles", "check", "--folder", str(folder)).stdout
    taken = article_text("benne", questions=text.partition("questions:")[2].partition("sources:")[0].rstrip())
    (folder / "benne.md").write_text(taken.replace("public-qpv", "nulle-part"), encoding="utf-8")
    (folder / "autre.md").write_text(text.replace("benne\n", "autre\n", 1), encoding="utf-8")
    twice = run("articles", "check", "--folder", str(folder))
    assert twice.exit_code == 1
    assert "champ « questions »" in twice.stderr
