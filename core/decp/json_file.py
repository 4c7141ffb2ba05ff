"""Records of a JSON file of any size: the outer arrays are walked, each record is decoded whole.

Not ijson: on an integer of thousands of digits, version 3.6 goes on with an error set, which ends the process. And the
standard decoder forgives what publishers write: NaN, and raw line feeds inside texts.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from json import JSONDecodeError, JSONDecoder
from typing import Any, TextIO

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
_BLANKS = " \t\r\n,\ufeff"
_DEEPEST = 100
_CHUNK = 1 << 18
_LARGEST_RECORD = 1 << 24
_NEAR_THE_END = 16  # the longest word that a cut can split, and some: -Infinity, \\ud800


def json_records(file: TextIO) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield each record with whether it stands among the concessions; raises Damaged where the file makes no sense.

    Records are the objects of an array at the top, or of the arrays (of arrays) under the known keys.
    """
    window = _Window(file)
    around: list[tuple[str, str]] = []  # the open containers: how each begins, and under which key
    while sign := window.next_sign():
        if sign in "]}":
            if not around or around.pop()[0] + sign not in {"[]", "{}"}:
                raise Damaged("le fichier JSON est abîmé à cet endroit")
            window.at += 1
            continue
        key = window.key() if around and around[-1][0] == "{" else ""
        sign = window.sign()
        here = [*around, (sign, key)]
        if sign == "{" and _is_record(here):
            yield window.value(), any("concession" in name for _, name in here)
        elif sign in "{[":
            around = here
            window.at += 1
            if len(around) > _DEEPEST:
                raise Damaged("le fichier JSON n’a pas la forme d’une liste de marchés")
        else:
            window.value()
    if around:
        raise Damaged("le fichier JSON est coupé à cet endroit")


def _is_record(here: list[tuple[str, str]]) -> bool:
    names = [name for _, name in here if name]
    in_array = len(here) > 1 and here[-2][0] == "["
    return (in_array or names[-1:] in (["marche"], ["contrat-concession"])) and _RECORDS.issuperset(names)


class _Window:
    """The part of the file that is being read, refilled when a value goes beyond it."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.text = file.read(_CHUNK)
        self.at = 0
        self.decode = JSONDecoder(parse_float=_number, parse_int=_number, strict=False).raw_decode

    def refill(self) -> bool:
        more = self.file.read(max(_CHUNK, len(self.text) - self.at))
        self.text, self.at = self.text[self.at :] + more, 0
        return bool(more)

    def sign(self) -> str:
        return self.text[self.at : self.at + 1]

    def next_sign(self) -> str:
        """Move to the next sign that is neither blank nor comma; "" at the end of the file."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in _BLANKS:
                self.at += 1
            if self.at < len(self.text) or not self.refill():
                return self.sign()

    def key(self) -> str:
        key = self.value()
        if not isinstance(key, str) or self.next_sign() != ":":
            raise Damaged("le fichier JSON est abîmé à cet endroit")
        self.at += 1
        self.next_sign()
        return key

    def value(self) -> Any:
        while True:
            try:
                value, end = self.decode(self.text, self.at)
            except JSONDecodeError as error:
                cut = "Unterminated" in error.msg or error.pos > len(self.text) - _NEAR_THE_END
                if not cut or len(self.text) - self.at > _LARGEST_RECORD or not self.refill():
                    raise Damaged("le fichier JSON est abîmé ou coupé à cet endroit") from error
            except RecursionError as error:
                raise Damaged("le fichier JSON n’a pas la forme d’une liste de marchés") from error
            else:
                self.at = end
                return value


def _number(digits: str) -> Decimal | None:
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None
