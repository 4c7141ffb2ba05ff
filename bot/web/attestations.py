"""Attestations: given at the desk, one page for each commitment; checked by anybody who holds a number and its code."""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.web.facilitator import as_facilitator
from bot.web.site import Number, Site, place_of
from core import audit
from core.access import commitment_for
from core.attestations import (
    Attested,
    figures_of,
    is_right,
    is_sound,
    issue,
    latest_of,
    numbered,
    read_number,
    replaced_by,
    said_by,
    still_to_examine,
    to_attest,
)
from core.commitments import title_of
from core.house import House
from core.limits import allowed
from core.messages import moment
from core.models import Attestation, Person
from core.months import in_french
from core.papers.attestation import facts_of, lead_of
from core.refusal import Refused

UNKNOWN = "Aucune attestation ne porte ce numéro. Vérifiez-le : il s’écrit A-000012."
WRONG_CODE = "Ce code n’est pas celui de l’attestation. Il est imprimé à côté du code QR : seize signes."
GIVEN = "L’attestation est délivrée. L’entreprise et l’acheteur sont prévenus."


@dataclass(frozen=True)
class Row:
    """A commitment that may be attested."""

    id: int
    title: str
    awardee: str
    given: str


@dataclass(frozen=True)
class AttestationPage:
    """What would be attested for a commitment now, and what stands in the way."""

    id: int
    title: str
    lead: str
    facts: list[tuple[str, str]]
    waiting: list[str]
    given: str
    refused: str


@dataclass(frozen=True)
class Checked:
    """What the house says of a number; `facts` only with the right code."""

    number: str
    is_sound: bool
    replaced_by: str
    issued: str
    lead: str
    facts: list[tuple[str, str]]


def attestation_routes(site: Site) -> APIRouter:
    """Return the desk's pages and the public check."""
    router = APIRouter(include_in_schema=False)
    house = site.house

    @router.get("/desk/attestations")
    async def listed(request: Request) -> Response:
        thread = site.cookies.thread(request)
        rows = await as_facilitator(house, thread, lambda session, who: _rows(session, house, who))
        done = GIVEN if "delivree" in request.query_params else ""
        return site.pages.page("attestations.html", rows=rows, done=done)

    @router.get("/desk/attestations/{commitment_id}")
    async def one(request: Request, commitment_id: Number) -> Response:
        return await page(request, commitment_id)

    @router.post("/desk/attestations/{commitment_id}")
    async def give(request: Request, commitment_id: Number) -> Response:
        thread, _ = await site.own_form(request)
        try:
            rung = await as_facilitator(house, thread, lambda session, who: issue(session, house, commitment_id, who))
        except Refused as refusal:
            return await page(request, commitment_id, status=422, error=refusal.message)
        for conversation_id in rung:
            site.live.ring(conversation_id)
        return RedirectResponse("/desk/attestations?delivree=1", 303)

    @router.get("/attestation/{written}")
    async def checked(request: Request, written: str, code: str = "") -> Response:
        if not allowed(house, "receipt", place_of(request)):
            return site.pages.error(request, 429)
        number = read_number(written)
        found = await asyncio.to_thread(_checked, house, number, code) if number is not None else None
        error = UNKNOWN if found is None else WRONG_CODE if code and not found.facts else ""
        return site.pages.page(
            "attestation_check.html",
            status=404 if found is None else 200,
            found=found,
            written=written[:20],
            code=code[:40],
            error=error,
        )

    async def page(request: Request, commitment_id: int, *, status: int = 200, error: str = "") -> Response:
        thread = site.cookies.thread(request)
        try:
            seen = await as_facilitator(house, thread, lambda session, who: _page(session, house, who, commitment_id))
        except Refused as refusal:
            raise HTTPException(403, refusal.message) from refusal
        csrf = site.form_token(thread or "")
        return site.pages.page("attestation.html", status=status, page=seen, error=error, csrf=csrf)

    return router


def _rows(session: Session, house: House, who: Person) -> list[Row]:
    return [
        Row(
            id=commitment.id,
            title=f"{commitment.contract.reference}, {title_of(commitment, short=True)}",
            awardee=commitment.awardee.name,
            given=_given(house, attestation),
        )
        for commitment, attestation in to_attest(session, who)
    ]


def _page(session: Session, house: House, who: Person, commitment_id: int) -> AttestationPage:
    commitment = commitment_for(session, who, commitment_id)
    audit.note(session, house, "read_commitment", f"commitment:{commitment.id}", person_id=who.id)
    said: Attested | None = None
    refused = ""
    try:
        said = figures_of(session, house, commitment, who)
    except Refused as refusal:
        refused = refusal.message
    return AttestationPage(
        id=commitment.id,
        title=title_of(commitment),
        lead=lead_of(said) if said else "",
        facts=facts_of(said) if said else [],
        waiting=[in_french(month) for month in still_to_examine(session, commitment.id)],
        given=_given(house, latest_of(session, commitment.id)),
        refused=refused,
    )


def _given(house: House, attestation: Attestation | None) -> str:
    if attestation is None:
        return ""
    return f"Attestation {numbered(attestation.id)} délivrée le {moment(house, attestation.issued_at)}"


def _checked(house: House, number: int, code: str) -> Checked | None:
    with house.database.reading() as session:
        attestation = session.get(Attestation, number)
        if attestation is None:
            return None
        said = said_by(attestation) if is_right(attestation, code) else None
        replacing = replaced_by(session, attestation)
        return Checked(
            number=numbered(number),
            is_sound=is_sound(attestation),
            replaced_by=numbered(replacing) if replacing else "",
            issued=moment(house, attestation.issued_at),
            lead=lead_of(said) if said else "",
            facts=facts_of(said) if said else [],
        )
