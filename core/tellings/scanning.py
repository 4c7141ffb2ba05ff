"""From a message to its marks, left to right: at each place, the first reading that fits."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from core.tellings import vocabulary
from core.tellings.amounts import hours_at, number_at
from core.tellings.days import day_at, month_at
from core.tellings.marks import Break, Kind, Mark
from core.tellings.names import WORD, Names
from core.tellings.page import Page
from core.tellings.values import Hours, Place

_BREAKS = {
    ",": Break.COMMA, "\t": Break.COMMA, "|": Break.COMMA, "/": Break.COMMA, "+": Break.COMMA, ";": Break.SEMICOLON,
    "!": Break.SENTENCE, "?": Break.SENTENCE, "-": 1, ">": 1,
}  # fmt: skip
_LINE = re.compile(
    r"[ \t]*(?:\n[ \t]*)+(?:[-*•·>–]+(?=\s|[^\W\d_])[ \t]*)?(?P<number>[0-9]{1,2}[.)][ \t]+(?=[^\W\d_]))?"
)
_AFTER_INITIAL = re.compile(r"(?:^|[^\w'])[^\W\d_]$")
_SILENT = frozenset(" :=()[]{}\"'*•·.«»_")
_LEAST_LETTERS = 3


class Scanner:
    """One message being read."""

    def __init__(self, page: Page, names: Names, places: Sequence[Place], today: date) -> None:
        self._page = page
        self._flat = page.flat
        self._names = names
        self._places = {" ".join(name.split()): place.id for place in places for name in place.names}
        self._today = today
        self._numbered = 0

    def marks(self) -> list[Mark]:
        """Return the passages that mean something, in their order."""
        place, end = self._start(), self._end()
        found: list[Mark] = []
        while place < end:
            mark, after = self._at(place)
            if mark is not None:
                found.append(mark)
            place = max(after, place + 1)
        return found

    def _start(self) -> int:
        greeting = vocabulary.GREETING.match(self._flat)
        if greeting is None or any(self._names.called(word) for word in WORD.findall(greeting["who"])):
            return 0
        return greeting.end() - 1

    def _end(self) -> int:
        """Leave out what follows a polite ending, unless somebody known is named there."""
        for closing in vocabulary.CLOSING.finditer(self._flat):
            after = self._flat[closing.end() :]
            if not any(self._names.called(word) for word in WORD.findall(after)) and closing.start():
                return closing.start()
        return len(self._flat)

    def _at(self, place: int) -> tuple[Mark | None, int]:
        mark = self._break_at(place)
        if mark is None and self._flat[place] in _SILENT:
            return None, place + 1
        mark = mark or self._named_at(place) or self._meant_at(place)
        if mark is not None:
            return mark, mark.end
        if self._begins_word(place) and (skipped := _first_match(self._flat, place, _SKIPPED)):
            return None, skipped
        mark = self._word_at(place)
        return mark, mark.end

    def _begins_word(self, place: int) -> bool:
        return place == 0 or not self._flat[place - 1].isalpha()

    def _break_at(self, place: int) -> Mark | None:
        if header := vocabulary.HEADER.match(self._flat, place):
            return Mark(Kind.BREAK, place, header.end(), strength=Break.LINE)
        if match := _LINE.match(self._flat, place):
            end = match.end()
            if match["number"]:  # a numbered list counts up; anything else is a number of hours
                self._numbered += 1
                if int(match["number"].rstrip(" \t.)")) != self._numbered:
                    end = match.start("number")
            return Mark(Kind.BREAK, place, end, strength=Break.LINE)
        character = self._flat[place]
        ends = self._flat[place + 1 : place + 2] in {"", " ", "\n", "\t"}
        if character == "." and ends and not _AFTER_INITIAL.search(self._flat[max(0, place - 2) : place]):
            return Mark(Kind.BREAK, place, place + 1, strength=Break.SENTENCE)
        if character in _BREAKS:
            return Mark(Kind.BREAK, place, place + 1, strength=_BREAKS[character])
        if self._begins_word(place) and (match := vocabulary.AND.match(self._flat, place)):
            return Mark(Kind.BREAK, place, match.end(), strength=Break.AND)
        return None

    def _named_at(self, place: int) -> Mark | None:
        if not self._begins_word(place):
            return None
        for name, number in self._places.items():
            if (
                self._flat.startswith(name, place)
                and not self._flat[place + len(name) : place + len(name) + 1].isalnum()
            ):
                return Mark(Kind.PLACE, place, place + len(name), place=number)
        if phrase := self._names.phrase_at(self._flat, place):
            return Mark(Kind.PERSON, place, phrase[0], people=phrase[1])
        word = WORD.match(self._flat, place)
        if word is None or len(word[0]) < _LEAST_LETTERS or not (people := self._names.called(word[0])):
            return None
        is_sure = month_at(self._flat, place, self._today) is None
        return Mark(Kind.PERSON, place, word.end(), people=people, is_sure=is_sure)

    def _meant_at(self, place: int) -> Mark | None:
        flat = self._flat
        if not self._begins_word(place):
            return hours_at(self._page, place)
        return (
            self._nothing_at(place)
            or self._same_at(place)
            or self._everyone_at(place)
            or self._instead_at(place)
            or day_at(flat, place, self._today)
            or month_at(flat, place, self._today)
            or self._hire_at(place)
            or self._vocabulary_at(place)
            or hours_at(self._page, place)
        )

    def _nothing_at(self, place: int) -> Mark | None:
        if match := vocabulary.ABSENT_ALL_MONTH.match(self._flat, place):
            quote = self._page.quote(place, match.end())
            return Mark(Kind.HOURS, place, match.end(), Hours(quote, Decimal(0)), word=quote)
        if match := vocabulary.NOTHING.match(self._flat, place):
            if self._flat[match.end() : match.end() + 1].isalnum():
                return None
            return Mark(Kind.HOURS, place, match.end(), Hours(self._page.quote(place, match.end()), Decimal(0)))
        return None

    def _same_at(self, place: int) -> Mark | None:
        match = vocabulary.SAME.match(self._flat, place)
        if match is None or self._flat[match.end() : match.end() + 1].isalnum():
            return None
        named = match["month"] or match["month2"]
        month = month_at(named, 0, self._today) if named else None
        if named and month is None:
            return None
        is_sure = bool(month or match["last"] or match["last2"])
        quote = self._page.quote(place, match.end())
        return Mark(
            Kind.HOURS,
            place,
            match.end(),
            Hours(quote, same=True),
            month=month.month if month else None,
            is_sure=is_sure,
        )

    def _everyone_at(self, place: int) -> Mark | None:
        match = vocabulary.EVERYONE.match(self._flat, place) or vocabulary.OTHERS.match(self._flat, place)
        return Mark(Kind.EVERYONE, place, match.end()) if match else None

    def _instead_at(self, place: int) -> Mark | None:
        if match := vocabulary.INSTEAD.match(self._flat, place):
            former = number_at(self._flat, match.end())
            if former and former[0] is not None:
                return Mark(Kind.INSTEAD, place, former[1], Hours(self._page.quote(place, former[1]), former[0]))
        if match := vocabulary.COMPARED.match(self._flat, place):
            return Mark(Kind.BREAK, place, match.end())
        if match := vocabulary.CHANGED.match(self._flat, place):
            changed = self._changed(place, match.end())
            return changed if changed and vocabulary.CHANGES.search(self._flat, 0, match.end()) else None
        return None

    def _changed(self, place: int, start: int) -> Mark | None:
        former = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?) ?h?(?:eures?)?\b").match(self._flat, start)
        link = vocabulary.CHANGED_TO.match(self._flat, former.end()) if former else None
        found = number_at(self._flat, link.end()) if link else None
        if former is None or found is None or found[0] is None:
            return None
        quote = self._page.quote(place, found[1])
        told = Hours(quote, found[0], instead=Decimal(former[1].replace(",", ".")))
        return Mark(Kind.HOURS, place, found[1], told)

    def _hire_at(self, place: int) -> Mark | None:
        match = vocabulary.HIRED.match(self._flat, place)
        if match is None:
            return None
        return Mark(Kind.HIRE, place, match.end(), word="after" if match["after"] else "before")

    def _vocabulary_at(self, place: int) -> Mark | None:
        for kind, pattern in vocabulary.WORDS:
            if match := pattern.match(self._flat, place):
                return Mark(kind, place, match.end(), word=self._page.quote(place, match.end()))
        return None

    def _word_at(self, place: int) -> Mark:
        word = WORD.match(self._flat, place)
        if word is None:
            digits = re.compile(r"\S").match(self._flat, place)
            return Mark(Kind.STRANGER, place, digits.end() if digits else place + 1)
        if len(word[0]) == 1:
            return Mark(Kind.INITIAL, place, word.end(), word=word[0])
        near = self._names.nearly_called(word[0])
        return Mark(Kind.PERSON if near else Kind.STRANGER, place, word.end(), people=near)


_SKIPPED = (vocabulary.ELISION, vocabulary.FILLERS)


def _first_match(flat: str, place: int, patterns: Sequence[re.Pattern[str]]) -> int | None:
    return next((match.end() for pattern in patterns if (match := pattern.match(flat, place))), None)
