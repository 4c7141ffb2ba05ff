"""What every test may ask for: a house on SQLite and on PostgreSQL, a clock, the cast, somebody to talk to."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from core.database import Database
from core.house import House
from core.keys import load_keys, new_encryption_key
from core.limits import count_from_zero
from core.schema import upgrade
from core.settings import Settings
from tests.cast import Cast, Rows, gather, put_back, rows_of
from tests.engines import compile_once
from tests.houses import FakeClock, make_house
from tests.postgresql import ABSENT, programs, running

settings.register_profile("unhurried", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("unhurried")
KEYS = new_encryption_key()
EMPTY = """
    DO $$ DECLARE each record; BEGIN
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid();
        SET LOCAL session_replication_role = replica;  -- foreign keys wait until every table is empty
        FOR each IN SELECT relname, relkind FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') AND relname <> 'alembic_version' LOOP
            IF each.relkind = 'r' THEN EXECUTE format('DELETE FROM %I', each.relname);
            ELSE EXECUTE format('ALTER SEQUENCE %I RESTART', each.relname); END IF;
        END LOOP;
    END $$
"""


MEMORY = Path("/dev/shm")
ROOM = 2 << 30  # bytes: databases of both workers, mails, browsers' profiles


def pytest_configure() -> None:
    """Put temporary files in memory where there is room: each of our commits waits for the disk, tests need not."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # asked again, now that it is said


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Statements are compiled once for all the databases of the run."""
    with pytest.MonkeyPatch.context() as patch:
        compile_once(patch)
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a server, without a database name."""
    bin_dir = programs()
    if bin_dir is None:
        pytest.skip(ABSENT)
    with running(bin_dir) as address:
        yield address


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database whose schema is up to date, to copy."""
    _create_database(postgresql_server, "up_to_date")
    _migrate(f"{postgresql_server}/up_to_date", tmp_path_factory.mktemp("postgresql"))
    return "up_to_date"


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: str, postgresql_template: str) -> str:
    """The address of a database that the tests use one after the other."""
    _create_database(postgresql_server, f"shared TEMPLATE {postgresql_template}")
    return f"{postgresql_server}/shared"


def _create_database(server: str, name: str) -> None:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file whose schema is up to date."""
    folder = tmp_path_factory.mktemp("sqlite")
    _migrate(f"sqlite:///{folder / 'up_to_date.sqlite3'}", folder)
    return folder / "up_to_date.sqlite3"


def _migrate(url: str, folder: Path) -> None:
    database = Database(url, load_keys(Settings(data_dir=folder)))
    upgrade(database)
    database.close()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'clausette.sqlite3')}"


@pytest.fixture(scope="session")
def postgresql_broom(postgresql_database: str) -> Iterator[psycopg.Connection]:
    """A connection that empties the database between two tests."""
    with psycopg.connect(postgresql_database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def postgresql_url(postgresql_database: str, postgresql_broom: psycopg.Connection) -> str:
    """The address of an emptied PostgreSQL database: ten times faster than a fresh one."""
    postgresql_broom.execute(EMPTY)
    return postgresql_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database, on SQLite then on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def clock() -> FakeClock:
    """Monday 23 November 2026, 11 h in Paris."""
    return FakeClock()


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    """Rate limits count from zero in each test."""
    count_from_zero()


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    """An empty house, on both databases."""
    made = make_house(database_url, tmp_path, clock=clock, encryption_keys=KEYS)
    yield made
    made.database.close()


@pytest.fixture
def sqlite_house(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    """An empty house on SQLite, where the database makes no difference."""
    made = make_house(sqlite_url, tmp_path, clock=clock)
    yield made
    made.database.close()


@pytest.fixture
def postgresql_house(postgresql_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    """An empty house on PostgreSQL, for what only several processes can break."""
    made = make_house(postgresql_url, tmp_path, clock=clock)
    yield made
    made.database.close()


@pytest.fixture(scope="session")
def gathered() -> dict[bool, tuple[Cast, Rows]]:
    """The cast and its rows, gathered once on each kind of database."""
    return {}


@pytest.fixture
def cast(house: House, gathered: dict[bool, tuple[Cast, Rows]]) -> Cast:
    """The cast, in the house."""
    kind = house.database.is_sqlite
    if kind not in gathered:
        made = gather(house)
        gathered[kind] = made, rows_of(house.database)
        return made
    made, rows = gathered[kind]
    put_back(house.database, rows)
    return replace(made, house=house)
