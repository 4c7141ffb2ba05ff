"""The contracts table read line by line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.contracts_sheet.coherence import contradictions, remarks
from core.contracts_sheet.columns import COLUMNS, EXAMPLE_REFERENCES, Column, column_of
from core.contracts_sheet.row import ContractRow, ContractsSheet, Problem, quoted
from core.contracts_sheet.values import Unreadable, shown
from core.hours import NBSP
from core.sheets import Cell, Row, Sheet, read_sheets

_HEADER_WITHIN = 20
_LONGEST_VALUE = 60


@dataclass
class _Header:
    """A row taken as the titles: which columns stand where, and how the person calls them."""

    sheet: Sheet
    line: int
    columns: dict[int, Column] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)


def read_contracts(path: Path) -> ContractsSheet:
    """Read a contracts table from an XLSX, ODS or CSV file; raises UnreadableSheet when it is no spreadsheet.

    Nothing may be stored while `problems` is not empty.
    """
    sheets = read_sheets(path)
    headers = [_header(sheet, row) for sheet in sheets for row in sheet.rows[:_HEADER_WITHIN]]
    header = max(headers, key=lambda found: len(found.columns))
    if problems := tuple(_missing(header)):
        return ContractsSheet((), problems, ())
    lines = [row for row in header.sheet.rows if row.number > header.line]
    examples = [row.number for row in lines if _is_example(row, header)]
    rows: list[ContractRow] = []
    found = list(_nothing_to_read(lines, examples))
    for line in (line for line in lines if line.number not in examples):
        values, wrong = _values(line, header)
        found += wrong
        rows += [] if wrong else [ContractRow(line=line.number, **values)]
    found += contradictions(rows, header.names)
    notices = (*_ignored(header, headers), *remarks(rows))
    return ContractsSheet(tuple(rows), tuple(sorted(found, key=lambda problem: problem.line or 0)), notices)


def _header(sheet: Sheet, row: Row) -> _Header:
    header = _Header(sheet, row.number)
    for place, cell in enumerate(row.cells):
        name = shown(cell)
        column = column_of(name)
        if column is None:
            header.unknown += [name] if name else []
        elif column.field in header.names:
            header.repeated.append(name)
        else:
            header.columns[place] = column
            header.names[column.field] = name
    return header


def _missing(header: _Header) -> Iterator[Problem]:
    missing = [column.header for column in COLUMNS if column.required and column.field not in header.names]
    if len(header.columns) < 3:
        fault = "aucune ligne de titres n’a été reconnue"
        yield Problem(None, "", "", fault, f"Partez du modèle, ou écrivez au moins les titres {_listed(missing)}.")
    elif missing:
        fault, remedy = (
            ("il manque la colonne", "Ajoutez-la") if len(missing) == 1 else ("il manque les colonnes", "Ajoutez-les")
        )
        yield Problem(header.line, "", "", f"{fault} {_listed(missing)}", f"{remedy} ou partez du modèle.")
    for name in header.repeated:
        yield Problem(header.line, name, "", "ce titre est là deux fois", "Gardez une seule colonne.")


def _is_example(row: Row, header: _Header) -> bool:
    return any(
        column.field == "reference" and place < len(row.cells) and shown(row.cells[place]) in EXAMPLE_REFERENCES
        for place, column in header.columns.items()
    )


def _nothing_to_read(lines: list[Row], examples: list[int]) -> Iterator[Problem]:
    if len(examples) > 1:
        which = f"les lignes {', '.join(map(str, examples[:-1]))} et {examples[-1]} sont les exemples du modèle"
        yield Problem(None, "", "", which, "Supprimez-les, puis écrivez vos marchés à leur place.")
    elif examples:
        yield Problem(examples[0], "", "", "c’est un exemple du modèle", "Supprimez cette ligne.")
    if not lines:
        yield Problem(None, "", "", "il n’y a aucune ligne sous les titres", "Écrivez un marché par ligne.")


def _values(row: Row, header: _Header) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems = []
    for place, column in header.columns.items():
        cell: Cell = row.cells[place] if place < len(row.cells) else ""
        name = header.names[column.field]
        try:
            values[column.field] = column.read(cell)
        except Unreadable as error:
            problems.append(Problem(row.number, name, _short(cell), error.fault, error.remedy))
        else:
            if column.required and values[column.field] is None:
                problems.append(Problem(row.number, name, "", "cette case est vide", "Remplissez-la."))
    return values, problems


def _short(cell: Cell) -> str:
    text = shown(cell)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _ignored(header: _Header, headers: list[_Header]) -> Iterator[str]:
    if header.unknown:
        plural = len(header.unknown) > 1
        subject = "Colonnes ignorées" if plural else "Colonne ignorée"
        yield f"{subject}{NBSP}: {_listed(header.unknown)}."
    others = {found.sheet.name for found in headers if len(found.columns) >= 3} - {header.sheet.name}
    if others:
        yield f"Seule la feuille {quoted(header.sheet.name)} a été lue, pas {_listed(sorted(others))}."


def _listed(names: list[str]) -> str:
    marked = [quoted(name) for name in names]
    return marked[0] if len(marked) == 1 else f"{', '.join(marked[:-1])} et {marked[-1]}"
