"""What guards every request, without a server."""

from collections.abc import Iterable

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.safety import BodyCap, BodyTooLarge, SafeHeaders, SameOrigin, form_token, is_form_token

KEY = b"k" * 32


def scope_of(method: str = "POST", path: str = "/messages", **headers: str) -> Scope:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "headers": raw, "query_string": b""}


async def played(app: ASGIApp, scope: Scope, chunks: Iterable[bytes] = (b"",)) -> list[Message]:
    bodies = list(chunks)
    incoming = [
        {"type": "http.request", "body": body, "more_body": place < len(bodies) - 1}
        for place, body in enumerate(bodies)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return incoming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


async def welcome(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("bienvenue")(scope, receive, send)


def refused(request: Request) -> Response:
    return PlainTextResponse("refusé", 403)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec_fetch_site": "same-origin"}, 200),
        ({"sec_fetch_site": "none"}, 200),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"origin": "https://clausette.exemple.fr"}, 200),
        ({"origin": "http://localhost:8000", "host": "localhost:8000"}, 200),
        ({"origin": "https://pirate.exemple.fr", "host": "clausette.exemple.fr"}, 403),
        ({"origin": "null", "host": "clausette.exemple.fr"}, 403),
        ({"origin": "null", "host": ""}, 403),
        ({"origin": "https://clausette.exemple.fr", "sec_fetch_site": "cross-site"}, 403),
    ],
)
async def test_only_our_own_pages_may_post(headers: dict[str, str], status: int) -> None:
    app = SameOrigin(welcome, public_url="https://clausette.exemple.fr", refused=refused)
    sent = await played(app, scope_of(**headers))
    assert sent[0]["status"] == status


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("HEAD", "/"), ("POST", "/telegram/webhook")])
async def test_reading_and_the_webhook_pass_from_anywhere(method: str, path: str) -> None:
    app = SameOrigin(welcome, public_url="https://clausette.exemple.fr", refused=refused)
    sent = await played(app, scope_of(method, path, sec_fetch_site="cross-site"))
    assert sent[0]["status"] == 200


def test_a_form_belongs_to_one_session() -> None:
    token = form_token(KEY, "carole")
    assert is_form_token(KEY, "carole", token)
    assert not is_form_token(KEY, "olivia", token)
    assert not is_form_token(b"x" * 32, "carole", token)
    assert not is_form_token(KEY, "carole", "")
    assert not is_form_token(KEY, "carole", "é\ud800")


async def test_an_answer_keeps_its_own_policy_and_gets_what_it_lacks() -> None:
    async def download(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("x", headers={"Content-Security-Policy": "sandbox"})(scope, receive, send)

    sent = await played(SafeHeaders(download, https=True), scope_of("GET"))
    headers = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    assert [value for name, value in headers if name == "content-security-policy"] == ["sandbox"]
    assert dict(headers)["x-content-type-options"] == "nosniff"
    assert dict(headers)["strict-transport-security"].startswith("max-age=")


async def test_strict_transport_is_not_asked_for_without_https() -> None:
    sent = await played(SafeHeaders(welcome, https=False), scope_of("GET"))
    assert b"strict-transport-security" not in dict(sent[0]["headers"])


async def read_all(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await welcome(scope, receive, send)


async def test_a_body_at_the_limit_passes() -> None:
    sent = await played(BodyCap(read_all, most=10), scope_of(), [b"12345", b"67890"])
    assert sent[0]["status"] == 200


async def test_a_body_over_the_limit_is_drained_then_refused() -> None:
    """The browser is still sending: it must be heard out, or it shows a broken connection instead of our sentence."""
    remaining = [b"12345", b"678901", b"2345", b"6"]

    async def receive() -> Message:
        body = remaining.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(remaining)}

    async def send(message: Message) -> None:
        raise AssertionError("nothing is answered here")

    with pytest.raises(BodyTooLarge):
        await BodyCap(read_all, most=10)(scope_of(), receive, send)
    assert remaining == []
