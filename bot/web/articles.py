"""The desk's articles: what the base lacks, an answer made into an article, those served here, corrections to tell."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.web.facilitator import as_facilitator
from bot.web.forms import Form
from bot.web.site import Site
from core import audit
from core.access import may_read_case
from core.drafts import AUDIENCES, Draft, blank, concerns, drafted_from
from core.feedback import Gap, gaps, tell_correction
from core.house import House
from core.models import Case, Person, Territory
from core.proposals import InvalidDraft, OwnArticle, listed, publish, withdraw
from core.refusal import Refused
from core.surroundings import names_around

GAP_DAYS = 90
MOST_GAPS = 30
DONE = {
    "publiee": "La fiche est publiée. L’assistante s’en sert dans quelques secondes.",
    "retiree": "La fiche est retirée. L’assistante cesse de s’en servir dans quelques secondes.",
}


@dataclass(frozen=True)
class Overview:
    """What the page of articles shows; `titles` are all the articles served, by id."""

    own: Sequence[OwnArticle]
    gaps: Sequence[Gap]
    titles: Mapping[str, str]


@dataclass(frozen=True)
class FormPage:
    """A draft on its form."""

    draft: Draft
    territory: str
    warnings: Sequence[str] = ()


def article_routes(site: Site) -> APIRouter:
    """Return the routes; each is the signed-in facilitateur's only."""
    router = APIRouter(prefix="/desk/fiches", include_in_schema=False)
    house = site.house

    @router.get("")
    async def home(request: Request) -> Response:
        done = DONE.get(next(iter(request.query_params), ""), "")
        told = request.query_params.get("prevenus", "")
        if told.isdigit():
            done = _told(int(told))
        return await overview(request, done=done, chosen=request.query_params.get("fiche", ""))

    @router.get("/nouvelle")
    async def write(request: Request, dossier: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None) -> Response:
        try:
            page = await as_facilitator(
                house, site.cookies.thread(request), lambda session, who: _drafted(house, session, who, dossier)
            )
        except Refused as refusal:
            raise HTTPException(422, refusal.message) from refusal
        return form_page(request, page, dossier)

    @router.post("/nouvelle")
    async def save(request: Request, dossier: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None) -> Response:
        thread, form = await site.own_form(request)
        draft, is_read = _draft_of(form), form.text("relu") == "1"
        try:
            await as_facilitator(
                house,
                thread,
                lambda session, who: publish(
                    session, house, draft, by=who, case=_case(session, who, dossier), is_read=is_read
                ),
            )
        except InvalidDraft as invalid:
            page = await as_facilitator(house, thread, lambda session, who: FormPage(draft, _place(session, who)))
            page = FormPage(page.draft, page.territory, invalid.warnings)
            return form_page(request, page, dossier, errors=invalid.errors, status=422)
        except Refused as refusal:
            raise HTTPException(422, refusal.message) from refusal
        return RedirectResponse("/desk/fiches?publiee=1", 303)

    @router.post("/correction")
    async def correct(request: Request) -> Response:
        thread, form = await site.own_form(request)
        name, change = form.text("fiche"), form.text("changement")
        try:
            keeper = await as_facilitator(house, thread, lambda _, who: who.id)
            told = await asyncio.to_thread(tell_correction, house, name, change, person_id=keeper)
        except KeyError:
            return await overview(request, status=422, error="Choisissez la fiche corrigée.", chosen=name, typed=change)
        except Refused as refusal:
            return await overview(request, status=422, error=refusal.message, chosen=name, typed=change)
        for conversation_id in told:
            site.live.ring(conversation_id)
        return RedirectResponse(f"/desk/fiches?prevenus={len(told)}", 303)

    @router.post("/{name}/retrait")
    async def take_away(request: Request, name: str) -> Response:
        thread, _ = await site.own_form(request)
        try:
            await as_facilitator(house, thread, lambda session, who: withdraw(session, house, name, by=who))
        except Refused as refusal:
            return await overview(request, status=422, error=refusal.message)
        return RedirectResponse("/desk/fiches?retiree=1", 303)

    async def overview(
        request: Request, *, status: int = 200, done: str = "", error: str = "", chosen: str = "", typed: str = ""
    ) -> Response:
        thread = site.cookies.thread(request)
        place = await as_facilitator(house, thread, lambda session, who: _noted(house, session, who))
        seen = await asyncio.to_thread(_overview, house, place)
        return site.pages.page(
            "articles.html",
            status=status,
            seen=seen,
            days=GAP_DAYS,
            csrf=site.form_token(thread or ""),
            done=done,
            error=error,
            chosen=chosen,
            typed=typed,
        )

    def form_page(
        request: Request,
        page: FormPage,
        case_id: int | None,
        *,
        errors: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        return site.pages.page(
            "article_form.html",
            status=status,
            page=page,
            case_id=case_id,
            audiences=AUDIENCES,
            errors=errors or {},
            csrf=site.form_token(site.cookies.thread(request) or ""),
        )

    return router


def _noted(house: House, session: Session, keeper: Person) -> str:
    audit.note(session, house, "read_gaps", "articles", person_id=keeper.id)
    return _place(session, keeper)


def _overview(house: House, territory: str) -> Overview:
    titles = {name: article.title for name, article in house.library().articles.items()}
    return Overview(
        own=listed(house, territory),
        gaps=gaps(house, days=GAP_DAYS)[:MOST_GAPS],
        titles=dict(sorted(titles.items(), key=lambda pair: pair[1])),
    )


def _drafted(house: House, session: Session, keeper: Person, case_id: int | None) -> FormPage:
    case = _case(session, keeper, case_id)
    draft = drafted_from(session, house, case) if case else blank(house)
    return FormPage(draft, _place(session, keeper), concerns(draft, names_around(session, case.person)) if case else ())


def _case(session: Session, keeper: Person, case_id: int | None) -> Case | None:
    """Return the case that an article is made of. Raises HTTPException 403, the same whether it exists or not."""
    if case_id is None:
        return None
    case = session.get(Case, case_id)
    if case is None or not may_read_case(keeper, case):
        raise HTTPException(403)
    return case


def _place(session: Session, keeper: Person) -> str:
    return session.get_one(Territory, keeper.territory_id).name


def _draft_of(form: Form) -> Draft:
    return Draft(
        title=form.text("title"),
        questions=form.text("questions"),
        text=form.text("text"),
        source=form.text("source"),
        reference=form.text("reference"),
        url=form.text("url"),
        audience=form.text("audience"),
        everywhere=form.text("territory") == "everywhere",
        expires_on=form.text("expires_on"),
    )


def _told(count: int) -> str:
    if count == 0:
        return "Personne n’a reçu cette fiche, ou tous sont déjà prévenus."
    return f"{count} conversation{'s' if count > 1 else ''} prévenue{'s' if count > 1 else ''}."
