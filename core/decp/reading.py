"""Any open data file as contracts and problems, one record at a time."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from core.decp.contract import DecpContract, DecpProblem
from core.decp.csv_file import csv_records
from core.decp.damage import Damaged
from core.decp.json_file import json_records
from core.decp.record import read_record
from core.decp.xml_file import xml_records
from core.sheets.delimited import open_text

_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"Rar!", b"%PDF")


def read_decp(path: Path, *, today: date | None = None) -> Iterator[DecpContract | DecpProblem]:
    """Yield the contracts of a JSON, XML or CSV file and what is wrong with them, in the order of the file.

    The content tells the format. Memory does not grow with the file. A record published several times comes several
    times: see `latest`. With `today`, notification dates in the future are left out. Raises OSError only.
    """
    position = 0
    try:
        for position, raw, concession in _records(path):
            if raw is None:
                yield DecpProblem(position, None, "il a plus de cases que de titres, il n’est pas repris", False)
            else:
                yield from read_record(raw, position, concession=concession, today=today)
    except Damaged as damage:
        yield DecpProblem(position + 1, None, f"{damage}, la suite n’est pas lue", False)
        return
    if not position:
        yield DecpProblem(1, None, "aucun marché trouvé dans ce fichier", False)


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any] | None, bool]]:
    with path.open("rb") as file:
        if file.read(8).startswith(_ARCHIVES):
            raise Damaged("ce fichier n’est ni JSON, ni XML, ni CSV (décompressez-le s’il s’agit d’une archive)")
    with open_text(path) as text:
        head = text.read(4096)
        start = head.lstrip()
        text.seek(0)
        if start.startswith(("{", "[")):
            numbered = enumerate(json_records(text), start=1)
            yield from ((position, raw, concession) for position, (raw, concession) in numbered)
        elif start.startswith("<"):
            text.read(len(head) - len(start))  # an XML declaration is only allowed at the very start
            numbered = enumerate(xml_records(text), start=1)
            yield from ((position, raw, concession) for position, (raw, concession) in numbered)
        else:
            yield from ((position, raw, False) for position, raw in csv_records(text))
