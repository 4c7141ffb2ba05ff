"""Ranking of the articles for a question: BM25 over whole articles, then the closest questions of the best ones.

The article channel counts stems and letters four by four, so that a misspelt word still weighs; its score is divided by
the best score the question could have, which makes scores comparable from one question to another. The question channel
is a cosine on the words alone. Their weights were fitted on left-out paraphrases (tests/bench/retrieval.py). Further
clues (`knowledge.clues`) then put in order the articles that this finds.
"""

import math
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from operator import mul

from knowledge.articles import Article
from knowledge.clues import NO_CLUES, SHARPNESS, Candidate, Order, own_order
from knowledge.decision import NO_FEATURES
from knowledge.indexing import K1, Tables, tables_of
from knowledge.kinds import kinds_of, match
from knowledge.lexicon import CONCEPT, Lexicon
from knowledge.scope import Scope
from knowledge.spelling import Fixer, Guard
from knowledge.words import capped, is_content, stem, units

ADDED_WEIGHT = 0.5
# However many words the lexicon brings, together they weigh at most this share of the words asked.
ADDED_SHARE = 0.25
OTHER_AUDIENCE = 0.7
SIDES = ("company", "buyer", "participant")
MOST_CONTENT_WORDS_COUNTED = 12
POOL = 30  # articles, best of the article channel, that are looked at closely
CLOSE = 0.6  # cosine from which a question brings its article among them
RARE = 150  # titles and questions that hold a word, under which it is worth following
SAME = 0.8  # cosine from which a question is nearly one of the article's own: each hundredth more counts in full

# Parts of a score: the whole article, its closest question, its three and six closest, its title, the words it holds,
# the pairs of words that follow one another in its questions too.
ARTICLE, CLOSEST, THREE, SIX, TITLE, HELD, PAIRS = 0.36, 0.10, 0.14, 0.12, 0.10, 0.18, 0.06
KIN = 0.2  # what an article gains from the scores of those linked to it: a subject is right before its article is
FLATNESS = 5  # of the weights e^(5 score) by which the first article's family is compared with the other articles

_Hit = tuple[float, Candidate]  # with its score once in order


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


@dataclass(frozen=True)
class Query:
    """A question as it is searched for: its words, those that the lexicon adds, its concepts, the weights of those that
    say something of the subject, the typing mistakes corrected."""

    tokens: tuple[str, ...]
    added: tuple[str, ...]
    concepts: tuple[str, ...]
    asked: Mapping[str, float]
    corrections: Mapping[str, str]


