"""The blank database is the one that the revisions make, and is made again when they change."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect

from core import blank, schema
from core.database import Database
from core.keys import load_keys
from core.models import Root
from core.settings import Settings

PRAGMAS = ("table_xinfo", "foreign_key_list", "index_list")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the blank database is kept, empty."""
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    monkeypatch.setattr(blank, "PLACE", tmp_path / "kept" / "blank.json")
    return tmp_path / "kept" / "blank.json"


@pytest.fixture
def new(tmp_path: Path) -> Callable[[str], Database]:
    settings = Settings.read(data_dir=tmp_path, database_url="")
    return lambda name: Database(f"sqlite:///{tmp_path / name}", load_keys(settings))


def revise_no_more(connection: Connection, revision: str) -> None:
    raise AssertionError("the revisions need not run")


@contextmanager
def in_memory() -> Iterator[Connection]:
    with create_engine("sqlite://").connect() as connection:
        yield connection


def described(connection: Connection) -> dict[str, object]:
    """All that SQLite says of a database: the texts of its tables, indexes, triggers and views, and what they mean."""
    dbapi = connection.connection.dbapi_connection
    assert isinstance(dbapi, sqlite3.Connection)
    found: dict[str, object] = {
        f"{kind} {name}": (table, sql)
        for kind, name, table, sql in dbapi.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
    }
    for table in inspect(connection).get_table_names():
        found |= {f"{pragma} {table}": dbapi.execute(f"PRAGMA {pragma}('{table}')").fetchall() for pragma in PRAGMAS}
        found[f"rows of {table}"] = dbapi.execute(f'SELECT * FROM "{table}"').fetchall()
    for name in [key.partition(" ")[2] for key in found if key.startswith("index ")]:
        found[f"columns of {name}"] = dbapi.execute(f"PRAGMA index_xinfo('{name}')").fetchall()
    return found


def test_what_is_written_at_once_is_what_the_revisions_make() -> None:
    with in_memory() as revised, in_memory() as filled:
        schema.migrate(revised, "head")
        made = blank.statements_of(revised)
        assert made is not None
        blank.fill(filled, made)
        assert described(filled) == described(revised)
        assert len(described(filled)) > 200
        assert compare_metadata(MigrationContext.configure(filled), Root.metadata) == []


def test_the_second_database_is_made_without_the_revisions(
    place: Path, new: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = new("first"), new("second")
    schema.upgrade(first)
    monkeypatch.setattr(schema, "migrate", revise_no_more)
    schema.upgrade(second)
    schema.upgrade(second)
    with first.engine.connect() as one, second.engine.connect() as other:
        assert described(one) == described(other)
    assert schema.current(second) == schema.head(second)
    first.close()
    second.close()


def test_the_installation_keeps_it_beforehand(
    place: Path, new: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    schema.keep()
    monkeypatch.setattr(schema, "migrate", revise_no_more)
    schema.keep()
    database = new("first")
    schema.upgrade(database)
    assert schema.current(database) == schema.head(database)
    database.close()


def test_other_revisions_or_damage_and_the_revisions_run(
    place: Path, new: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    schema.keep()
    whole = place.read_bytes()
    place.write_bytes(whole.replace(b"territories", b"territoires"))
    assert blank.kept() is None
    place.write_bytes(whole)
    assert blank.kept() is not None
    monkeypatch.setattr(blank, "program", lambda: "another")
    assert blank.kept() is None
    database = new("first")
    schema.upgrade(database)
    assert schema.current(database) == schema.head(database)
    assert blank.kept() is not None, "made again, for the other"
    database.close()


def test_a_change_to_a_revision_makes_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text("un")
    monkeypatch.setattr(blank, "MIGRATIONS", tmp_path)
    seen = [blank.program()]
    for name, content in (("versions/0001_a.py", "un"), ("versions/0001_a.py", "deux"), ("env.py", "deux")):
        (tmp_path / name).write_text(content)
        seen.append(blank.program())
    assert len(set(seen)) == len(seen)


def test_a_database_that_holds_something_is_never_filled(place: Path, new: Callable[[str], Database]) -> None:
    schema.keep()
    database = new("old")
    with database.engine.connect().execution_options(writes=True) as connection, connection.begin():
        schema.migrate(connection, "0001")
    schema.upgrade(database)
    assert schema.current(database) == schema.head(database)
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Root.metadata) == []
    database.close()


def test_revisions_that_write_rows_are_not_kept() -> None:
    with in_memory() as connection:
        schema.migrate(connection, "head")
        connection.exec_driver_sql("INSERT INTO organisations (name, kind, territory_id) VALUES ('Mairie', 'buyer', 1)")
        assert blank.statements_of(connection) is None


def test_the_names_of_the_files_tell_the_revisions(new: Callable[[str], Database]) -> None:
    scripts = ScriptDirectory.from_config(schema.configuration())
    database = new("none")
    assert schema.head(database) == scripts.get_current_head()
    assert all(schema.knows(each.revision) for each in scripts.walk_revisions())
    assert not schema.knows("9999")
    assert schema.current(database) is None
    database.close()
