"""Restoring a backup into an empty house: all of it, or nothing.

The schema is built at the backup's own revision, filled, then brought up to date, so an old backup opens in a newer
house. The keys must be those of the backup, which is checked before anything is written.
"""

import base64
import binascii
import json
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Boolean, Connection, Date, DateTime, LargeBinary, MetaData, Numeric, Table, func, select, text

from core.backup import AT_A_TIME, FORMAT, KEY_CHECK, tables_of
from core.hours import NBSP
from core.house import House
from core.keys import Keys
from core.refusal import Refused
from core.schema import knows, migrate
from core.settings import InvalidSettings
from core.shelf import articles_folder

SEEDED = frozenset({"territories", "audit"})  # what a house writes by itself when it is opened
DAMAGED = f"Ce fichier n’est pas une sauvegarde entière{NBSP}: rien n’est restauré. Prenez une autre sauvegarde."


@dataclass(frozen=True)
class Restored:
    """What came back: when it was saved, rows by table, files."""

    taken_at: datetime
    tables: dict[str, int]
    files: int


def restore(house: House, path: Path) -> Restored:
    """Fill an empty house with a backup.

    Raises Refused, and changes nothing, when the house is not empty, the file is damaged or of a newer version, or the
    keys are not those of the backup; OSError when a file cannot be read or written.
    """
    try:
        with tempfile.TemporaryDirectory() as unpacked, tarfile.open(path, "r:gz") as archive:
            archive.extractall(unpacked, filter="data")  # refuses absolute names, "..", links outside, devices
            return _restore(house, Path(unpacked))
    except (tarfile.TarError, EOFError, zlib.error, json.JSONDecodeError, binascii.Error, KeyError) as error:
        raise Refused(DAMAGED) from error


def _restore(house: House, folder: Path) -> Restored:
    manifest = json.loads((folder / "manifest.json").read_bytes()) if (folder / "manifest.json").is_file() else {}
    _check(house.keys, manifest)
    placed: list[Path] = []
    try:
        with house.database.engine.connect().execution_options(writes=True) as connection, connection.begin():
            _empty(connection)
            migrate(connection, str(manifest["revision"]))
            tables = {table.name: _fill(connection, table, folder) for table in tables_of(connection)}
            if tables != manifest["tables"]:
                raise Refused(DAMAGED)
            migrate(connection, "head")
            files = _place(folder / "files", house.files_dir, placed)
            _place(folder / "articles", articles_folder(house.settings), placed)
            if files != manifest["files"]:
                raise Refused(DAMAGED)
    except BaseException:
        for each in placed:
            each.unlink(missing_ok=True)
        raise
    return Restored(datetime.fromisoformat(manifest["taken_at"]), tables, files)


def _check(keys: Keys, manifest: dict[str, Any]) -> None:
    if manifest.get("format") != FORMAT or not knows(str(manifest["revision"])):
        raise Refused(
            f"Cette sauvegarde vient d’une version plus récente de Clausette{NBSP}: mettez d’abord celle-ci à jour."
        )
    try:
        is_readable = keys.decrypt(base64.b64decode(manifest["key_check"])) == KEY_CHECK
    except InvalidSettings:
        is_readable = False
    if not is_readable or keys.fingerprint("backup") != manifest["matching_check"]:
        raise Refused(
            f"Les clés de chiffrement ne sont pas celles de la sauvegarde{NBSP}: sans elles, les noms et les textes "
            f"seraient illisibles. Remettez le dossier «{NBSP}keys{NBSP}» sauvegardé à part, ou les réglages des clés."
        )


def _empty(connection: Connection) -> None:
    """Make room: drop tables without anything of anybody. Raises Refused when somebody's rows are there."""
    found = MetaData()
    found.reflect(connection)
    for table in found.sorted_tables:
        if table.name in SEEDED | {"alembic_version"}:
            continue
        if connection.scalar(select(func.count()).select_from(table)):
            raise Refused(
                f"Cette installation contient déjà des données ({table.name}){NBSP}: une sauvegarde ne se restaure que "
                "dans une installation vide. Choisissez un autre CLAUSETTE_DATA_DIR ou une autre base."
            )
    found.drop_all(connection)


def _fill(connection: Connection, table: Table, folder: Path) -> int:
    path = folder / "tables" / f"{table.name}.jsonl"
    with path.open(encoding="utf-8") as lines:
        names = json.loads(next(lines))
        read = [_reading(table.columns[name].type) for name in names]
        count = 0
        for rows in _by_thousands(lines):
            values = [
                {name: None if value is None else of(value) for name, of, value in zip(names, read, row, strict=True)}
                for row in rows
            ]
            connection.execute(table.insert(), values)
            count += len(values)
    _go_on_counting(connection, table)
    return count


def _by_thousands(lines: IO[str]) -> Iterator[list[list[Any]]]:
    rows: list[list[Any]] = []
    for line in lines:
        rows.append(json.loads(line))
        if len(rows) == AT_A_TIME:
            yield rows
            rows = []
    if rows:
        yield rows


def _reading(kind: object) -> Callable[[Any], Any]:
    """Return how a neutral value of a column is read back."""
    if isinstance(kind, LargeBinary):
        return base64.b64decode
    if isinstance(kind, DateTime):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, Boolean):
        return bool
    return str if isinstance(kind, Numeric) and kind.asdecimal else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _go_on_counting(connection: Connection, table: Table) -> None:
    """PostgreSQL's sequences know nothing of rows that came with their number."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
        )
        if sequence:
            last = connection.scalar(select(func.max(column)))
            connection.execute(
                text("SELECT setval(:sequence, :next, false)"), {"sequence": sequence, "next": (last or 0) + 1}
            )


def _place(source: Path, target: Path, placed: list[Path]) -> int:
    """Put the unpacked files in place, noting each, so that a failure takes them away again."""
    count = 0
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        if path.is_file():
            destination = target / path.relative_to(source)
            if destination.exists():
                raise Refused(
                    f"{destination} existe déjà. Videz ce dossier, ou choisissez un autre CLAUSETTE_DATA_DIR."
                )
            destination.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            placed.append(destination)
            shutil.move(path, destination)
            destination.chmod(0o600)
            count += 1
    return count
