from datetime import date
from pathlib import Path

import pytest

from knowledge import InvalidArticle, Library
from knowledge.articles import read_article, read_folders
from tests.unit.knowledge.shelf import article_text


def refused(**changes: str) -> str:
    with pytest.raises(InvalidArticle) as refusal:
        read_article(article_text("rsa", **changes), "rsa")
    return str(refusal.value)


def test_a_complete_article_is_read() -> None:
    article = read_article(article_text("rsa", see_also="[rqth]", valid_from="2026-08-22"), "rsa")
    assert article.sources[0].title == "Arrêté du 4 septembre 2025"
    assert article.valid_from == date(2026, 8, 22)
    assert article.body.startswith("Une attestation")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("audience", "tout le monde"),
        ("questions", "[une, deux]"),
        ("questions", "[un: deux, b, c, d, e]"),
        ("sources", "[]"),
        ("sources", "[{article: L2112-2}]"),
        ("sources", "[{title: Code, url: 'http://exemple.fr'}]"),
        ("checked_on", "hier"),
        ("review_months", "0"),
        ("certainty", "peut-être"),
        ("valid_from", "2026"),
        ("id", "autre"),
        ("inconnu", "x"),
    ],
)
def test_a_wrong_field_is_named_with_its_file(field: str, value: str) -> None:
    message = refused(**{field: value})
    assert message.startswith("rsa.md : ")
    assert f"« {field} »" in message
    assert "\n" not in message


def test_a_question_written_twice_is_refused() -> None:
    assert "répétée" in refused(questions="[Qui ?, qui, b, c, d]")


def test_a_header_that_is_no_yaml_is_refused_in_one_line() -> None:
    assert "\n" not in refused(title="a: b: c")


def test_a_text_too_long_for_a_message_is_refused() -> None:
    assert "« texte »" in refused(body="mot " * 400)


def written(folder: Path, *names: str, **changes: str) -> Path:
    for name in names:
        (folder / f"{name}.md").write_text(article_text(name, **changes), encoding="utf-8")
    return folder


def test_the_same_question_in_two_articles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArticle, match="déjà dans « rsa »"):
        read_folders([written(tmp_path, "rsa", "rsb")])


def test_the_same_question_before_and_after_a_change_of_law_is_accepted(tmp_path: Path) -> None:
    written(tmp_path, "avant", valid_until="2026-08-21")
    written(tmp_path, "apres", valid_from="2026-08-22")
    assert set(read_folders([tmp_path])) == {"avant", "apres"}


def test_a_link_to_a_missing_article_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArticle, match="see_also"):
        read_folders([written(tmp_path, "rsa", see_also="[absent]")])


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArticle, match="introuvable"):
        Library.load(tmp_path / "absent")


def test_an_empty_folder_makes_a_library_that_knows_nothing(tmp_path: Path) -> None:
    assert Library.load(tmp_path).ask("Qui est éligible ?").reason == "unknown"


def test_the_review_falls_due_after_the_last_day_of_a_short_month() -> None:
    article = read_article(article_text("rsa", checked_on="2026-08-31", review_months="6"), "rsa")
    assert article.review_due_on() == date(2027, 2, 28)
