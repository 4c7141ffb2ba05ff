"""Records of a JSON file of any size, read as a stream.

`ijson.basic_parse` and not `ijson.parse`: in ijson 3.6, the C parser that follows prefixes ends the process on an
integer of thousands of digits, and takes minutes on deeply nested lists.
"""

from collections.abc import Iterator
from typing import Any, Protocol

import ijson

from core.decp.damage import Damaged

_RECORDS = {
    "marches",
    "marche",
    "contrat-concession",
    "contrats-concession",
    "concessions",
    "data",
    "records",
    "results",
}
_DEEPEST = 100


class Bytes(Protocol):
    """What the parser reads: UTF-8, any number of bytes at a time, none at the end."""

    def read(self, size: int = -1, /) -> bytes: ...


def json_records(file: Bytes) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield each record with whether it stands among the concessions; raises Damaged where the file makes no sense.

    Records are the objects of an array at the top, or of the arrays (of arrays) under the known keys.
    """
    try:
        yield from _records(ijson.basic_parse(file))
    except (ijson.JSONError, ValueError, ArithmeticError) as error:
        raise Damaged("le fichier JSON est abîmé ou coupé à cet endroit") from error


def _records(events: Iterator[tuple[str, Any]]) -> Iterator[tuple[dict[str, Any], bool]]:
    around: list[tuple[str, str]] = []  # the open containers: how each began, and under which key
    key = ""
    for event, value in events:
        if event == "map_key":
            key = value
        elif event.startswith("start_"):
            if event == "start_map" and _is_record([*around, (event, key)]):
                yield _built(events), any("concession" in name for _, name in [*around, (event, key)])
            else:
                around.append((event, key))
                if len(around) > _DEEPEST:
                    raise Damaged("le fichier JSON n’a pas la forme d’une liste de marchés")
            key = ""
        elif event.startswith("end_"):
            around.pop()


def _is_record(around: list[tuple[str, str]]) -> bool:
    names = [name for _, name in around if name]
    in_array = len(around) > 1 and around[-2][0] == "start_array"
    return (in_array or names[-1:] in (["marche"], ["contrat-concession"])) and _RECORDS.issuperset(names)


def _built(events: Iterator[tuple[str, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    around: list[Any] = [record]
    key = ""
    for event, value in events:
        if event == "map_key":
            key = value
        elif event.startswith("end_"):
            around.pop()
            if not around:
                return record
        else:
            made: Any = {"start_map": dict, "start_array": list}[event]() if event.startswith("start_") else value
            if isinstance(around[-1], dict):
                around[-1][key] = made
            else:
                around[-1].append(made)
            if event.startswith("start_"):
                around.append(made)
            if len(around) > _DEEPEST:
                raise Damaged("le fichier JSON n’a pas la forme d’une liste de marchés")
    raise Damaged("le fichier JSON est coupé à cet endroit")
