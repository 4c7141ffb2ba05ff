"""Bringing the database's schema up to date; safe when several processes start together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, inspect, text

from core import blank
from core.database import Database
from core.later import later
from knowledge import pycache

if TYPE_CHECKING:
    from alembic import command
    from alembic import config as configs
else:
    command, configs = later("alembic.command"), later("alembic.config")

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 7_301_200  # any number: one process migrates at a time (PostgreSQL advisory lock)


def configuration() -> configs.Config:
    """Return Alembic's configuration, without a file."""
    config = configs.Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def upgrade(database: Database) -> None:
    """Apply the revisions that are missing; nothing is done when there are none."""
    if current(database) == head(database):
        return
    with database.engine.connect().execution_options(writes=True) as connection, connection.begin():
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            migrate(connection, "head")
        elif not blank.is_empty(connection):
            migrate(connection, "head")
        elif (statements := blank.kept()) is not None:
            blank.fill(connection, statements)
        else:
            program, made = _made_once(connection)
            if made is not None:
                pycache.offer(blank.PLACE, program, partial(blank.written, made))


def keep() -> None:
    """Keep what the revisions make of an empty database, if it is not there; for the installation. Raises OSError."""
    if blank.kept() is not None:
        return
    with create_engine("sqlite://").connect() as connection:
        program, made = _made_once(connection)
    if made is not None:
        pycache.write(blank.PLACE, program, blank.written(made))


def _made_once(connection: Connection) -> tuple[str, Sequence[str] | None]:
    """Run all the revisions; return what they are, and what does the same, None when it does not always."""
    program = blank.program()
    migrate(connection, "head")
    made = blank.statements_of(connection)
    return program, made if program == blank.program() else None


def migrate(connection: Connection, revision: str) -> None:
    """Bring the schema from where it is to a later revision, in the caller's transaction."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def knows(revision: str) -> bool:
    """Tell whether a revision is one of this version's."""
    return revision in _revisions()


def current(database: Database) -> str | None:
    """Return the revision that the database has, or None when it is empty."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def head(_: Database) -> str:
    """Return the latest revision."""
    return _revisions()[-1]


def _revisions() -> list[str]:
    """Read them from the names of their files, one after the other: Alembic would import them all."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
