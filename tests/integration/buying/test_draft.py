import io
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from docx import Document
from typer.testing import CliRunner, Result

from bot.cli.clauses import register
from core.documents import read_document
from knowledge.checker import checked

APP = typer.Typer()
register(APP)
PROPOSALS = Path(__file__).parents[2] / "unit" / "knowledge" / "proposals"
VARIANTS = ["works_lots", "services_framework", "concession"]


def run(*arguments: str, answers: str | bytes | None = None) -> Result:
    return CliRunner().invoke(APP, ["draft", *arguments], input=answers)


def answers_of(name: str) -> Path:
    return PROPOSALS / f"{name}.json"


@pytest.fixture(params=VARIANTS)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    out = tmp_path / f"{request.param}.docx"
    result = run("--answers", str(answers_of(request.param)), "--out", str(out))
    assert result.exit_code == 0, result.stderr
    assert "à faire relire par le facilitateur" in result.stdout
    return out


def test_word_opens_it_with_real_styles_and_says_it_is_a_proposal(written: Path) -> None:
    document = Document(str(written))
    styles = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert {"Title", "Heading 1", "Heading 2", "List Bullet", "Fondement", "Normal"} <= styles
    assert all(table.style and table.style.name == "Table Grid" for table in document.tables)
    assert "relire par le facilitateur" in document.sections[0].footer.paragraphs[0].text
    assert document.core_properties.language == "fr-FR"
    assert 'w:val="en-US"' not in document.styles.element.xml


def test_every_paragraph_is_followed_by_what_it_rests_on(written: Path) -> None:
    named = [(p.style.name if p.style else "", p.text) for p in Document(str(written)).paragraphs if p.text]
    bases = [text for style, text in named if style == "Fondement"]
    assert len(bases) == sum(style == "Normal" for style, _ in named)
    assert all(text.startswith("Fondement\u00a0: ") for text in bases)


def test_the_word_file_says_what_the_text_says(written: Path) -> None:
    text = (PROPOSALS / f"{written.stem}.txt").read_text(encoding="utf-8")
    told = [paragraph.text for paragraph in read_document(written.read_bytes()) if paragraph.text.strip(" |")]
    plain = " ".join(text.split()).casefold()
    assert len(told) > 60
    assert all(" ".join(line.split()).casefold() in plain for line in told)


def test_the_checker_reads_the_word_file_it_comes_from(tmp_path: Path) -> None:
    out = tmp_path / "clause.docx"
    run("--answers", str(answers_of("works_lots")), "--out", str(out))
    found = checked(read_document(out.read_bytes()))
    assert {finding.status for finding in found} == {"present"}


def test_the_text_may_be_asked_for_alone_and_from_a_pipe() -> None:
    result = run("--answers", "-", "--text", answers=answers_of("works_lots").read_bytes())
    assert result.exit_code == 0
    assert result.stdout == answers_of("works_lots").with_suffix(".txt").read_text(encoding="utf-8")


def test_json_holds_the_title_the_checks_and_the_blocks_in_order() -> None:
    record = json.loads(run("--answers", str(answers_of("works_lots")), "--json").stdout)
    assert set(record) == {"title", "checks", "blocks"}
    assert [block["kind"] for block in record["blocks"][:3]] == ["heading", "heading", "text"]
    assert all(block["basis"] for block in record["blocks"] if block["kind"] == "text")
    assert {block["kind"] for block in record["blocks"]} == {"heading", "text", "bullets", "table"}


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (b"", "JSON valide"),
        (b"{", "ligne 1, colonne 2"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"[]", "objet JSON"),
        (b'{"months": ' + b"9" * 5000 + b"}", "JSON"),
    ],
)
def test_answers_that_are_not_json_are_refused_in_one_line(answers: bytes, said: str, tmp_path: Path) -> None:
    out = tmp_path / "clause.docx"
    result = run("--answers", "-", "--out", str(out), answers=answers)
    assert (result.exit_code, result.stdout, out.exists()) == (1, "", False)
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_each_wrong_answer_has_its_line_and_nothing_is_written(tmp_path: Path) -> None:
    values: dict[str, Any] = json.loads(answers_of("works_lots").read_text(encoding="utf-8"))
    values |= {"months": 0, "ccag": "CCAG"}
    out = tmp_path / "clause.docx"
    result = run("--answers", "-", "--out", str(out), answers=json.dumps(values))
    assert (result.exit_code, out.exists()) == (1, False)
    first, second = result.stderr.splitlines()
    assert first.startswith("clausette : months")
    assert second.startswith("clausette : ccag")


def test_words_that_word_would_misread_are_kept(tmp_path: Path) -> None:
    values = json.loads(answers_of("works_lots").read_text(encoding="utf-8"))
    values["buyer"] = "Ville <b>&</b> « d’Exemple »"
    out = tmp_path / "clause.docx"
    run("--answers", "-", "--out", str(out), answers=json.dumps(values))
    told = Document(io.BytesIO(out.read_bytes()))
    assert any("Ville <b>&</b> «\u00a0d’Exemple\u00a0»" in cell.text for table in told.tables for cell in table._cells)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--answers", "-"], 2, "--out"),
        (["--answers", "-", "--out", "clause.pdf"], 2, ".docx"),
        (["--answers", "absent.json", "--out", "clause.docx"], 1, "absent.json"),
    ],
)
def test_a_wrong_command_is_refused_in_one_line(arguments: list[str], code: int, said: str) -> None:
    result = run(*arguments, answers="{}")
    assert result.exit_code == code
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    result = run("--answers", str(answers_of("works_lots")), "--out", str(tmp_path / "absent" / "clause.docx"))
    assert result.exit_code == 1
    assert "absent" in result.stderr
