"""What a sentence says of a need: « deux maçons en janvier à Alençon », « une formation sécurité ».

Only what is said is read; the rest is asked. Standard library only.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from core.hours import plain
from core.months import in_french, month_of, next_first

MOST_PLACES = 50
NUMBERS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10,
}  # fmt: skip
_COUNT = rf"(?P<count>[0-9]{{1,2}}|{'|'.join(NUMBERS)})"
_MONTHS = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_WHEN = re.compile(
    r"\b(?:en|des|debut|fin|mi|courant|pour|au mois de|a partir d[eu']) ?(?:le )?"
    rf"(?P<month>{_MONTHS})\b(?: (?P<year>20[0-9]{{2}}))?"
)
_SOON = re.compile(r"\b(?:tout de suite|des que possible|au plus vite|rapidement|en urgence|immediatement)\b")
_WHERE = re.compile(r"(?:^|\s)(?:à|a|sur|pres de|près de) (?P<where>[A-ZÀ-Ý][\w’'-]+(?:[ -][A-ZÀ-Ý][\w’'-]+)*)")
_TRAINING = re.compile(r"\bformations?\b|\bformer\b")
_WHAT = re.compile(
    rf"\b{_COUNT} (?:autres? )?(?P<what>[a-z][a-z' -]{{2,60}}?)"
    r"(?= (?:en|des|debut|fin|mi|courant|pour|a|sur|pres|au|a partir|tout|rapidement|immediatement)\b|[,.;!?]|$)"
)
_PEOPLE = re.compile(rf"\bpour {_COUNT} (?:personnes?|salarie\w*|gars|jeunes?)\b")
_TRAINED = re.compile(
    r"\bformations? (?:(?:en|de|a la|au|a|sur la|sur) )?(?P<what>[a-z][a-z' -]{2,40}?)(?= pour\b| en\b|[,.;!?]|$)"
)
_NOBODY = {"personnes", "personne", "candidats", "candidat", "salaries", "salarie", "recrutements", "embauches"}


@dataclass(frozen=True)
class Wanted:
    """What was understood; "" or 0 where nothing was said. `month` is "2027-01"."""

    kind: str = "candidates"
    what: str = ""
    places: int = 0
    month: str = ""
    place: str = ""

    @property
    def answers(self) -> dict[str, str]:
        """The answers that the flow starts with."""
        said = {"kind": self.kind, "what": self.what, "month": self.month, "place": self.place}
        return {key: value for key, value in said.items() if value} | (
            {"places": str(self.places)} if self.places else {}
        )


def read_wanted(text: str, today: date) -> Wanted:
    """Read a sentence; what it does not say stays empty."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    words = "".join(map(_folded, text))  # as long as the text: what is found there is read here, with its accents
    place, month = _WHERE.search(text), _month(words, today)
    if _TRAINING.search(words):
        trained, people = _TRAINED.search(words), _PEOPLE.search(words)
        return Wanted("training", _said(text, trained), _count(people), month, _named(place))
    found = _WHAT.search(words)
    what = "" if found and found["what"].split()[0] in _NOBODY else _said(text, found)
    return Wanted("candidates", what, _count(found), month, _named(place))


def read_month_wanted(typed: str, today: date) -> str | None:
    """Read the month from which people are needed: « janvier » is the next one to come; None when it is none."""
    words = plain(typed).strip(" .")
    if _SOON.search(words) or words in {"maintenant", "ce mois-ci", "ce mois", "vite"}:
        return month_of(today)
    if re.fullmatch(r"(?:le )?mois prochain", words):
        return month_of(next_first(month_of(today)))
    if re.fullmatch(r"20[0-9]{2}-(?:0[1-9]|1[0-2])", words):
        return words
    return _month(f"en {words}", today) or None


def in_words(what: str, places: int, month: str, place: str) -> str:
    """Write a need on one line: "2 × maçons, à partir de janvier 2027, Alençon"."""
    return ", ".join(filter(None, (f"{places} × {what}", f"à partir de {in_french(month)}", place)))


def _month(words: str, today: date) -> str:
    if _SOON.search(words):
        return month_of(today)
    found = _WHEN.search(words)
    if found is None:
        return ""
    number = _MONTHS.split("|").index(found["month"]) + 1
    year = int(found["year"]) if found["year"] else today.year + (number < today.month)
    return f"{year:04}-{number:02}"


def _folded(letter: str) -> str:
    return (plain(letter) or letter)[:1] if letter.isalpha() or letter == "’" else letter


def _said(text: str, found: re.Match[str] | None) -> str:
    return text[found.start("what") : found.end("what")].strip() if found else ""


def _count(found: re.Match[str] | None) -> int:
    if found is None:
        return 0
    said = found["count"]
    count = NUMBERS.get(said) or int(said)
    return count if count <= MOST_PLACES else 0


def _named(found: re.Match[str] | None) -> str:
    return found["where"] if found else ""
