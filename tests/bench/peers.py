"""The lexical engines that others use, for the public set: BM25 over stems, and over letters four by four.

What libraries differ by (rank_bm25, bm25s, tantivy, SQLite's FTS5) moves these figures by a hundredth.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from knowledge import Article
from knowledge.words import stem, words

K1, B = 1.5, 0.75
Cut = Callable[[str], list[str]]


def stems(text: str) -> list[str]:
    """The stems of a text."""
    return [stem(word) for word in words(text)]


def four_letters(text: str) -> list[str]:
    """The letters of each word four by four, with the spaces around it."""
    padded = [f" {word} " for word in words(text)]
    return [word[place : place + 4] for word in padded for place in range(max(1, len(word) - 3))]


def bm25(articles: Sequence[Article], asked: Iterable[tuple[str, str]], cut: Cut) -> tuple[float, float]:
    """Shares of the questions (with the id of their article) whose article comes first, and among the first three."""
    texts = [Counter(cut(f"{one.title} {one.title} {' '.join(one.questions)} {one.body}")) for one in articles]
    lengths = [sum(text.values()) for text in texts]
    mean = sum(lengths) / len(lengths)
    frequency = Counter(unit for text in texts for unit in text)
    weights = {unit: math.log(1 + (len(texts) - df + 0.5) / (df + 0.5)) for unit, df in frequency.items()}
    first = three = count = 0
    for name, question in asked:
        wanted = Counter(cut(question))
        scores = [
            sum(
                times * weights[unit] * text[unit] / (text[unit] + K1 * (1 - B + B * length / mean))
                for unit, times in wanted.items()
                if unit in text
            )
            for text, length in zip(texts, lengths, strict=True)
        ]
        best = sorted(range(len(scores)), key=lambda number: -scores[number])[:3]
        found = [articles[number].id for number in best]
        first += found[0] == name
        three += name in found
        count += 1
    return first / count, three / count
