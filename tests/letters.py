"""The letters that wait in an outbox, as `tests.houses.write_plainly` writes them."""

import json
from typing import Any

from sqlalchemy import select

from core.house import House
from core.models import Outgoing
from core.terms import Channel


def letters_to(house: House, address: str, kind: str) -> list[dict[str, Any]]:
    """Return the fields of the letters of a kind to an address, oldest first."""
    with house.database.reading() as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.channel == Channel.EMAIL).order_by(Outgoing.id)).all()
        mails = [(row.body or b"").partition(b"\r\n\r\n") for row in rows if row.peer == address]
    return [json.loads(body) for head, _, body in mails if f"Subject: {kind}".encode() in head]
