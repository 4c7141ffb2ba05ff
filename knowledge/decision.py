"""From a ranking to « answer », « clarify » or « handover ».

Two logistic regressions on the same features of a ranking: whether the question is one for this base at all, and
whether its first article answers it. They are apart because the nearest article of a question on something else may
look very near, and because the right article of a question put in unheard words often comes first with a low score.
Both are fitted by `knowledge.calibration` and stored in `calibration.json` with the figures behind the thresholds.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from operator import mul
from pathlib import Path
from typing import Any

CALIBRATION_FILE = Path(__file__).parent / "calibration.json"
# Features, whether what is asked of them is true, how much the sample counts.
Sample = tuple[Sequence[float], bool, float]

# The score of the first article, its lead over the second and over the first that is not linked to it, the weight of
# those linked to it among all found, its chance when all found are compared as the order was fitted and how many share
# these chances (their entropy), the mean of its three closest questions, the shares of the question's words that
# it is about and that no article is about, how many these words are; then how much likelier they are inside the base
# than outside (`Scope.features`).
FEATURES = (
    *("score", "lead", "margin", "family", "chance", "spread", "three", "covered", "unknown", "length"),
    *("words", "mean_word", "best_word", "worst_word"),
)
NO_FEATURES = (0.0,) * len(FEATURES)
RIDGE = 0.03


@dataclass(frozen=True)
class Thresholds:
    """Of the probability to be inside the base: an answer from `answer` on, the facilitateur under `human`. Of the
    probability that the first article is right: alone from `sure` on, followed by the next ones under it, asked back
    under `doubt`."""

    answer: float
    human: float
    sure: float
    doubt: float


@dataclass(frozen=True)
class Calibration:
    """Weights of the features in both regressions (then the constant), and the thresholds."""

    inside_weights: tuple[float, ...]
    right_weights: tuple[float, ...]
    thresholds: Thresholds
    figures: Mapping[str, Any]

    def inside(self, features: Sequence[float]) -> float:
        """How likely the question is one for this base."""
        return _probability(self.inside_weights, features)

    def right(self, features: Sequence[float]) -> float:
        """How likely the first article is the right one, if the question is for this base."""
        return _probability(self.right_weights, features)


def fit(samples: Iterable[Sample], ridge: float = RIDGE, rounds: int = 30) -> tuple[float, ...]:
    """Weights of a logistic regression by Newton's method; the last one is the constant.

    The features are brought to the same scale first, so that `ridge` shrinks all alike; it keeps the weights small
    when the samples are few or separable.
    """
    listed = list(samples)
    means, scales = _scales(listed)
    rows = [
        ((*((x - m) / s for x, m, s in zip(features, means, scales, strict=True)), 1.0), float(true), counts)
        for features, true, counts in listed
    ]
    scaled = _newton(rows, ridge * sum(counts for *_, counts in rows), rounds)
    weights = [w / s for w, s in zip(scaled, scales, strict=False)]
    return (*weights, scaled[-1] - sum(w * m for w, m in zip(weights, means, strict=True)))


def read_calibration(path: Path = CALIBRATION_FILE) -> Calibration:
    """The stored calibration; a feature named since weighs nothing until it is fitted."""
    data = json.loads(path.read_text(encoding="utf-8"))
    inside, right = (
        tuple(data[kind].get(name, 0.0) for name in (*FEATURES, "constant")) for kind in ("inside", "right")
    )
    return Calibration(inside, right, Thresholds(**data["thresholds"]), data["figures"])


def store(calibration: Calibration, path: Path = CALIBRATION_FILE) -> None:
    """Write the weights, the thresholds and the figures that justify them."""
    names = (*FEATURES, "constant")
    data = {
        "inside": {name: round(w, 4) for name, w in zip(names, calibration.inside_weights, strict=True)},
        "right": {name: round(w, 4) for name, w in zip(names, calibration.right_weights, strict=True)},
        "thresholds": asdict(calibration.thresholds),
        "figures": calibration.figures,
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


@cache
def own_calibration() -> Calibration:
    """The calibration of the package, read once."""
    return read_calibration()


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, value))))


def _probability(weights: Sequence[float], features: Sequence[float]) -> float:
    return sigmoid(sum(w * x for w, x in zip(weights, (*features, 1.0), strict=True)))


def _scales(samples: Sequence[Sample]) -> tuple[list[float], list[float]]:
    """The mean and the standard deviation of each feature."""
    whole = sum(counts for *_, counts in samples)
    columns = list(zip(*(features for features, *_ in samples), strict=True))
    weights = [counts for *_, counts in samples]
    means = [sum(map(mul, column, weights)) / whole for column in columns]
    spreads = [
        math.sqrt(sum(w * (x - mean) ** 2 for x, w in zip(column, weights, strict=True)) / whole)
        for column, mean in zip(columns, means, strict=True)
    ]
    return means, [spread or 1.0 for spread in spreads]


def _newton(rows: Sequence[tuple[Sequence[float], float, float]], ridge: float, rounds: int) -> list[float]:
    size = len(rows[0][0])
    penalties = [ridge] * (size - 1) + [0.0]
    weights = [0.0] * size
    for _ in range(rounds):
        gradient = [-penalty * w for penalty, w in zip(penalties, weights, strict=True)]
        hessian = [[penalties[i] * (i == j) for j in range(size)] for i in range(size)]
        for row, true, counts in rows:
            p = sigmoid(sum(map(mul, weights, row)))
            slope = counts * p * (1 - p)
            for i, x in enumerate(row):
                gradient[i] += counts * (true - p) * x
                line, part = hessian[i], slope * x
                for j in range(i + 1):
                    line[j] += part * row[j]
        for i in range(size):
            for j in range(i):
                hessian[j][i] = hessian[i][j]
        step = solved(hessian, gradient)
        weights = [w + s for w, s in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-5:
            break
    return weights


def solved(matrix: list[list[float]], values: list[float]) -> list[float]:
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
