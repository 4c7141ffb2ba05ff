"""Which requests take a door, and which go on to the routers."""

import pytest
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.web.doors import Doors
from tests.unit.web.test_safety import played, scope_of


async def beyond(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("plus loin", 404)(scope, receive, send)


async def welcome(request: Request) -> Response:
    if "x-fault" in request.headers:
        raise HTTPException(403, "la raison")
    return PlainTextResponse(await request.body())


async def refused(request: Request, error: HTTPException) -> Response:
    return PlainTextResponse(f"refusé : {error.detail}", error.status_code)


def doors() -> Doors:
    router = APIRouter()
    router.add_route("/messages", welcome, methods=["POST"])
    router.add_route("/dossiers/{number}", welcome, methods=["POST"])

    @router.post("/questions")
    async def typed(number: int) -> int:
        return number

    return Doors(beyond, routes=router.routes, refused=refused)


async def test_a_plain_route_of_fixed_address_is_a_door() -> None:
    scope = scope_of()
    started, body = await played(doors(), scope, [b"bon", b"jour"])
    assert (started["status"], body["body"]) == (200, b"bonjour")
    assert scope["route"].path == "/messages", "the log names it"


async def test_what_a_door_refuses_is_said_as_everywhere() -> None:
    started, body = await played(doors(), scope_of(x_fault="1"))
    assert (started["status"], body["body"].decode()) == (403, "refusé : la raison")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/messages"), ("HEAD", "/messages"), ("POST", "/messages/"), ("POST", "/MESSAGES"),
     ("POST", "/dossiers/{number}"), ("POST", "/dossiers/7"), ("POST", "/questions")],
)  # fmt: skip
async def test_anything_else_goes_on(method: str, path: str) -> None:
    started, _ = await played(doors(), scope_of(method, path))
    assert started["status"] == 404


async def test_what_is_no_request_goes_on() -> None:
    seen = []

    async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    app = Doors(lifespan, routes=[], refused=refused)
    await played(app, {"type": "lifespan"})
    assert seen == ["lifespan"]
