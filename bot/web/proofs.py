"""The desk's documents: those to examine, one with what surrounds it, its verdict."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.web.facilitator import as_facilitator
from bot.web.site import Number, Site
from core.proof_pages import proof_page, proofs_to_see
from core.proofs import decide, require
from core.refusal import Refused
from core.terms import ProofKind, ProofVerdict

VERDICTS = {"accept": ProofVerdict.ACCEPTED, "refuse": ProofVerdict.REFUSED, "seen": ProofVerdict.SEEN}
DONE = {
    "accept": "Le document est accepté. L’entreprise est prévenue.",
    "refuse": "Le document est refusé. L’entreprise est prévenue, avec votre raison.",
    "required": "Les documents demandés sont enregistrés. Les entreprises le verront dès maintenant.",
    "seen": "Le document est noté comme vu, et son fichier est effacé. L’entreprise est prévenue.",
}


def proof_routes(site: Site) -> APIRouter:
    """Return the routes; each is the signed-in facilitateur's only."""
    router = APIRouter(prefix="/desk/justificatifs", include_in_schema=False)
    house = site.house

    @router.get("")
    async def listed(request: Request, fait: str = "") -> Response:
        thread = site.cookies.thread(request)
        seen = await as_facilitator(house, thread, lambda session, who: proofs_to_see(session, house, who))
        return site.pages.page("proofs.html", seen=seen, done=DONE.get(fait, ""), csrf=site.form_token(thread or ""))

    @router.post("/demandes")
    async def set_required(request: Request) -> Response:
        thread, form = await site.own_form(request)
        kinds = [str(kind) for kind in ProofKind if form.text(str(kind))]
        await as_facilitator(house, thread, lambda session, who: require(session, house, who, kinds))
        return RedirectResponse("/desk/justificatifs?fait=required", 303)

    @router.get("/{proof_id}")
    async def one(request: Request, proof_id: Number) -> Response:
        return await page(request, proof_id)

    @router.post("/{proof_id}")
    async def decide_on_one(request: Request, proof_id: Number) -> Response:
        thread, form = await site.own_form(request)
        action = form.text("action")
        verdict, reason = VERDICTS.get(action, ProofVerdict.PENDING), form.text("reason")
        try:
            rung = await as_facilitator(
                house, thread, lambda session, who: decide(session, house, proof_id, verdict, reason, who)
            )
        except Refused as refusal:
            return await page(request, proof_id, status=422, error=refusal.message, typed=form.texts)
        for conversation_id in rung:
            site.live.ring(conversation_id)
        return RedirectResponse(f"/desk/justificatifs?fait={action}", 303)

    async def page(
        request: Request,
        proof_id: int,
        *,
        status: int = 200,
        error: str = "",
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        thread = site.cookies.thread(request)
        try:
            seen = await as_facilitator(house, thread, lambda session, who: proof_page(session, house, who, proof_id))
        except Refused as refusal:
            raise HTTPException(403, refusal.message) from refusal
        return site.pages.page(
            "proof.html", status=status, page=seen, error=error, typed=typed or {}, csrf=site.form_token(thread or "")
        )

    return router
