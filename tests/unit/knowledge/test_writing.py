"""How the product's own articles are written: spelling, typography, tone, lengths, links."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from knowledge import Article, Library
from knowledge.spelling import french_guard
from knowledge.words import plain

# Words of the trade, and forms of irregular verbs that the guard does not derive from their lemma.
TRADE_WORDS = frozenset((Path(__file__).parent / "trade_words.txt").read_text(encoding="ascii").split())
# Officialese that says nothing, and the language of advertising.
FORBIDDEN = (
    "n’hésitez pas", "nul n’est censé", "gagnant-gagnant", "incontournable", "clé en main", "clés en main", "leader",
    "solution idéale", "booste", "optimiser", "il convient de", "force est de constater", "susmentionné", "veuillez",
    "dans le cadre de la présente", "il est important de noter", "au niveau de", "en termes de", "impacter",
    "sans plus attendre",
)  # fmt: skip
TUTOIEMENT = re.compile(r"\b(tu|toi|ton|tes|te)\b|\bt’")
LONGEST_TITLE = 110
SHORTEST_BODY = 300


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load()


@pytest.fixture(scope="module")
def articles(library: Library) -> Mapping[str, Article]:
    return library.articles


def said(article: Article) -> str:
    return "\n".join((article.title, article.body, article.local_check or ""))


def test_words_are_spelt_as_in_the_dictionary(articles: Mapping[str, Article]) -> None:
    guard = french_guard()
    unknown = {
        (article.id, word)
        for article in articles.values()
        for word in re.findall(r"[^\W\d_]{5,}", re.sub(r"https?://\S+", "", said(article)))
        if word.islower() and plain(word) not in guard and plain(word) not in TRADE_WORDS
    }
    assert not unknown


def test_no_allowed_word_is_kept_for_nothing(articles: Mapping[str, Article]) -> None:
    used = {word for article in articles.values() for word in re.findall(r"[a-z]+", plain(said(article)))}
    assert used >= TRADE_WORDS


def test_nothing_is_said_in_officialese_or_advertising(articles: Mapping[str, Article]) -> None:
    found = [(a.id, words) for a in articles.values() for words in FORBIDDEN if words in said(a).lower()]
    assert not found


def test_people_are_called_vous(articles: Mapping[str, Article]) -> None:
    assert not [a.id for a in articles.values() if TUTOIEMENT.search(said(a).lower())]


@pytest.mark.parametrize(
    "mistake",
    [r"[^\u00a0\d(/:][;?!»](?= |$)", r"[^\u00a0\d/:]:(?= |$)", r"«(?!\u00a0)", "'", r"\d [%€]", r" {2,}", r"\.\.\."],
)
def test_french_typography_is_kept(articles: Mapping[str, Article], mistake: str) -> None:
    assert not [article.id for article in articles.values() if re.search(mistake, said(article), re.MULTILINE)]


def test_titles_and_texts_have_the_length_of_a_message(articles: Mapping[str, Article]) -> None:
    assert not [a.id for a in articles.values() if len(a.title) > LONGEST_TITLE or len(a.body) < SHORTEST_BODY]


def test_every_article_is_linked_to_another(articles: Mapping[str, Article]) -> None:
    pointed = {other for article in articles.values() for other in article.see_also}
    assert not [a.id for a in articles.values() if a.id not in pointed and not a.see_also]
    assert not [a.id for a in articles.values() if a.id in a.see_also]


def test_what_is_practice_or_unverified_is_said_so(articles: Mapping[str, Article], library: Library) -> None:
    for article in articles.values():
        text = library.shown(article.id, today=article.checked_on)
        assert (article.certainty == "verified") or "à confirmer auprès du facilitateur" in text, article.id


def test_a_legal_article_is_cited_from_an_official_page(articles: Mapping[str, Article]) -> None:
    code = [s for a in articles.values() for s in a.sources if s.title == "Code de la commande publique"]
    assert code
    assert not [source for source in code if source.article is None and source.url is None]


def test_a_question_of_an_article_finds_it_first(articles: Mapping[str, Article], library: Library) -> None:
    asked = [(article, question) for article in articles.values() for question in article.questions][::12]
    lost = [
        (article.id, question)
        for article, question in asked
        if article.in_force(article.checked_on)
        and library.rank(question, audience=article.audience).hits[0].article != article.id
    ]
    assert len(lost) <= 1, lost
