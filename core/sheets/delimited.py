"""Text files of rows: which separator, which encoding."""

import codecs
import csv
import io
from itertools import islice
from pathlib import Path
from typing import TextIO

from core.sheets.cells import Row, UnreadableSheet, filled

_SEPARATORS = ";\t,|"
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_FALLBACK = "cp1252-bytes"


def _windows_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(bytes([byte]).decode("cp1252", "replace") for byte in wrong), error.end


codecs.register_error(_FALLBACK, _windows_bytes)


def open_text(path: Path) -> TextIO:
    """Open a text file in UTF-8 (with or without a mark), UTF-16 with a mark, or Windows/Latin-1, line ends kept.

    What is not UTF-8 is read byte by byte as Windows-1252: in French a Latin-1 letter is hardly ever valid UTF-8,
    so this also reads files that mix both, in one pass.
    """
    with path.open("rb") as file:
        start = file.read(2)
    if start in _MARKS:
        return path.open(encoding=_MARKS[start], errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors=_FALLBACK, newline="")


def separator_of(head: str) -> str:
    """Return the separator that splits the first lines into the most columns, the same way on most of them."""

    def score(separator: str) -> tuple[int, int]:
        try:
            widths = [len(cells) for cells in islice(csv.reader(io.StringIO(head), delimiter=separator), 20) if cells]
        except csv.Error:
            return 0, 0
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return (widths.count(usual), usual) if usual > 1 else (0, 0)

    return max(_SEPARATORS, key=score)


def delimited_rows(path: Path) -> tuple[Row, ...]:
    """Read a CSV file whole; raises UnreadableSheet when a quote is never closed."""
    with open_text(path) as text:
        first = text.readline()
        # Excel's own mark: a first line "sep=;" that says the separator and is not a row
        declared = first.strip()[4:] if first.lower().startswith("sep=") and len(first.strip()) == 5 else ""
        head = first + text.read(20_000)
        text.seek(0)
        number = 0
        rows = []
        try:
            for number, cells in enumerate(csv.reader(text, delimiter=declared or separator_of(head)), start=1):
                if filled(tuple(cells)) and not (declared and number == 1):
                    rows.append(Row(number, tuple(cells)))
        except csv.Error as error:
            raise UnreadableSheet(
                f"Ce fichier CSV est abîmé après la ligne {number}. Un guillemet est peut-être resté ouvert."
            ) from error
    return tuple(rows)
