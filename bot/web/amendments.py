"""The desk's amendments: those to sign, one contract with its life, one entered by the facilitateur himself."""

import asyncio
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.web.corrections import decider
from bot.web.facilitator import as_facilitator
from bot.web.fields import Field, filled
from bot.web.site import Number, Site
from bot.web.visitor import CaseAccess
from core.access import keeps_articles
from core.amendment_pages import amendments_page, commitment_page
from core.hours import NBSP, plain, read_hours
from core.house import House
from core.models import Person
from core.organisations import organisation_named
from core.pools import members_named
from core.refusal import Refused
from core.signing import amendment_in, decline, enter, sign
from core.standing import Change
from core.terms import AmendmentKind, ShareRole

SIGNED = "L’avenant est signé. L’entreprise est prévenue."
ENTERED = tuple(kind for kind in AmendmentKind if kind is not AmendmentKind.PART)
ROLES = (ShareRole.SUBCONTRACTOR, ShareRole.CO_AWARDEE)
MOST = Decimal(10_000_000)


def amendment_routes(site: Site) -> APIRouter:
    """Return the routes: the facilitateur's, and for one case whoever holds its link."""
    router = APIRouter(prefix="/desk", include_in_schema=False)
    house = site.house

    @router.get("/avenants")
    async def listed(request: Request, q: str = "") -> Response:
        thread = site.cookies.thread(request)
        seen = await as_facilitator(house, thread, lambda session, who: amendments_page(session, house, who, q))
        return site.pages.page("amendments.html", page=seen)

    @router.get("/avenants/{commitment_id}")
    async def one(request: Request, commitment_id: Number) -> Response:
        done = SIGNED if "signe" in request.query_params else ""
        return await page(request, commitment_id, _fields(house.today()), done=done)

    @router.post("/avenants/{commitment_id}")
    async def enter_one(request: Request, commitment_id: Number) -> Response:
        thread, form = await site.own_form(request)
        answers, fields = filled(_fields(house.today()), form.texts)
        if answers is None:
            return await page(request, commitment_id, fields, status=422)

        def act(session: Session, who: Person) -> list[int]:
            change = _change(session, who, commitment_id, answers)
            return enter(session, house, who, commitment_id, change, reason=answers.get("reason", ""))

        try:
            rung = await as_facilitator(house, thread, act)
        except Refused as refusal:
            return await page(request, commitment_id, fields, status=422, error=refusal.message)
        _ring(rung)
        return RedirectResponse(f"/desk/avenants/{commitment_id}?signe=1", 303)

    @router.post("/cases/{case_id}/avenant")
    async def decide(request: Request, case_id: Number) -> Response:
        thread, form = await site.own_form(request)
        access = site.cookies.case(request, case_id)
        why = None if form.text("action") == "sign" else form.text("why")
        try:
            rung = await asyncio.to_thread(_decided, house, thread, access, case_id, why)
        except Refused as refusal:
            raise HTTPException(422, refusal.message) from refusal
        _ring(rung)
        return RedirectResponse(f"/desk/cases/{case_id}?envoye=1#derniere", 303)

    async def page(
        request: Request,
        commitment_id: int,
        fields: tuple[Field, ...],
        *,
        status: int = 200,
        error: str = "",
        done: str = "",
    ) -> Response:
        thread = site.cookies.thread(request)
        try:
            seen = await as_facilitator(
                house, thread, lambda session, who: commitment_page(session, house, who, commitment_id)
            )
        except Refused as refusal:
            raise HTTPException(403, refusal.message) from refusal
        return site.pages.page(
            "commitment.html",
            status=status,
            page=seen,
            fields=fields,
            error=error,
            done=done,
            csrf=site.form_token(thread or ""),
        )

    def _ring(rung: list[int]) -> None:
        for conversation_id in rung:
            site.live.ring(conversation_id)

    return router


def _decided(house: House, thread: str, access: CaseAccess | None, case_id: int, why: str | None) -> list[int]:
    """Sign what a case asks for, or decline it when `why` is given. Raises HTTPException 403, Refused."""
    with house.database.transaction() as session:
        by = decider(session, house, thread, access, case_id)
        if by is None or not keeps_articles(by):
            raise HTTPException(403)
        asked = amendment_in(session, house, case_id)
        if asked is None:
            raise HTTPException(404)
        return sign(session, house, asked.id, by) if why is None else decline(session, house, asked.id, why, by)


def _fields(today: date) -> tuple[Field, ...]:
    return (
        Field("kind", "Ce qui change", options=tuple((str(kind), kind.capitalised) for kind in ENTERED)),
        Field("effective_on", "Prend effet le", read=_day, kind="date", value=today.isoformat(),
              hint="Premier jour de la suspension, de la reprise, de la cession ou de la part."),
        Field("hours", "Heures en plus ou en moins", read=_hours, required=False,
              hint=f"Par exemple{NBSP}: -300 ou 450. Pour une part, les heures confiées, ou -100 pour les reprendre."),
        Field("ends_on", "Nouveau dernier jour du marché", read=_day, kind="date", required=False),
        Field("until", "Dernier jour de la suspension", read=_day, kind="date", required=False,
              hint="Vide tant que personne ne le connaît."),
        Field("awardee", "Autre entreprise", required=False,
              hint="SIRET ou nom exact de celle qui reprend le marché, ou qui fait une part des heures."),
        Field("role", "À quel titre elle fait sa part", required=False,
              options=(("", ""), *((str(role), role.capitalised) for role in ROLES))),
        Field("members", "Autres marchés comptés avec celui-ci", required=False,
              hint=f"Leurs références, séparées par des virgules, par exemple{NBSP}: HL-2026-07, 2026-TX-014:2."),
        Field("reason", "Raison", required=False, rows=2),
    )  # fmt: skip


def _change(session: Session, who: Person, commitment_id: int, answers: Mapping[str, str]) -> Change:
    kind = AmendmentKind.of(answers["kind"])
    named, role = answers.get("awardee"), answers.get("role")
    hours = Decimal(answers["hours"]) if "hours" in answers else None
    is_share = kind is AmendmentKind.SHARE
    return Change(
        kind,
        date.fromisoformat(answers["effective_on"]),
        hours=-hours if is_share and hours is not None else hours,
        ends_on=_optional(answers, "ends_on"),
        until=_optional(answers, "until") if kind is AmendmentKind.SUSPENSION else None,
        awardee_id=organisation_named(session, who.territory_id, named).id
        if named and (is_share or kind is AmendmentKind.TRANSFER)
        else None,
        share_role=ShareRole.of(role or ShareRole.SUBCONTRACTOR) if is_share else None,
        members=members_named(session, commitment_id, answers.get("members", ""))
        if kind is AmendmentKind.POOLING
        else (),
    )


def _optional(answers: Mapping[str, str], name: str) -> date | None:
    return date.fromisoformat(answers[name]) if name in answers else None


def _day(typed: str) -> str:
    try:
        return date.fromisoformat(typed.strip()).isoformat()
    except ValueError as error:
        raise Refused("Choisissez une date.") from error


def _hours(typed: str) -> str:
    words = plain(typed).replace("- ", "-").replace("+ ", "")
    sign = "-" if words.startswith("-") else ""
    return f"{sign}{read_hours(words.lstrip('-+'), most=MOST)}"