class Index:
    """Postings of both channels, in memory; built once from a base and never changed.

    `elsewhere` are questions that people ask but that are not for this base. `tables` are those counted before of the
    same articles, lexicon and questions; they are counted now when absent.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        lexicon: Lexicon,
        guard: Guard,
        elsewhere: Iterable[str] = (),
        *,
        tables: Tables | None = None,
    ) -> None:
        self._lexicon = lexicon
        self._ids = [article.id for article in articles]
        self._audiences = [article.audience for article in articles]
        self._kin = _linked(articles)
        counted = tables or tables_of(articles, lexicon, elsewhere)
        whole, asked = counted.articles, counted.questions
        self._idf, self._highest_idf = whole.idf, whole.highest_idf
        self._postings, self._about = whole.postings, whole.about
        self._question_idf, self._highest_question_idf = asked.idf, asked.highest_idf
        self._entries, self._entry_share = asked.entries, asked.share
        self._said, self._kinds = asked.said, counted.kinds
        self._entry_article, self._first_entry = asked.article, asked.first
        self._pairs = counted.pairs
        self._scope = Scope(counted.scope)
        self._fixer = Fixer(counted.vocabulary, lexicon.vocabulary(), guard)

    def rank(self, tokens: Sequence[str], audience: str | None = None, without: Container[str] = ()) -> Ranking:
        """The best articles for the words of a question, best first; those named in `without` are left out."""
        query = self.understood(tokens)
        return self.ranking(query, self.candidates(query, audience, without), own_order())

    def ranking(self, query: Query, found: Iterable[Candidate], order: Order) -> Ranking:
        """The articles found for a question, put in order."""
        hits = sorted(((order.score(one), one) for one in found), key=lambda hit: (-hit[0], hit[1].article))
        features = (*self._features(query.asked, hits), *self._scope.features(query.concepts)) if hits else NO_FEATURES
        ranked = tuple(Ranked(one.article, score, one.close[0]) for score, one in hits)
        return Ranking(ranked, query.tokens, query.added, query.corrections, features)

    def understood(self, tokens: Sequence[str]) -> Query:
        """The words of a question as they are searched for."""
        corrections = {token: fixed for token in tokens if (fixed := self._fixer.fix(token)) != token}
        kept = capped([corrections.get(token, token) for token in tokens])
        concepts = self._lexicon.concepts(kept)
        asked = {"=" + part: self._idf.get("=" + part, self._highest_idf) for part in concepts if is_content(part)}
        return Query(tuple(kept), tuple(self._lexicon.added(kept)), tuple(concepts), asked, corrections)

    def candidates(self, query: Query, audience: str | None = None, without: Container[str] = ()) -> list[Candidate]:
        """The articles found for a question, in no order, with what their words are worth and their clues."""
        scores = self._article_scores(query)
        norm, cosines = self._cosines(query.concepts)
        pool = {number for _, number in nlargest(POOL, zip(scores, range(len(scores)), strict=True))}
        pool.update(self._entry_article[entry] for entry in self._likely(query.concepts) if cosines[entry] > CLOSE)
        held, pairs = self._held(query.asked), self._pairs_held(query.concepts)
        near: dict[int, tuple[float, list[float], float]] = {}
        for number in pool:
            entries = slice(self._first_entry[number], self._first_entry[number + 1])
            own = cosines[entries]
            if self._ids[number] in without or not (scores[number] or any(own)):
                continue
            close = sorted(own, reverse=True)[:6]
            total = (
                ARTICLE * min(scores[number], 1.0)
                + CLOSEST * close[0]
                + THREE * sum(close[:3]) / 3
                + SIX * sum(close) / 6
                + TITLE * own[0]
                + HELD * held[number]
                + PAIRS * pairs[number] * self._has_questions(number)
                + max(0.0, close[0] - SAME)
            )
            if _other_audience(audience, self._audiences[number]):
                total *= OTHER_AUDIENCE
            near[number] = (total, close, norm * max(map(mul, own, self._entry_share[entries])))
        return self._with_clues(query, audience, near)

    def _with_clues(
        self, query: Query, audience: str | None, near: Mapping[int, tuple[float, list[float], float]]
    ) -> list[Candidate]:
        """`near`: for each article its score, its closest questions (cosines), how much of one of them was asked."""
        said, wanted = self._said_of(query.concepts), kinds_of(query.tokens)
        rarest = sorted(
            ((weight, self._postings.numbers_of(unit)) for unit, weight in query.asked.items()), reverse=True
        )
        found = []
        for number, (total, close, answers) in near.items():
            linked = sorted((near[other][0] for other in self._kin[number] if other in near), reverse=True)
            lacking = next((weight for weight, holders in rarest if number not in holders), 0.0)
            clues = (
                answers,
                said[number],
                match(wanted, self._kinds[number]),
                sum(linked[:3]) / 3,
                lacking / rarest[0][0] if rarest else 0.0,
                float(audience in SIDES and self._audiences[number] == audience),
            )
            helped = total + KIN * sum(linked) / (1 + len(self._kin[number]))
            given = clues if self._has_questions(number) else NO_CLUES
            found.append(Candidate(self._ids[number], number, helped, close, given))
        return found

    def _has_questions(self, number: int) -> bool:
        """Whether an article has more than a title; pairs of words and clues were fitted on those that have."""
        return self._first_entry[number + 1] - self._first_entry[number] > 1

    def knows(self, word: str) -> bool:
        """Whether some article is about a word of this stem."""
        return "=" + stem(word) in self._about

    def _pairs_held(self, concepts: Sequence[str]) -> list[float]:
        """For each article, the share of the question's pairs of words, among those known, that its questions hold."""
        held = [0.0] * len(self._ids)
        whole = 0.0
        for pair in set(pairwise(concepts)):
            known = tuple(self._pairs.of(" ".join(pair)))
            whole += known[0][1] if known else 0.0
            for number, weight in known:
                held[number] += weight
        return [value / whole for value in held] if whole else held

    def _said_of(self, concepts: Sequence[str]) -> list[float]:
        """For each article, the share of the question's words, all alike, that its title and questions hold."""
        said = [0.0] * len(self._ids)
        parts = set(concepts)
        for part in parts:
            for number in self._said.numbers_of(part):
                said[number] += 1 / len(parts)
        return said

    def _article_scores(self, query: Query) -> list[float]:
        """For each article, its BM25 score over the best that the question could have; it may exceed 1."""
        wanted: dict[str, float] = defaultdict(float)
        for word in (*query.tokens, *(part for part in query.concepts if part[0] == CONCEPT)):
            for unit in units(word):
                wanted[unit] += 1.0
        best = sum(times * self._idf.get(unit, self._highest_idf) for unit, times in wanted.items()) * (K1 + 1)
        weight = min(ADDED_WEIGHT, ADDED_SHARE * len(query.tokens) / len(query.added)) if query.added else 0.0
        for word in query.added:
            for unit in units(word):
                wanted[unit] += weight
        scores = [0.0] * len(self._ids)
        for unit, times in wanted.items():
            factor = times / (best or 1.0)
            for number, value in self._postings.of(unit):
                scores[number] += factor * value
        return scores

    def _held(self, asked: Mapping[str, float]) -> list[float]:
        """For each article, the share of the question's words that it holds, by their weights."""
        whole = sum(asked.values()) or 1.0
        held = [0.0] * len(self._ids)
        for unit, weight in asked.items():
            share = weight / whole
            for number in self._postings.numbers_of(unit):
                held[number] += share
        return held

    def _cosines(self, concepts: Sequence[str]) -> tuple[float, list[float]]:
        """The length of the question, and its cosine with each title and question of the base."""
        square = {part: self._question_idf.get(part, self._highest_question_idf) ** 2 for part in set(concepts)}
        norm = math.sqrt(sum(square.values())) or 1.0
        dots = [0.0] * len(self._entry_share)
        for part, weight in square.items():
            value = weight / norm
            for entry in self._entries.numbers_of(part):
                dots[entry] += value
        return norm, list(map(mul, dots, self._entry_share))

    def _likely(self, concepts: Sequence[str]) -> set[int]:
        """Titles and questions that hold one of the rarer words: among them are nearly all that come close."""
        found = sorted((self._entries.numbers_of(part) for part in set(concepts) if part in self._entries), key=len)
        rarest = (*found[:1], *(entries for entries in found[1:] if len(entries) < RARE))
        return {entry for entries in rarest for entry in entries}

    def _features(self, asked: Mapping[str, float], hits: Sequence[_Hit]) -> tuple[float, ...]:
        """The first of `decision.FEATURES`, in their order."""
        whole = sum(asked.values()) or 1.0
        score, first = hits[0]
        family = {first.number, *self._kin[first.number]}
        weights = [(math.exp(FLATNESS * (other - score)), one.number) for other, one in hits]
        chances = [math.exp(SHARPNESS * (other - score)) for other, _ in hits]
        whole_chance = sum(chances)
        likely = [chance / whole_chance for chance in chances]
        return (
            score,
            score - (hits[1][0] if len(hits) > 1 else 0.0),
            score - next((other for other, one in hits if one.number not in family), 0.0),
            sum(weight for weight, found in weights if found in family) / sum(weight for weight, _ in weights),
            likely[0],
            -sum(chance * math.log(chance) for chance in likely if chance),
            sum(first.close[:3]) / 3,
            sum(weight for unit, weight in asked.items() if first.number in self._about.numbers_of(unit)) / whole,
            sum(weight for unit, weight in asked.items() if unit not in self._about) / whole,
            min(len(asked), MOST_CONTENT_WORDS_COUNTED) / MOST_CONTENT_WORDS_COUNTED,
        )


def _other_audience(asked: str | None, audience: str) -> bool:
    return asked not in (None, "both") and audience not in ("both", asked)


def _linked(articles: Sequence[Article]) -> list[frozenset[int]]:
    """For each article those it points to or that point to it: answering one for the other does little harm."""
    numbers = {article.id: number for number, article in enumerate(articles)}
    linked: list[set[int]] = [set() for _ in articles]
    for number, article in enumerate(articles):
        for other in map(numbers.get, article.see_also):
            if other is not None:
                linked[number].add(other)
                linked[other].add(number)
    return list(map(frozenset, linked))
