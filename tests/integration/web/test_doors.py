"""What a message is answered by its door is what the framework's routers would have answered."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from bot.web.app import make_app
from bot.web.forms import MOST_FIELDS
from bot.web.live import Live
from bot.web.safety import MOST_BODY
from core.house import House
from tests.integration.web.browser import ADDRESS, Browser

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
RANDOM = re.compile(rb'("id":|id="m|value="|"data":"|data-last=")[^",}]*')
OF_ITS_OWN = frozenset({"content-length", "set-cookie"})

Pair = tuple[Browser, Browser]
Ask = Callable[[Browser], Response]


def posting(**headers: str) -> Ask:
    return lambda browser: browser.client.post(
        "/messages", data={"csrf": browser.csrf, "token": "t", "text": "Bonjour"}, headers=headers,
        follow_redirects=False,
    )  # fmt: skip


def bare(method: str, path: str = "/messages", content: bytes = b"", **headers: str) -> Ask:
    typed = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda browser: browser.client.request(method, path, content=content, headers=typed, follow_redirects=False)


def with_a_stale_form(browser: Browser) -> Response:
    browser.csrf = "0" * 40
    return browser.sends(text="Bonjour")


def with_a_stale_page(browser: Browser) -> Response:
    browser.csrf = "0" * 40
    return posting()(browser)


def without_cookie(browser: Browser) -> Response:
    browser.client.cookies.clear()
    return browser.sends(text="Bonjour")


def with_a_forged_cookie(browser: Browser) -> Response:
    browser.client.cookies.set("__Host-clausette", f"{browser.thread}.AAAA.AAAA", domain="clausette.exemple.fr")
    return browser.sends(text="Bonjour")


ASKED: dict[str, tuple[int, Ask]] = {
    "the script sends a message": (200, lambda browser: browser.sends(text="Bonjour")),
    "the script sends a question": (200, lambda browser: browser.sends(text="Un apprenti compte-t-il ?")),
    "the script sends nothing": (200, lambda browser: browser.sends(text=" ")),
    "the script sends a file": (200, lambda browser: browser.sends(text="", files={"file": ("cv.pdf", PDF)})),
    "a page without script posts": (303, posting()),
    "a body over the limit": (413, lambda browser: browser.sends(files={"file": ("a.mp4", b"x" * (MOST_BODY + 1))})),
    "the form is stale": (403, with_a_stale_form),
    "the page is stale": (403, with_a_stale_page),
    "there is no cookie": (403, without_cookie),
    "the cookie is forged": (403, with_a_forged_cookie),
    "another site posts": (403, posting(**{"Sec-Fetch-Site": "cross-site", "Accept": "application/json"})),
    "a page of another site posts": (403, posting(Origin="https://pirate.exemple.fr")),
    "a form of parts without boundary": (400, bare("POST", content_type="multipart/form-data")),
    "too many fields": (400, bare("POST", content=b"&".join([b"a=b"] * (MOST_FIELDS + 1)),
                                  content_type="application/x-www-form-urlencoded", accept="application/json")),
    "a body that is no form": (403, bare("POST", content=b"{}", content_type="application/json")),
    "messages are read": (200, bare("GET")),
    "HEAD": (405, bare("HEAD")),
    "PUT": (405, bare("PUT")),
    "DELETE from another site": (403, bare("DELETE", sec_fetch_site="cross-site")),
    "a longer address": (404, bare("POST", "/messages/")),
}  # fmt: skip


@pytest.fixture
def pair(sqlite_house: House) -> Iterator[Pair]:
    """A browser on the application, and one on the same application whose doors are walled up."""
    with ExitStack() as stack:

        def browser(*, is_walled: bool) -> Browser:
            app = make_app(sqlite_house, live=Live())
            if is_walled:
                kept = [each for each in app.user_middleware if "routes" not in each.kwargs]
                assert len(kept) == len(app.user_middleware) - 1
                app.user_middleware = kept
            client = stack.enter_context(TestClient(app, base_url=ADDRESS, raise_server_exceptions=False))
            opened = Browser(client)
            opened.opens("/")
            return opened

        yield browser(is_walled=False), browser(is_walled=True)


def answered(browser: Browser, ask: Ask) -> tuple[int, list[tuple[str, str]], bytes]:
    """What was answered, but for what is drawn at random."""
    reply = ask(browser)
    headers = sorted((name, value) for name, value in reply.headers.items() if name not in OF_ITS_OWN)
    return reply.status_code, headers, RANDOM.sub(rb"\1", reply.content)


@pytest.mark.parametrize("case", ASKED)
def test_a_door_answers_as_the_routers_do(pair: Pair, case: str) -> None:
    status, ask = ASKED[case]
    by_the_door, by_the_routers = (answered(browser, ask) for browser in pair)
    assert by_the_door == by_the_routers
    assert by_the_door[0] == status


@pytest.mark.parametrize("ask", [lambda browser: browser.sends(text="Bonjour"), posting()])
def test_a_door_refuses_who_writes_too_fast_as_the_routers_do(
    pair: Pair, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.chat.allowed", lambda *_: False)
    by_the_door, by_the_routers = (answered(browser, ask) for browser in pair)
    assert by_the_door == by_the_routers
    assert by_the_door[0] == 429


def test_a_bug_behind_a_door_is_said_as_behind_the_routers(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object) -> None:
        raise LookupError("the secret detail")

    monkeypatch.setattr("bot.web.chat.turn", bug)
    by_the_door, by_the_routers = (answered(browser, lambda one: one.sends(text="Bonjour")) for browser in pair)
    assert by_the_door == by_the_routers
    assert by_the_door[0] == 500
    assert "content-security-policy" in dict(by_the_door[1])
    assert b"secret detail" not in by_the_door[2]
