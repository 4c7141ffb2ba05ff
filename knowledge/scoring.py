"""Verdicts on a file of questions whose expected answers are described by patterns."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.words import plain

# In the order they are shown.
VERDICTS = (
    "right",
    "near",
    "wrong",
    "unsourced",
    "wrong clarify",
    "missed",
    "right handover",
    "false clarify",
    "false answer",
)


@dataclass(frozen=True)
class Given:
    """What was answered, as far as a verdict needs it."""

    outcome: str
    answer: str
    sourced: bool
    options: Sequence[str] = ()


@dataclass
class Score:
    """Verdicts counted, in all and by topic."""

    counts: Counter[str] = field(default_factory=Counter)
    topics: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    answerable: int = 0
    closed: int = 0

    def add(self, question: Mapping[str, Any], result: str) -> None:
        """Count one verdict."""
        self.counts[result] += 1
        self.topics[question.get("topic", "")][result] += 1
        self.answerable += bool(question["answerable"])
        self.closed += not question["answerable"]

    def figures(self) -> dict[str, float | None]:
        """Shares of the answerable questions, then of those that must be handed over."""

        def share(total: int, *verdicts: str) -> float | None:
            return round(sum(self.counts[v] for v in verdicts) / total, 3) if total else None

        return {
            "questions": self.answerable + self.closed,
            "right": share(self.answerable, "right"),
            "right_or_near": share(self.answerable, "right", "near"),
            "wrong": share(self.answerable, "wrong", "unsourced"),
            "wrong_clarify": share(self.answerable, "wrong clarify"),
            "missed": share(self.answerable, "missed"),
            "false_answer": share(self.closed, "false answer"),
            "false_any": share(self.closed, "false answer", "false clarify"),
        }


def verdict(question: Mapping[str, Any], given: Given) -> str:
    """One of VERDICTS. A question has `answerable`, `must` and `must_not` (patterns, case and accents ignored)."""
    if not question["answerable"]:
        return {"answer": "false answer", "clarify": "false clarify"}.get(given.outcome, "right handover")
    if given.outcome == "answer":
        if not given.sourced:
            return "unsourced"
        return "right" if says(question, given.answer) else "wrong"
    if given.outcome == "clarify":
        return "near" if any(says(question, option) for option in given.options[:4]) else "wrong clarify"
    return "missed"


def says(question: Mapping[str, Any], text: str) -> bool:
    """Whether a text matches all patterns of `must` and none of `must_not`."""
    forms = (text.replace("\u00a0", " ").replace("’", "'"), plain(text))
    return all(_found(p, forms) for p in question.get("must", ())) and not any(
        _found(p, forms) for p in question.get("must_not", ())
    )


def _found(pattern: str, forms: Iterable[str]) -> bool:
    folded = "".join(plain(c) if c.isalpha() and c.isascii() is False else c for c in pattern)
    return any(re.search(p, form, re.IGNORECASE | re.DOTALL) for form in forms for p in {pattern, folded})
