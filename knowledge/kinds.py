"""Kinds of questions: who, how much, when, may we… told by their words, and which article gets which kind.

Of two articles on one subject, « combien de temps garder les justificatifs » is for the one that is asked how long.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

_WORDS = {
    "who": "qui",
    "how much": "combien taux montant",
    "when": "quand delai delais date jour avant moment temps duree",
    "how": "comment",
    "why": "pourquoi interet sert servir utilite objectif",
    "may": "peut peux possible droit pouvons peuvent permis puis autorise compte marche passe",
    "risk": "risque risques sanction sanctions penalite penalites amende",
    "what": "quoi quest definition signifie dire",
    "where": "trouver trouve",
    "must": "faut oblige obligatoire obligation dois doit devons obliges doivent",
    "which": "quel quels quelle quelles liste lesquels",
    "compare": "difference differences entre comparer",
}
_KIND = {word: kind for kind, listed in _WORDS.items() for word in listed.split()}
SMOOTHING = 2.0  # questions of the whole base that count beside an article's own


def kinds_of(tokens: Iterable[str]) -> frozenset[str]:
    """What a question wants to know; nothing when no word tells."""
    return frozenset(_KIND[token] for token in tokens if token in _KIND)


def likelier(asked: Sequence[Sequence[Sequence[str]]]) -> list[dict[str, float]]:
    """For the questions of each article, in words, how much likelier each kind is than elsewhere (a logarithm)."""
    counts = [Counter(kind for tokens in texts for kind in kinds_of(tokens)) for texts in asked]
    whole = sum(counts, Counter[str]())
    size = sum(map(len, asked))
    shares = {kind: times / size for kind, times in whole.items()}
    return [
        {
            kind: math.log((count[kind] + SMOOTHING * share) / ((len(texts) + SMOOTHING) * share))
            for kind, share in shares.items()
        }
        for texts, count in zip(asked, counts, strict=True)
    ]


def match(wanted: Iterable[str], likelihoods: Mapping[str, float]) -> float:
    """How well an article gets questions of these kinds: the mean over them, 0 when there is none."""
    found = [likelihoods.get(kind, 0.0) for kind in wanted]
    return sum(found) / len(found) if found else 0.0
