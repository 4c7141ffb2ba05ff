"""The trade's vocabulary: SMS spellings, English, acronyms both ways, spoken words and their formal ones.

The words are data (`lexicon.yaml`): adding one needs no code, and the thresholds are fitted again by
`clausette articles calibrate`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.words import is_content, plain, singular, stem, words

LEXICON_FILE = Path(__file__).parent / "lexicon.yaml"
_WORD = re.compile(r"[a-z0-9]+(?![a-z0-9'])")  # what an apostrophe elides, « c'est », is no SMS spelling
LONGEST = 7  # words of the longest expression; « entreprise de travail temporaire d'insertion » has five

EXACT = "="  # before a word of the file that shares its first letters with another: « =contrainte », « contrat »
CONCEPT = "#"

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """How people's words become the base's words."""

    spellings: Mapping[str, Phrase]
    written: Mapping[str, str]
    english: Mapping[Phrase, Phrase]
    english_marks: frozenset[str]
    additions: Mapping[Phrase, tuple[str, ...]]
    publics: frozenset[str]
    wordings: Mapping[Phrase, str]
    longest_wording: Mapping[str, int]
    entries: int

    def tokens(self, text: str) -> list[str]:
        """Words of a text, SMS spellings replaced, English ones translated when the text is in English."""
        found = words(text)
        if self.is_english(found):
            found = self._translated(found)
        return [word for token in found for word in self.spellings.get(token, (token,))]

    def written_out(self, text: str) -> str:
        """A folded text (lower case, no accent) with its SMS spellings written in full: « parler a qqn »."""
        return _WORD.sub(lambda match: self.written.get(match[0], match[0]), text)

    def is_english(self, tokens: list[str]) -> bool:
        """Whether a question is in English: words of grammar, and half of all words known as English."""
        if not any(token in self.english_marks for token in tokens):
            return False
        known = sum((token,) in self.english for token in tokens)
        return known >= 2 and known * 2 >= len(tokens)

    def added(self, tokens: list[str]) -> list[str]:
        """Words that the expressions of a question bring, without those it has, each once."""
        stems = tuple(stem(token) for token in tokens)
        seen = set(stems)
        result: list[str] = []
        for start in range(len(stems)):
            phrases = [stems[start : start + size] for size in range(1, min(LONGEST, len(stems) - start) + 1)]
            for phrase in ((EXACT + singular(tokens[start]),), *phrases):
                for word in self.additions.get(phrase, ()):
                    if stem(word) not in seen:
                        seen.add(stem(word))
                        result.append(word)
        return result

    def concepts(self, tokens: list[str]) -> list[str]:
        """Stems of a text, the wordings of one concept replaced by its name (« #obligation »), longest first."""
        stems = [stem(token) for token in tokens]
        result: list[str] = []
        start = 0
        while start < len(stems):
            longest = self.longest_wording.get(stems[start], 0)
            for size in range(min(longest, len(stems) - start), 0, -1):
                name = self.wordings.get(tuple(stems[start : start + size]))
                if name is not None:
                    result.append(name)
                    start += size
                    break
            else:
                result.append(stems[start])
                start += 1
        return result

    def vocabulary(self) -> frozenset[str]:
        """Stems that the lexicon knows; they are never taken for a typing mistake."""
        return frozenset(part for phrase in self.additions for part in phrase)

    def _translated(self, tokens: list[str]) -> list[str]:
        result: list[str] = []
        start = 0
        while start < len(tokens):
            for size in (3, 2, 1):
                phrase = tuple(tokens[start : start + size])
                if phrase in self.english:
                    result.extend(self.english[phrase])
                    start += size
                    break
            else:
                result.append(tokens[start])
                start += 1
        return result


def read_lexicon(data: Mapping[str, Any]) -> Lexicon:
    """A lexicon from the sections of its file."""
    additions: dict[Phrase, dict[str, None]] = {}

    def add(expression: str, brought: Iterable[str]) -> None:
        found = words(expression)
        key = (EXACT + singular(found[0]),) if expression.startswith(EXACT) else tuple(stem(word) for word in found)
        additions.setdefault(key, {}).update(dict.fromkeys(word for word in brought if is_content(word)))

    for group in data["groups"]:
        for member in group:
            add(member, (word for other in group if other != member for word in words(other)))
    for expression, brought in data["expressions"].items():
        add(expression, words(brought))
    wordings = {
        tuple(stem(word) for word in words(wording)): CONCEPT + name
        for name, listed in data["concepts"].items()
        for wording in listed
    }
    longest: dict[str, int] = {}
    for phrase in wordings:
        longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
    return Lexicon(
        written={plain(key): plain(value) for key, value in data["spelling"].items()},
        spellings={words(key)[0]: tuple(words(value)) for key, value in data["spelling"].items() if words(key)},
        english={tuple(words(key)): tuple(words(value)) for key, value in data["english"].items()},
        english_marks=frozenset(data["english_marks"]),
        additions={key: tuple(brought) for key, brought in additions.items()},
        publics=frozenset(stem(word) for public in data["publics"] for word in words(public)),
        wordings=wordings,
        longest_wording=longest,
        entries=len(data["spelling"])
        + len(data["english"])
        + len(additions)
        + sum(map(len, data["concepts"].values())),
    )


@cache
def own_lexicon() -> Lexicon:
    """The lexicon of the package, read once."""
    return read_lexicon(yaml.load(LEXICON_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
