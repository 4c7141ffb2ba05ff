"""The case of a correction asked after acceptance: made in one click, or refused with words."""

import asyncio

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.web.site import Number, Site
from bot.web.visitor import CaseAccess
from core.access import keeps_articles
from core.corrections import make, refuse
from core.house import House
from core.models import Case, Person, Territory
from core.people import person_by_email, person_of
from core.refusal import Refused
from core.terms import Channel


def correction_routes(site: Site) -> APIRouter:
    """Return the route, for the facilitateur signed in or come by the case's link."""
    router = APIRouter(prefix="/desk/cases", include_in_schema=False)
    house = site.house

    @router.post("/{case_id}/correction")
    async def decide(request: Request, case_id: Number) -> Response:
        thread, form = await site.own_form(request)
        access = site.cookies.case(request, case_id)
        why = None if form.text("action") == "make" else form.text("why")
        try:
            rung = await asyncio.to_thread(_decided, house, thread, access, case_id, why)
        except Refused as refusal:
            raise HTTPException(422, refusal.message) from refusal
        site.live.ring(rung)
        return RedirectResponse(f"/desk/cases/{case_id}?envoye=1#derniere", 303)

    return router


def _decided(house: House, thread: str, access: CaseAccess | None, case_id: int, why: str | None) -> int | None:
    """Make the correction, or refuse it when `why` is given. Raises HTTPException 403, Refused."""
    with house.database.transaction() as session:
        by = decider(session, house, thread, access, case_id)
        if by is None or not keeps_articles(by):
            raise HTTPException(403)
        return make(session, house, case_id, by) if why is None else refuse(session, house, case_id, why, by)


def decider(session: Session, house: House, thread: str, access: CaseAccess | None, case_id: int) -> Person | None:
    """Return who decides on what a case asks for: whoever holds the case's link got it in the facilitateur's mail."""
    if access is None:
        return person_of(session, Channel.WEB, thread)
    if access.person_id is not None:
        return session.get(Person, access.person_id)
    case = session.get(Case, case_id)
    place = session.get(Territory, case.territory_id) if case is not None else None
    return person_by_email(session, house, place.facilitator_email) if place is not None else None
