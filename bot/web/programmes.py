"""`/acheteur/programme`: a programme of purchases, from a spreadsheet or from what a buyer published."""

import asyncio
import tempfile
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from bot.web.buyers import BuyerPages, attached, place_known
from bot.web.forms import Form
from bot.web.safety import TOO_LARGE
from bot.web.site import Site
from core.documents import MOST_BYTES
from core.house import House
from core.purchases.habits import habits_of
from core.purchases.history import programme_of_history, stored_siren
from core.purchases.programme import Programme
from core.purchases.programme_sheet import read_programme
from core.purchases.programme_telling import told_programme
from core.purchases.programme_workbook import programme_workbook
from core.refusal import Refused
from core.sheets import UnreadableSheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME = "Programme d’achats et clauses.xlsx"


def programme_routes(site: Site) -> APIRouter:
    """Return the routes of the programme."""
    router = APIRouter(include_in_schema=False)
    pages = BuyerPages(site)

    @router.get("/acheteur/programme")
    async def show(request: Request) -> Response:
        pages.slow_down(request)
        return pages.page(request, "buyer_programme.html", told="", error="", siren="")

    @router.post("/acheteur/programme")
    async def study(request: Request) -> Response:
        pages.slow_down(request, "upload")
        _, form = await site.own_form(request)
        try:
            programme = await _programme(site.house, form)
        except (Refused, UnreadableSheet) as refusal:
            return pages.page(request, "buyer_programme.html", told="", error=refusal.message,
                              siren=form.text("siren")[:20], status=422)  # fmt: skip
        finally:
            for file in form.files:
                await file.close()
        if form.text("action") == "xlsx":
            return attached(await asyncio.to_thread(programme_workbook, programme), NAME, XLSX)
        return pages.page(request, "buyer_programme.html", told=told_programme(programme), error="",
                          siren=form.text("siren")[:20])  # fmt: skip

    return router


async def _programme(house: House, form: Form) -> Programme:
    if form.files:
        if (form.files[0].size or 0) > MOST_BYTES:
            raise Refused(TOO_LARGE)
        suffix = Path(form.files[0].filename or "").suffix[:6]
        return await asyncio.to_thread(_told, house, await form.files[0].read(), suffix)
    if form.text("siren").strip():
        return await asyncio.to_thread(_published, house, form.text("siren"))
    raise Refused("Choisissez un tableau, ou écrivez le SIREN de l’acheteur.")


def _told(house: House, content: bytes, suffix: str) -> Programme:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"programme{suffix}"
        path.write_bytes(content)
        return read_programme(path, habits_of(place_known(house)), house.today())


def _published(house: House, typed: str) -> Programme:
    siren, habits = stored_siren(typed), habits_of(place_known(house))
    with house.database.reading() as session:
        return programme_of_history(session, siren, habits, house.today())
