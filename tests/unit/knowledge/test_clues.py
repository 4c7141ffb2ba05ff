"""What puts in order the articles found, once their words are counted."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.articles import Article
from knowledge.clues import CLUES, NO_WEIGHTS, Candidate, Order, fit_order, own_order, read_order, store_order
from knowledge.kinds import kinds_of, likelier, match
from knowledge.lexicon import own_lexicon
from knowledge.ranking import Index
from knowledge.spelling import french_guard
from tests.unit.knowledge.shelf import shelf


def about(name: str, *questions: str) -> Article:
    return replace(shelf()["rsa"], id=name, title=questions[0], questions=questions, body="Cela dépend.", see_also=())


def clues(articles: Sequence[Article], question: str, audience: str | None = None) -> dict[str, dict[str, float]]:
    index = Index(articles, own_lexicon(), french_guard())
    query = index.understood(own_lexicon().tokens(question))
    return {one.article: dict(zip(CLUES, one.clues, strict=True)) for one in index.candidates(query, audience)}


def candidate(name: str, score: float, **given: float) -> Candidate:
    return Candidate(name, 0, score, (score,), tuple(given.get(clue, 0.0) for clue in CLUES))


def test_a_question_of_one_word_is_wholly_the_one_of_that_word() -> None:
    found = clues(
        [about("crane", "C'est quoi une grue ?"), about("price", "Le prix d'une grue louée au mois")], "la grue"
    )
    assert found["crane"]["answers"] > found["price"]["answers"]


def test_all_the_words_asked_count_alike_and_so_does_the_rarest_that_is_lacking() -> None:
    articles = [about("crane", "Une grue pour le chantier"), about("road", "La route du chantier de nuit")]
    found = clues(articles, "une grue pour le chantier")
    assert found["crane"]["says"] > found["road"]["says"]
    assert found["crane"]["lacks"] == 0 < found["road"]["lacks"] <= 1


def test_an_article_gains_from_those_linked_to_it_and_from_being_written_for_who_asks() -> None:
    near, far = about("near", "Le prix de la grue"), about("far", "La grue de nuit")
    alone, linked = (clues([near, replace(far, see_also=to)], "prix de la grue", "company") for to in ((), ("near",)))
    assert alone["far"]["linked"] == 0 < linked["far"]["linked"]
    written = [replace(near, audience="company"), replace(far, audience="both")]
    assert [found["audience"] for found in clues(written, "prix de la grue", "company").values()] == [1, 0]
    assert all(not found["audience"] for found in clues(written, "prix de la grue", "both").values())


def test_an_article_that_is_asked_how_much_gets_how_much() -> None:
    much, who = likelier([[["combien", "grue"], ["quel", "prix"]], [["qui", "grue"], ["qui", "paie"]]])
    wanted = kinds_of(["combien", "la", "grue"])
    assert match(wanted, much) > 0 > match(wanted, who)
    assert match(kinds_of(["grue"]), much) == 0


def test_the_clue_that_tells_the_right_article_is_learnt_and_the_others_are_not() -> None:
    cases = [
        ([candidate("a", 0.5, says=0.2, kind=turn), candidate("b", 0.45, says=0.9, kind=-turn)], frozenset({"b"}))
        for turn in (1.0, -1.0)
    ]
    weights = dict(zip(CLUES, fit_order(cases), strict=True))
    assert weights["says"] > 0
    assert weights["kind"] == pytest.approx(0, abs=1e-6)
    order = Order(fit_order(cases), {})
    assert all(max(found, key=order.score).article == "b" for found, _ in cases)


def test_without_questions_asked_no_clue_weighs() -> None:
    assert fit_order([]) == NO_WEIGHTS == fit_order([([candidate("a", 1.0)], frozenset({"gone"}))])


def test_an_order_is_read_as_it_was_stored(tmp_path: Path) -> None:
    store_order(own_order(), tmp_path / "order.json")
    assert read_order(tmp_path / "order.json") == own_order()
    assert own_order().figures["first_cross_validated"] > own_order().figures["first_without_clues"]
