"""The desk's meetings: one page for each commitment, to propose one, to move it, to cancel it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.web.facilitator import as_facilitator
from bot.web.forms import Form
from bot.web.site import Number, Site
from core.access import ONLY_FACILITATOR, reviews
from core.commitments import title_of
from core.house import House
from core.messages import moment
from core.models import Commitment, Person
from core.planning import Proposal, cancel, invited_to, lasting, move, planned_for, propose
from core.refusal import Refused
from core.terms import MeetingKind

LENGTHS = (30, 45, 60, 90, 120)
DONE = {
    "proposee": "L’invitation est partie. Les réponses arrivent dans votre messagerie.",
    "deplacee": "La réunion est déplacée. Tout le monde est prévenu.",
    "annulee": "La réunion est annulée. Tout le monde est prévenu.",
}


@dataclass(frozen=True)
class MeetingRow:
    """A meeting to come, in words, and as the fields of its form want it."""

    id: int
    what: str
    when: str
    place: str
    day: str
    hour: str


@dataclass(frozen=True)
class MeetingPage:
    """The meetings to come of a commitment, and who would be invited to another."""

    id: int
    title: str
    awardee: str
    meetings: tuple[MeetingRow, ...]
    invited: tuple[str, ...]


def meeting_routes(site: Site) -> APIRouter:
    """Return the routes; each is the signed-in facilitateur's only."""
    router = APIRouter(prefix="/desk/reunions", include_in_schema=False)
    house = site.house

    @router.get("/{commitment_id}")
    async def show(request: Request, commitment_id: Number) -> Response:
        return await page(request, commitment_id, done=DONE.get(next(iter(request.query_params), ""), ""))

    @router.post("/{commitment_id}")
    async def propose_one(request: Request, commitment_id: Number) -> Response:
        thread, form = await site.own_form(request)
        try:
            wanted = _proposal(house, form)
            await as_facilitator(
                house, thread, lambda session, who: propose(session, house, commitment_id, wanted, who)
            )
        except Refused as refusal:
            return await page(request, commitment_id, error=refusal.message, typed=form.texts)
        return RedirectResponse(f"/desk/reunions/{commitment_id}?proposee=1", 303)

    @router.post("/{commitment_id}/{meeting_id}")
    async def change_one(request: Request, commitment_id: Number, meeting_id: Number) -> Response:
        thread, form = await site.own_form(request)
        cancels = form.text("action") == "cancel"
        try:
            starts_at = None if cancels else _when(house, form)
            await as_facilitator(
                house,
                thread,
                lambda session, who: (
                    cancel(session, house, meeting_id, who)
                    if starts_at is None
                    else move(session, house, meeting_id, starts_at, form.text("place"), who)
                ),
            )
        except Refused as refusal:
            return await page(request, commitment_id, error=refusal.message)
        return RedirectResponse(f"/desk/reunions/{commitment_id}?{'annulee' if cancels else 'deplacee'}=1", 303)

    async def page(
        request: Request,
        commitment_id: int,
        *,
        done: str = "",
        error: str = "",
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        thread = site.cookies.thread(request)
        seen = await as_facilitator(house, thread, lambda session, who: _seen(session, house, who, commitment_id))
        return site.pages.page(
            "meetings.html",
            status=422 if error else 200,
            page=seen,
            kinds=list(MeetingKind),
            lengths=[(minutes, lasting(minutes)) for minutes in LENGTHS],
            done=done,
            error=error,
            typed=typed or {},
            csrf=site.form_token(thread or ""),
        )

    return router


def _seen(session: Session, house: House, who: Person, commitment_id: int) -> MeetingPage:
    commitment = session.get(Commitment, commitment_id)
    if commitment is None or not reviews(who, commitment):
        raise HTTPException(403, ONLY_FACILITATOR)
    return MeetingPage(
        id=commitment.id,
        title=f"{commitment.contract.reference}, {title_of(commitment)}",
        awardee=commitment.awardee.name,
        meetings=tuple(
            MeetingRow(
                id=meeting.id,
                what=f"{meeting.kind.capitalised}, {lasting(meeting.minutes)}",
                when=moment(house, meeting.starts_at),
                place=meeting.place,
                day=house.local(meeting.starts_at).date().isoformat(),
                hour=f"{house.local(meeting.starts_at):%H:%M}",
            )
            for meeting in planned_for(session, house, commitment)
        ),
        invited=tuple(
            f"{person.name}, {person.organisation.name if person.organisation else ''}"
            for person in invited_to(session, commitment)
        ),
    )


def _proposal(house: House, form: Form) -> Proposal:
    kinds, minutes = {str(kind): kind for kind in MeetingKind}, form.text("minutes")
    return Proposal(
        kind=kinds.get(form.text("kind"), MeetingKind.KICK_OFF),
        starts_at=_when(house, form),
        minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 4 else 0,
        place=form.text("place"),
        note=form.text("note"),
    )


def _when(house: House, form: Form) -> datetime:
    try:
        read = datetime.fromisoformat(f"{form.text('day')}T{form.text('hour')}")
    except ValueError as error:
        raise Refused("Donnez le jour et l’heure de la réunion.") from error
    return read.replace(tzinfo=house.settings.zone)
