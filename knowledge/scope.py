"""Whether a question is one that this base gets: its words, among the base's own questions or among other people's.

The base always has a nearest article, even for « comment convertir un PDF en Word »; this tells whether people who
speak so were asking about social clauses at all.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from knowledge.words import is_content

# How often a word never heard on a side counts there, for the smaller side; the other one's is in proportion, so that
# a word of neither side says nothing.
SMOOTHING = 0.3
SCALE = 5  # brings the sum to the size of the other features


class Scope:
    """How much likelier each word is inside the base than outside: the logarithm of it (`weights_of`)."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights

    def features(self, parts: Sequence[str]) -> tuple[float, float, float, float]:
        """Of the words and concepts of a question: the sum of their weights; of those that have a meaning of their own
        the mean, the highest and the lowest. A weight is the logarithm of how much likelier a word is inside."""
        weights = [self._weights.get(part, 0.0) for part in parts]
        telling = [weight for part, weight in zip(parts, weights, strict=True) if is_content(part)] or [0.0]
        return sum(weights) / SCALE, sum(telling) / len(telling), max(telling), min(telling)


def weights_of(inside: Iterable[Sequence[str]], outside: Iterable[Sequence[str]]) -> dict[str, float]:
    """The weight of each word, from questions of both kinds."""
    (inner, inner_size), (outer, outer_size) = _held(inside), _held(outside)
    more = SMOOTHING * inner_size / outer_size
    return {
        part: math.log((inner[part] + more) / (inner_size + 2 * more))
        - math.log((outer[part] + SMOOTHING) / (outer_size + 2 * SMOOTHING))
        for part in {*inner, *outer}
    }


def _held(texts: Iterable[Sequence[str]]) -> tuple[Counter[str], int]:
    """How many texts hold each word, and how many there are: one at least, to divide by."""
    counts: Counter[str] = Counter()
    number = 0
    for parts in texts:
        counts.update(set(parts))
        number += 1
    return counts, max(1, number)
