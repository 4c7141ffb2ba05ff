"""Postings: for each unit the numbers of what holds it, with a weight, in three flat arrays.

An object for each unit would take ten times the memory of what it holds.
"""

from array import array
from collections.abc import Iterator, Sequence


class Postings:
    """The numbers and weights of each unit; never changed.

    Those of the unit at a place of `units` stand in `numbers` and `weights` from its start to the next one.
    """

    def __init__(
        self, units: Sequence[str], starts: "array[int]", numbers: "array[int]", weights: "array[float]"
    ) -> None:
        self.units, self.starts, self.numbers, self.weights = units, starts, numbers, weights
        self._places = {unit: place for place, unit in enumerate(units)}

    def __contains__(self, unit: str) -> bool:
        return unit in self._places

    def of(self, unit: str) -> Iterator[tuple[int, float]]:
        """Numbers with their weights, none for an unknown unit."""
        start, end = self._span(unit)
        return zip(self.numbers[start:end], self.weights[start:end], strict=True)

    def numbers_of(self, unit: str) -> "array[int]":
        """Numbers alone."""
        start, end = self._span(unit)
        return self.numbers[start:end]

    def _span(self, unit: str) -> tuple[int, int]:
        place = self._places.get(unit)
        return (0, 0) if place is None else (self.starts[place], self.starts[place + 1])


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
        starts, flat_numbers, flat_weights = array("L", [0]), array("H"), array("f")
        for numbers, weights in self._found.values():
            flat_numbers.extend(numbers)
            flat_weights.extend(weights)
            starts.append(len(flat_numbers))
        return Postings(list(self._found), starts, flat_numbers, flat_weights)
