"""The desk's declarations: the months to examine, one month, its acceptance or what is sent back line by line."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.web.facilitator import as_facilitator
from bot.web.forms import Form
from bot.web.site import Number, Site
from core.refusal import Refused
from core.review import Returned, accept, accept_clean, send_back
from core.review_pages import declaration_page, declarations_to_see
from core.terms import ReturnReason

DONE = {
    "acceptee": "Le mois est accepté. L’entreprise est prévenue.",
    "renvoyee": "Les lignes sont renvoyées. L’entreprise est prévenue, vous aurez sa réponse ici.",
}


def declaration_routes(site: Site) -> APIRouter:
    """Return the routes; each is the signed-in facilitateur's only."""
    router = APIRouter(prefix="/desk/declarations", include_in_schema=False)
    house = site.house

    @router.get("")
    async def listed(request: Request) -> Response:
        accepted = request.query_params.get("acceptees", "")
        done = _accepted(int(accepted)) if accepted.isdigit() else DONE.get(next(iter(request.query_params), ""), "")
        thread = site.cookies.thread(request)
        seen = await as_facilitator(house, thread, lambda session, who: declarations_to_see(session, house, who))
        return site.pages.page("declarations.html", seen=seen, done=done, csrf=site.form_token(thread or ""))

    @router.post("/acceptation")
    async def accept_everything_clean(request: Request) -> Response:
        thread, _ = await site.own_form(request)
        count, rung = await as_facilitator(house, thread, lambda session, who: accept_clean(session, house, who))
        _ring(rung)
        return RedirectResponse(f"/desk/declarations?acceptees={count}", 303)

    @router.get("/{declaration_id}")
    async def one(request: Request, declaration_id: Number) -> Response:
        return await page(request, declaration_id)

    @router.post("/{declaration_id}/acceptation")
    async def accept_one(request: Request, declaration_id: Number) -> Response:
        thread, _ = await site.own_form(request)
        try:
            rung = await as_facilitator(house, thread, lambda session, who: accept(session, house, declaration_id, who))
        except Refused as refusal:
            return await page(request, declaration_id, status=422, error=refusal.message)
        _ring(rung)
        return RedirectResponse("/desk/declarations?acceptee=1", 303)

    @router.post("/{declaration_id}/renvoi")
    async def send_one_back(request: Request, declaration_id: Number) -> Response:
        thread, form = await site.own_form(request)
        try:
            returned, due_on = _returned(form), _day(form.text("due_on"))
            rung = await as_facilitator(
                house,
                thread,
                lambda session, who: send_back(session, house, declaration_id, returned, due_on, who),
            )
        except Refused as refusal:
            return await page(request, declaration_id, status=422, error=refusal.message, typed=form.texts)
        _ring(rung)
        return RedirectResponse("/desk/declarations?renvoyee=1", 303)

    async def page(
        request: Request,
        declaration_id: int,
        *,
        status: int = 200,
        error: str = "",
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        thread = site.cookies.thread(request)
        try:
            seen = await as_facilitator(
                house, thread, lambda session, who: declaration_page(session, house, who, declaration_id)
            )
        except Refused as refusal:
            raise HTTPException(403, refusal.message) from refusal
        return site.pages.page(
            "declaration.html",
            status=status,
            page=seen,
            reasons=list(ReturnReason),
            error=error,
            typed=typed or {},
            csrf=site.form_token(thread or ""),
        )

    def _ring(rung: list[int]) -> None:
        for conversation_id in rung:
            site.live.ring(conversation_id)

    return router


def _returned(form: Form) -> dict[int, Returned]:
    """Read which lines are sent back: `line.12` is ticked, `reason.12` and `text.12` say why."""
    chosen = [name.removeprefix("line.") for name in form.texts if name.startswith("line.")]
    reasons = {str(reason): reason for reason in ReturnReason}
    return {
        int(each): Returned(reasons.get(form.text(f"reason.{each}"), ReturnReason.OTHER), form.text(f"text.{each}"))
        for each in chosen
        if each.isdecimal()
    }


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise Refused("Donnez le jour avant lequel l’entreprise doit répondre.") from error


def _accepted(count: int) -> str:
    if count == 0:
        return "Aucun mois n’était sans rien à vérifier."
    return f"{count} mois accepté{'s' if count > 1 else ''}. Les entreprises sont prévenues."
