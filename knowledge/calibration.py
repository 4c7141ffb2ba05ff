"""Fit the decision: on questions people asked, on the base's own paraphrases left out in turn, on questions out of it.

Run again (`clausette articles calibrate`) when articles or the lexicon change much. Without the questions out of the
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

Sample = tuple[tuple[float, ...], bool, str]


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
    samples = list(_samples(articles, lexicon, outside, guard, asked))
    number = Counter(kind for _, _, kind in samples)
    whole = sum(SHARES[kind] for kind in number)
    counts = {kind: SHARES[kind] / whole * len(samples) / number[kind] for kind in number}
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


def _samples(
    articles: Mapping[str, Article], lexicon: Lexicon, outside: Outside, guard: Guard, asked: Sequence[Asked]
) -> Iterator[Sample]:
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
        yield _sample(index.rank(tokens, one.audience), "asked" if one.expected else "outside", one.expected)
        if one.expected:
            yield _sample(index.rank(tokens, one.audience, one.expected), "removed", set())
    for question in outside.examples:
        yield _sample(index.rank(lexicon.tokens(question)), "outside", set())


def _without_twins(articles: Iterable[Article], asked: Sequence[Asked], lexicon: Lexicon) -> list[Article]:
    """The articles without the questions too close to one asked: many were written after it, and a fit on them would
    trust only questions seen before."""
    known = [frozenset(lexicon.concepts(lexicon.tokens(one.question))) for one in asked]

    def twin(question: str) -> bool:
        parts = frozenset(lexicon.concepts(lexicon.tokens(question)))
        return any(len(parts & other) ** 2 >= TWIN**2 * len(parts) * len(other) for other in known)

    return [replace(one, questions=tuple(q for q in one.questions if not twin(q))) for one in articles]


def _sample(ranking: Ranking, kind: str, right: Set[str]) -> Sample:
    return ranking.features, bool(ranking.hits) and ranking.hits[0].article in right, kind


def _figures(calibration: Calibration, samples: Sequence[Sample], articles: int, lexicon: Lexicon) -> Mapping[str, Any]:
    scored = [(calibration.probability(features), right, kind) for features, right, kind in samples]
    return {
        "articles": articles,
        "lexicon_entries": lexicon.entries,
        "samples": dict(Counter(kind for _, _, kind in scored)),
        **{
            kind: _shares([(p, right) for p, right, k in scored if k == kind], calibration)
            for kind in SHARES
            if any(k == kind for _, _, k in scored)
        },
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
