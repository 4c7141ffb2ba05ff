"""Cases: what needs the facilitateur reaches him by e-mail with its context; his answer goes back to the person."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core import audit
from core.access import may_read_case
from core.case_letters import (
    acknowledge,
    case_link,
    contact_of,
    organisation_of,
    post_to_facilitator,
    post_to_person,
    who_of,
)
from core.commitments import state_of
from core.exchange import ShownFile
from core.hours import NBSP
from core.house import House
from core.letters import AddressRefusedLetter, CaseFollowUpLetter, EscalationLetter, Line
from core.messages import Meaning, moment, show, transcript_of
from core.models import Case, CaseMessage, Commitment, Conversation, Person, StoredFile, Territory
from core.months import day_in_french
from core.outbox import Parcel, new_message_id
from core.people import territory
from core.refusal import Refused
from core.terms import Author, CaseStatus, Channel
from core.workdays import after_working_days

LONGEST_SUBJECT = 120
IS_IT_SOLVED = f"Le dossier est clos. Votre demande est-elle réglée{NBSP}?"
ADDRESS_REFUSED = "Adresse e-mail refusée"
NOT_SOLVED = "Non, ma demande n’est pas réglée."
NUMBER_LOCK = 7_301_202  # cases are numbered one at a time (PostgreSQL advisory lock)


@dataclass(frozen=True)
class Request:
    """What a person asks of the facilitateur. `articles` are the titles that the assistant had proposed."""

    subject: str
    text: str
    commitment_id: int | None = None
    files: tuple[int, ...] = ()
    articles: tuple[str, ...] = ()
    contact: str = ""


def open_case(
    session: Session,
    house: House,
    conversation: Conversation | None,
    person: Person | None,
    request: Request,
    *,
    previous: Case | None = None,
) -> Case:
    """Open a case, which continues `previous` if any, and post the escalation letter, in the caller's transaction."""
    place = territory(session, house)
    now, today = house.now(), house.today()
    commitment = session.get(Commitment, request.commitment_id) if request.commitment_id else None
    lines = transcript_of(session, house, conversation.id) if conversation else ()
    case = Case(
        number=_next_number(session, today),
        territory_id=place.id,
        subject=" ".join(request.subject.split())[:LONGEST_SUBJECT],
        status=CaseStatus.OPENED,
        person_id=person.id if person else None,
        conversation_id=conversation.id if conversation else None,
        commitment_id=commitment.id if commitment else None,
        assigned_to_id=previous.assigned_to_id if previous else None,
        previous_id=previous.id if previous else None,
        contact=request.contact or None,
        context={
            "transcript": [[line.author, line.when, line.text] for line in lines],
            "articles": list(request.articles),
            "channel": conversation.channel.label if conversation else "",
        },
        message_id=new_message_id(house),
        opened_at=now,
        promised_on=after_working_days(today, place.answer_working_days),
    )
    case.person = person
    session.add(case)
    session.flush()
    files = write(session, house, case, Author.PERSON, request.text, request.files)
    audit.note(session, house, "open_case", f"case:{case.id}", person_id=case.person_id)
    letter = EscalationLetter(
        number=case.number,
        subject=case.subject,
        who=who_of(case),
        organisation=organisation_of(case),
        channel=str(case.context["channel"]),
        since=moment(house, now),
        contact=contact_of(case),
        question=request.text,
        transcript=lines,
        articles=request.articles,
        state=state_of(session, commitment, today) if commitment else None,
        file_names=tuple(file.name for file in files),
        promised=day_in_french(case.promised_on),
        link=case_link(session, house, case),
    )
    post_to_facilitator(session, house, case, letter, message_id=case.message_id, files=files)
    acknowledge(session, house, case)
    return case


def continue_case(
    session: Session, house: House, case: Case, written: str, files: tuple[int, ...] = (), *, insists: bool = False
) -> Case:
    """Add what the person wrote again, who `insists` when they lose patience; return the case it went to.

    A case closed of late opens again; one closed for longer than the territory's delay is continued by a new one.
    """
    place = session.get_one(Territory, case.territory_id)
    oldest = house.now() - timedelta(days=place.reopen_days)
    if case.status is CaseStatus.CLOSED and (case.closed_at is None or case.closed_at < oldest):
        conversation = session.get(Conversation, case.conversation_id) if case.conversation_id else None
        text = f"(Suite du dossier {case.number})\n\n{written}"
        request = Request(case.subject, text, case.commitment_id, files, contact=case.contact or "")
        return open_case(session, house, conversation, case.person, request, previous=case)
    add_message(session, house, case, written, files, insists=insists)
    return case


