"""The facilitateur's plain pages: his open cases, and one case with everything in it and a box to answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.web.site import Number, Site, place_of
from bot.web.visitor import CaseAccess, new_thread
from core.access import may_read_case
from core.case_letters import organisation_of, who_of
from core.case_page import CasePage, seen_by_facilitator
from core.cases import answer
from core.corrections import CorrectionSeen, correction_in
from core.house import House
from core.limits import allowed
from core.messages import moment
from core.models import Case
from core.months import day_in_french
from core.people import peek_token, person_of
from core.refusal import Refused
from core.signing import AmendmentSeen, amendment_in
from core.terms import Author, CaseStatus, Channel

MOST_CASES = 200


@dataclass(frozen=True)
class CaseRow:
    """One case in the list; `promised` is "" once it is answered."""

    id: int
    number: str
    subject: str
    who: str
    organisation: str
    status: str
    since: str
    promised: str
    is_late: bool


def desk_routes(site: Site) -> APIRouter:
    """Return the desk's routes."""
    router = APIRouter(prefix="/desk", include_in_schema=False)
    house = site.house

    @router.get("/")
    async def home(request: Request) -> Response:
        thread = site.cookies.thread(request)
        cases = await asyncio.to_thread(_open_cases, house, thread) if thread else None
        if cases is None or thread is None:
            raise HTTPException(403, "Cette page est réservée au facilitateur. Connectez-vous pour l’ouvrir.")
        return site.pages.page("desk.html", cases=cases, csrf=site.form_token(thread))

    @router.get("/cases/{case_id}")
    async def case(request: Request, case_id: Number) -> Response:
        sent = "envoye" in request.query_params
        return await page(request, case_id, sent=sent)

    @router.post("/cases/{case_id}/reponse")
    async def reply(request: Request, case_id: Number) -> Response:
        thread, form = await site.own_form(request)
        access = site.cookies.case(request, case_id)
        text, closes = form.text("text"), form.text("action") == "close"
        try:
            rung = await asyncio.to_thread(_answered, house, thread, access, case_id, text, closes=closes)
        except Refused as refusal:
            return await page(request, case_id, status=422, error=refusal.message, draft=text)
        site.live.ring(rung)
        return RedirectResponse(f"/desk/cases/{case_id}?envoye=1#derniere", 303)

    @router.get("/cases/{case_id}/acces/{secret}")
    async def show_link(request: Request, case_id: Number, secret: str) -> Response:
        thread, access = site.cookies.thread(request), site.cookies.case(request, case_id)
        if await asyncio.to_thread(_may_read, house, thread, access, case_id):
            return RedirectResponse(f"/desk/cases/{case_id}", 303)  # an old link still opens what one may read
        if await asyncio.to_thread(_link, house, case_id, secret) is None:
            return expired_link(request)
        thread = thread or new_thread()
        response = site.pages.page("case_link.html", csrf=site.form_token(thread))
        site.cookies.keep_thread(response, thread)
        return response

    @router.post("/cases/{case_id}/acces/{secret}")
    async def use_link(request: Request, case_id: Number, secret: str) -> Response:
        await site.own_form(request)
        access = await asyncio.to_thread(_link, house, case_id, secret)
        if access is None:
            return expired_link(request)
        response = RedirectResponse(f"/desk/cases/{case_id}", 303)
        site.cookies.keep_case(response, access)
        return response

    def expired_link(request: Request) -> Response:
        if not allowed(house, "token", place_of(request)):
            return site.pages.error(request, 429)
        return site.pages.page("case_link_expired.html", status=410)

    async def page(
        request: Request, case_id: int, *, status: int = 200, sent: bool = False, error: str = "", draft: str = ""
    ) -> Response:
        thread = site.cookies.thread(request)
        access = site.cookies.case(request, case_id)
        seen, correction, amendment = await asyncio.to_thread(_seen, house, thread, access, case_id)
        thread = thread or new_thread()
        response = site.pages.page(
            "case.html",
            status=status,
            case=seen,
            correction=correction,
            amendment=amendment,
            has_desk=access is None,
            csrf=site.form_token(thread),
            sent=sent,
            error=error,
            draft=draft,
        )
        site.cookies.keep_thread(response, thread)
        return response

    return router


def _reader(session: Session, thread: str | None, access: CaseAccess | None, case_id: int) -> int | None:
    """Return who reads a case, when known. Raises HTTPException 403, the same whether the case exists or not."""
    if access is not None:
        return access.person_id
    person = person_of(session, Channel.WEB, thread) if thread else None
    case = session.get(Case, case_id)
    if person is None or case is None or not person.is_facilitator or not may_read_case(person, case):
        raise HTTPException(403)
    return person.id


def _may_read(house: House, thread: str | None, access: CaseAccess | None, case_id: int) -> bool:
    with house.database.reading() as session:
        try:
            _reader(session, thread, access, case_id)
        except HTTPException:
            return False
        return True


def _seen(
    house: House, thread: str | None, access: CaseAccess | None, case_id: int
) -> tuple[CasePage, CorrectionSeen | None, AmendmentSeen | None]:
    with house.database.transaction() as session:
        reader = _reader(session, thread, access, case_id)
        try:
            page = seen_by_facilitator(session, house, case_id, person_id=reader)
            return page, correction_in(session, case_id), amendment_in(session, house, case_id)
        except Refused as refusal:
            raise HTTPException(403) from refusal


def _answered(
    house: House, thread: str, access: CaseAccess | None, case_id: int, text: str, *, closes: bool
) -> int | None:
    """Send the answer; the same one as the last (a form sent twice) is not sent again."""
    with house.database.transaction() as session:
        reader = _reader(session, thread, access, case_id)
        case = session.get_one(Case, case_id)
        last = case.messages[-1] if case.messages else None
        closed = case.status is CaseStatus.CLOSED
        if last is not None and last.author is Author.FACILITATOR and last.text == text.strip() and closed >= closes:
            return case.conversation_id
        return answer(session, house, case_id, text, person_id=reader, close=closes)


def _link(house: House, case_id: int, secret: str) -> CaseAccess | None:
    with house.database.reading() as session:
        token = peek_token(session, house, "case", secret)
        return CaseAccess(case_id, token.person_id) if token is not None and token.case_id == case_id else None


def _open_cases(house: House, thread: str) -> Sequence[CaseRow] | None:
    """Return the open cases of the facilitateur's territory, the most urgent first; None for anybody else."""
    with house.database.reading() as session:
        person = person_of(session, Channel.WEB, thread)
        if person is None or not person.is_facilitator:
            return None
        query = (
            select(Case)
            .where(Case.territory_id == person.territory_id, Case.status != CaseStatus.CLOSED)
            .order_by(Case.status.desc(), Case.promised_on, Case.id)
            .limit(MOST_CASES)
        )
        return [_row(house, case) for case in session.scalars(query).unique()]


def _row(house: House, case: Case) -> CaseRow:
    return CaseRow(
        id=case.id,
        number=case.number,
        subject=case.subject,
        who=who_of(case),
        organisation=organisation_of(case),
        status=case.status.label,
        since=moment(house, case.opened_at),
        promised=day_in_french(case.promised_on) if case.status is CaseStatus.OPENED else "",
        is_late=case.status is CaseStatus.OPENED and case.promised_on < house.today(),
    )
