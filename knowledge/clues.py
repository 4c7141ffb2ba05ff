"""Clues that an article answers a question, beside how near its words are; they put the articles found in order.

Each clue is a number for one article among those found; its weight is what it adds to the article's score. The weights
are fitted by `clausette articles calibrate` on questions asked (a choice among the articles found, by conditional
logistic regression that starts from the score alone) and stored in `order.json` with the figures that justify them. To
add a clue: name it here, give its value in `ranking.Index.candidates`, calibrate.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path
from typing import Any

from knowledge.decision import solved

ORDER_FILE = Path(__file__).parent / "order.json"
# The share of one of the article's questions that was asked; the share of the words asked that its questions hold, all
# alike; whether its questions are of the kind asked; the scores of the best articles linked to it; the weight of the
# rarest word asked that it lacks (people tell much that is not their question); whether it is written for who asks.
CLUES = ("answers", "says", "kind", "linked", "lacks", "audience")
NO_WEIGHTS = NO_CLUES = (0.0,) * len(CLUES)
SHARPNESS = 21.0  # of the chances e^(21 score) from which the fit starts
RIDGE = 0.01


@dataclass(frozen=True)
class Candidate:
    """An article found for a question: its number in the base, the score of its words, the cosines of its closest
    questions from the best, its clues in the order of CLUES."""

    article: str
    number: int
    score: float
    close: Sequence[float]
    clues: tuple[float, ...]


@dataclass(frozen=True)
class Order:
    """The weight of each clue."""

    weights: tuple[float, ...]
    figures: Mapping[str, Any]

    def score(self, candidate: Candidate) -> float:
        """What an article is worth once its clues are counted."""
        return sum(map(mul, self.weights, candidate.clues), candidate.score)


def fit_order(cases: Iterable[tuple[Sequence[Candidate], frozenset[str]]], rounds: int = 20) -> tuple[float, ...]:
    """Weights under which the right article, of all found for each question, is the likeliest, by Newton's method.

    Among several right articles the nearest is the one to choose. Weights are in units of score.
    """
    chosen = []
    for candidates, right in cases:
        first = max((one for one in candidates if one.article in right), key=lambda one: one.score, default=None)
        if first is not None:
            rows = [(SHARPNESS * one.score, one.clues) for one in candidates]
            chosen.append((rows, first.clues))
    if not chosen:
        return NO_WEIGHTS
    size = len(CLUES)
    spread = _spreads([clues for rows, _ in chosen for _, clues in rows])
    ridge = [RIDGE * len(chosen) * scale**2 for scale in spread]
    weights = [0.0] * size
    for _ in range(rounds):
        gradient = [-r * w for r, w in zip(ridge, weights, strict=True)]
        hessian = [[ridge[i] * (i == j) for j in range(size)] for i in range(size)]
        for rows, right_clues in chosen:
            _add_slope(rows, right_clues, weights, gradient, hessian)
        step = solved(hessian, gradient)
        weights = [w + s for w, s in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-4:
            break
    return tuple(w / SHARPNESS for w in weights)


def read_order(path: Path = ORDER_FILE) -> Order:
    """The stored weights; a clue named since weighs nothing until it is fitted."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Order(tuple(data["weights"].get(name, 0.0) for name in CLUES), data["figures"])


def store_order(order: Order, path: Path = ORDER_FILE) -> None:
    """Write the weights and the figures that justify them."""
    weights = {name: round(weight, 4) for name, weight in zip(CLUES, order.weights, strict=True)}
    data = {"weights": weights, "figures": order.figures}
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


@cache
def own_order() -> Order:
    """The weights of the package, read once."""
    return read_order()


def _spreads(rows: Sequence[Sequence[float]]) -> list[float]:
    """The standard deviation of each clue."""
    columns = list(zip(*rows, strict=True))
    means = [sum(column) / len(rows) for column in columns]
    return [
        math.sqrt(sum((x - mean) ** 2 for x in column) / len(rows)) or 1.0
        for column, mean in zip(columns, means, strict=True)
    ]


def _add_slope(
    rows: Sequence[tuple[float, Sequence[float]]],
    right: Sequence[float],
    weights: Sequence[float],
    gradient: list[float],
    hessian: list[list[float]],
) -> None:
    """Add what one question says of the weights: the clues of its right article against the mean of all found."""
    scores = [offset + sum(map(mul, weights, clues)) for offset, clues in rows]
    most = max(scores)
    chances = [math.exp(score - most) for score in scores]
    whole = sum(chances)
    size = len(weights)
    means = [sum(p * clues[i] for p, (_, clues) in zip(chances, rows, strict=True)) / whole for i in range(size)]
    for i in range(size):
        gradient[i] += right[i] - means[i]
    for chance, (_, clues) in zip(chances, rows, strict=True):
        share = chance / whole
        if share > 1e-4:
            apart = [x - mean for x, mean in zip(clues, means, strict=True)]
            for i in range(size):
                part, line = share * apart[i], hessian[i]
                for j in range(size):
                    line[j] += part * apart[j]