def add_message(
    session: Session, house: House, case: Case, written: str, files: tuple[int, ...] = (), *, insists: bool = False
) -> None:
    """Add what the person wrote again to a case, which waits for the facilitateur again; the mail thread goes on.

    The announced day stays when the facilitateur has not answered yet: somebody who adds a word is not made to wait.
    """
    kept = write(session, house, case, Author.PERSON, written, files)
    if case.status is not CaseStatus.OPENED:
        _wait_again(session, house, case)
    letter = CaseFollowUpLetter(
        number=case.number,
        subject=case.subject,
        who=who_of(case),
        text=written,
        file_names=tuple(file.name for file in kept),
        link=case_link(session, house, case),
        insists=day_in_french(case.promised_on) if insists else "",
    )
    post_to_facilitator(session, house, case, letter, message_id=new_message_id(house), files=kept, follows=True)


def _wait_again(session: Session, house: House, case: Case) -> None:
    days = session.get_one(Territory, case.territory_id).answer_working_days
    case.status, case.closed_at, case.solved = CaseStatus.OPENED, None, None
    case.promised_on = after_working_days(house.today(), days)
    case.reminded_at = case.escalated_at = case.excused_at = None


def answer(
    session: Session,
    house: House,
    case_id: int,
    typed: str,
    *,
    person_id: int | None = None,
    close: bool = False,
    files: tuple[int, ...] = (),
) -> int | None:
    """Send the facilitateur's answer to the person, on their channel; return the conversation's id.

    A web chat may be closed by now, so the answer also goes by mail when the address is known; only by mail when
    somebody else, or nobody, is signed in there since. On closing the person is asked whether it helped. Raises Refused
    when the text is empty.
    """
    written = typed.strip()
    if not written:
        raise Refused("Votre réponse est vide. Écrivez-la avant de l’envoyer.")
    case = session.scalars(select(Case).where(Case.id == case_id).with_for_update(of=Case)).unique().one()
    by = session.get(Person, person_id) if person_id else None
    sent = write(session, house, case, Author.FACILITATOR, written, files, by=by)
    case.answered_at = house.now()
    case.status = CaseStatus.CLOSED if close else CaseStatus.ANSWERED
    case.closed_at = house.now() if close else None
    if by is not None and by.is_facilitator and case.assigned_to_id is None:
        case.assigned_to_id = by.id  # whoever answered is written to next
    audit.note(session, house, "answer_case", f"case:{case.id}", person_id=person_id)
    conversation = session.get(Conversation, case.conversation_id) if case.conversation_id else None
    if conversation is not None and case.person_id not in {None, conversation.person_id}:
        conversation = None
    if conversation is not None:
        said = f"**Réponse du facilitateur** (dossier {case.number}, «{NBSP}{case.subject}{NBSP}»)\n\n{written}"
        if close:
            said = f"{said}\n\n{IS_IT_SOLVED}"
        reply = ("Répondre", {"start": "contact", "answers": {"case": str(case.id)}})
        shown = tuple(ShownFile(file.id, file.name, file.content_type) for file in sent)
        show(session, house, conversation, said, [*(_solved(case) if close else ()), reply],
             author=Author.FACILITATOR, files=shown)  # fmt: skip
    if conversation is None or conversation.channel is not Channel.TELEGRAM or conversation.blocked_at is not None:
        post_to_person(session, house, case, written, by=by, closes=close, files=sent)
    return conversation.id if conversation else None


def _solved(case: Case) -> list[tuple[str, Meaning]]:
    return [
        ("Oui, c’est réglé", {"solved": "yes", "case": case.id}),
        ("Non, pas encore", {"solved": "no", "case": case.id}),
    ]


