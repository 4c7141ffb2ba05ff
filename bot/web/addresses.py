"""The desk's refused addresses: who cannot be written to, and the button that tries again."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from bot.web.facilitator import as_facilitator
from bot.web.site import Number, Site
from core.messages import moment
from core.refusal import Refused
from core.refused_addresses import refusing_in, try_again

DONE = "Un message vient de partir. S’il est refusé, un dossier vous le dira."


def address_routes(site: Site) -> APIRouter:
    """Return the routes; each is the signed-in facilitateur's only."""
    router = APIRouter(prefix="/desk/adresses", include_in_schema=False)
    house = site.house

    @router.get("")
    async def listed(request: Request) -> Response:
        return await page(request, done=DONE if "essayee" in request.query_params else "")

    @router.post("/{person_id}")
    async def again(request: Request, person_id: Number) -> Response:
        thread, form = await site.own_form(request)
        address = form.text("address")
        try:
            await as_facilitator(house, thread, lambda session, who: try_again(session, house, person_id, address, who))
        except Refused as refusal:
            return await page(request, error=refusal.message)
        return RedirectResponse("/desk/adresses?essayee=1", 303)

    async def page(request: Request, *, done: str = "", error: str = "") -> Response:
        thread = site.cookies.thread(request)
        people = await as_facilitator(house, thread, lambda session, who: refusing_in(session, house, who))
        return site.pages.page(
            "addresses.html",
            status=422 if error else 200,
            people=[(each, moment(house, each.refused_at)) for each in people],
            done=done,
            error=error,
            csrf=site.form_token(thread or ""),
        )

    return router
