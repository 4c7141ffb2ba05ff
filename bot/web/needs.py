"""Needs: sent to partners from the desk, answered by them on the page that their letter opens, without an account."""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.web.facilitator import as_facilitator
from bot.web.forms import read_form
from bot.web.site import Number, Site, place_of
from core import audit
from core.commitments import title_of
from core.house import House
from core.limits import allowed
from core.messages import moment
from core.models import Commitment, Person
from core.needs import (
    answer,
    by_month,
    close,
    forward,
    forward_of,
    forwards_of,
    need_for,
    open_needs,
    partners_for,
    told_of,
)
from core.refusal import Refused
from core.terms import NeedStatus


@dataclass(frozen=True)
class Row:
    """One need in the list."""

    id: int
    title: str
    awardee: str
    status: str
    when: str
    answers: str


@dataclass(frozen=True)
class Sent:
    """A partner to whom a need was sent, and what it answered."""

    name: str
    when: str
    told: str
    text: str


@dataclass(frozen=True)
class Candidate:
    """A partner to whom a need may be sent."""

    id: int
    name: str
    about: str
    suits: bool


@dataclass(frozen=True)
class NeedPage:
    """One need, who got it, who may."""

    id: int
    title: str
    facts: list[tuple[str, str]]
    case_id: int
    is_closed: bool
    sent: list[Sent]
    partners: list[Candidate]


@dataclass(frozen=True)
class Looked:
    """What a partner reads of a need."""

    title: str
    facts: list[tuple[str, str]]
    is_closed: bool
    told: str


def need_routes(site: Site) -> APIRouter:
    """Return the desk's pages and the partner's."""
    router = APIRouter(include_in_schema=False)
    house = site.house

    @router.get("/desk/besoins")
    async def listed(request: Request) -> Response:
        thread = site.cookies.thread(request)
        rows = await as_facilitator(house, thread, lambda session, who: _rows(session, house, who))
        return site.pages.page("needs.html", rows=rows)

    @router.get("/desk/besoins/{need_id}")
    async def one(request: Request, need_id: Number) -> Response:
        return await page(request, need_id)

    @router.post("/desk/besoins/{need_id}/envoi")
    async def send(request: Request, need_id: Number) -> Response:
        thread, form = await site.own_form(request)
        chosen = [
            int(name.removeprefix("partner.")) for name in form.texts if name.removeprefix("partner.").isdecimal()
        ]
        try:
            await as_facilitator(house, thread, lambda session, who: forward(session, house, need_id, chosen, who))
        except Refused as refusal:
            return await page(request, need_id, status=422, error=refusal.message)
        return RedirectResponse(f"/desk/besoins/{need_id}?envoye=1", 303)

    @router.post("/desk/besoins/{need_id}/cloture")
    async def end(request: Request, need_id: Number) -> Response:
        thread, _ = await site.own_form(request)
        try:
            await as_facilitator(house, thread, lambda session, who: close(session, house, need_id, who))
        except Refused as refusal:
            return await page(request, need_id, status=422, error=refusal.message)
        return RedirectResponse("/desk/besoins", 303)

    @router.get("/besoin/{secret}")
    async def look(request: Request, secret: str) -> Response:
        return await partner_page(request, secret)

    @router.post("/besoin/{secret}")
    async def reply(request: Request, secret: str) -> Response:
        form = await read_form(request)
        if not allowed(house, "token", place_of(request)):
            return site.pages.error(request, 429)
        typed = form.text("candidates").strip()
        count = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else -1
        try:
            rung = await asyncio.to_thread(_answered, house, secret, count, form.text("text"))
        except Refused as refusal:
            return await partner_page(request, secret, status=422, error=refusal.message, text=form.text("text"))
        for conversation_id in rung:
            site.live.ring(conversation_id)
        return await partner_page(request, secret, done=True)

    async def page(request: Request, need_id: int, *, status: int = 200, error: str = "") -> Response:
        thread = site.cookies.thread(request)
        try:
            seen = await as_facilitator(house, thread, lambda session, who: _page(session, house, who, need_id))
        except Refused as refusal:
            raise HTTPException(403, refusal.message) from refusal
        done = "envoye" in request.query_params and not error
        csrf = site.form_token(thread or "")
        return site.pages.page("need.html", status=status, page=seen, error=error, done=done, csrf=csrf)

    async def partner_page(
        request: Request, secret: str, *, status: int = 200, error: str = "", text: str = "", done: bool = False
    ) -> Response:
        looked = await asyncio.to_thread(_looked, house, secret)
        if looked is None:
            if not allowed(house, "token", place_of(request)):
                return site.pages.error(request, 429)
            return site.pages.page("need_answer.html", status=404, looked=None)
        return site.pages.page("need_answer.html", status=status, looked=looked, error=error, text=text, done=done)

    return router


def _rows(session: Session, house: House, who: Person) -> list[Row]:
    rows = []
    for need in open_needs(session, who):
        commitment = session.get_one(Commitment, need.commitment_id)
        sent = forwards_of(session, need.id)
        answered = sum(1 for row in sent if row.answered_at is not None)
        rows.append(
            Row(
                id=need.id,
                title=f"{need.places} × {need.what}, {by_month(need.month)}",
                awardee=commitment.awardee.name,
                status=need.status.label,
                when=moment(house, need.asked_at),
                answers=f"{answered} réponse{'s' if answered > 1 else ''} sur {len(sent)}" if sent else "",
            )
        )
    return rows


def _page(session: Session, house: House, who: Person, need_id: int) -> NeedPage:
    need, commitment = need_for(session, who, need_id)
    audit.note(session, house, "read_need", f"need:{need.id}", person_id=who.id)
    sent = forwards_of(session, need.id)
    known = {row.partner_id for row in sent}
    return NeedPage(
        id=need.id,
        title=f"{need.places} × {need.what}",
        facts=[
            ("Entreprise", commitment.awardee.name),
            ("Marché", f"{commitment.contract.reference}, {title_of(commitment, short=True)}"),
            ("Quand", by_month(need.month)),
            ("Où", need.place),
            ("Précisions", need.details),
            ("Reçu", f"le {moment(house, need.asked_at)}"),
            ("État", need.status.label),
        ],
        case_id=need.case_id,
        is_closed=need.status is NeedStatus.CLOSED,
        sent=[Sent(row.partner.organisation.name, moment(house, row.sent_at), told_of(row), row.text) for row in sent],
        partners=[
            Candidate(
                partner.organisation_id,
                partner.organisation.name,
                ", ".join(filter(None, (partner.organisation.kind.label, partner.area, *partner.trades))),
                suits,
            )
            for partner, suits in partners_for(session, who.territory_id, need)
            if partner.organisation_id not in known
        ],
    )


def _looked(house: House, secret: str) -> Looked | None:
    with house.database.reading() as session:
        row = forward_of(session, house, secret)
        if row is None:
            return None
        need = row.need
        commitment = session.get_one(Commitment, need.commitment_id)
        return Looked(
            title=f"{need.places} × {need.what}",
            facts=[
                ("Entreprise", commitment.awardee.name),
                ("Quand", by_month(need.month)),
                ("Où", need.place),
                ("Précisions", need.details),
            ],
            is_closed=need.status is NeedStatus.CLOSED,
            told=told_of(row) if row.answered_at else "",
        )


def _answered(house: House, secret: str, candidates: int, text: str) -> list[int]:
    with house.database.transaction() as session:
        return answer(session, house, secret, candidates, text)
