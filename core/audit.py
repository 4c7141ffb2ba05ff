"""The audit line: who read or changed what, when. Never a name, an address or a text."""

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.house import House
from core.models.trace import Audit
from core.prepared import Prepared

ADD = Prepared(insert(Audit))  # run at many turns


def note(
    session: Session, house: House, action: str, subject: str, *, person_id: int | None = None, detail: str = ""
) -> None:
    """Add one audit line in the caller's transaction; `subject` is like "commitment:12"."""
    values = {"person_id": person_id, "action": action, "subject": subject, "detail": detail[:300]}
    ADD.run(session, {**values, "happened_at": house.now()})
