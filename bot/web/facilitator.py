"""The door of the desk's pages: what only the signed-in facilitateur does."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from core.access import keeps_articles
from core.house import House
from core.models import Person
from core.people import person_of
from core.terms import Channel

Result = TypeVar("Result")
ONLY_FACILITATOR = "Cette page est réservée au facilitateur. Connectez-vous pour l’ouvrir."


async def as_facilitator(house: House, thread: str | None, act: Callable[[Session, Person], Result]) -> Result:
    """Do something as the facilitateur signed in at this browser. Raises HTTPException 403 for anybody else."""

    def done() -> Result:
        with house.database.transaction() as session:
            person = person_of(session, Channel.WEB, thread) if thread else None
            if person is None or not keeps_articles(person):
                raise HTTPException(403, ONLY_FACILITATOR)
            return act(session, person)

    return await asyncio.to_thread(done)
