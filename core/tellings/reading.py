"""A month told in a message: « Octobre : Dupont 84 h, Ahmed rien (arrêt), nouvelle embauche Leroy le 12, 60 h ».

Nothing is guessed: what could be two things, and what was not understood, comes back as a doubt that quotes it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from core.months import first_day
from core.tellings.joining import join
from core.tellings.marks import Break, Kind, Mark
from core.tellings.names import Names
from core.tellings.page import Page
from core.tellings.pairing import WHO, pair
from core.tellings.parting import Part, part
from core.tellings.scanning import Scanner
from core.tellings.siding import Beside, atoms_of, beside, name_hires, take_total
from core.tellings.values import Doubt, Hours, Known, Line, MonthTold, Newcomer, Place, Telling, Unclear
from core.tellings.vocabulary import REASONS_FOR_NIL

LONGEST_TOLD = 4000  # characters; the rest is asked about
_NEAR = 15  # characters between two unread words that are quoted together


def tell(
    text: str, people: Sequence[Known], today: date, *, months: Sequence[str] = (), places: Sequence[Place] = ()
) -> Telling:
    """Read what a message tells of the months worked by `people`, on the contracts `places`.

    `months` are those due, the first one being meant when the message names none; without any, the month stays None.
    """
    page, names = Page(text[:LONGEST_TOLD]), Names(people)
    marks = join(Scanner(page, names, places, today).marks(), page, names)
    default = months[0] if months else None
    told = tuple(_Reader(page, each, each.month or default).told() for each in part(marks))
    if rest := " ".join(text[LONGEST_TOLD:].split()):
        told = (replace(told[0], doubts=(*told[0].doubts, Doubt(Unclear.UNREAD, f"{rest[:60]}…"))), *told[1:])
    corrects = any(mark.kind is Kind.CORRECTION or (mark.hours and mark.hours.instead) for mark in marks)
    reason = next((mark.word for mark in marks if mark.kind is Kind.REASON), "")
    return Telling(told, corrects=corrects or bool(reason), reason=reason)


class _Reader:
    """One month of a message being read."""

    def __init__(self, page: Page, part: Part, month: str | None) -> None:
        self._page = page
        self._month = month
        self._place = part.place
        self._unread = list(part.unread)
        self._doubts: list[Doubt] = []
        self._lines: dict[int, Line] = {}
        self._newcomers: list[Newcomer] = []
        self._everyone: Hours | None = None
        marks, self._total = take_total(name_hires(part.marks), page)
        self._marks = _with_everyone(_sure_of_same(marks))
        self._beside, self._left = beside(self._marks)

    def told(self) -> MonthTold:
        """Return the month read."""
        if self._is_nil():
            return self._nil_month()
        found = pair(atoms_of(self._marks))
        for name, hours in found.pairs:
            self._pair(name, hours)
        for mark in found.alone:
            self._leave(mark)
        self._unread += [mark for mark in self._left if mark.kind is not Kind.NOTE]
        self._unread += [mark for mark in self._marks if mark.kind is Kind.EXCEPT]
        return MonthTold(
            month=self._month,
            place=self._place,
            lines=tuple(self._lines.values()),
            newcomers=tuple(self._newcomers),
            doubts=(*self._doubts, *self._quoted()),
            everyone=self._everyone,
            same_as=next((mark.month for mark in self._marks if mark.kind is Kind.HOURS and mark.month), None),
            total=self._total,
            note=", ".join(self._quote(mark) for mark in self._left if mark.kind is Kind.NOTE),
        )

    def _is_nil(self) -> bool:
        hours = [mark.hours for mark in self._marks if mark.hours is not None]
        someone = any(mark.kind in WHO - {Kind.STRANGER} for mark in self._marks)
        return bool(hours) and not someone and all(each.worked == 0 and not each.training for each in hours)

    def _nil_month(self) -> MonthTold:
        flat = self._page.flat
        reason = next((value for value, pattern in REASONS_FOR_NIL if pattern.search(flat)), "")
        strangers = [mark for mark in self._marks if mark.kind is Kind.STRANGER]
        self._unread += [mark for mark in strangers if any(c.isdigit() for c in flat[mark.start : mark.end])]
        return MonthTold(
            month=self._month, place=self._place, nil=True, nil_reason=reason, doubts=tuple(self._quoted()),
            note=self._quoted_words(strangers),
        )  # fmt: skip

    def _quoted_words(self, strangers: Sequence[Mark]) -> str:
        return self._page.quote(strangers[0].start, strangers[-1].end) if strangers else ""

    def _pair(self, name: Mark, hours: Mark) -> None:
        told = hours.hours or Hours("")
        note = self._note(name, hours)
        if name.kind is Kind.EVERYONE:
            self._everyone = told if self._everyone is None else Hours(f"{self._everyone.passage}, {told.passage}")
        elif name.kind is Kind.HIRE:
            self._newcomers.append(self._newcomer(name, told))
        elif name.kind is Kind.PERSON and len(name.people) == 1 and name.is_sure:
            self._add(min(name.people), told, note, name)
        else:
            kind = Unclear.STRANGER if name.kind is Kind.STRANGER else Unclear.NAMESAKES
            people = tuple(sorted(name.people))
            self._doubts.append(Doubt(kind, self._quote(name), people, told, note, *self._start(name)))

    def _add(self, person: int, told: Hours, note: str, name: Mark) -> None:
        former = self._lines.get(person)
        if former is not None and former.hours is not None and former.hours != told:
            told = Hours(f"{former.hours.passage}, {told.passage}")  # two numbers for one person: neither is taken
        self._lines[person] = Line(person, told, note or (former.note if former else ""))
        self._refuse_days(name)

    def _refuse_days(self, name: Mark) -> None:
        """Ask about a day beside somebody known: of what?"""
        self._unread += self._beside.get(name, Beside()).days

    def _leave(self, mark: Mark) -> None:
        if mark.kind is Kind.PERSON and len(mark.people) == 1 and mark.is_sure:
            person = min(mark.people)
            if person in self._lines:
                self._unread.append(mark)
            else:
                self._lines[person] = Line(person, None, self._note(mark, None))
                self._refuse_days(mark)
        elif mark.kind is Kind.PERSON:
            people = tuple(sorted(mark.people))
            self._doubts.append(Doubt(Unclear.NAMESAKES, self._quote(mark), people, note=self._note(mark, None)))
        elif mark.kind is Kind.HIRE:
            self._newcomers.append(self._newcomer(mark, None))
        else:
            self._unread.append(mark)

    def _newcomer(self, name: Mark, told: Hours | None) -> Newcomer:
        said = self._beside.get(name, Beside())
        return Newcomer(
            _tidy(self._quote(name)) if name.word == "named" else "",
            told,
            *self._start(name),
            ", ".join(self._quote(mark) for mark in [*said.notes, *said.days[1:]]),
            tuple(self._page.flat[mark.start : mark.end] for mark in said.details),
        )

    def _start(self, name: Mark) -> tuple[date | None, int | None]:
        days = self._beside.get(name, Beside()).days
        if not days or days[0].on is not None or days[0].day is None:
            return (days[0].on if days else None), None
        try:
            on = first_day(self._month).replace(day=days[0].day) if self._month else None
        except ValueError:
            return None, None  # no such day in this month
        return on, days[0].day if on is None else None

    def _note(self, name: Mark, hours: Mark | None) -> str:
        said = [self._quote(mark) for mark in self._beside.get(name, Beside()).notes]
        return ", ".join([*said, *([hours.word] if hours is not None and hours.word else [])])

    def _quote(self, mark: Mark) -> str:
        return self._page.quote(mark.start, mark.end)

    def _quoted(self) -> Iterable[Doubt]:
        """Quote what was not read, words side by side together."""
        spans: list[list[int]] = []
        for mark in sorted(set(self._unread), key=lambda mark: mark.start):
            between = self._page.flat[spans[-1][1] : mark.start] if spans else "\n"
            if len(between) <= _NEAR and not any(c in "\n,;." or c.isdigit() for c in between):
                spans[-1][1] = max(mark.end, spans[-1][1])
            else:
                spans.append([mark.start, mark.end])
        return [Doubt(Unclear.UNREAD, self._page.quote(start, end)) for start, end in spans]


def _sure_of_same(marks: Sequence[Mark]) -> list[Mark]:
    """« Idem » beside other numbers is the number above or last month's: no one can tell."""
    numbers = any(mark.hours is not None and mark.hours.worked for mark in marks)
    return [
        replace(mark, hours=Hours(mark.hours.passage))
        if mark.hours is not None and mark.hours.same and not mark.is_sure and numbers
        else mark
        for mark in marks
    ]


