"""Words compared without their accents: programs and people write « a écrit », « a ecrit », « A ÉCRIT »."""

import unicodedata

_SAME = str.maketrans({"’": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "\t": " ", "œ": "oe"})


def folded(text: str) -> str:
    """Return a text in small letters, without accents, with plain apostrophes and spaces."""
    if text.isascii():
        return text.translate(_SAME).lower()
    letters = unicodedata.normalize("NFD", text.translate(_SAME))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()
