"""What every page of the edge is given to work with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Path, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.web.forms import Form, read_form
from bot.web.live import Live
from bot.web.pages import Pages
from bot.web.safety import BodyTooLarge, form_token, is_form_token
from bot.web.visitor import Cookies
from core.house import House

STALE_FORM = (
    "Cette page était ouverte depuis trop longtemps, ou votre navigateur refuse les cookies. "
    "Rechargez la page et recommencez."
)


Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""The number of a row in an address; anything else is a page that does not exist."""

After = Annotated[int, Query(ge=0, le=2**31 - 1)]
"""The number of the last message seen."""


@dataclass(frozen=True)
class Site:
    """The house, its open pages, its templates and its cookies. `telegram_username` is "" when there is no bot."""

    house: House
    live: Live
    pages: Pages
    cookies: Cookies
    telegram_username: Callable[[], str]

    def form_token(self, thread: str) -> str:
        """Return what the forms of this browser carry."""
        return form_token(self.house.keys.signing, thread)

    def is_own_form(self, thread: str | None, form: Form) -> bool:
        """Tell whether a form was shown to this browser."""
        return thread is not None and is_form_token(self.house.keys.signing, thread, form.text("csrf"))

    async def own_form(self, request: Request) -> tuple[str, Form]:
        """Return the browser's thread and its form. Raises HTTPException 403 for another's, 413 over the limit."""
        thread, form = self.cookies.thread(request), await read_form(request)
        if form.is_too_large:
            raise BodyTooLarge
        if thread is None or not self.is_own_form(thread, form):
            raise HTTPException(403, STALE_FORM)
        return thread, form


def place_of(request: Request) -> str:
    """Return where a request comes from, for rate limits (the proxy's header is read by the server, if trusted)."""
    return request.client.host if request.client else ""
