"""The real application on a real database, with the cast, and browsers on it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.web.app import make_app
from bot.web.live import Live
from core.house import House
from tests.cast import Cast, gather
from tests.integration.web.browser import ADDRESS, Browser


@pytest.fixture
def cast(sqlite_house: House) -> Cast:
    """The cast; pages read nothing that differs between databases."""
    return gather(sqlite_house)


@pytest.fixture
def live() -> Live:
    """The open pages of the application under test."""
    return Live()


@pytest.fixture
def app(sqlite_house: House, live: Live) -> FastAPI:
    """The application."""
    return make_app(sqlite_house, live=live, telegram_username=lambda: "clausette_bot")


@pytest.fixture
def new_browser(app: FastAPI) -> Iterator[Callable[[], Browser]]:
    """Open a fresh browser; the first one starts the application."""
    with ExitStack() as stack:
        started = stack.enter_context(TestClient(app, base_url=ADDRESS, raise_server_exceptions=False))

        def opened() -> Browser:
            client = TestClient(app, base_url=ADDRESS, raise_server_exceptions=False)
            client.portal = started.portal
            return Browser(client)

        yield opened


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    """A browser that has opened the chat."""
    made = new_browser()
    made.opens("/")
    return made
