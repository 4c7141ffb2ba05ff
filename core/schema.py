"""Bringing the database's schema up to date; safe when several processes start together."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from core.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 7_301_200  # any number: one process migrates at a time (PostgreSQL advisory lock)


def configuration() -> Config:
    """Return Alembic's configuration, without a file."""
    config = Config()
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


def migrate(connection: Connection, revision: str) -> None:
    """Bring the schema from where it is to a later revision, in the caller's transaction."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def knows(revision: str) -> bool:
    """Tell whether a revision is one of this version's."""
    return revision in {each.revision for each in ScriptDirectory.from_config(configuration()).walk_revisions()}


def current(database: Database) -> str | None:
    """Return the revision that the database has, or None when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head(database: Database) -> str | None:
    """Return the latest revision."""
    return ScriptDirectory.from_config(configuration()).get_current_head()
