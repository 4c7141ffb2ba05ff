"""Reading a month told in words, on any channel. Pure: text, names and a day in; lines and doubts out."""

from core.tellings.reading import LONGEST_TOLD, tell
from core.tellings.values import Doubt, Hours, Known, Line, MonthTold, Newcomer, Place, Telling, Unclear

__all__ = [
    "LONGEST_TOLD",
    "Doubt",
    "Hours",
    "Known",
    "Line",
    "MonthTold",
    "Newcomer",
    "Place",
    "Telling",
    "Unclear",
    "tell",
]
