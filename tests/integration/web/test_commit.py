"""A turn is committed before its answer begins to leave: who reads "enregistré" can rely on it."""

from fastapi import FastAPI
from sqlalchemy import func, select
from starlette.testclient import TestClient
from starlette.types import Message as Event
from starlette.types import Receive, Scope, Send

from core.house import House
from core.models import Message
from core.terms import Author
from tests.integration.web.browser import ADDRESS, Browser


def test_what_a_person_wrote_is_committed_when_the_answer_begins(sqlite_house: House, app: FastAPI) -> None:
    committed: list[int] = []

    def written() -> int:
        query = select(func.count()).select_from(Message).where(Message.author == Author.PERSON)
        with sqlite_house.database.reading() as session:
            return session.scalar(query) or 0

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        async def watching(event: Event) -> None:
            if event["type"] == "http.response.start" and scope["path"] == "/messages":
                committed.append(written())
            await send(event)

        await app(scope, receive, watching)

    with TestClient(watched, base_url=ADDRESS) as client:
        browser = Browser(client)
        browser.opens("/")
        browser.writes("aide")
        browser.writes("menu")
    assert committed == [1, 2]
