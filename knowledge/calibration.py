"""Fit the decision on the base itself: its own paraphrases left out in turn, and questions out of the base.

Run again (`clausette articles calibrate`) when articles or the lexicon change much. Without the questions out of the
base, the regression would learn that unknown words are a good sign.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from knowledge.articles import Article
from knowledge.decision import CALIBRATION_FILE, FEATURES, Calibration, fit
from knowledge.lexicon import Lexicon
from knowledge.outside import Outside
from knowledge.ranking import Index, Ranking
from knowledge.spelling import Guard

FOLDS = 5
# Every question of the base is asked once without its article; one in so many is kept as a question out of the base.
REMOVED_SHARE = 4

# Shares of the three kinds in the fit, near those of real traffic: questions of the field, questions of the field that
# no article answers, questions out of it.
SHARES = {"paraphrase": 0.7, "removed": 0.05, "outside": 0.25}

Sample = tuple[tuple[float, ...], bool, str]


def calibrated(
    articles: Mapping[str, Article],
    lexicon: Lexicon,
    outside: Outside,
    guard: Guard,
    *,
    answer: float,
    human: float,
) -> Calibration:
    """Weights fitted on the base, with the figures at the two thresholds."""
    samples = list(_samples(articles, lexicon, outside, guard))
    number = Counter(kind for _, _, kind in samples)
    counts = {kind: SHARES[kind] * len(samples) / number[kind] for kind in number}
    weights = fit((features, right, counts[kind]) for features, right, kind in samples)
    calibration = Calibration(weights, answer, human, {})
    return replace(calibration, figures=_figures(calibration, samples, len(articles), lexicon))


def store(calibration: Calibration, path: Path = CALIBRATION_FILE) -> None:
    """Write the weights, the thresholds and the figures that justify them."""
    data = {
        "weights": {name: round(w, 4) for name, w in zip((*FEATURES, "constant"), calibration.weights, strict=True)},
        "answer": calibration.answer,
        "human": calibration.human,
        "figures": calibration.figures,
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _samples(articles: Mapping[str, Article], lexicon: Lexicon, outside: Outside, guard: Guard) -> Iterator[Sample]:
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
                if count % REMOVED_SHARE == 0:
                    yield _sample(index.rank(tokens, article.audience, {article.id}), "removed", set())
    index = Index(tuple(articles.values()), lexicon, guard)
    for question in outside.examples:
        yield _sample(index.rank(lexicon.tokens(question)), "outside", set())


def _sample(ranking: Ranking, kind: str, right: set[str]) -> Sample:
    return ranking.features, bool(ranking.hits) and ranking.hits[0].article in right, kind


def _figures(calibration: Calibration, samples: Sequence[Sample], articles: int, lexicon: Lexicon) -> Mapping[str, Any]:
    scored = [(calibration.probability(features), right, kind) for features, right, kind in samples]
    return {
        "articles": articles,
        "lexicon_entries": lexicon.entries,
        "samples": {kind: sum(k == kind for _, _, k in scored) for kind in ("paraphrase", "removed", "outside")},
        "paraphrase": _shares([(p, right) for p, right, k in scored if k == "paraphrase"], calibration),
        "removed": _shares([(p, right) for p, right, k in scored if k == "removed"], calibration),
        "outside": _shares([(p, right) for p, right, k in scored if k == "outside"], calibration),
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
