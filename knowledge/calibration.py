"""Fit the order of the articles and the decision: on questions people asked, on the base's own paraphrases left out in
turn, on questions out of it.

Run again when articles or the lexicon change much (`clausette articles calibrate`, with each file of questions asked).
Without the questions out of the base, the regressions would learn that unknown words are a good sign.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from knowledge.articles import Article
from knowledge.clues import NO_WEIGHTS, Candidate, Order, fit_order
from knowledge.decision import Calibration, Thresholds, fit
from knowledge.lexicon import Lexicon
from knowledge.library import MOST_LEADS
from knowledge.outside import Outside
from knowledge.ranking import Index, Ranking
from knowledge.spelling import Guard

FOLDS = 5
PARAPHRASES_USED = 3  # one in so many: the questions asked teach more
# Shares of the kinds in a fit: questions asked, paraphrases of the base, questions asked whose articles are taken away,
# questions out of the base. A kind that is absent leaves its share to the others.
SHARES = {"asked": 0.45, "paraphrase": 0.2, "removed": 0.06, "outside": 0.25}
TWIN = 0.7  # cosine of two questions, all their words weighing the same
SHOWN = 1 + MOST_LEADS  # articles that an answer shows when it is not sure

# Out-of-scope questions among those asked, in the cross-validated figures.
OUTSIDE_TRAFFIC = 0.25


@dataclass(frozen=True)
class Sample:
    """One question ranked: the place of the first right article (0 for the best, None when absent), whether a rule
    stops it before any search, the file it comes from and the fold of the article it asks for."""

    features: tuple[float, ...]
    kind: str
    place: int | None
    stopped: bool = False
    file: str = ""
    fold: int = 0

    @property
    def right(self) -> bool:
        """Whether the best article answers it."""
        return self.place == 0

    @property
    def inside(self) -> bool:
        """Whether the base should answer it."""
        return self.kind in ("asked", "paraphrase")


@dataclass(frozen=True)
class Asked:
    """A question somebody asked, and the articles that answer it rightly; none when it must be handed over."""

    question: str
    audience: str | None
    expected: frozenset[str]
    file: str = ""


def calibrated(
    articles: Mapping[str, Article],
    lexicon: Lexicon,
    outside: Outside,
    guard: Guard,
    asked: Sequence[Asked],
    thresholds: Thresholds,
) -> tuple[Order, Calibration]:
    """Weights fitted on the base and on questions asked, with the figures at the thresholds."""
    index = Index(_without_twins(articles.values(), asked, lexicon), lexicon, guard, outside.examples)
    orders = orders_of(index, lexicon, asked)
    found = [
        *left_out(articles, lexicon, outside, guard, orders[""]),
        *_asked(index, lexicon, outside, asked, orders),
    ]
    figures = {
        "articles": len(articles),
        "lexicon_entries": lexicon.entries,
        "samples": dict(Counter(sample.kind for sample in found)),
        "cross_validated": cross_validated(found, thresholds),
        "removed": {"answered": _answered_without_article(fitted(found, thresholds), found)},
    }
    return orders[""], replace(fitted(found, thresholds), figures=figures)


def orders_of(index: Index, lexicon: Lexicon, asked: Sequence[Asked]) -> Mapping[str, Order]:
    """The order fitted on all questions (under no name), and for each file the one fitted without its questions."""
    cases: dict[str, list[tuple[Sequence[Candidate], frozenset[str]]]] = defaultdict(list)
    for one in asked:
        if one.expected:
            query = index.understood(lexicon.tokens(one.question))
            cases[one.file].append((index.candidates(query, one.audience), one.expected))
    orders = {
        file: Order(fit_order(case for other in cases if other != file for case in cases[other]), {}) for file in cases
    }
    every = [(orders[file], case) for file in cases for case in cases[file]]
    alone = Order(NO_WEIGHTS, {})
    figures = {
        "questions": len(every),
        "first_without_clues": _first(((alone, case) for _, case in every), len(every)),
        "first_cross_validated": _first(every, len(every)),
    }
    return {**orders, "": Order(fit_order(case for _, case in every), figures)}


def _first(found: Iterable[tuple[Order, tuple[Sequence[Candidate], frozenset[str]]]], size: int) -> float:
    """The share of the questions whose first article is a right one."""
    firsts = ((max(candidates, key=order.score, default=None), right) for order, (candidates, right) in found)
    return round(sum(first is not None and first.article in right for first, right in firsts) / max(1, size), 3)


def fitted(found: Sequence[Sample], thresholds: Thresholds) -> Calibration:
    """Both regressions: a question whose article was taken away only tells that the first article is wrong."""
    inside = fit(_weighed(found, lambda sample: sample.inside, without="removed"))
    right = fit(_weighed(found, lambda sample: sample.right, without="outside"))
    return Calibration(inside, right, thresholds, {})


def cross_validated(found: Sequence[Sample], thresholds: Thresholds) -> Mapping[str, float]:
    """What the decision does to questions whose file and whose article it was not fitted on.

    Shares of a traffic with a quarter out of scope, but for: `answered_right` and `answered_shown`, of what is
    answered, whether the right article is the one answered, or is it or one of those that follow it; `alone_right`, of
    what is answered with none to follow; `inside_…` of the questions in scope, `outside_…` of the others, the rules
    being counted.
    """
    inside = [sample for sample in found if sample.kind == "asked"]
    outside = [sample for sample in found if sample.kind == "outside"]
    if not inside or not outside:
        return {}
    fits = {
        key: fitted([s for s in found if not (s.file and s.file == key[0]) and s.fold != key[1]], thresholds)
        for key in {(sample.file, sample.fold) for sample in (*inside, *outside)}
    }
    counts: dict[str, float] = defaultdict(float)
    for sample in (*inside, *outside):
        share = (1 - OUTSIDE_TRAFFIC) / len(inside) if sample.inside else OUTSIDE_TRAFFIC / len(outside)
        outcome, sure = decided(fits[sample.file, sample.fold], sample)
        counts[f"{'inside' if sample.inside else 'outside'}_{outcome}"] += 1
        if outcome == "answer":
            shown = sample.place is not None and sample.place < (1 if sure else SHOWN)
            counts["answered"] += share
            counts["right"] += share * sample.right
            counts["shown"] += share * shown
            counts["alone"] += share * sure
            counts["sure_wrong"] += share * (sure and not sample.right)
    answered = counts["answered"] or 1.0
    return {
        "answered": round(counts["answered"], 3),
        "answered_right": round(counts["right"] / answered, 3),
        "answered_shown": round(counts["shown"] / answered, 3),
        "answered_alone": round(counts["alone"], 3),
        "alone_right": round(1 - counts["sure_wrong"] / counts["alone"], 3) if counts["alone"] else 0.0,
        "wrong_and_answered": round(counts["answered"] - counts["right"], 3),
        "wrong_and_not_shown": round(counts["answered"] - counts["shown"], 3),
        "wrong_and_sure": round(counts["sure_wrong"], 3),
        "among_three": round(sum(s.place is not None and s.place < 3 for s in inside) / len(inside), 3),
        "inside_answered": round(counts["inside_answer"] / len(inside), 3),
        "inside_handed_over": round(counts["inside_handover"] / len(inside), 3),
        "outside_answered": round(counts["outside_answer"] / len(outside), 3),
        "outside_handed_over": round(counts["outside_handover"] / len(outside), 3),
    }


def decided(calibration: Calibration, sample: Sample) -> tuple[str, bool]:
    """What is done with a question, and whether its answer stands alone."""
    limits, inside = calibration.thresholds, calibration.inside(sample.features)
    right = calibration.right(sample.features)
    if sample.stopped or inside < limits.human:
        return "handover", False
    if inside < limits.answer or right < limits.doubt:
        return "clarify", False
    return "answer", right >= limits.sure


def left_out(
    articles: Mapping[str, Article], lexicon: Lexicon, outside: Outside, guard: Guard, order: Order
) -> Iterator[Sample]:
    """The base's own questions and those out of it, ranked without them in turn."""
    for fold in range(FOLDS):
        kept = [
            replace(article, questions=tuple(q for i, q in enumerate(article.questions) if i % FOLDS != fold))
            for article in articles.values()
        ]
        others = [question for i, question in enumerate(outside.examples) if i % FOLDS != fold]
        index = Index(kept, lexicon, guard, others)
        questions = ((article, q) for article in articles.values() for q in article.questions[fold::FOLDS])
        for count, (article, question) in enumerate(questions):
            if count % PARAPHRASES_USED == 0:
                ranking = _ranked(index, order, lexicon.tokens(question), article.audience)
                yield _sample(ranking, "paraphrase", {article.id})
        for question in outside.examples[fold::FOLDS]:
            stopped = outside.check(question, lexicon) is not None
            ranking = _ranked(index, order, lexicon.tokens(question))
            yield replace(_sample(ranking, "outside", set()), stopped=stopped, fold=fold)


