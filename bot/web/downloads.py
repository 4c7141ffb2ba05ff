"""Files people sent, served as downloads to who may read them."""

import asyncio
from urllib.parse import quote

from fastapi import APIRouter, Request
from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.web.site import Number, Site
from core import audit
from core.access import may_read_file
from core.files import read
from core.house import House
from core.models import Conversation, Person, StoredFile
from core.people import person_of
from core.terms import Channel


def download_routes(site: Site) -> APIRouter:
    """Return the two addresses of a file: in a conversation, and in a case opened by its link."""
    router = APIRouter(include_in_schema=False)
    house = site.house

    @router.get("/fichiers/{file_id}")
    async def download(request: Request, file_id: Number) -> Response:
        return await asyncio.to_thread(_served, house, site.cookies.thread(request), file_id, None, None)

    @router.get("/desk/cases/{case_id}/fichiers/{file_id}")
    async def download_from_case(request: Request, case_id: Number, file_id: Number) -> Response:
        access = site.cookies.case(request, case_id)
        opened = (access.case_id, access.person_id) if access else (None, None)
        return await asyncio.to_thread(_served, house, site.cookies.thread(request), file_id, *opened)

    return router


def _served(house: House, thread: str | None, file_id: int, opened_case: int | None, sent_to: int | None) -> Response:
    """Raises HTTPException 403, in the same words whether the file exists or not."""
    with house.database.transaction() as session:
        person: Person | None = None
        conversation_id: int | None = None
        if thread is not None:
            person = person_of(session, Channel.WEB, thread)
            conversation_id = session.scalar(
                select(Conversation.id).where(Conversation.channel == Channel.WEB, Conversation.thread == thread)
            )
        file = session.get(StoredFile, file_id)
        if file is None or not may_read_file(
            session, file, person, conversation_id=conversation_id, case_id=opened_case
        ):
            raise HTTPException(403)
        audit.note(session, house, "read_file", f"file:{file.id}", person_id=person.id if person else sent_to)
        name, content_type, content = file.name, file.content_type, read(house, file)
    plain = name.encode("ascii", "replace").decode().translate(str.maketrans('"\\?', "___"))
    return Response(
        content,
        media_type=content_type,
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
