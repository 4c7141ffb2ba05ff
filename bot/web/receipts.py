"""Checking a receipt: by anybody who holds its number and code; its PDF, for who may see the commitment."""

import asyncio
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.web.site import Site, place_of
from core.access import receipt_for, sees_participants
from core.hours import NBSP, in_hours
from core.house import House
from core.limits import allowed
from core.messages import moment
from core.models import Commitment, Declaration
from core.months import in_french
from core.papers.receipt import receipt_pdf
from core.people import person_of
from core.receipt_check import Checked, check
from core.receipts import numbered, read_number
from core.refusal import Refused
from core.seal import public_key
from core.terms import Channel

UNKNOWN = "Aucun reçu ne porte ce numéro. Vérifiez-le sur le reçu : il s’écrit R-000042."
WRONG_CODE = "Ce code n’est pas celui du reçu. Il est imprimé à côté du code QR : seize signes, par groupes de quatre."


def receipt_routes(site: Site) -> APIRouter:
    """Return the check page, the public key and the PDF."""
    router = APIRouter(include_in_schema=False)
    house = site.house

    @router.get("/recu")
    @router.get("/recu/")
    async def form(request: Request, numero: str = "", code: str = "") -> Response:
        number = read_number(numero)
        if numero and number is None:
            return page(request, numero, code, None, error=UNKNOWN, status=404)
        if number is not None:
            return RedirectResponse(f"/recu/{numbered(number)}?code={quote(code[:40])}", 303)
        return page(request, "", "", None)

    @router.get("/recu/cle")
    async def key() -> Response:
        return PlainTextResponse(public_key(house.keys), media_type="application/x-pem-file")

    @router.get("/recu/{written}.pdf")
    async def pdf(request: Request, written: str) -> Response:
        number, thread = read_number(written), site.cookies.thread(request)
        if number is None or thread is None:
            raise HTTPException(403)
        content = await asyncio.to_thread(_printed, house, thread, number)
        name = f"recu-{numbered(number)}.pdf"
        return Response(
            content, media_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    @router.get("/recu/{written}")
    async def checked(request: Request, written: str, code: str = "") -> Response:
        if not allowed(house, "receipt", place_of(request)):
            return site.pages.error(request, 429)
        number = read_number(written)
        found = await asyncio.to_thread(_checked, house, number, code) if number is not None else None
        if found is None:
            return page(request, written, code, None, error=UNKNOWN, status=404)
        return page(request, numbered(found.number), code, found, error=WRONG_CODE if code and not found.said else "")

    def page(
        request: Request, number: str, code: str, found: Checked | None, *, error: str = "", status: int = 200
    ) -> Response:
        return site.pages.page(
            "receipt.html",
            status=status,
            number=number[:20],
            code=code[:40],
            found=found,
            replaced_by=numbered(found.replaced_by) if found and found.replaced_by else "",
            facts=_facts(house, found) if found else (),
            error=error,
        )

    return router


def _facts(house: House, found: Checked) -> list[tuple[str, str]]:
    issued = ("Délivré le", moment(house, found.issued_at))
    if found.said is None:
        return [issued]
    people = f"{found.said.people}{NBSP}personne{'s' if found.said.people > 1 else ''}"
    return [
        ("Marché", f"{found.said.contract}{f', lot {found.said.lot}' if found.said.lot else ''}"),
        ("Entreprise", found.said.awardee),
        ("Mois déclaré", in_french(found.said.month)),
        ("Heures", f"{in_hours(found.said.total)} ({people})"),
        ("Version", str(found.said.version)),
        issued,
    ]


def _checked(house: House, number: int, code: str) -> Checked | None:
    with house.database.reading() as session:
        return check(session, number, code)


def _printed(house: House, thread: str, number: int) -> bytes:
    """Raises HTTPException 403, in the same words whether the receipt exists or not."""
    with house.database.reading() as session:
        person = person_of(session, Channel.WEB, thread)
        try:
            receipt = receipt_for(session, person, number)
        except Refused as refusal:
            raise HTTPException(403) from refusal
        declaration = session.get_one(Declaration, receipt.declaration_id)
        commitment = session.get_one(Commitment, declaration.commitment_id)
        return receipt_pdf(session, house, receipt, with_names=sees_participants(person, commitment))
