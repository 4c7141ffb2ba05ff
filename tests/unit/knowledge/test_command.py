import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.answers import register
from tests.unit.knowledge.shelf import article_text

APP = typer.Typer()
register(APP)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rsa.md").write_text(article_text("rsa"), encoding="utf-8")
    return tmp_path


def run(*arguments: str, lines: str | None = None) -> Result:
    return CliRunner().invoke(APP, list(arguments), input=lines)


def test_a_question_prints_the_whole_answer(folder: Path) -> None:
    result = run("ask", "Quel justificatif pour le RSA ?", "--folder", str(folder))
    assert result.exit_code == 0
    assert "attestation de la CAF" in result.stdout
    assert "Mis à jour le 23 novembre 2026" in result.stdout


def test_an_answer_in_json_has_its_article_and_sources(folder: Path) -> None:
    record = json.loads(run("ask", "Quel justificatif pour le RSA ?", "--json", "--folder", str(folder)).stdout)
    assert (record["outcome"], record["article"]) == ("answer", "rsa")
    assert record["sources"] == [{"title": "Arrêté du 4 septembre 2025", "url": None, "article": None}]
    assert set(record) == {"outcome", "answer", "article", "sources", "options", "confidence"}


def test_questions_by_lines_keep_their_id_and_ignore_other_keys(folder: Path) -> None:
    lines = (
        '{"id": "a1", "question": "Bonjour", "audience": "company", "note": "x"}\n\n{"id": 2, "question": "rsa ?"}\n'
    )
    result = run("ask", "--jsonl", "--folder", str(folder), lines=lines)
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["a1", 2]


@pytest.mark.parametrize(
    ("arguments", "lines", "named"),
    [
        (("ask", "x", "--on", "2026-13-01"), None, "2026-13-01"),
        (("ask", "x", "--audience", "mairie"), None, "mairie"),
        (("ask",), None, "--jsonl"),
        (("ask", " "), None, "vide"),
        (("ask", "--jsonl"), '{"question": "oui ?"}\n{"id": ', "ligne 2"),
        (("ask", "--jsonl"), "[1]", "ligne 1"),
        (("ask", "--jsonl"), '{"id": 1}', "ligne 1"),
        (("ask", "--jsonl"), '{"question": "x", "audience": ["a"]}', "ligne 1"),
        (("articles", "score", "absent.jsonl"), None, "absent.jsonl"),
        (("articles", "calibrate", "--answer", "0.1", "--human", "0.5", "--dry-run"), None, "seuil"),
    ],
)
def test_a_wrong_command_is_refused_in_one_line(
    arguments: tuple[str, ...], lines: str | None, named: str, folder: Path
) -> None:
    result = run(*arguments, "--folder", str(folder), lines=lines)
    assert result.exit_code == 2
    assert named in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_wrong_article_is_named_and_the_code_is_1(folder: Path) -> None:
    (folder / "faux.md").write_text(article_text("faux", audience="mairie"), encoding="utf-8")
    result = run("articles", "check", "--folder", str(folder))
    assert result.exit_code == 1
    assert result.stderr.startswith("Erreur : faux.md : champ « audience »")


def test_valid_articles_are_counted(folder: Path) -> None:
    assert "1 fiche valide" in run("articles", "check", "--folder", str(folder)).stdout


def test_answers_are_scored_on_a_file(folder: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    asked = [
        {
            "id": 1,
            "question": "Quel justificatif pour le RSA ?",
            "answerable": True,
            "must": ["CAF"],
            "topic": "public",
        },
        {"id": 2, "question": "Il va pleuvoir ?", "answerable": False, "must": [], "topic": "hors"},
    ]
    questions.write_text("\n".join(json.dumps(one) for one in asked), encoding="utf-8")
    result = run("articles", "score", str(questions), "--folder", str(folder))
    assert result.exit_code == 0
    figures = json.loads(result.stdout.splitlines()[-1])
    assert (figures["right"], figures["false_any"]) == (1.0, 0.0)


def test_an_unknown_verdict_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").touch()
    assert run("articles", "score", str(tmp_path / "q.jsonl"), "--show", "bof").exit_code == 2


def test_expected_articles_that_are_not_a_list_are_refused(folder: Path) -> None:
    asked = folder / "asked.jsonl"
    asked.write_text('{"question": "rsa ?", "audience": "company", "expected": "rsa"}\n', encoding="utf-8")
    result = run("articles", "calibrate", "--asked", str(asked), "--dry-run", "--folder", str(folder))
    assert result.exit_code == 2
    assert "expected" in result.stderr
