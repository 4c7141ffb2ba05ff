"""The tables that a ranking reads: what each word weighs, and what holds it. Built once from a base, never changed."""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate, pairwise

from knowledge.articles import Article
from knowledge.kinds import likelier
from knowledge.lexicon import CONCEPT, Lexicon
from knowledge.postings import Postings, PostingsMaker
from knowledge.scope import weights_of
from knowledge.words import is_content, stem, units

K1 = 1.2
B = 0.75
TITLE_WEIGHT = 2
TAG_WEIGHT = 3
COMMON = 0.4  # letters four by four that a larger share of the articles holds say nothing and cost time

_Read = tuple[list[str], list[str]]  # the words of a text, then its concepts and other stems
_Counts = tuple[Mapping[str, int], Set[str]]


@dataclass(frozen=True)
class ArticleTables:
    """The article channel: its units with their weights, and the units that say what an article is about."""

    idf: Mapping[str, float]
    highest_idf: float
    postings: Postings
    about: Postings


@dataclass(frozen=True)
class QuestionTables:
    """The question channel. An entry is a title or a question: `share` is one over its length, `article` the number
    of its article, and those of an article begin at its number in `first`. `said` are the articles that have a word in
    an entry."""

    idf: Mapping[str, float]
    highest_idf: float
    entries: Postings
    said: Postings
    share: "array[float]"
    article: "array[int]"
    first: "array[int]"


@dataclass(frozen=True)
class Tables:
    """All that is counted in a base. `pairs` are words that follow one another, `scope` how much likelier a word is
    inside the base than outside, `kinds` how much likelier each article's questions are of a kind (`knowledge.kinds`),
    `vocabulary` how often the base uses a word."""

    articles: ArticleTables
    questions: QuestionTables
    pairs: Postings
    scope: Mapping[str, float]
    kinds: Sequence[Mapping[str, float]]
    vocabulary: Mapping[str, int]


def tables_of(articles: Sequence[Article], lexicon: Lexicon, elsewhere: Iterable[str] = ()) -> Tables:
    """Count a base. `elsewhere` are questions that people ask but that are not for it."""
    read = _Reader(lexicon)
    asked = [[read.text(text) for text in (article.title, *article.questions)] for article in articles]
    counted = [read.counts(*pair) for pair in zip(articles, asked, strict=True)]
    return Tables(
        _of_articles(counted),
        _of_questions(asked),
        _pairs(asked),
        weights_of((parts for texts in asked for _, parts in texts), (read.text(text)[1] for text in elsewhere)),
        likelier([[tokens for tokens, _ in texts] for texts in asked]),
        read.vocabulary,
    )


def _of_articles(counted: Sequence[_Counts]) -> ArticleTables:
    lengths = [sum(counts.values()) for counts, _ in counted]
    mean = sum(lengths) / len(lengths) if lengths else 1.0
    size = len(counted)
    # « facilitateur » stands in nearly all bodies; what matters is how few articles are about him.
    frequency: Counter[str] = Counter(unit for counts, _ in counted for unit in counts)
    frequency = Counter({**frequency, **Counter(unit for _, about in counted for unit in about)})
    weights = {
        unit: 0.0 if unit[0] != "=" and df > COMMON * size else math.log(1 + (size - df + 0.5) / (df + 0.5))
        for unit, df in frequency.items()
    }
    postings, about_postings = PostingsMaker(), PostingsMaker()
    for number, (counts, about) in enumerate(counted):
        norm = K1 * (1 - B + B * lengths[number] / mean)
        for unit, times in counts.items():
            if idf := weights[unit]:
                postings.add(unit, number, idf * times * (K1 + 1) / (times + norm))
        for unit in about:
            if unit[0] == "=":
                about_postings.add(unit, number, 1.0)
    return ArticleTables(weights, math.log(1 + (size + 0.5) / 0.5), postings.made(), about_postings.made())


def _of_questions(asked: Sequence[Sequence[_Read]]) -> QuestionTables:
    entries = [frozenset(parts) for texts in asked for _, parts in texts]
    frequency: Counter[str] = Counter(part for parts in entries for part in parts)
    size = len(entries)
    weights = {part: math.log(1 + size / df) for part, df in frequency.items()}
    found = PostingsMaker()
    for entry, parts in enumerate(entries):
        for part in parts:
            found.add(part, entry, 0.0)
    said = PostingsMaker()
    for number, texts in enumerate(asked):
        for part in {part for _, parts in texts for part in parts}:
            said.add(part, number, 0.0)
    return QuestionTables(
        weights,
        math.log(1 + size) if size else 1.0,
        found.made(),
        said.made(),
        share=array("f", (1 / (math.sqrt(sum(weights[part] ** 2 for part in parts)) or 1.0) for parts in entries)),
        article=array("H", (number for number, texts in enumerate(asked) for _ in texts)),
        first=array("L", (0, *accumulate(map(len, asked)))),
    )


def _pairs(asked: Sequence[Sequence[_Read]]) -> Postings:
    held = [{pair for _, parts in texts for pair in pairwise(parts)} for texts in asked]
    frequency = Counter(pair for pairs in held for pair in pairs)
    found = PostingsMaker()
    for number, pairs in enumerate(held):
        for pair in pairs:
            found.add(" ".join(pair), number, math.log(1 + len(asked) / frequency[pair]))
    return found.made()


class _Reader:
    """Reads the texts of articles while an index is built; each word is cut into units once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._units: dict[str, tuple[str, ...]] = {}
        self.vocabulary: Counter[str] = Counter()

    def text(self, text: str) -> _Read:
        tokens = self._lexicon.tokens(text)
        return tokens, self._lexicon.concepts(tokens)

    def counts(self, article: Article, asked: Sequence[_Read]) -> _Counts:
        """Units of an article with their weights, and those that say what it is about (all but the body's)."""
        found: Counter[str] = Counter()
        for times, (tokens, parts) in self._weighted(article, asked):
            for word in (*tokens, *(part for part in parts if part[0] == CONCEPT)):
                found[word] += times
        self.vocabulary.update(found)
        counts: dict[str, int] = defaultdict(int)
        for word, times in found.items():
            for unit in self._cut(word):
                counts[unit] += times
        about = frozenset(counts)
        # Of the body, only whole words: its letters four by four would double the index and add nothing.
        for word, times in Counter(self._lexicon.tokens(article.body)).items():
            self.vocabulary[word] += times
            if is_content(word):
                counts["=" + stem(word)] += times
        return counts, about

    def _weighted(self, article: Article, asked: Sequence[_Read]) -> Iterator[tuple[int, _Read]]:
        yield TITLE_WEIGHT, asked[0]
        yield from ((1, text) for text in asked[1:])
        yield TAG_WEIGHT, self.text(" ".join(article.tags))

    def _cut(self, word: str) -> tuple[str, ...]:
        found = self._units.get(word)
        if found is None:
            found = self._units[word] = units(word)
        return found
