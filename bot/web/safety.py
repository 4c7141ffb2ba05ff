"""What guards every request: headers, same origin, size of bodies, a log without secrets. Plain ASGI, no body read.

A cross-site request is refused by what browsers say of themselves (Sec-Fetch-Site, Origin); forms also carry a token
bound to the session's cookie (`bot.web.visitor`). A JSON body cannot be posted across sites without a preflight, which
is never granted.
"""

import hmac
import logging
import time
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

MOST_BODY = 16 * 1024 * 1024  # one file of 15 MB, and the fields around it
MOST_DRAINED = 128 * 1024 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
WITHOUT_BROWSER = frozenset({"/telegram/webhook"})
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'"
)
CROSS_SITE = "Cette demande vient d’un autre site. Ouvrez la page de l’assistante et recommencez."
TOO_LARGE = (
    "Votre envoi dépasse 15\N{NO-BREAK SPACE}Mo. Envoyez une photo moins lourde, un PDF compressé, ou plusieurs "
    "fichiers l’un après l’autre."
)


class BodyTooLarge(HTTPException):
    """The body is over the limit; a parser that was reading it keeps what came before."""

    def __init__(self) -> None:
        super().__init__(413, TOO_LARGE)


@lru_cache(4096)  # the computation lets other threads in, and has to wait for its turn again
def form_token(signing: bytes, thread: str) -> str:
    """Return the token of the forms shown to one session."""
    return hmac.digest(signing, b"form:" + thread.encode(), sha256).hex()[:40]


def is_form_token(signing: bytes, thread: str, token: str) -> bool:
    """Tell whether a form was shown to this session."""
    return hmac.compare_digest(form_token(signing, thread).encode(), token.encode("utf-8", "replace"))


def safe_headers(*, https: bool) -> dict[str, str]:
    """Return the headers that every answer carries, unless it has its own."""
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


class SafeHeaders:
    """Adds the security headers."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.headers = tuple(
            (name.lower().encode(), value.encode()) for name, value in safe_headers(https=https).items()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer with the headers it lacks."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(pair for pair in self.headers if pair[0] not in present)]
            await send(message)

        await self.app(scope, receive, send_safely if scope["type"] == "http" else send)


class SameOrigin:
    """Refuses unsafe requests that a browser says another site started.

    Clients that are no browser send neither header and hold no cookie of ours: they pass.
    """

    def __init__(self, app: ASGIApp, *, public_url: str, refused: Callable[[Request], Response]) -> None:
        self.app = app
        self.public_host = urlsplit(public_url).netloc.lower()
        self.refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what is safe, same-origin, or not from a browser."""
        unsafe = scope["type"] == "http" and scope["method"] not in SAFE_METHODS
        if unsafe and scope["path"] not in WITHOUT_BROWSER and not self._is_same_origin(Headers(scope=scope)):
            await self.refused(Request(scope))(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_same_origin(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is None:
            return True
        return urlsplit(origin).netloc.lower() in {self.public_host, headers.get("host", "").lower()} - {""}


class BodyCap:
    """Cuts a body over the limit. The rest is drained, up to a point, or the browser would see no answer."""

    def __init__(self, app: ASGIApp, *, most: int = MOST_BODY) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is under the limit, then raise BodyTooLarge inside the application."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        left = self.most
        cut: Message | None = None

        async def receive_capped() -> Message:
            nonlocal left, cut
            if cut is not None:
                await _drain(cut, receive)
                raise BodyTooLarge
            message = await receive()
            body = message.get("body", b"")
            if len(body) > left:
                cut = message
                return {"type": "http.request", "body": body[:left], "more_body": True}
            left -= len(body)
            return message

        await self.app(scope, receive_capped, send)


async def _drain(message: Message, receive: Receive) -> None:
    drained = 0
    while message.get("more_body", False) and drained < MOST_DRAINED:
        message = await receive()
        drained += len(message.get("body", b""))


class AccessLog:
    """Logs one line for each request: method, route (never the address, which may hold a secret), status, time."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measure one request."""
        if scope["type"] != "http" or not log.isEnabledFor(logging.INFO):
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            log.info("%s %s %s %.1f ms", scope["method"], route, status, (time.perf_counter() - started) * 1000)
