"""Whose name is it: full names, first or last names, initials, one letter mistyped."""

import re
from collections.abc import Iterable, Sequence

from core.hours import plain
from core.tellings.values import Known

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
PARTICLES = frozenset({"le", "la", "les", "de", "du", "des", "el", "al", "ben", "bin", "van", "von", "da", "dos", "di"})
_LEAST_MISTYPED = 4  # letters: below, one letter changes too much
_BETWEEN_PARTS = re.compile(r" ?- ?| ")
_MOST_PARTS = 6


class Names:
    """The people who may be named, found by what is typed of their names."""

    def __init__(self, people: Sequence[Known]) -> None:
        self._phrases: dict[tuple[str, ...], set[int]] = {}
        self._words: dict[str, set[int]] = {}
        self._parts: dict[int, tuple[str, ...]] = {}
        for known in people:
            parts = tuple(WORD.findall(plain(known.name)))
            self._parts[known.id] = parts
            for phrase in _phrases_of(parts):
                self._phrases.setdefault(phrase, set()).add(known.id)
            for word in set(parts) - PARTICLES:
                self._words.setdefault(word, set()).add(known.id)

    def phrase_at(self, flat: str, place: int) -> tuple[int, frozenset[int]] | None:
        """Find two words or more of somebody's name, in any usual order; return where they end and whose they are."""
        words: list[str] = []
        found = None
        while len(words) < _MOST_PARTS and (match := WORD.match(flat, place)):
            words.append(match[0])
            if ids := self._phrases.get(tuple(words)):
                found = match.end(), frozenset(ids)
            gap = _BETWEEN_PARTS.match(flat, match.end())
            if gap is None:
                break
            place = gap.end()
        return found

    def called(self, word: str) -> frozenset[int]:
        """Return who has exactly this word in their name; a particle alone is nobody's."""
        return frozenset(self._words.get(word, ()))

    def nearly_called(self, word: str) -> frozenset[int]:
        """Return who has a word of their name one letter away from this one."""
        if len(word) < _LEAST_MISTYPED:
            return frozenset()
        near = (part for part in self._words if len(part) >= _LEAST_MISTYPED and is_one_away(word, part))
        return frozenset(person for part in near for person in self._words[part])

    def with_initial(self, people: Iterable[int], letter: str) -> frozenset[int]:
        """Keep the people who have a part of their name that begins so."""
        return frozenset(p for p in people if any(part.startswith(letter) for part in self._parts[p]))


def _phrases_of(parts: tuple[str, ...]) -> set[tuple[str, ...]]:
    turned = [parts[shift:] + parts[:shift] for shift in range(len(parts))]
    return {
        words[first:last]
        for words in turned
        for first in range(len(words))
        for last in range(first + 2, len(words) + 1)
    }


def is_one_away(typed: str, meant: str) -> bool:
    """Tell whether one letter was changed, added, dropped, or swapped with the next one."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    end = 0
    while end < min(len(typed), len(meant)) - start and typed[-1 - end] == meant[-1 - end]:
        end += 1
    changed, wanted = typed[start : len(typed) - end], meant[start : len(meant) - end]
    return max(len(changed), len(wanted)) <= 1 or (len(changed) == 2 and changed == wanted[::-1])
