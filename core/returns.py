"""Letters that come back: the mark of each in its return address, and its text, kept as long as it may leave again."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import update

from core.house import House
from core.models import Outgoing
from core.models.outbox import OutgoingState
from core.outbox import WAITING

COMES_BACK_WITHIN = timedelta(days=6)  # servers give up after five


def return_mark(number: int, message_id: str) -> str:
    """Return what names a letter in the address where reports about it come back: only who got the letter knows it."""
    return f"retour-{number}-{hashlib.sha256(f'return:{message_id}'.encode()).hexdigest()[:16]}"


def send_again(row: Outgoing, at: datetime) -> None:
    """Queue a letter that came back, the same to the letter, in the caller's transaction."""
    row.state, row.due_at, row.attempts, row.claimed_by = OutgoingState.QUEUED, at, 0, None


def forget_bodies(house: House) -> list[int]:
    """Erase the letters that cannot come back any more; nobody needs to be told."""
    with house.database.transaction() as session:
        session.execute(
            update(Outgoing)
            .where(
                Outgoing.sent_at < house.now() - COMES_BACK_WITHIN,
                Outgoing.body.is_not(None),
                Outgoing.state.not_in(WAITING),
            )
            .values(body=None)
        )
    return []
