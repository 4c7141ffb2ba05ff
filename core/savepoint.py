"""A savepoint: what a block wrote is undone when it raises, in the database and in what the session holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

NAME = "before_the_block"


@contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """Undo what the block does when it raises.

    The session's own savepoint is said to the database before the first statement of the ORM: those that
    `core.prepared` runs earlier would escape it. Hence this one around it, which costs nothing.
    """
    session.flush()
    connection = session.bind if isinstance(session.bind, Connection) else session.connection()
    driver: Any = connection.connection.dbapi_connection
    driver.execute(f"SAVEPOINT {NAME}")
    try:
        with session.begin_nested():
            yield
    except BaseException:
        driver.execute(f"ROLLBACK TO SAVEPOINT {NAME}")
        raise
    driver.execute(f"RELEASE SAVEPOINT {NAME}")
