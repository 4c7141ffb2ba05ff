"""Statements compiled once for the whole run: each test has an engine of its own, which would compile all again."""

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

MOST_STATEMENTS = 3000


def compile_once(patch: pytest.MonkeyPatch) -> None:
    """Share what is compiled between all the engines of a kind, whose dialects are then one key of the cache."""
    compiled: LRUCache[Any, Any] = LRUCache(MOST_STATEMENTS)
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))

    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=compiled)

    event.listen(Engine, "engine_connect", share)
