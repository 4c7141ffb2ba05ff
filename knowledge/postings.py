"""Postings: for each unit the numbers of what holds it, with a weight, in three flat arrays.

An object for each unit would take ten times the memory of what it holds.
"""

from array import array
from collections.abc import Iterator, Mapping


class Postings:
    """The numbers and weights of each unit; never changed."""

    def __init__(self, found: Mapping[str, "tuple[array[int], array[float]]"]) -> None:
        self._places = {unit: place for place, unit in enumerate(found)}
        self._starts = array("L", [0])
        self._numbers = array("H")
        self._weights = array("f")
        for numbers, weights in found.values():
            self._numbers.extend(numbers)
            self._weights.extend(weights)
            self._starts.append(len(self._numbers))

    def __contains__(self, unit: str) -> bool:
        return unit in self._places

    def of(self, unit: str) -> Iterator[tuple[int, float]]:
        """Numbers with their weights, none for an unknown unit."""
        start, end = self._span(unit)
        return zip(self._numbers[start:end], self._weights[start:end], strict=True)

    def numbers_of(self, unit: str) -> "array[int]":
        """Numbers alone."""
        start, end = self._span(unit)
        return self._numbers[start:end]

    def _span(self, unit: str) -> tuple[int, int]:
        place = self._places.get(unit)
        return (0, 0) if place is None else (self._starts[place], self._starts[place + 1])


class PostingsMaker:
    """Postings being collected. A number is under 65,536."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[array[int], array[float]]] = {}

    def add(self, unit: str, number: int, weight: float) -> None:
        """One thing that holds a unit."""
        found = self._found.get(unit)
        if found is None:
            found = self._found[unit] = (array("H"), array("f"))
        found[0].append(number)
        found[1].append(weight)

    def made(self) -> Postings:
        """What was collected."""
        return Postings(self._found)
