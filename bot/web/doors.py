"""The doors that everybody takes: plain routes of fixed address, found in a dictionary before the framework's routers.

The framework's way to an endpoint (three nested routers, two handlers of exceptions, a stack of things to close) costs
more than reading the form. An endpoint added with `add_route` needs none of it: it takes a request, gives a response,
and what it refuses is said as everywhere. Whatever is not asked by such a method at such an address goes on.
"""

from collections.abc import Awaitable, Callable, Iterable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

Refuse = Callable[[Request, HTTPException], Awaitable[Response]]


class Doors:
    """Answers the plain routes among `routes`; `refused` says an HTTPException as the application does."""

    def __init__(self, app: ASGIApp, *, routes: Iterable[BaseRoute], refused: Refuse) -> None:
        self.app = app
        self.refused = refused
        self._doors = {
            (method, route.path): route
            for route in routes
            if type(route) is Route and not route.param_convertors
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or go on to the routers."""
        door = self._doors.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if door is None:
            await self.app(scope, receive, send)
            return
        scope["route"] = door
        request = Request(scope, receive, send)
        try:
            response: Response = await door.endpoint(request)
        except HTTPException as error:
            response = await self.refused(request, error)
        await response(scope, receive, send)
