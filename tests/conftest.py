"""What every test may ask for: a house on SQLite and on PostgreSQL, a clock, the cast, somebody to talk to."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from core.database import Database
from core.house import House
from core.keys import load_keys
from core.schema import upgrade
from core.settings import Settings
from tests.cast import Cast, gather
from tests.houses import FakeClock, make_house
from tests.postgresql import ABSENT, programs, running


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
    """The name of a database whose schema is up to date."""
    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE up_to_date")
    _migrate(f"{postgresql_server}/up_to_date", tmp_path_factory.mktemp("postgresql"))
    return "up_to_date"


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


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """The address of a fresh PostgreSQL database."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
        yield f"{postgresql_server}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database, on SQLite then on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def clock() -> FakeClock:
    """Monday 23 November 2026, 11 h in Paris."""
    return FakeClock()


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    """An empty house, on both databases."""
    made = make_house(database_url, tmp_path, clock=clock)
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


@pytest.fixture
def cast(house: House) -> Cast:
    """The cast, in the house."""
    return gather(house)
