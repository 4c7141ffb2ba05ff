"""Bringing the database's schema up to date; safe when several processes start together."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from core.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 7_301_200  # any number: one process migrates at a time (PostgreSQL advisory lock)


def config_for(database: Database) -> Config:
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
        config = config_for(database)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def current(database: Database) -> str | None:
    """Return the revision that the database has, or None when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head(database: Database) -> str | None:
    """Return the latest revision."""
    return ScriptDirectory.from_config(config_for(database)).get_current_head()
