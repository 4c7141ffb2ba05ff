"""How people designate a contract and its lots, folded so that two ways to write one are the same."""

import re

from core.hours import plain

_LOT_WORD = re.compile(r"^lots?\b\s*(?:n\s?[°ºo]\.?|num[ée]ro)?\s*:?\s*(?=\S)", re.IGNORECASE)


def reference_key(reference: str) -> str:
    """Fold a reference: case, accents and spaces do not tell two contracts of a buyer apart."""
    return plain(reference).replace(" ", "")


def lot_key(lot: str) -> str:
    """Fold a lot: "02", "2" and "Lot n° 2" are the same."""
    folded = plain(lot_number(lot))
    return folded.lstrip("0") or folded


def lot_number(lot: str) -> str:
    """Return a lot without the word: "Lot n° 2" is "2"."""
    return _LOT_WORD.sub("", lot)
