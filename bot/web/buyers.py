"""`/acheteur`: the buyers' tools as forms that need neither an account nor JavaScript.

What only computes is a GET, so that an answer can be kept as an address; what receives a file or writes one is a POST
with the browser's own token.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request
from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.web.fields import Field, filled
from bot.web.safety import TOO_LARGE
from bot.web.site import Site, place_of
from bot.web.tools import TOOLS, Tool
from bot.web.visitor import new_thread
from core.documents import MOST_BYTES, read_document
from core.house import House
from core.limits import allowed
from core.models import Territory
from core.people import territory
from core.purchases.offer import offer_of, told_offer
from core.purchases.steps import phases, told_phase
from core.purchases.wording import told_findings
from core.purchases.writing import NOTHING_TO_WRITE, clause_from, text_to_copy
from core.refusal import Refused
from core.terms import MeetingKind
from core.word import word_file
from knowledge.checker import checked, paragraphs_of
from knowledge.drafting import Draft

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST_CLAUSE = 200_000
MEETINGS = {"notification": str(MeetingKind.KICK_OFF), "execution": str(MeetingKind.REVIEW)}
CHECKED = (Field("text", "Texte de l’article", rows=8, hint="Collez-le ici, ou choisissez un fichier ci-dessous."),)


def buyer_routes(site: Site) -> APIRouter:
    """Return the buyers' routes."""
    router = APIRouter(include_in_schema=False)
    house, pages = site.house, BuyerPages(site)

    @router.get("/acheteur")
    async def hub(request: Request) -> Response:
        pages.slow_down(request)
        place = await asyncio.to_thread(place_known, house)
        told = told_offer(offer_of(place), place)
        return pages.page(request, "buyer.html", place=place.name, offer=told, phases=phases())

    @router.get("/acheteur/etapes/{phase_id}")
    async def steps(request: Request, phase_id: str) -> Response:
        pages.slow_down(request)
        phase = next((phase for phase in phases() if phase.id == phase_id), None)
        if phase is None:
            raise HTTPException(404)
        return pages.page(request, "buyer_steps.html", phase=phase, told=told_phase(phase), phases=phases(),
                          meetings=MEETINGS)  # fmt: skip

    _add_check(router, site)

    @router.get("/acheteur/{slug}")
    async def tool(request: Request, slug: str) -> Response:
        pages.slow_down(request)
        known = _tool(slug)
        place = await asyncio.to_thread(place_known, house)
        typed = dict(request.query_params)
        if known.writes or not typed:
            shown = known.fields(place, house.today())
            return pages.page(request, "buyer_tool.html", tool=known, fields=shown, told="", text="", error="")
        told, fields = await asyncio.to_thread(_answered, house, known, place, typed)
        return pages.page(request, "buyer_tool.html", tool=known, fields=fields, told=told, text="", error="",
                    status=200 if told else 422)  # fmt: skip

    @router.post("/acheteur/{slug}")
    async def write(request: Request, slug: str) -> Response:
        pages.slow_down(request)
        known = _tool(slug)
        if not known.writes:
            raise HTTPException(405)
        _, form = await site.own_form(request)
        place = await asyncio.to_thread(place_known, house)
        answers, fields = filled(known.fields(place, house.today()), form.texts)
        draft, error = await asyncio.to_thread(_drafted, answers, place) if answers is not None else (None, "")
        if draft is not None and form.text("action") == "docx":
            content = await asyncio.to_thread(word_file, draft, written_at=house.now())
            return attached(content, f"{draft.title.replace(':', '-')[:80]}.docx", DOCX)
        return pages.page(request, "buyer_tool.html", tool=known, fields=fields, told="", error=error,
                    text=text_to_copy(draft) if draft else "", status=200 if draft else 422)  # fmt: skip

    return router


def _add_check(router: APIRouter, site: Site) -> None:
    pages = BuyerPages(site)

    @router.get("/acheteur/controle")
    async def check(request: Request) -> Response:
        pages.slow_down(request)
        return pages.page(request, "buyer_check.html", fields=CHECKED, told="", error="")

    @router.post("/acheteur/controle")
    async def read_clause(request: Request) -> Response:
        pages.slow_down(request, "upload")
        _, form = await site.own_form(request)
        text = form.text("text")[:LONGEST_CLAUSE]
        try:
            if form.files:
                if (form.files[0].size or 0) > MOST_BYTES:
                    raise Refused(TOO_LARGE)
                content = await form.files[0].read()
                paragraphs = await asyncio.to_thread(read_document, content)
            elif text.strip():
                paragraphs = paragraphs_of(text)
            else:
                raise Refused("Collez l’article, ou choisissez un fichier .docx, .odt ou .pdf.")
            told, error, status = told_findings(checked(paragraphs)), "", 200
        except Refused as refusal:
            told, error, status = "", refusal.message, 422
        for file in form.files:
            await file.close()
        fields = (Field(**{**vars(CHECKED[0]), "value": text}),)
        return pages.page(request, "buyer_check.html", status=status, fields=fields, told=told, error=error)


@dataclass(frozen=True)
class BuyerPages:
    """The pages of the tools, for whoever comes: a cookie for the forms, and a limit by address."""

    site: Site

    def page(self, request: Request, name: str, *, status: int = 200, **values: object) -> Response:
        """Show a page with the browser's own token."""
        site, thread = self.site, self.site.cookies.thread(request) or new_thread()
        response = site.pages.page(name, status=status, csrf=site.form_token(thread), tools=TOOLS, **values)
        site.cookies.keep_thread(response, thread)
        return response

    def slow_down(self, request: Request, bucket: str = "question") -> None:
        """Refuse who asks without end. Raises HTTPException 429."""
        if not allowed(self.site.house, bucket, f"buyer:{place_of(request)}"):
            raise HTTPException(429)


def place_known(house: House) -> Territory:
    """The territory whose habits and offer are shown."""
    with house.database.reading() as session:
        found = session.scalar(select(Territory).order_by(Territory.id).limit(1))
    if found is not None:
        return found
    with house.database.transaction() as session:
        return territory(session, house)


def _tool(slug: str) -> Tool:
    found = next((tool for tool in TOOLS if tool.slug == slug), None)
    if found is None:
        raise HTTPException(404)
    return found


def _answered(house: House, tool: Tool, place: Territory, typed: Mapping[str, str]) -> tuple[str, tuple[Field, ...]]:
    answers, fields = filled(tool.fields(place, house.today()), typed)
    if answers is None:
        return "", fields
    with house.database.reading() as session:
        return tool.answer(answers, place, session, house.today()), fields


def _drafted(answers: Mapping[str, str], place: Territory) -> tuple[Draft | None, str]:
    try:
        return clause_from(answers, place), ""
    except Refused as refusal:
        return None, refusal.message or NOTHING_TO_WRITE


def attached(content: bytes, name: str, media_type: str) -> Response:
    """Return a file to save, under its French name."""
    plain = name.encode("ascii", "replace").decode().translate(str.maketrans('"\\?', "___"))
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})
