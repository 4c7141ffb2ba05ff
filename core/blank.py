"""The blank database: what the revisions make of an empty SQLite file, kept on the disk.

Running them one after the other takes a third of a second; what they made once is written at once. It is taken from the
database itself, so it is theirs whatever they do, and kept for these very revisions (`knowledge.pycache`).
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, text

from knowledge import pycache

MIGRATIONS = Path(__file__).parent / "migrations"
PLACE = pycache.place_of(__file__)
REVISION = 'INSERT INTO "alembic_version"'


def is_empty(connection: Connection) -> bool:
    """Tell whether an SQLite database holds nothing yet."""
    return connection.execute(text("SELECT 1 FROM sqlite_master LIMIT 1")).first() is None


def program() -> str:
    """Tell these revisions, and what runs them, from any other."""
    return pycache.digest(_revisions(), sqlalchemy.__version__, sqlite3.sqlite_version)


def kept() -> Sequence[str] | None:
    """Return the statements that were kept for these revisions, None when there are none."""
    content = pycache.read(PLACE, program())
    return None if content is None else [str(statement) for statement in json.loads(content)]


def fill(connection: Connection, statements: Sequence[str]) -> None:
    """Make of an empty database what the revisions would, in the caller's transaction."""
    for statement in statements:
        connection.exec_driver_sql(statement)


def statements_of(connection: Connection) -> Sequence[str] | None:
    """Return what makes the same database again; None when the revisions also wrote rows, which may tell the day."""
    dbapi = connection.connection.dbapi_connection
    if not isinstance(dbapi, sqlite3.Connection):
        return None
    found = [statement for statement in dbapi.iterdump() if statement not in {"BEGIN TRANSACTION;", "COMMIT;"}]
    rows = [statement for statement in found if statement.startswith("INSERT")]
    return found if all(statement.startswith(REVISION) for statement in rows) else None


def written(statements: Sequence[str]) -> bytes:
    """Return statements as they are kept."""
    return json.dumps(statements).encode()


def _revisions() -> Iterator[Path]:
    alembic = find_spec("alembic")
    if alembic is not None and alembic.origin:
        yield Path(alembic.origin)  # says its version; importing it takes long
    yield MIGRATIONS / "env.py"
    yield from sorted((MIGRATIONS / "versions").glob("*.py"))
