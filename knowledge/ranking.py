"""Ranking of the articles for a question: BM25 over whole articles, and the closest single question.

The article channel counts stems and letters four by four, so that a misspelt word still weighs; its score is divided by
the best score the question could have, which makes scores comparable from one question to another. The question channel
is a cosine on the words alone. Both were measured on public French questions (tests/bench/retrieval.py).
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from knowledge.articles import Article
from knowledge.lexicon import CONCEPT, Lexicon
from knowledge.spelling import Fixer, Guard
from knowledge.words import capped, is_content, stem, units

K1 = 1.2
B = 0.75
ARTICLE_WEIGHT = 0.7
TITLE_WEIGHT = 2
TAG_WEIGHT = 3
COMMON = 0.4  # letters four by four that a larger share of the articles holds say nothing and cost time
ADDED_WEIGHT = 0.5
# However many words the lexicon brings, together they weigh at most this share of the words asked.
ADDED_SHARE = 0.25
OTHER_AUDIENCE = 0.7
MOST_CONTENT_WORDS_COUNTED = 12

_Read = tuple[list[str], list[str]]  # the words of a text, then its concepts and other stems
_Counts = tuple[Mapping[str, int], Set[str]]


@dataclass(frozen=True)
class Ranked:
    """One article for one question: `score` decides, `question` is the closest of its questions (cosine)."""

    article: str
    score: float
    question: float


@dataclass(frozen=True)
class Ranking:
    """Articles from the best, and what was understood of the question."""

    hits: tuple[Ranked, ...]
    tokens: tuple[str, ...]
    added: tuple[str, ...]
    corrections: Mapping[str, str]
    features: tuple[float, ...]


class Index:
    """Postings of both channels, in memory; built once from a base and never changed."""

    def __init__(self, articles: Sequence[Article], lexicon: Lexicon, guard: Guard) -> None:
        self._lexicon = lexicon
        self._ids = [article.id for article in articles]
        self._numbers = {name: number for number, name in enumerate(self._ids)}
        self._audiences = [article.audience for article in articles]
        self._kin = _linked(articles)
        self._cache: dict[str, tuple[str, ...]] = {}
        vocabulary: Counter[str] = Counter()
        asked = [[self._read(text) for text in (article.title, *article.questions)] for article in articles]
        counted = [self._counts(*pair, vocabulary) for pair in zip(articles, asked, strict=True)]
        self._about = [about for _, about in counted]
        self._known = frozenset(unit for about in self._about for unit in about)
        self._weigh(counted)
        self._weigh_questions(asked)
        self._fixer = Fixer(vocabulary, lexicon.vocabulary(), guard)

    def rank(self, tokens: Sequence[str], audience: str | None = None, without: Container[str] = ()) -> Ranking:
        """Articles for the words of a question, best first; those named in `without` are left out."""
        corrections = {token: fixed for token in tokens if (fixed := self._fixer.fix(token)) != token}
        query = capped([corrections.get(token, token) for token in tokens])
        added = self._lexicon.added(query)
        scores = self._article_scores(query, added)
        questions = self._question_scores(query)
        hits = []
        for number, name in enumerate(self._ids):
            if name in without or (number not in questions and not scores[number]):
                continue
            closest = questions.get(number, 0.0)
            score = ARTICLE_WEIGHT * min(scores[number], 1.0) + (1 - ARTICLE_WEIGHT) * closest
            if _other_audience(audience, self._audiences[number]):
                score *= OTHER_AUDIENCE
            hits.append(Ranked(name, score, closest))
        hits.sort(key=lambda hit: (-hit.score, hit.article))
        return Ranking(tuple(hits), tuple(query), tuple(added), corrections, self._features(query, hits))

    def knows(self, word: str) -> bool:
        """Whether some article holds a word of this stem."""
        return "=" + stem(word) in self._known

    def _units(self, word: str) -> tuple[str, ...]:
        found = self._cache.get(word)
        if found is None:
            found = units(word)
            if len(self._cache) < 50_000:
                self._cache[word] = found
        return found

    def _counts(self, article: Article, asked: Sequence[_Read], vocabulary: Counter[str]) -> _Counts:
        """Units of an article with their weights, and those that say what it is about (all but the body's)."""
        found: Counter[str] = Counter()
        for times, (tokens, parts) in self._weighted(article, asked):
            for word in (*tokens, *(part for part in parts if part[0] == CONCEPT)):
                found[word] += times
        vocabulary.update(found)
        counts: dict[str, int] = defaultdict(int)
        for word, times in found.items():
            for unit in self._units(word):
                counts[unit] += times
        about = frozenset(counts)
        # Of the body, only whole words: its letters four by four would double the index and add nothing.
        for word, times in Counter(self._lexicon.tokens(article.body)).items():
            vocabulary[word] += times
            if is_content(word):
                counts["=" + stem(word)] += times
        return counts, about

    def _weighted(self, article: Article, asked: Sequence[_Read]) -> Iterator[tuple[int, _Read]]:
        yield TITLE_WEIGHT, asked[0]
        yield from ((1, text) for text in asked[1:])
        yield TAG_WEIGHT, self._read(" ".join(article.tags))

    def _read(self, text: str) -> _Read:
        tokens = self._lexicon.tokens(text)
        return tokens, self._lexicon.concepts(tokens)

    def _weigh(self, counted: Sequence[_Counts]) -> None:
        lengths = [sum(counts.values()) for counts, _ in counted]
        mean = sum(lengths) / len(lengths) if lengths else 1.0
        size = len(counted)
        # « facilitateur » stands in nearly all bodies; what matters is how few articles are about him.
        frequency: Counter[str] = Counter(unit for counts, _ in counted for unit in counts)
        frequency = Counter({**frequency, **Counter(unit for _, about in counted for unit in about)})
        self._idf = {
            unit: 0.0 if unit[0] != "=" and df > COMMON * size else math.log(1 + (size - df + 0.5) / (df + 0.5))
            for unit, df in frequency.items()
        }
        self._highest_idf = math.log(1 + (size + 0.5) / 0.5)
        postings: dict[str, tuple[array[int], array[float]]] = defaultdict(lambda: (array("l"), array("d")))
        for number, (counts, _) in enumerate(counted):
            norm = K1 * (1 - B + B * lengths[number] / mean)
            for unit, times in counts.items():
                if idf := self._idf[unit]:
                    numbers, weights = postings[unit]
                    numbers.append(number)
                    weights.append(idf * times * (K1 + 1) / (times + norm))
        self._postings = dict(postings)

    def _weigh_questions(self, asked: Sequence[Sequence[_Read]]) -> None:
        entries = [(number, frozenset(parts)) for number, texts in enumerate(asked) for _, parts in texts]
        frequency: Counter[str] = Counter(part for _, parts in entries for part in parts)
        size = len(entries)
        self._question_idf = {part: math.log(1 + size / df) for part, df in frequency.items()}
        self._highest_question_idf = math.log(1 + size) if size else 1.0
        self._entry_article = [number for number, _ in entries]
        self._entry_norm = [math.sqrt(sum(self._question_idf[part] ** 2 for part in parts)) for _, parts in entries]
        found: dict[str, list[int]] = defaultdict(list)
        for entry, (_, parts) in enumerate(entries):
            for part in parts:
                found[part].append(entry)
        self._entries = dict(found)

    def _article_scores(self, query: list[str], added: Sequence[str]) -> list[float]:
        wanted: dict[str, float] = defaultdict(float)
        for word in (*query, *(part for part in self._lexicon.concepts(query) if part[0] == CONCEPT)):
            for unit in self._units(word):
                wanted[unit] += 1.0
        best = sum(times * self._idf.get(unit, self._highest_idf) for unit, times in wanted.items()) * (K1 + 1)
        weight = min(ADDED_WEIGHT, ADDED_SHARE * len(query) / len(added)) if added else 0.0
        for word in added:
            for unit in self._units(word):
                wanted[unit] += weight
        scores = [0.0] * len(self._ids)
        for unit, times in wanted.items():
            for number, value in zip(*self._postings.get(unit, ((), ())), strict=True):
                scores[number] += times * value
        return [score / best for score in scores] if best else scores

    def _question_scores(self, query: list[str]) -> dict[int, float]:
        parts = set(self._lexicon.concepts(query))
        square = {part: self._question_idf.get(part, self._highest_question_idf) ** 2 for part in parts}
        norm = math.sqrt(sum(square.values()))
        dots: dict[int, float] = defaultdict(float)
        for part in parts:
            for entry in self._entries.get(part, ()):
                dots[entry] += square[part]
        closest: dict[int, float] = {}
        for entry, dot in dots.items():
            number = self._entry_article[entry]
            cosine = dot / (norm * self._entry_norm[entry])
            if cosine > closest.get(number, 0.0):
                closest[number] = cosine
        return closest

    def _features(self, query: list[str], hits: Sequence[Ranked]) -> tuple[float, ...]:
        content = {"=" + part for part in self._lexicon.concepts(query) if is_content(part)}
        weights = {unit: self._idf.get(unit, self._highest_idf) for unit in content}
        whole = sum(weights.values()) or 1.0
        first = hits[0] if hits else Ranked("", 0.0, 0.0)
        kin = self._kin.get(first.article, frozenset())
        inside = self._about[self._numbers[first.article]] if hits else frozenset()
        return (
            first.score,
            first.score - next((hit.score for hit in hits[1:] if hit.article not in kin), 0.0),
            first.question,
            sum(weight for unit, weight in weights.items() if unit in inside) / whole,
            sum(weight for unit, weight in weights.items() if unit not in self._known) / whole,
            min(len(content), MOST_CONTENT_WORDS_COUNTED) / MOST_CONTENT_WORDS_COUNTED,
        )


def _other_audience(asked: str | None, audience: str) -> bool:
    return asked not in (None, "both") and audience not in ("both", asked)


def _linked(articles: Sequence[Article]) -> Mapping[str, Set[str]]:
    """For each article those it points to or that point to it: answering one for the other does little harm."""
    linked: dict[str, set[str]] = defaultdict(set)
    for article in articles:
        for other in article.see_also:
            linked[article.id].add(other)
            linked[other].add(article.id)
    return linked
