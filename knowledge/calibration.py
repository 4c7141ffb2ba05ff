"""Fit the decision: on questions people asked, on the base's own paraphrases left out in turn, on questions out of it.

Run again when articles or the lexicon change much (`clausette articles calibrate --asked tests/bench/asked.jsonl
--asked tests/bench/asked_fresh.jsonl`). Without the questions out of the
base, the regression would learn that unknown words are a good sign.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from knowledge.articles import Article
from knowledge.decision import CALIBRATION_FILE, FEATURES, Calibration, fit
from knowledge.lexicon import Lexicon
from knowledge.outside import Outside
from knowledge.ranking import Index, Ranking
from knowledge.spelling import Guard

FOLDS = 5
# Shares of the kinds in the fit: questions asked, paraphrases of the base, questions asked whose articles are taken
# away, questions out of the base. A kind that is absent leaves its share to the others.
SHARES = {"asked": 0.55, "paraphrase": 0.2, "removed": 0.07, "outside": 0.18}
# Without questions asked, one paraphrase in so many is asked without its article.
REMOVED_SHARE = 4
TWIN = 0.7  # cosine of two questions, all their words weighing the same

# Out-of-scope questions among those asked, in the cross-validated figures.
OUTSIDE_TRAFFIC = 0.25


@dataclass(frozen=True)
class Sample:
    """One question ranked: the place of the first right article (0 for the best, None when absent), the batch it
    comes from, and whether a rule stops it before any search."""

    features: tuple[float, ...]
    kind: str
    place: int | None
    stopped: bool = False

    @property
    def right(self) -> bool:
        """Whether the best article answers it."""
        return self.place == 0


@dataclass(frozen=True)
class Asked:
    """A question somebody asked, and the articles that answer it rightly; none when it must be handed over."""

    question: str
    audience: str | None
    expected: frozenset[str]


def calibrated(
    articles: Mapping[str, Article],
    lexicon: Lexicon,
    outside: Outside,
    guard: Guard,
    asked: Sequence[Asked] = (),
    *,
    answer: float,
    human: float,
) -> Calibration:
    """Weights fitted on the base and on questions asked, with the figures at the two thresholds."""
    found = list(samples(articles, lexicon, outside, guard, asked))
    calibration = Calibration(_fitted(found), answer, human, {})
    figures = _figures(calibration, found, len(articles), lexicon)
    return replace(calibration, figures={**figures, "cross_validated": cross_validated(found, answer)})


def cross_validated(found: Sequence[Sample], answer: float) -> Mapping[str, float]:
    """What the decision does to questions it was not fitted on, as shares of traffic with a quarter out of scope.

    `answered_right` is of what is answered, `among_three` of the questions in scope.
    """
    asked, outside = [s for s in found if s.kind == "asked"], [s for s in found if s.kind == "outside"]
    if not asked or not outside:
        return {}
    weights = [_fitted([s for i, s in enumerate(found) if i % FOLDS != fold]) for fold in range(FOLDS)]
    inside, outer = (1 - OUTSIDE_TRAFFIC) / len(asked), OUTSIDE_TRAFFIC / len(outside)
    right = wrong = 0.0
    for place, sample in enumerate(found):
        decision = Calibration(weights[place % FOLDS], answer, 0.0, {})
        if sample.stopped or decision.probability(sample.features) < answer:
            continue
        if sample.kind == "outside":
            wrong += outer
        elif sample.kind == "asked":
            right += inside * sample.right
            wrong += inside * (not sample.right)
    return {
        "answered": round(right + wrong, 3),
        "answered_right": round(right / (right + wrong), 3) if right + wrong else 0.0,
        "among_three": round(sum(s.place is not None and s.place < 3 for s in asked) / len(asked), 3),
        "wrong_and_confident": round(wrong, 3),
    }


def _fitted(found: Sequence[Sample]) -> tuple[float, ...]:
    number = Counter(sample.kind for sample in found)
    whole = sum(SHARES[kind] for kind in number)
    counts = {kind: SHARES[kind] / whole * len(found) / number[kind] for kind in number}
    return fit((sample.features, sample.right, counts[sample.kind]) for sample in found)


def store(calibration: Calibration, path: Path = CALIBRATION_FILE) -> None:
    """Write the weights, the thresholds and the figures that justify them."""
    data = {
        "weights": {name: round(w, 4) for name, w in zip((*FEATURES, "constant"), calibration.weights, strict=True)},
        "answer": calibration.answer,
        "human": calibration.human,
        "figures": calibration.figures,
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def samples(
    articles: Mapping[str, Article], lexicon: Lexicon, outside: Outside, guard: Guard, asked: Sequence[Asked]
) -> Iterator[Sample]:
    """The questions the decision is fitted on, ranked."""
    for fold in range(FOLDS):
        kept = [
            replace(article, questions=tuple(q for i, q in enumerate(article.questions) if i % FOLDS != fold))
            for article in articles.values()
        ]
        index = Index(kept, lexicon, guard)
        count = 0
        for article in articles.values():
            for question in article.questions[fold::FOLDS]:
                tokens = lexicon.tokens(question)
                yield _sample(index.rank(tokens, article.audience), "paraphrase", {article.id})
                count += 1
                if not asked and count % REMOVED_SHARE == 0:
                    yield _sample(index.rank(tokens, article.audience, {article.id}), "removed", set())
    index = Index(_without_twins(articles.values(), asked, lexicon), lexicon, guard)
    for one in asked:
        tokens = lexicon.tokens(one.question)
        stopped = outside.check(one.question, lexicon) is not None
        kind = "asked" if one.expected else "outside"
        yield _sample(index.rank(tokens, one.audience), kind, one.expected, stopped=stopped)
        if one.expected:
            yield _sample(index.rank(tokens, one.audience, one.expected), "removed", set())
    for question in outside.examples:
        stopped = outside.check(question, lexicon) is not None
        yield _sample(index.rank(lexicon.tokens(question)), "outside", set(), stopped=stopped)


def _without_twins(articles: Iterable[Article], asked: Sequence[Asked], lexicon: Lexicon) -> list[Article]:
    """The articles without the questions too close to one asked: many were written after it, and a fit on them would
    trust only questions seen before."""
    known = [frozenset(lexicon.concepts(lexicon.tokens(one.question))) for one in asked]

    def twin(question: str) -> bool:
        parts = frozenset(lexicon.concepts(lexicon.tokens(question)))
        return any(len(parts & other) ** 2 >= TWIN**2 * len(parts) * len(other) for other in known)

    return [replace(one, questions=tuple(q for q in one.questions if not twin(q))) for one in articles]


def _sample(ranking: Ranking, kind: str, right: Set[str], *, stopped: bool = False) -> Sample:
    places = (place for place, hit in enumerate(ranking.hits) if hit.article in right)
    return Sample(ranking.features, kind, next(places, None), stopped)


def _figures(calibration: Calibration, found: Sequence[Sample], articles: int, lexicon: Lexicon) -> Mapping[str, Any]:
    scored = [(calibration.probability(sample.features), sample.right, sample.kind) for sample in found]
    kinds = Counter(sample.kind for sample in found)
    return {
        "articles": articles,
        "lexicon_entries": lexicon.entries,
        "samples": dict(kinds),
        **{kind: _shares([(p, right) for p, right, k in scored if k == kind], calibration) for kind in kinds},
    }


def _shares(scored: Sequence[tuple[float, bool]], calibration: Calibration) -> Mapping[str, float]:
    answered = [right for p, right in scored if p >= calibration.answer]
    return {
        "first_right": _share(scored, lambda pair: pair[1]),
        "answered": round(len(answered) / len(scored), 3) if scored else 0.0,
        "answered_right": round(sum(answered) / len(answered), 3) if answered else 0.0,
        "handed_over": _share(scored, lambda pair: pair[0] < calibration.human),
    }


def _share(values: Iterable[tuple[float, bool]], wanted: Any) -> float:
    found = [bool(wanted(value)) for value in values]
    return round(sum(found) / len(found), 3) if found else 0.0
