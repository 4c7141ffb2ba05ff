"""A message, folded to be read, each folded character knowing its place in the message so that it can be quoted."""

import unicodedata

_APOSTROPHES = "’‘ʼ`´"
_DASHES = "–—−‐‑‒―"


class Page:
    """`flat` is the message without case, accents or curly signs; newlines and tabs are kept, other spaces are one."""

    def __init__(self, text: str) -> None:
        self.text = text
        characters: list[str] = []
        self._places: list[int] = []
        for place, character in enumerate(text):
            for folded in _folded(character):
                characters.append(folded)
                self._places.append(place)
        self.flat = "".join(characters)

    def quote(self, start: int, end: int) -> str:
        """Return a passage as it was typed, by its place in `flat`."""
        if start >= end:
            return ""
        return " ".join(self.text[self._places[start] : self._places[end - 1] + 1].split())


def _folded(character: str) -> str:
    if character in _APOSTROPHES:
        return "'"
    if character in _DASHES:
        return "-"
    if character in "\n\t":
        return character
    if character.isspace():
        return " "
    if unicodedata.category(character) == "No":
        return character  # a half or a square is no digit
    decomposed = unicodedata.normalize("NFKD", character.replace("×", "x").replace("œ", "oe").replace("Œ", "oe"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
