"""The law's date in what people read: articles touched by the reform of August 2026, and articles due for a review."""

from datetime import date

import pytest

from knowledge import Library
from knowledge.articles import read_article
from knowledge.law import regime_of
from tests.unit.knowledge.shelf import TODAY, article_text

JULY = date(2026, 7, 12)


def shown(on: date | None, today: date = TODAY, /, **changes: str) -> str:
    one = read_article(article_text("fiche", **changes), "fiche")
    return Library({"fiche": one}).shown("fiche", on=on, today=today)


@pytest.mark.parametrize(
    "changes",
    [{"tags": "[réforme-2026]"}, {"valid_from": "2026-08-22"}, {"valid_until": "2026-08-21"}],
    ids=["by its tag", "by its first day", "by its last day"],
)
@pytest.mark.parametrize("on", [JULY, date(2026, 8, 21), TODAY])
def test_an_article_touched_by_the_reform_ends_with_the_regime_of_the_day(on: date, changes: dict[str, str]) -> None:
    assert shown(on, **changes).endswith("\n\n" + regime_of(on))


def test_without_a_day_no_regime_is_said() -> None:
    assert "Consultation lancée le" not in shown(None, tags="[réforme-2026]")


def test_an_article_the_reform_leaves_alone_says_no_regime() -> None:
    assert "régime" not in shown(JULY)


def test_an_article_dated_by_another_change_only_says_the_day() -> None:
    text = shown(JULY, valid_from="2026-04-01")
    assert "Réponse valable pour une consultation lancée le 12 juillet 2026." in text
    assert "régime" not in text


def test_an_overdue_review_is_told_to_the_reader() -> None:
    told = "Cette fiche devait être relue avant le 23 mai 2027\u00a0: à confirmer auprès du facilitateur."
    assert told in shown(None, date(2027, 5, 24))
    assert told not in shown(None, date(2027, 5, 23))


def test_an_answer_to_a_question_ends_with_the_regime_too() -> None:
    base = Library.load()
    answer = base.ask("La clause sociale est-elle obligatoire ?", audience="buyer", on=JULY, today=TODAY)
    assert answer.article == "droit-obligation-2026"
    assert answer.text.endswith(regime_of(JULY))
    assert "ancien régime" in answer.text


def test_every_article_on_the_social_obligation_carries_the_tag() -> None:
    about = ("droit-obligation-2026", "droit-date-21-22-aout", "concession-obligation", "droit-critere-environnemental")
    articles = Library.load().articles
    assert all("réforme-2026" in articles[name].tags for name in about)
