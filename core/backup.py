"""A backup: every row, every received file and the operator's articles in one archive, whatever the database.

Encrypted columns and files leave as they lie, so an archive is worth nothing without the keys, which are not in it:
they are backed up apart. Rows are plain JSON lines, so PostgreSQL takes in what SQLite wrote: the way from one machine
to several. The archive is a .tar.gz of

    manifest.json       {"format", "revision", "taken_at", "tables": {name: rows}, "files", and two checks of the keys}
    tables/NAME.jsonl   one array of values per row, in the order of "columns", its first line
    files/…             received files, encrypted      articles/…   the operator's articles
"""

import base64
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, MetaData, Table, select

from core.hours import NBSP
from core.house import House
from core.refusal import Refused
from core.schema import current, head
from core.shelf import articles_folder

FORMAT = 1
REVISIONS = "alembic_version"  # Alembic's own table: the manifest says the revision
KEY_CHECK = b"clausette"
AT_A_TIME = 1000


def write_backup(house: House, path: Path) -> dict[str, int]:
    """Write a backup of the house as it is at one moment; return how many rows of each table it holds.

    People may go on working meanwhile. Raises Refused when the file exists or the schema is not up to date, OSError
    when it cannot be written; a file that stands is whole.
    """
    if path.exists():
        raise Refused(f"{path} existe déjà. Choisissez un autre nom{NBSP}: une sauvegarde n’en efface pas une autre.")
    if current(house.database) != head(house.database):
        raise Refused(f"La base n’est pas à jour. Lancez «{NBSP}clausette doctor{NBSP}», puis recommencez.")
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive:
            counts = _add_everything(house, archive)
        os.replace(partial, path)
    finally:
        Path(partial).unlink(missing_ok=True)
    return counts


def _add_everything(house: House, archive: tarfile.TarFile) -> dict[str, int]:
    taken_at, counts = house.now(), {}
    with _at_one_moment(house) as connection:
        for table in tables_of(connection):
            with tempfile.TemporaryFile() as rows:
                counts[table.name] = _write_rows(connection, table, rows)
                _add(archive, f"tables/{table.name}.jsonl", rows, taken_at)
    # After the rows: a file that comes meanwhile is one too many, none is missing.
    files = _add_folder(archive, house.files_dir, "files")
    _add_folder(archive, articles_folder(house.settings), "articles")
    manifest = {
        "format": FORMAT,
        "revision": current(house.database),
        "taken_at": taken_at.isoformat(),
        "tables": counts,
        "files": files,
        "key_check": base64.b64encode(house.keys.encrypt(KEY_CHECK)).decode(),
        "matching_check": house.keys.fingerprint("backup"),
    }
    _add(archive, "manifest.json", io.BytesIO(json.dumps(manifest).encode()), taken_at)
    return counts


def _at_one_moment(house: House) -> Connection:
    """Return a connection whose reads all see the same moment, whoever writes meanwhile."""
    options: dict[str, Any] = {} if house.database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    return house.database.engine.connect().execution_options(**options)


def tables_of(connection: Connection) -> list[Table]:
    """Return the tables as the database has them, those that others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != REVISIONS]


def _write_rows(connection: Connection, table: Table, file: IO[bytes]) -> int:
    file.write(json.dumps([column.name for column in table.columns]).encode() + b"\n")
    count = 0
    rows = connection.execution_options(yield_per=AT_A_TIME).execute(select(table).order_by(*table.primary_key))
    for row in rows:
        file.write(json.dumps([_neutral(value) for value in row], ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def _neutral(value: Any) -> Any:
    """Write a value so that it reads the same on any database; times are in UTC."""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes], at: datetime) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = content.seek(0, io.SEEK_END)
    entry.mtime, entry.mode = int(at.timestamp()), 0o600
    content.seek(0)
    archive.addfile(entry, content)


def _add_folder(archive: tarfile.TarFile, folder: Path, name: str) -> int:
    count = 0
    for path in _files_of(folder):
        try:
            archive.add(path, f"{name}/{path.relative_to(folder)}", recursive=False)
        except FileNotFoundError:
            continue  # erased meanwhile by the retention
        count += 1
    return count


def _files_of(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
