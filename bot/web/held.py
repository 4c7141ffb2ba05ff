"""The desk's held mails: whose they may be, why they wait, and what the facilitateur does with each."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from bot.web.facilitator import as_facilitator
from bot.web.site import Number, Site
from core.messages import moment
from core.quarantine import give_to, held_in, set_aside
from core.refusal import Refused

DONE = {
    "remis": "Le message est remis à cette personne. Il sera traité dans la minute, et elle recevra la réponse.",
    "ecarte": "Le message est écarté. Personne n’en est prévenu.",
}


def held_routes(site: Site) -> APIRouter:
    """Return the routes; each is the signed-in facilitateur's only."""
    router = APIRouter(prefix="/desk/courriers", include_in_schema=False)
    house = site.house

    @router.get("")
    async def listed(request: Request) -> Response:
        return await page(request, done=next((DONE[key] for key in DONE if key in request.query_params), ""))

    @router.post("/{number}/remettre")
    async def give(request: Request, number: Number) -> Response:
        thread, form = await site.own_form(request)
        address = form.text("address")
        try:
            await as_facilitator(house, thread, lambda session, who: give_to(session, house, number, address, who))
        except Refused as refusal:
            return await page(request, error=refusal.message)
        return RedirectResponse("/desk/courriers?remis=1", 303)

    @router.post("/{number}/ecarter")
    async def drop(request: Request, number: Number) -> Response:
        thread, form = await site.own_form(request)
        reason = form.text("reason")
        try:
            await as_facilitator(house, thread, lambda session, who: set_aside(session, house, number, reason, who))
        except Refused as refusal:
            return await page(request, error=refusal.message)
        return RedirectResponse("/desk/courriers?ecarte=1", 303)

    async def page(request: Request, *, done: str = "", error: str = "") -> Response:
        thread = site.cookies.thread(request)
        mails = await as_facilitator(house, thread, held_in)
        return site.pages.page(
            "held.html",
            status=422 if error else 200,
            mails=[(each, moment(house, each.received_at)) for each in mails],
            done=done,
            error=error,
            csrf=site.form_token(thread or ""),
        )

    return router