def rate_case(session: Session, house: House, case: Case, *, solved: bool) -> str:
    """Keep what the person says of a closed case, which opens again when it is not solved; return what to tell them."""
    if case.status is not CaseStatus.CLOSED:
        return f"Le dossier {case.number} est ouvert{NBSP}: le facilitateur vous répondra."
    audit.note(session, house, "rate_case", f"case:{case.id}", person_id=case.person_id, detail=str(solved))
    if solved:
        case.solved = True
        return "Merci, c’est noté."
    add_message(session, house, case, NOT_SOLVED)
    case.solved = False
    return (
        f"Le dossier **{case.number}** est rouvert, le facilitateur en est prévenu. "
        f"Réponse au plus tard le {day_in_french(case.promised_on)}."
    )


def open_cases_of(session: Session, person: Person | None, conversation_id: int | None) -> list[Case]:
    """Return the cases, not closed, that a person (or a stranger's conversation) opened, latest first."""
    query = select(Case).where(Case.status != CaseStatus.CLOSED).order_by(Case.id.desc()).limit(5)
    if person is not None:
        query = query.where(Case.person_id == person.id)
    elif conversation_id is not None:
        query = query.where(Case.conversation_id == conversation_id, Case.person_id.is_(None))
    else:
        return []
    return list(session.scalars(query).unique())


def case_for(session: Session, person: Person | None, case_id: int, conversation_id: int | None) -> Case:
    """Return a case that somebody may read. Raises Refused otherwise."""
    case = session.get(Case, case_id)
    if case is None or not may_read_case(person, case, conversation_id=conversation_id):
        raise Refused("Ce dossier n’est pas accessible depuis cette conversation.")
    return case


def open_for_refused_address(session: Session, house: House, parcel: Parcel, reason: str) -> None:
    """Tell the facilitateur that a person's address refuses mail; his own is for the operator's log.

    A case that is still open about that person goes on.
    """
    place = territory(session, house)
    if parcel.peer.lower() == place.facilitator_email.lower():
        return
    person = session.get(Person, parcel.person_id) if parcel.person_id else None
    about = select(Case).where(
        Case.person_id == parcel.person_id, Case.subject == ADDRESS_REFUSED, Case.status != CaseStatus.CLOSED
    )
    known = session.scalars(about.limit(1)).unique().first() if person else None
    case = known or Case(
        number=_next_number(session, house.today()),
        territory_id=place.id,
        subject=ADDRESS_REFUSED,
        status=CaseStatus.OPENED,
        person_id=person.id if person else None,
        context={"transcript": [], "articles": [], "channel": Channel.EMAIL.label},
        message_id=new_message_id(house),
        opened_at=house.now(),
        promised_on=after_working_days(house.today(), place.answer_working_days),
    )
    case.person = person
    session.add(case)
    session.flush()
    said = f"Le serveur de messagerie refuse l’adresse de cette personne{NBSP}: {reason}"
    write(session, house, case, Author.ASSISTANT, said, ())
    letter = AddressRefusedLetter(
        who=who_of(case), organisation=organisation_of(case), reason=reason, link=case_link(session, house, case)
    )
    message_id = new_message_id(house) if known else case.message_id
    post_to_facilitator(session, house, case, letter, message_id=message_id, files=[], follows=known is not None)


def _next_number(session: Session, today: date) -> str:
    prefix = f"D-{today.year}-"
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time already
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": NUMBER_LOCK})
    last = session.scalar(select(func.max(Case.number)).where(Case.number.like(f"{prefix}%")))
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:05}"


def lines_of(house: House, case: Case) -> tuple[Line, ...]:
    """Return what was written in a case, as a letter shows it."""
    return tuple(
        Line("La personne" if message.author is Author.PERSON else message.author.label.capitalize(),
             moment(house, message.written_at), message.text)
        for message in case.messages
    )  # fmt: skip


def write(
    session: Session,
    house: House,
    case: Case,
    author: Author,
    written: str,
    files: tuple[int, ...],
    *,
    by: Person | None = None,
    is_note: bool = False,
) -> list[StoredFile]:
    """Add a text to a case, with its files; a note is for the facilitateurs only. Return the files."""
    message = CaseMessage(
        case_id=case.id,
        author=author,
        author_id=by.id if by else None,
        is_note=is_note,
        text=written,
        written_at=house.now(),
    )
    session.add(message)
    session.flush()
    rows = list(session.scalars(select(StoredFile).where(StoredFile.id.in_(files)))) if files else []
    for row in rows:
        row.case_message_id = message.id
    return rows
