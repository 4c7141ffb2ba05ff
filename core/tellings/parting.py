"""A message of several months or contracts, cut into what is said of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.tellings.marks import Kind, Mark
from core.tellings.pairing import WHO

_TOLD = WHO | {Kind.HOURS}


@dataclass(frozen=True)
class Part:
    """The marks of one month of one contract; None where the message names neither. `unread` belongs to none."""

    marks: tuple[Mark, ...]
    month: str | None = None
    place: int | None = None
    unread: tuple[Mark, ...] = ()


def part(marks: Sequence[Mark]) -> list[Part]:
    """Cut a message by contract, then by month. What cannot be told apart for sure is left unread."""
    return [
        Part(tuple(inner), month.month if month else None, place.place if place else None, tuple(lost))
        for place, outer, _ in _cut(marks, Kind.PLACE)
        for month, inner, lost in _cut(outer, Kind.MONTH)
    ]


def _cut(marks: Sequence[Mark], kind: Kind) -> list[tuple[Mark | None, list[Mark], list[Mark]]]:
    heads = [mark for mark in marks if mark.kind is kind]
    rest = [mark for mark in marks if mark.kind is not kind]
    unsure = [mark for mark in heads if not mark.is_sure]
    if unsure:
        return [(None, rest, unsure)]
    if len({(head.month, head.place) for head in heads}) <= 1:
        return [(heads[0] if heads else None, rest, [])]
    told = [mark for mark in rest if mark.kind in _TOLD]
    if told and told[0].start > heads[0].start and told[-1].start > heads[-1].start:
        return _between(rest, heads, [heads[0].start, *(head.start for head in heads[1:])], told)
    if told and told[-1].start < heads[-1].start:
        return _of_one_person(rest, heads, told) or _between(rest, heads, [0, *(h.start for h in heads[:-1])], told)
    return _of_one_person(rest, heads, told) or [(None, [], list(marks))]


def _between(
    rest: list[Mark], heads: list[Mark], starts: list[int], told: list[Mark]
) -> list[tuple[Mark | None, list[Mark], list[Mark]]]:
    """Give each head what stands from its start to the next one's; each must have something."""
    ends = [*starts[1:], max(mark.end for mark in [*rest, *heads])]
    found: list[tuple[Mark | None, list[Mark], list[Mark]]] = []
    for place, (head, first, last) in enumerate(zip(heads, starts, ends, strict=True)):
        low = 0 if place == 0 else first
        inside = [mark for mark in rest if low <= mark.start < last or (mark.start >= last and place == len(heads) - 1)]
        if not any(mark in told for mark in inside):
            return [(None, [], [*rest, *heads])]
        found.append((head, inside, []))
    return found


def _of_one_person(
    rest: list[Mark], heads: list[Mark], told: list[Mark]
) -> list[tuple[Mark | None, list[Mark], list[Mark]]] | None:
    """Read « Dupont 84 h en octobre et 90 h en novembre »: one name first, then hours and months in turn."""
    names = [mark for mark in told if mark.kind in WHO]
    hours = [mark for mark in told if mark.kind is Kind.HOURS]
    if len(names) != 1 or names[0] is not told[0] or len(hours) != len(heads) or names[0].start > heads[0].start:
        return None
    row = sorted([*hours, *heads], key=lambda mark: mark.start)
    if any(one.kind is other.kind for one, other in pairwise(row)):
        return None
    return [(head, [names[0], each], []) for head, each in zip(heads, hours, strict=True)]
