"""Records of a flat CSV file of any size: a line per contract (2019, 2022), or per awardee and version (tabular)."""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, TextIO

from core.decp.damage import Damaged
from core.decp.record import folded_name
from core.sheets.delimited import separator_of

_AWARDEE = re.compile(r"titulaire\.(id|typeidentifiant|denominationsociale|nom)(?:\.(\d+))?")
_AWARDEE_BACKWARDS = re.compile(r"(id|typeidentifiant|denomination)titulaire(?:\.(\d+))?")
_MODIFICATION = {
    "montantmodification": "montant",
    "dureemoismodification": "dureemois",
    "datenotificationmodification": "datenotification",
    "datenotificationmodificationmodification": "datenotification",
    "datepublicationdonneesmodification": "datepublicationdonnees",
    "datepublicationdonneesmodificationmodification": "datepublicationdonnees",
}
_MODIFIED_AWARDEE = {"idtitulairemodification": "id", "typeidentifianttitulairemodification": "typeidentifiant"}
_CURRENT = {"true", "1", "oui", "vrai"}
_NOTHING = {"", "cdl", "mq", "nc", "inx"}

Line = tuple[int, dict[str, str]]


def csv_records(file: TextIO) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Yield each record with its line, None for a line whose cells do not match the titles; raises Damaged."""
    head = file.read(20_000)
    file.seek(0)
    lines = csv.reader(file, delimiter=separator_of(head))
    try:
        names = [folded_name(name) for name in next(lines, [])]
        if not {"id", "idmarche"} & set(names):
            raise Damaged("aucune colonne « id » dans la première ligne".replace("« ", "«\N{NO-BREAK SPACE}"))
        numbered = enumerate(lines, start=2)
        per_awardee = "titulaire.id" in names
        yield from _grouped(numbered, names) if per_awardee else _flat(numbered, names)
    except csv.Error as error:
        raise Damaged(f"le fichier CSV est abîmé vers la ligne {lines.line_num}") from error


def _flat(lines: Iterable[tuple[int, list[str]]], names: list[str]) -> Iterator[tuple[int, dict[str, Any] | None]]:
    for number, cells in lines:
        if any(cells):
            fits = len(cells) <= len(names)
            yield number, _record([dict(zip(names, cells, strict=False))]) if fits else None


def _grouped(lines: Iterable[tuple[int, list[str]]], names: list[str]) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Gather the lines of one contract that follow each other: its awardees, in its present version."""
    rows = ((number, dict(zip(names, cells, strict=False)), len(cells)) for number, cells in lines if any(cells))
    for _, group in groupby(rows, key=lambda row: (row[1].get("id"), row[1].get("acheteur.id"), row[2] > len(names))):
        versions = list(group)
        if versions[0][2] > len(names):
            yield from ((number, None) for number, _, _ in versions)
            continue
        newest = max(map(_version, (row for _, row, _ in versions)))
        present = [row for _, row, _ in versions if _version(row) == newest]
        yield versions[0][0], _record(present)


def _version(row: dict[str, str]) -> tuple[bool, int, str]:
    change = row.get("modification.id", "")
    current = row.get("donneesactuelles", "").lower() in _CURRENT
    return current, int(change) if change.isascii() and change.isdigit() else 0, row.get("datepublicationdonnees", "")


def _record(rows: list[dict[str, str]]) -> dict[str, Any]:
    fields: dict[str, Any] = dict(rows[0])
    fields["titulaires"] = [awardee for row in rows for awardee in _awardees(row)]
    change: dict[str, Any] = {name: fields[column] for column, name in _MODIFICATION.items() if fields.get(column)}
    awardee = {name: fields[column] for column, name in _MODIFIED_AWARDEE.items() if fields.get(column)}
    if any(value.strip().lower() not in _NOTHING for value in (*change.values(), *awardee.values())):
        fields["modifications"] = [{**change, "titulaires": [awardee]}]
    return fields


def _awardees(row: dict[str, str]) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, value in row.items():
        match = _AWARDEE.fullmatch(name) or _AWARDEE_BACKWARDS.fullmatch(name)
        if match and value:
            found.setdefault(match[2] or "", {})[match[1]] = value
    return list(found.values())
