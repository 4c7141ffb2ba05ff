"""Is each part well? By name, "ok" or what is wrong in one line."""

import os
from datetime import timedelta

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from core.house import House
from core.models import Message, Outgoing
from core.models.outbox import OutgoingState
from core.schema import current, head

STUCK_AFTER = timedelta(minutes=15)


def parts(house: House) -> dict[str, str]:
    """Look at the database, its schema, the disk, what waits to leave and what failed."""
    found = {"disk": _disk(house)}
    try:
        with house.database.reading() as session:
            session.execute(text("SELECT 1"))
            oldest = session.scalar(
                select(func.min(Outgoing.due_at)).where(
                    Outgoing.state == OutgoingState.QUEUED, Outgoing.due_at < house.now() - STUCK_AFTER
                )
            )
            failed = session.scalar(select(func.count()).where(Message.status == "failed")) or 0
        is_current = current(house.database) == head(house.database)
    except (SQLAlchemyError, OSError) as error:
        return {**found, "database": type(error).__name__}
    return {
        **found,
        "database": "ok",
        "schema": "ok" if is_current else "not up to date",
        "outbox": "ok" if oldest is None else f"waiting since {oldest:%Y-%m-%d %H:%M} UTC",
        "messages": "ok" if failed == 0 else f"{failed} to try again",
    }


def _disk(house: House) -> str:
    try:
        house.files_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        usage = os.statvfs(house.files_dir)
    except OSError as error:
        return f"cannot write in the data directory ({error.strerror})"
    return "ok" if usage.f_bavail * usage.f_frsize > 200_000_000 else "less than 200 MB left"
