"""`/acheteur/reunions`: the kick-off and the quarterly reviews, as a calendar file to download."""

import asyncio
from collections.abc import Mapping
from datetime import date, time

from fastapi import APIRouter, Request
from starlette.responses import Response

from bot.web.buyers import BuyerPages, attached, place_known
from bot.web.fields import Field, filled
from bot.web.site import Site
from bot.web.tools import day_reader
from core.meetings import Attendee
from core.purchases.invitations import Invitation, calendar_for, stored_email, stored_hour
from core.terms import MeetingKind

ICS = "text/calendar; charset=utf-8"


def invitation_routes(site: Site) -> APIRouter:
    """Return the routes of the meetings."""
    router = APIRouter(include_in_schema=False)
    house, pages = site.house, BuyerPages(site)

    @router.get("/acheteur/reunions")
    async def show(request: Request) -> Response:
        pages.slow_down(request)
        kind = request.query_params.get("kind", "")
        return pages.page(request, "buyer_meeting.html", fields=_fields(house.today(), kind))

    @router.post("/acheteur/reunions")
    async def download(request: Request) -> Response:
        pages.slow_down(request)
        _, form = await site.own_form(request)
        answers, fields = filled(_fields(house.today(), ""), form.texts)
        if answers is None:
            return pages.page(request, "buyer_meeting.html", fields=fields, status=422)
        place = await asyncio.to_thread(place_known, house)
        asked = _asked(answers, place.facilitator_name)
        content = calendar_for(asked, zone=house.settings.zone, written_at=house.now())
        return attached(content, asked.name, ICS)

    return router


def _fields(today: date, kind: str) -> tuple[Field, ...]:
    kinds = tuple((str(each), each.capitalised) for each in MeetingKind)
    return (
        Field("kind", "Quelle réunion", options=kinds, value=kind),
        Field("object", "Objet du marché"),
        Field("day", "Jour, ou jour du premier point", read=day_reader(today), kind="date"),
        Field("at", "Heure", read=stored_hour, value="14\u00a0h"),
        Field("place", "Lieu", required=False),
        Field("ends_on", "Fin du marché", read=day_reader(today), kind="date", required=False,
              hint="Pour les points trimestriels\u00a0: un par trimestre jusque-là, quatre si vous ne la donnez pas."),
        Field("organiser", "Votre adresse e-mail", read=stored_email,
              hint="Elle figure dans l’invitation, comme organisateur."),
    )  # fmt: skip


def _asked(answers: Mapping[str, str], facilitator: str) -> Invitation:
    return Invitation(
        kind=MeetingKind.of(answers["kind"]),
        object=answers["object"],
        starts_on=date.fromisoformat(answers["day"]),
        at=time.fromisoformat(answers["at"]),
        place=answers.get("place", ""),
        organiser=Attendee("", answers["organiser"]),
        facilitator=facilitator,
        ends_on=date.fromisoformat(answers["ends_on"]) if "ends_on" in answers else None,
    )
