"""Text folded for searching, letter for letter, so that a place found in it is the same place in the original."""

import unicodedata

_SIGNS = {"’": "'", "‘": "'", "œ": "o", "æ": "a", "–": "-", "—": "-", "\u00a0": " ", "\u202f": " ", "\t": " "}


class _Letters(dict[int, str]):
    """One letter for each letter, found once: `str.translate` then never leaves C."""

    def __missing__(self, code: int) -> str:
        letter = chr(code).lower()[:1]
        self[code] = _SIGNS.get(letter) or unicodedata.normalize("NFD", letter)[:1]
        return self[code]


_LETTERS = _Letters()


def folded(text: str) -> str:
    """Lower case without accents; same length as `text`."""
    return text.translate(_LETTERS)