def _with_everyone(marks: list[Mark]) -> list[Mark]:
    """Say "everyone" where it is meant: « comme le mois dernier, sauf… », « 151,67 chacun »."""
    named = any(mark.kind in WHO for mark in marks)
    everyone = any(mark.kind is Kind.EVERYONE or (mark.hours and mark.hours.same) for mark in marks)
    found: list[Mark] = []
    for place, mark in enumerate(marks):
        if mark.hours is not None and mark.hours.same and not _is_beside_a_name(marks, place):
            found.append(Mark(Kind.EVERYONE, mark.start, mark.start))
        if mark.kind is Kind.EACH and not named:
            found.append(replace(mark, kind=Kind.EVERYONE))
        elif mark.kind is Kind.EXCEPT and everyone:
            found.append(replace(mark, kind=Kind.BREAK, strength=Break.COMMA))
        else:
            found.append(mark)
    return found


def _is_beside_a_name(marks: list[Mark], place: int) -> bool:
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(marks) and marks[at].kind is not Kind.EXCEPT and marks[at].strength < Break.COMMA:
            if marks[at].kind in WHO:
                return True
            at += step
    return False


def _tidy(name: str) -> str:
    """Write a name as names are: « leroy MARIE » is "Leroy Marie"."""
    return " ".join(
        "-".join(part if not (part.islower() or part.isupper()) else part.capitalize() for part in word.split("-"))
        for word in name.split()
    )
