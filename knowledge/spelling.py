"""Typing mistakes, corrected only when the word is certainly no French word.

Correcting blindly does more harm than good: « reprendre » becomes « répondre », « cause » becomes « clause ». So a word
is left alone when the base, the lexicon or the guard knows it. The guard, `guard.txt`, holds the folded lemmas of five
letters and more of the French dictionaries of Dicollecte (Debian package hunspell-fr-classical 7.0), © Dicollecte
contributors, under the Mozilla Public License 2.0, which covers that file; `Guard` recognises their inflected forms.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHORTEST = 5
LONGEST = 24  # beyond, no word of French; trying its neighbours would take seconds
_GUARD_FILE = Path(__file__).parent / "guard.txt"

# Endings of plurals, feminines and conjugations, and what the lemma has instead.
_CONJUGATED = """
e es ee ees i ie is it ies u ue us ut ues a ai as ons ez ent ant ants ante antes
ais ait ions iez aient era erai eras erons erez eront erait erais eraient
ira irai iras irons irez iront irait irais iraient ra rai ras rons rez ront rait
issons issez issent issant issait issaient isse ates erent irent urent
"""
_VERB = ("er", "ir", "re", "oir", "e", "")
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("s", "x"), ("",)),
    **dict.fromkeys(("aux",), ("al", "ail")),
    **dict.fromkeys(("le", "les", "ne", "nes", "te", "tes"), ("",)),
    **dict.fromkeys(("euse", "euses", "rice", "rices"), ("eur", "eux")),
    **dict.fromkeys(("ve", "ves"), ("f",)),
    **dict.fromkeys(("ment", "emment", "amment"), ("", "e", "ent", "ant")),
    **dict.fromkeys(_CONJUGATED.split(), _VERB),
    **dict.fromkeys(("eons", "eant", "eait", "eais", "eaient"), ("er",)),
}
_ELIDED = ("l", "d", "n", "s", "j", "m", "t", "c", "qu")
_VOWELS = frozenset("aeiouyh")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Guard:
    """Words that exist in French, whatever the base says."""

    lemmas: Container[str]

    def __contains__(self, word: str) -> bool:
        if word in self.lemmas:
            return True
        for size in range(1, min(8, len(word) - 2)):
            replacements = _ENDINGS.get(word[-size:])
            if replacements and any(word[:-size] + lemma in self.lemmas for lemma in replacements):
                return True
        return False


@dataclass(frozen=True)
class SortedLines:
    """Words one a line, sorted: a set of them would take ten times the memory."""

    text: str

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self._has(word)

    def _has(self, word: str) -> bool:
        low, high = 0, len(self.text)
        while low < high:
            start = self.text.rfind("\n", 0, (low + high) // 2) + 1
            end = self.text.find("\n", start)
            line = self.text[start:end]
            if line == word:
                return True
            if line < word:
                low = end + 1
            else:
                high = start
        return False


@cache
def french_guard() -> Guard:
    """The guard of the package, read once."""
    text = _GUARD_FILE.read_text(encoding="ascii")
    while text.startswith("#"):  # whose licence it is
        text = text.partition("\n")[2]
    return Guard(SortedLines(text))


@dataclass(frozen=True)
class Fixer:
    """Corrects a word by one letter towards the vocabulary of the base.

    `vocabulary` gives for each word how often the base uses it; the most used of two candidates wins.
    """

    vocabulary: Mapping[str, int]
    known: frozenset[str]
    guard: Guard

    def fix(self, word: str) -> str:
        """The word itself, or the one word of the base it is surely meant to be."""
        if not SHORTEST <= len(word) <= LONGEST or not word.isalpha() or word in self.vocabulary or word in self.known:
            return word
        if word in self.guard:
            return word
        return self._without_elision(word) or self._by_one_letter(word) or word

    def _without_elision(self, word: str) -> str | None:
        for article in _ELIDED:
            rest = word.removeprefix(article)
            if rest != word and len(rest) > 3 and rest[0] in _VOWELS and rest in self.vocabulary:
                return rest
        return None

    def _by_one_letter(self, word: str) -> str | None:
        candidates = {candidate for candidate in _one_letter_away(word) if candidate in self.vocabulary}
        return max(candidates, key=lambda candidate: (self.vocabulary[candidate], candidate), default=None)


def _one_letter_away(word: str) -> Iterator[str]:
    """Words with one letter lost, doubled, added, changed or exchanged with the next; the first one stays."""
    for place in range(1, len(word)):
        before, rest = word[:place], word[place:]
        yield before + rest[1:]
        if len(rest) > 1:
            yield before + rest[1] + rest[0] + rest[2:]
        for letter in _LETTERS:
            yield before + letter + rest[1:]
            yield before + letter + rest
    for letter in _LETTERS:
        yield word + letter
