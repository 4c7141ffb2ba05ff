"""One furnished house per database, for the tests that only read it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from core.demo import Demo, furnish
from core.house import House
from tests.houses import make_house


@dataclass(frozen=True)
class Furnished:
    """A furnished house and who to be in it."""

    house: House
    demo: Demo


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def furnished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """A furnished house, on both databases; tests only read it."""
    folder = tmp_path_factory.mktemp("demo")
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        url = f"sqlite:///{shutil.copy(template, folder / 'demo.sqlite3')}"
    else:
        server, name = str(request.getfixturevalue("postgresql_server")), f"test_{uuid4().hex}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('postgresql_template')}")
        url = f"{server}/{name}"
    house = make_house(url, folder)
    yield Furnished(house, furnish(house))
    house.database.close()
