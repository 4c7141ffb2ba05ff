"""From a ranking to « answer », « clarify » or « handover »: the probability that the first article is right.

A logistic regression on the features of a ranking, fitted by `knowledge.calibration` and stored in
`calibration.json` with the figures that justify its thresholds.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

CALIBRATION_FILE = Path(__file__).parent / "calibration.json"
# Features, whether the first article was right, how much the sample counts.
Sample = tuple[Sequence[float], bool, float]

# The score of the first article, its lead over the second and over the first that is not linked to it, its closest
# question and the mean of the three closest, the shares of the question's words that it is about and that no article
# is about, and how many these words are.
FEATURES = ("score", "lead", "margin", "question", "three", "covered", "unknown", "length")
NO_FEATURES = (0.0,) * len(FEATURES)


@dataclass(frozen=True)
class Calibration:
    """Weights of the features (then the constant), and the two thresholds on the probability."""

    weights: tuple[float, ...]
    answer: float
    human: float
    figures: Mapping[str, Any]

    def probability(self, features: Sequence[float]) -> float:
        """How likely the first article is the right one."""
        return sigmoid(sum(w * x for w, x in zip(self.weights, (*features, 1.0), strict=True)))


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, value))))


def fit(
    samples: Iterable[tuple[Sequence[float], bool, float]], ridge: float = 1e-3, rounds: int = 30
) -> tuple[float, ...]:
    """Weights of a logistic regression by Newton's method; the last one is the constant.

    `ridge` keeps the weights finite when the samples are few or separable.
    """
    rows = [((*features, 1.0), float(right), counts) for features, right, counts in samples]
    size = len(rows[0][0])
    weights = [0.0] * size
    for _ in range(rounds):
        gradient = [-ridge * len(rows) * w for w in weights]
        hessian = [[ridge * len(rows) * (i == j) for j in range(size)] for i in range(size)]
        for row, right, counts in rows:
            p = sigmoid(sum(w * x for w, x in zip(weights, row, strict=True)))
            slope = counts * p * (1 - p)
            for i, x in enumerate(row):
                gradient[i] += counts * (right - p) * x
                line, part = hessian[i], slope * x
                for j in range(i + 1):
                    line[j] += part * row[j]
        for i in range(size):
            for j in range(i):
                hessian[j][i] = hessian[i][j]
        step = _solved(hessian, gradient)
        weights = [w + s for w, s in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return tuple(weights)


def read_calibration(path: Path = CALIBRATION_FILE) -> Calibration:
    """The stored calibration."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Calibration(
        tuple(data["weights"][name] for name in (*FEATURES, "constant")), data["answer"], data["human"], data["figures"]
    )


@cache
def own_calibration() -> Calibration:
    """The calibration of the package, read once."""
    return read_calibration()


def _solved(matrix: list[list[float]], values: list[float]) -> list[float]:
    """Gauss elimination with pivots; the matrix is small, symmetric and made regular by the ridge."""
    size = len(values)
    rows = [[*matrix[i], values[i]] for i in range(size)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(i + 1, size):
            factor = rows[k][i] / rows[i][i]
            rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    result = [0.0] * size
    for i in reversed(range(size)):
        result[i] = (rows[i][size] - sum(rows[i][j] * result[j] for j in range(i + 1, size))) / rows[i][i]
    return result
