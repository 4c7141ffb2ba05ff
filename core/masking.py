"""Personal data in what people write: found, to warn about it, or masked, before a text leaves the register.

Names are those that the register knows, and whatever follows "M." or "Madame"; everything else is a matter of form.
"""

import re
from collections.abc import Iterable
from typing import Protocol

from core.hours import plain

MASK = "[…]"
SOMEBODY = "cette personne"
EMAIL = re.compile(r"[^\s@<>\",;:()]+@[^\s@<>\",;:()]+\.[^\s@<>\",;:().!?]+")
PHONE = re.compile(r"(?<![\w-])(?:\+33|0033|0)[ \u00a0.-]?(?:\(0\))?[1-9](?:[ \u00a0.-]?\d{2}){4}(?!\d)")
REGISTERED = re.compile(r"(?<!\d)\d{3}[ \u00a0.]?\d{3}[ \u00a0.]?\d{3}(?:[ \u00a0.]?\d{5})?(?!\d)")  # SIREN, SIRET
CIVILITY = re.compile(
    r"\b(?:M\.|MM\.|Mr\.?|Mmes?\.?|Mlles?\.?|Monsieur|Madame|Mademoiselle|monsieur|madame|mme|mlle|mr)"
    r"((?:[ \u00a0](?!le |la |les |l[’'])[\w’'-]+){1,2})"
)
_LEGAL = re.compile(r"\b[LRDlrd]\.?[ \u00a0]?\d{3,4}(?:-\d+)+")
_DIGITS = re.compile(r"\d(?:[\d \u00a0.,/:-]*\d)?")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_BEGINS = re.compile(r"(?:^|[.!?:\n«(\]-])\W*$")
SHORTEST_NAME = 3


class IsWord(Protocol):
    """Knows some words."""

    def __call__(self, word: str, /) -> bool:
        """Tell whether a folded word is one of them."""
        ...


def addresses_in(text: str) -> list[str]:
    """Return the e-mail addresses of a text."""
    return EMAIL.findall(text)


def phones_in(text: str) -> list[str]:
    """Return the French phone numbers of a text."""
    return [found[0] for found in PHONE.finditer(text)]


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Return the names that a text gives, in full or in part; a part counts when written like a name ("Petit")."""
    written = {plain(word) for word in _WORD.findall(text) if word[0].isupper()}
    folded = f" {_spaced(text)} "
    return [
        name
        for name in dict.fromkeys(names)
        if name.strip() and (f" {_spaced(name)} " in folded or any(plain(part) in written for part in _parts(name)))
    ]


def without_contacts(text: str) -> str:
    """Return a text without e-mail addresses, phone numbers and company numbers."""
    return REGISTERED.sub(MASK, PHONE.sub(MASK, EMAIL.sub(MASK, text)))


def without_names(text: str, names: Iterable[str], *, instead: str = SOMEBODY) -> str:
    """Return a text without addresses, phones, company numbers, nor anybody named by the register or a civility.

    A part of a name goes only when written like one: "petit" is a word before it is Sonia Petit.
    """
    text = CIVILITY.sub(instead, without_contacts(text))
    known = list(names)
    for name in sorted(known, key=len, reverse=True):
        if name.strip():
            text = re.sub(rf"(?i)(?<!\w){_loose(name)}(?!\w)", instead, text)
    parts = {plain(part) for name in known for part in _parts(name)}
    return _WORD.sub(lambda word: instead if word[0][0].isupper() and plain(word[0]) in parts else word[0], text)


def masked(text: str, names: Iterable[str], *, is_french: IsWord, is_trade: IsWord) -> str:
    """Return a question fit to leave the house: no address, no number, no name, not a word that French does not have.

    References to the law are kept: they are what is asked about. `is_french` and `is_trade` tell whether a folded word
    is one of the language, or one of the articles; a capital inside a sentence is kept for words of the trade only.
    """
    parts = {plain(piece) for name in names for piece in _parts(name)}

    def kept(found: re.Match[str]) -> str:
        pieces = [piece for piece in re.split(r"['-]", plain(found[0])) if piece]
        is_inside = found[0][0].isupper() and not _BEGINS.search(found.string[: found.start()])
        is_known = all(is_trade(piece) or (is_french(piece) and not is_inside) for piece in pieces)
        return found[0] if is_known and parts.isdisjoint({plain(found[0]), *pieces}) else MASK

    text = CIVILITY.sub(MASK, EMAIL.sub(MASK, text))
    pieces: list[str] = []
    end = 0
    for law in [*_LEGAL.finditer(text), None]:
        pieces.append(_WORD.sub(kept, _DIGITS.sub(MASK, text[end : law.start() if law else len(text)])))
        if law:
            pieces.append(law[0])
            end = law.end()
    return "".join(pieces)


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[\s’'-]+", name) if len(part) >= SHORTEST_NAME]


def _spaced(text: str) -> str:
    return " ".join(re.findall(r"\w+", plain(text)))


def _loose(name: str) -> str:
    return r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", name.strip()))