def _asked(
    index: Index, lexicon: Lexicon, outside: Outside, asked: Sequence[Asked], orders: Mapping[str, Order]
) -> Iterator[Sample]:
    """The questions asked, ranked in an order that was not fitted on them."""
    for one in asked:
        tokens, order = lexicon.tokens(one.question), orders.get(one.file, orders[""])
        stopped = outside.check(one.question, lexicon) is not None
        kind = "asked" if one.expected else "outside"
        ranked = _sample(_ranked(index, order, tokens, one.audience), kind, one.expected)
        yield replace(ranked, stopped=stopped, file=one.file)
        if one.expected:
            away = _sample(_ranked(index, order, tokens, one.audience, one.expected), "removed", set())
            yield replace(away, file=one.file, fold=ranked.fold)


def _ranked(
    index: Index, order: Order, tokens: Sequence[str], audience: str | None = None, without: Set[str] = frozenset()
) -> Ranking:
    query = index.understood(tokens)
    return index.ranking(query, index.candidates(query, audience, without), order)


def _without_twins(articles: Iterable[Article], asked: Sequence[Asked], lexicon: Lexicon) -> list[Article]:
    """The articles without the questions too close to one asked: many were written after it, and a fit on them would
    trust only questions seen before."""
    known = [frozenset(lexicon.concepts(lexicon.tokens(one.question))) for one in asked]

    def twin(question: str) -> bool:
        parts = frozenset(lexicon.concepts(lexicon.tokens(question)))
        return any(len(parts & other) ** 2 >= TWIN**2 * len(parts) * len(other) for other in known)

    return [replace(one, questions=tuple(q for q in one.questions if not twin(q))) for one in articles]


def _sample(ranking: Ranking, kind: str, right: Set[str]) -> Sample:
    places = (place for place, hit in enumerate(ranking.hits) if hit.article in right)
    fold = zlib.crc32(min(right).encode()) % FOLDS if right else 0
    return Sample(ranking.features, kind, next(places, None), fold=fold)


def _weighed(
    found: Sequence[Sample], true: Callable[[Sample], bool], *, without: str
) -> list[tuple[Sequence[float], bool, float]]:
    kept = [sample for sample in found if sample.kind != without]
    number = Counter(sample.kind for sample in kept)
    whole = sum(SHARES[kind] for kind in number)
    counts = {kind: SHARES[kind] / whole * len(kept) / number[kind] for kind in number}
    return [(sample.features, true(sample), counts[sample.kind]) for sample in kept]


def _answered_without_article(calibration: Calibration, found: Sequence[Sample]) -> float:
    removed: list[Any] = [decided(calibration, sample) for sample in found if sample.kind == "removed"]
    return round(sum(outcome == "answer" for outcome, _ in removed) / len(removed), 3) if removed else 0.0
