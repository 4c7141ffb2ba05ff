"""The desk's hires: whose eligibility is to be decided, one person, the decision, what is asked of the company."""

from collections.abc import Callable, Mapping
from datetime import date

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.web.facilitator import as_facilitator
from bot.web.forms import Form
from bot.web.site import Number, Site
from core.eligibility import ask, decide, prolong
from core.eligibility_pages import hire_page, hires_to_see
from core.house import House
from core.models import Person
from core.refusal import Refused
from core.terms import EligibilityStatus

DONE = {
    "accept": "L’éligibilité est validée. L’entreprise est prévenue.",
    "refuse": "L’éligibilité est refusée. L’entreprise est prévenue, sans votre raison.",
    "ask": "C’est demandé à l’entreprise. La personne reviendra en tête de liste quand elle aura répondu.",
    "prolong": "L’éligibilité est prolongée. L’entreprise est prévenue.",
}
Act = Callable[[Session, Person], list[int]]


def eligibility_routes(site: Site) -> APIRouter:
    """Return the routes; each is the signed-in facilitateur's only."""
    router = APIRouter(prefix="/desk/eligibilites", include_in_schema=False)
    house = site.house

    @router.get("")
    async def listed(request: Request, fait: str = "") -> Response:
        thread = site.cookies.thread(request)
        seen = await as_facilitator(house, thread, lambda session, who: hires_to_see(session, house, who))
        return site.pages.page("eligibilities.html", seen=seen, done=DONE.get(fait, ""))

    @router.get("/{employment_id}")
    async def one(request: Request, employment_id: Number) -> Response:
        return await page(request, employment_id)

    @router.post("/{employment_id}")
    async def decide_on_one(request: Request, employment_id: Number) -> Response:
        thread, form = await site.own_form(request)
        try:
            rung = await as_facilitator(house, thread, _act(house, employment_id, form))
        except Refused as refusal:
            return await page(request, employment_id, status=422, error=refusal.message, typed=form.texts)
        for conversation_id in rung:
            site.live.ring(conversation_id)
        return RedirectResponse(f"/desk/eligibilites?fait={form.text('action')}", 303)

    async def page(
        request: Request,
        employment_id: int,
        *,
        status: int = 200,
        error: str = "",
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        thread = site.cookies.thread(request)
        try:
            seen = await as_facilitator(
                house, thread, lambda session, who: hire_page(session, house, who, employment_id)
            )
        except Refused as refusal:
            raise HTTPException(403, refusal.message) from refusal
        return site.pages.page(
            "eligibility.html",
            status=status,
            page=seen,
            error=error,
            typed=typed or {},
            csrf=site.form_token(thread or ""),
        )

    return router


def _act(house: House, employment_id: int, form: Form) -> Act:
    """Return what a form asks for. Raises Refused when it is no act, or a day is not one."""
    reason = form.text("reason")
    match form.text("action"):
        case "accept":
            until_on, seen = _day(form.text("until_on")), form.text("proof_seen") == "1"
            return lambda session, who: decide(
                session, house, employment_id, EligibilityStatus.ACCEPTED, reason, who,
                proof_seen=seen, until_on=until_on,
            )  # fmt: skip
        case "refuse":
            return lambda session, who: decide(session, house, employment_id, EligibilityStatus.REFUSED, reason, who)
        case "ask":
            return lambda session, who: ask(session, house, employment_id, reason, who)
        case "prolong":
            later = _day(form.text("until_on"))
            if later is None:
                raise Refused("Donnez le nouveau dernier jour.")
            return lambda session, who: prolong(session, house, employment_id, later, reason, who)
    raise Refused("Choisissez une des décisions proposées.")


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise Refused("Donnez le dernier jour qui compte, par exemple 31/08/2027.") from error
