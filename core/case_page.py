"""Everything the facilitateur sees of a case on one page."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.case_letters import contact_of, organisation_of, who_of
from core.commitments import state_of
from core.exchange import ShownFile
from core.house import House
from core.letters import CommitmentState, Line
from core.messages import moment
from core.models import Case, CaseMessage, Commitment, Person, StoredFile
from core.months import day_in_french
from core.refusal import Refused
from core.terms import Author, CaseStatus


@dataclass(frozen=True)
class CaseLine:
    """One text of a case's thread."""

    author: Author
    label: str
    when: str
    text: str
    files: tuple[ShownFile, ...]


@dataclass(frozen=True)
class CasePage:
    """Everything the facilitateur sees of a case."""

    id: int
    number: str
    subject: str
    status: str
    is_closed: bool
    who: str
    organisation: str
    contact: str
    channel: str
    since: str
    promised: str
    question: str
    transcript: tuple[Line, ...]
    articles: tuple[str, ...]
    state: CommitmentState | None
    thread: tuple[CaseLine, ...]
    conversation_id: int | None
    commitment_id: int | None


def seen_by_facilitator(session: Session, house: House, case_id: int, *, person_id: int | None = None) -> CasePage:
    """Return a case's page; the read is audited. Raises Refused when there is no such case."""
    case = session.get(Case, case_id)
    if case is None:
        raise Refused("Ce dossier n’existe pas.")
    audit.note(session, house, "read_case", f"case:{case.id}", person_id=person_id)
    commitment = session.get(Commitment, case.commitment_id) if case.commitment_id else None
    thread = tuple(_case_line(session, house, case, message) for message in case.messages)
    return CasePage(
        id=case.id,
        number=case.number,
        subject=case.subject,
        status=case.status.label,
        is_closed=case.status is CaseStatus.CLOSED,
        who=who_of(case),
        organisation=organisation_of(case),
        contact=contact_of(case),
        channel=str(case.context.get("channel", "")),
        since=moment(house, case.opened_at),
        promised=day_in_french(case.promised_on),
        question=thread[0].text if thread else "",
        transcript=tuple(Line(*map(str, line)) for line in _listed(case.context, "transcript")),
        articles=tuple(map(str, _listed(case.context, "articles"))),
        state=state_of(session, commitment, house.today()) if commitment else None,
        thread=thread,
        conversation_id=case.conversation_id,
        commitment_id=case.commitment_id,
    )


def _listed(context: dict[str, object], key: str) -> list[Any]:
    found = context.get(key)
    return found if isinstance(found, list) else []


def _case_line(session: Session, house: House, case: Case, message: CaseMessage) -> CaseLine:
    files = session.scalars(select(StoredFile).where(StoredFile.case_message_id == message.id))
    by = session.get(Person, message.author_id) if message.author_id else None
    label = who_of(case) if message.author is Author.PERSON else by.name if by else message.author.label.capitalize()
    if message.is_note:
        label = f"Note interne, {label}"
    return CaseLine(
        author=message.author,
        label=label,
        when=moment(house, message.written_at),
        text=message.text,
        files=tuple(ShownFile(file.id, file.name, file.content_type) for file in files),
    )
