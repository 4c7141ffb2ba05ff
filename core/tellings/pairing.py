"""Whose hours are they: names and numbers brought together, whatever comes first; what stays alone is asked about.

A message is a row of names and hours with breaks between. It is cut at its strongest breaks as long as each piece has
as many names as hours; names and hours side by side then pair in the order that the piece keeps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from core.tellings.marks import Break, Kind, Mark

WHO = frozenset({Kind.PERSON, Kind.STRANGER, Kind.EVERYONE, Kind.HIRE})


@dataclass(frozen=True)
class Atom:
    """A name or hours in the row. `gap` is the break before it; `is_shared` marks hours said for each of several."""

    mark: Mark
    gap: int
    is_shared: bool = False

    @property
    def is_name(self) -> bool:
        """Whether it says who."""
        return self.mark.kind in WHO


@dataclass(frozen=True)
class Pairs:
    """What goes together, and what stays alone."""

    pairs: tuple[tuple[Mark, Mark], ...] = ()
    alone: tuple[Mark, ...] = ()

    def __add__(self, other: "Pairs") -> "Pairs":
        return Pairs(self.pairs + other.pairs, self.alone + other.alone)


def pair(atoms: Sequence[Atom]) -> Pairs:
    """Bring names and hours together."""
    if not _hours(atoms) or not _names(atoms):
        return _alone(atoms)
    if len(atoms) == 2:
        return Pairs((_ordered(atoms[0], atoms[1]),))
    strongest = max(atom.gap for atom in atoms[1:])
    pieces = _cut(atoms, strongest) if strongest else [atoms]
    if len(pieces) > 1 and all(_is_balanced(piece) or _is_speech(piece) for piece in pieces):
        return sum((pair(piece) for piece in pieces), Pairs())
    return _alternating(atoms) or _shared(atoms) or _partly(pieces, strongest) or _alone(atoms)


def _hours(atoms: Sequence[Atom]) -> int:
    return sum(not atom.is_name for atom in atoms)


def _names(atoms: Sequence[Atom]) -> int:
    return sum(atom.is_name for atom in atoms)


def _is_balanced(piece: Sequence[Atom]) -> bool:
    return _hours(piece) == _names(piece)


def _is_speech(piece: Sequence[Atom]) -> bool:
    """Tell whether a piece is only words that name nobody known."""
    return all(atom.mark.kind is Kind.STRANGER for atom in piece)


def _alone(atoms: Sequence[Atom]) -> Pairs:
    return Pairs(alone=tuple(atom.mark for atom in atoms))


def _ordered(one: Atom, other: Atom) -> tuple[Mark, Mark]:
    return (one.mark, other.mark) if one.is_name else (other.mark, one.mark)


def _cut(atoms: Sequence[Atom], strength: int) -> list[Sequence[Atom]]:
    starts = [0, *(i for i, atom in enumerate(atoms) if i and atom.gap >= strength), len(atoms)]
    return [atoms[first:last] for first, last in pairwise(starts)]


def _alternating(atoms: Sequence[Atom]) -> Pairs | None:
    """Pair a row that alternates, when no pair is held apart more than it is from its neighbours."""
    if len(atoms) % 2 or any(a.is_name == b.is_name for a, b in pairwise(atoms)):
        return None
    couples = list(zip(atoms[::2], atoms[1::2], strict=True))
    for place, (_, second) in enumerate(couples):
        around = [couples[place][0].gap] if place else []
        around += [couples[place + 1][0].gap] if place + 1 < len(couples) else []
        if any(second.gap > each for each in around):
            return None
    return Pairs(tuple(_ordered(*couple) for couple in couples))


def _shared(atoms: Sequence[Atom]) -> Pairs | None:
    """Give several people the same hours, when each is said to have them, or nobody any."""
    if _hours(atoms) != 1:
        return None
    hours = next(atom for atom in atoms if not atom.is_name)
    people = [atom for atom in atoms if atom.is_name]
    if atoms[0] is not hours and atoms[-1] is not hours:
        return None
    is_nothing = hours.mark.hours is not None and hours.mark.hours.worked == Decimal(0)
    if not hours.is_shared and not (is_nothing and people[-1].gap == Break.AND):
        return None
    return Pairs(tuple((person.mark, hours.mark) for person in people))


def _partly(pieces: Sequence[Sequence[Atom]], strongest: int) -> Pairs | None:
    """Pair piece by piece; below a sentence, hours left alone or an order that changes spoil the whole row."""
    if len(pieces) < 2:
        return None
    found = [pair(piece) for piece in pieces]
    if strongest < Break.SENTENCE:
        orders = {name.start < hours.start for each in found for name, hours in each.pairs}
        left = any(mark.kind is Kind.HOURS for each in found for mark in each.alone)
        everyone_left = any(mark.kind is Kind.EVERYONE for each in found for mark in each.alone)
        if left or everyone_left or len(orders) > 1 or _may_share(pieces, orders):
            return None
    return sum(found, Pairs())


def _may_share(pieces: Sequence[Sequence[Atom]], orders: set[bool]) -> bool:
    """Tell whether a name without hours stands where the next hours could be for it too: « Dupont et Ahmed 84 »."""
    names_first = orders == {True}
    row = pieces if names_first else pieces[::-1]
    return any(not _hours(one) and _hours(other) for one, other in pairwise(row))
