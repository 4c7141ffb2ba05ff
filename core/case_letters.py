"""The letters of a case: to the facilitateur in one mail thread, to the person in another."""

from sqlalchemy.orm import Session

from core.correspondence import attached_of, post_in_thread
from core.facilitators import answering
from core.house import House
from core.letters import AcknowledgementLetter, Attached, CaseDelayLetter, CaseNews, CaseReplyLetter, Envelope, Letter
from core.models import Case, Conversation, MailThread, Person, StoredFile, Territory
from core.months import day_in_french
from core.outbox import NOTICE, new_message_id, post
from core.people import is_refused
from core.replies import About, reply_address
from core.terms import Author, Channel
from core.tokens import issue_token


def who_of(case: Case) -> str:
    """Name who opened a case."""
    return case.person.name if case.person else "Une personne non connectée"


def organisation_of(case: Case) -> str:
    """Name the organisation of who opened a case, or ""."""
    return case.person.organisation.name if case.person and case.person.organisation else ""


def contact_of(case: Case) -> str:
    """Say how to reach who opened a case besides the assistant."""
    if case.person is None:
        return case.contact or ""
    return ", ".join(part for part in (case.person.email, case.person.phone, case.contact) if part)


def case_link(session: Session, house: House, case: Case) -> str:
    """Return a signed link that opens the case's page, 14 days."""
    return house.link(f"/desk/cases/{case.id}/acces/{issue_token(session, house, 'case', case=case)}")


def post_to_facilitator(
    session: Session,
    house: House,
    case: Case,
    letter: Letter,
    *,
    message_id: str,
    files: list[StoredFile],
    follows: bool = False,
    to: Person | None = None,
) -> None:
    """Post a letter of the case to who must answer it, or `to` somebody else; `follows` continues its thread."""
    person = to or answering(session, house, case)
    recipient = (person.email if person else "") or session.get_one(Territory, case.territory_id).facilitator_email
    if not recipient:
        return
    envelope = Envelope(
        sender=house.settings.mail_from,
        recipient=recipient,
        message_id=message_id,
        in_reply_to=case.message_id if follows else "",
        references=(case.message_id,) if follows else (),
        reply_to=reply_address(
            session, house, recipient, message_id, About(case_id=case.id), person_id=person.id if person else None
        ),
        attachments=attached_of(house, files),
    )
    post(session, house, channel=Channel.EMAIL, peer=recipient, body=house.write_letter(letter, envelope),
         message_id=message_id, ordered=False, priority=NOTICE, case_id=case.id)  # fmt: skip


def acknowledge(session: Session, house: House, case: Case) -> None:
    """Tell the person by mail that the case is open, with its number and the announced day.

    Whoever writes by mail reads it in the reply to what they wrote.
    """
    if _thread_of(session, case) is None and case.person is not None:
        announce(session, house, case)


def announce(session: Session, house: House, case: Case, news: CaseNews = CaseNews.OPENED) -> None:
    """Tell the person by mail, in their thread if they write by mail, the case's number and the announced day."""
    answers = answering(session, house, case)
    letter = AcknowledgementLetter(
        name=case.person.name if case.person else "",
        number=case.number,
        subject=case.subject,
        promised=day_in_french(case.promised_on),
        link=house.link("/"),
        opened=day_in_french(house.local(case.opened_at).date()) if news is not CaseNews.OPENED else "",
        news=news,
        facilitator=answers.name if answers else "",
    )
    _post_letter_to(session, house, case, letter)


def has_thread(session: Session, case: Case) -> bool:
    """Tell whether a case was opened by mail: its letters go on under that mail."""
    return _thread_of(session, case) is not None


def post_to_person(
    session: Session,
    house: House,
    case: Case,
    written: str,
    *,
    by: Person | None = None,
    closes: bool = False,
    files: list[StoredFile] | None = None,
) -> None:
    """Post a facilitateur's answer to the person, with his files; `closes` asks whether it helped."""
    question = next((message.text for message in case.messages if message.author is Author.PERSON), "")
    letter = CaseReplyLetter(
        name=case.person.name if case.person else "",
        number=case.number,
        subject=case.subject,
        question=question,
        answer=written,
        facilitator=by.name if by else session.get_one(Territory, case.territory_id).facilitator_name,
        link=house.link("/"),
        closes=closes,
    )
    _post_letter_to(session, house, case, letter, attached_of(house, files or []))


def excuse(session: Session, house: House, case: Case, silent: Person | None) -> None:
    """Tell the person by mail that the announced answer is late."""
    letter = CaseDelayLetter(
        name=case.person.name if case.person else "",
        number=case.number,
        subject=case.subject,
        promised=day_in_french(case.promised_on),
        facilitator=silent.name if silent else "",
        link=house.link("/"),
    )
    _post_letter_to(session, house, case, letter)


def _thread_of(session: Session, case: Case) -> MailThread | None:
    """Return the thread of a case that was opened by mail."""
    return session.get(MailThread, case.conversation_id) if case.conversation_id else None


def _post_letter_to(
    session: Session, house: House, case: Case, letter: Letter, attached: tuple[Attached, ...] = ()
) -> None:
    by_hand = isinstance(letter, CaseReplyLetter)
    thread = _thread_of(session, case)
    if thread is not None:
        about = About(case_id=case.id, conversation_id=thread.conversation_id)
        conversation = session.get_one(Conversation, thread.conversation_id)
        post_in_thread(session, house, conversation, thread, letter, about, automatic=not by_hand, priority=NOTICE,
                       attached=attached)  # fmt: skip
        return
    person = case.person
    if person is None or not person.email or is_refused(session, person):
        return
    root = f"<case-{case.number.lower()}.{house.keys.fingerprint(case.message_id)}@{case.message_id.rpartition('@')[2]}"
    begins = isinstance(letter, AcknowledgementLetter) and letter.news is CaseNews.OPENED
    message_id = root if begins else new_message_id(house)
    about = About(case_id=case.id)
    envelope = Envelope(
        sender=house.settings.mail_from,
        recipient=person.email,
        message_id=message_id,
        in_reply_to="" if begins else root,
        references=() if begins else (root,),
        reply_to=reply_address(session, house, person.email, message_id, about, person_id=person.id),
        attachments=attached,
        automatic=not by_hand,
    )
    post(session, house, channel=Channel.EMAIL, peer=person.email, body=house.write_letter(letter, envelope),
         message_id=message_id, ordered=False, priority=NOTICE, case_id=case.id, person_id=person.id)  # fmt: skip
