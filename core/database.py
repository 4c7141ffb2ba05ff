"""The database: SQLite (embedded) or PostgreSQL, and the only place that opens transactions and commits.

SQLite's default driver begins a transaction late and loses concurrent updates silently: here every writer says BEGIN
IMMEDIATE and takes one lock inside the process (SQLite's own busy wait is unfair). A transaction returns once it is on
the disk, for the hours are a ledger; those that end together wait for the disk together (`core.journal`).
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from core.journal import Journal
from core.keys import Keys
from core.settings import InvalidSettings

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

_waiting_later: ContextVar[bool] = ContextVar("_waiting_later", default=False)
keys_in_use: ContextVar[Keys] = ContextVar("keys_in_use")


class Database:
    """One engine, the keys of its encrypted columns, and its transactions."""

    def __init__(self, url: str, keys: Keys) -> None:
        self.url = _checked(url)
        self.keys = keys
        self.dialect = self.url.get_backend_name()
        self.is_sqlite = self.dialect == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        # SQLite's writer has a connection of its own, which keeps the pages it has read: what a connection holds is
        # worthless once another one has written. It stays open from one transaction to the next.
        self._writer = _sqlite(self.url, connections=1, writes=True) if self.is_sqlite else self.engine
        self._writing = threading.Lock()
        self._open: Connection | None = None
        self._journal = Journal(Path(self.url.database)) if self.is_sqlite and self.url.database else None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a writing transaction; commit when the block ends, roll back when it raises."""
        written = 0
        with (
            self._writing if self.is_sqlite else nullcontext(),
            self._keys_used(),
            self._connected() as connection,
        ):
            with connection.begin(), Session(connection, expire_on_commit=False) as session:
                yield session
                session.flush()
            if self._journal is not None:
                written = self._journal.wrote()
        if self._journal is not None and not _waiting_later.get():
            self._journal.keep(written)  # after the others were let in

    @contextmanager
    def waiting_once(self) -> Iterator[None]:
        """Let the transactions that the caller makes in the block wait for the disk together, when it ends.

        For work that nobody is told of before its end; a power cut may lose the last ones, none of them in part.
        """
        token = _waiting_later.set(True)
        try:
            yield
        finally:
            _waiting_later.reset(token)
            if self._journal is not None:
                with self._writing:
                    written = self._journal.wrote()
                self._journal.keep(written)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads; it waits for nobody and is rolled back at the end."""
        with (
            self._keys_used(),
            self.engine.connect() as connection,
            Session(connection, expire_on_commit=False, autoflush=False) as session,
        ):
            connection.begin()
            yield session

    def _connected(self) -> AbstractContextManager[Connection]:
        if not self.is_sqlite:
            return self.engine.connect()
        if self._open is not None and _is_spoilt(self._open):
            self._open.close()
            self._open = None
        if self._open is None:
            self._open = self._writer.connect()
        return nullcontext(self._open)

    @contextmanager
    def _keys_used(self) -> Iterator[None]:
        token = keys_in_use.set(self.keys)
        try:
            yield
        finally:
            keys_in_use.reset(token)

    def close(self) -> None:
        """Close every connection."""
        if self._open is not None:
            self._open.close()
        self.engine.dispose()
        self._writer.dispose()


def _is_spoilt(connection: Connection) -> bool:
    """Tell whether a kept connection is closed, or in a transaction that could not be ended: closing it undoes that."""
    if connection.closed or connection.invalidated or connection.in_transaction():
        return True
    driver: Any = connection.connection.dbapi_connection
    return bool(driver.in_transaction)


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InvalidSettings("CLAUSETTE_DATABASE_URL: not an address (sqlite:///… or postgresql://…)") from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise InvalidSettings(f"CLAUSETTE_DATABASE_URL: {backend} is not supported (sqlite or postgresql)")
    return parsed


def _sqlite(url: URL, *, connections: int = 12, writes: bool = False) -> Engine:
    """Return an engine whose transactions write from their start, all of them or those of connections that say so."""
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": 10},
        hide_parameters=True,
        pool_size=connections,
        max_overflow=8,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        at_once = writes or connection.get_execution_options().get("writes", False)
        connection.connection.dbapi_connection.execute("BEGIN IMMEDIATE" if at_once else "BEGIN")

    return engine


def _postgresql(url: URL) -> Engine:
    return create_engine(url, pool_size=12, max_overflow=8, pool_pre_ping=True, hide_parameters=True)
