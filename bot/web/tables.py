"""`/desk/achats`: what the facilitateur sets for the purchases of his territory, on a plain page of three forms."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bot.web.facilitator import as_facilitator
from bot.web.fields import Field, filled
from bot.web.forms import Form
from bot.web.site import Site
from core.hours import NBSP
from core.models import Person, Territory
from core.purchases.figures import stored_amount, stored_cost, stored_share
from core.purchases.habits import habits_of
from core.purchases.offer import TITLES, USUAL, offer_of
from core.purchases.structures import KINDS, read_structures, structures_of
from core.purchases.tables import (
    set_calculation,
    set_offer,
    set_structures,
    share_field,
    stored_rounding,
    stored_structures,
)
from core.refusal import Refused
from core.sheets import UnreadableSheet
from knowledge.figures import percent
from knowledge.sizing import own_tables

DONE = {
    "calcul": "Le calcul des heures est enregistré. Il sert dès maintenant aux acheteurs.",
    "offre": "L’offre est enregistrée.",
    "structures": "Les nombres de structures sont enregistrés.",
}
TO_CONFIRM = "usage, à confirmer"


@dataclass(frozen=True)
class Shown:
    """The three forms; `notices` are the lines of a sheet that were not understood."""

    calculation: Sequence[Field]
    offer: Sequence[Field]
    structures: Sequence[Field]
    notices: Sequence[str] = ()


def table_routes(site: Site) -> APIRouter:
    """Return the routes; each is the signed-in facilitateur's only."""
    router = APIRouter(prefix="/desk/achats", include_in_schema=False)
    house = site.house

    @router.get("")
    async def show(request: Request) -> Response:
        shown = await as_facilitator(house, site.cookies.thread(request), _shown)
        return page(request, shown, done=DONE.get(request.query_params.get("fait", ""), ""))

    @router.post("/calcul")
    async def calculate(request: Request) -> Response:
        thread, form = await site.own_form(request)
        shown = await as_facilitator(house, thread, _shown)
        answers, fields = filled(shown.calculation, form.texts)
        if answers is None:
            return page(request, Shown(fields, shown.offer, shown.structures), status=422)
        known = answers
        await as_facilitator(house, thread, lambda session, who: set_calculation(session, house, who, known))
        return RedirectResponse("/desk/achats?fait=calcul", 303)

    @router.post("/offre")
    async def offer(request: Request) -> Response:
        thread, form = await site.own_form(request)
        texts = {name: form.text(name) for name in (*USUAL, "reach")}
        await as_facilitator(house, thread, lambda session, who: set_offer(session, house, who, texts))
        return RedirectResponse("/desk/achats?fait=offre", 303)

    @router.post("/structures")
    async def structures(request: Request) -> Response:
        thread, form = await site.own_form(request)
        shown = await as_facilitator(house, thread, _shown)
        answers, fields = filled(shown.structures, form.texts)
        if answers is None:
            return page(request, Shown(shown.calculation, shown.offer, fields), status=422)
        turnover = answers.pop("turnover", "")
        try:
            counts, notices = await _imported(form) if form.files else (_numbers(answers), ())
        except (Refused, UnreadableSheet) as refusal:
            return page(request, Shown(shown.calculation, shown.offer, fields), error=refusal.message, status=422)
        await as_facilitator(house, thread, lambda session, who: set_structures(session, house, who, counts, turnover))
        if not notices:
            return RedirectResponse("/desk/achats?fait=structures", 303)
        again = await as_facilitator(house, thread, _shown)
        return page(request, Shown(again.calculation, again.offer, again.structures, notices), done=DONE["structures"])

    def page(request: Request, shown: Shown, *, status: int = 200, done: str = "", error: str = "") -> Response:
        csrf = site.form_token(site.cookies.thread(request) or "")
        return site.pages.page("tables.html", status=status, shown=shown, csrf=csrf, done=done, error=error)

    return router


async def _imported(form: Form) -> tuple[Mapping[str, int], Sequence[str]]:
    file = form.files[0]
    content = await file.read()
    suffix = Path(file.filename or "").suffix[:6]
    for each in form.files:
        await each.close()
    return await asyncio.to_thread(_counted, content, suffix)


def _counted(content: bytes, suffix: str) -> tuple[Mapping[str, int], Sequence[str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"structures{suffix}"
        path.write_bytes(content)
        return read_structures(path)


def _numbers(answers: Mapping[str, str]) -> dict[str, int]:
    return {kind: int(answers[kind]) for kind in KINDS if kind in answers}


def _shown(session: Session, who: Person) -> Shown:
    place = session.get_one(Territory, who.territory_id)
    return Shown(_calculation(place), _offer(place), _structures(place))


def _calculation(place: Territory) -> tuple[Field, ...]:
    habits, tables = habits_of(place), own_tables()
    given = place.sizing or {}
    share = stored_share(most=Decimal(1), example=f"55{NBSP}%")
    first = (
        Field("hourly_cost", "Coût d’une heure, toutes charges comprises", read=stored_cost, required=False,
              hint=f"Vide{NBSP}: {tables.hourly_cost}{NBSP}€ ({TO_CONFIRM}).",
              value=f"{habits.hourly_cost.normalize():f}" if given.get("hourly_cost") else ""),
        Field("rate", "Taux d’insertion proposé", read=share, required=False,
              hint=f"Vide{NBSP}: {percent(tables.rate)} ({TO_CONFIRM}).",
              value=percent(habits.rate) if given.get("rate") else ""),
        Field("round_to", "Arrondir les heures au multiple de", read=stored_rounding, required=False,
              hint=f"Vide{NBSP}: à l’heure. Usage{NBSP}: 5, 7 ou 35{NBSP}h.",
              value=str(habits.round_to) if given.get("round_to") else ""),
    )  # fmt: skip
    trades = (
        Field(share_field(trade), trade.name.capitalize(), read=share, required=False,
              hint=f"Vide{NBSP}: {_span(trade.low, trade.high)} ({TO_CONFIRM}).",
              value=percent(habits.shares[trade.name]) if trade.name in habits.shares else "")
        for trade in tables.trades
    )  # fmt: skip
    return (*first, *trades)


def _span(low: Decimal, high: Decimal) -> str:
    return percent(low) if low == high else f"{percent((low + high) / 2)}, milieu de {percent(low)} à {percent(high)}"


def _offer(place: Territory) -> tuple[Field, ...]:
    offer = offer_of(place)
    lists = (Field(name, title, rows=6, required=False, value=getattr(offer, name)) for name, title in TITLES.items())
    return (*lists, Field("reach", "Pour vous joindre", rows=2, required=False, value=offer.reach,
                          hint="Une phrase, après vos coordonnées."))  # fmt: skip


def _structures(place: Territory) -> tuple[Field, ...]:
    known = structures_of(place)
    numbers = (
        Field(kind, label, read=stored_structures, required=False, value=str(known.counts.get(kind, "")))
        for kind, label in KINDS.items()
    )
    turnover = f"{known.turnover:f}" if known.turnover else ""
    return (*numbers, Field("turnover", "Chiffre d’affaires annuel moyen, en euros", read=stored_amount,
                            required=False, value=turnover, hint="Il dit si un achat pèserait trop."))  # fmt: skip
