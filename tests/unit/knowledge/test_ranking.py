"""What makes one article come before another when their words are the same."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.articles import Article
from knowledge.decision import FEATURES
from knowledge.lexicon import own_lexicon
from knowledge.ranking import Index, Ranking
from knowledge.spelling import french_guard
from tests.unit.knowledge.shelf import shelf


def ranked(articles: Sequence[Article], question: str) -> Ranking:
    lexicon = own_lexicon()
    return Index(articles, lexicon, french_guard()).rank(lexicon.tokens(question))


def about(name: str, *questions: str) -> Article:
    return replace(shelf()["rsa"], id=name, title=questions[0], questions=questions, body="Cela dépend.", see_also=())


def family(ranking: Ranking) -> float:
    return dict(zip(FEATURES, ranking.features, strict=True))["family"]


def test_of_two_articles_of_the_same_words_the_one_in_that_order_comes_first() -> None:
    fore = about("fore", "Le client paie un maçon")
    back = about("back", "Un maçon paie le client")
    for articles in ([fore, back], [back, fore]):
        assert ranked(articles, "le client paie un maçon ?").hits[0].article == "fore"
        assert ranked(articles, "un maçon paie le client ?").hits[0].article == "back"


def test_of_two_like_articles_the_one_linked_to_another_that_is_found_comes_first() -> None:
    near = about("near", "Le montant de la grue du chantier")
    alone = about("alone", "Combien coûte la grue ?", "prix de la grue")
    linked = replace(alone, id="linked", see_also=("near",))
    scores = {hit.article: hit.score for hit in ranked([near, alone, linked], "combien coûte une grue").hits}
    assert scores["linked"] > scores["alone"]


def test_the_first_article_is_surer_when_those_linked_to_it_follow() -> None:
    articles, question = list(shelf().values()), "quel justificatif pour une personne au rsa ou handicapée"
    apart = ranked(articles, question)
    first, following = apart.hits[0].article, tuple(hit.article for hit in apart.hits[1:3])
    linked = [replace(one, see_also=following if one.id == first else ()) for one in articles]
    assert 0 < family(apart) < family(ranked(linked, question)) <= 1


def test_clues_fitted_on_articles_with_questions_do_not_order_those_that_have_a_title_only() -> None:
    titled = [
        replace(about(name, text), questions=()) for name, text in (("fore", "Le client paie"), ("back", "Qui paie"))
    ]
    lexicon = own_lexicon()
    index = Index(titled, lexicon, french_guard())
    found = index.candidates(index.understood(lexicon.tokens("qui paie le client ?")), "company")
    assert {candidate.article for candidate in found} == {"fore", "back"}
    assert all(not any(candidate.clues) for candidate in found)
