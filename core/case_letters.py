"""The letters of a case: to the facilitateur in one mail thread, to the person in another."""

from sqlalchemy.orm import Session

from core.files import read
from core.house import House
from core.letters import AcknowledgementLetter, Attached, CaseReplyLetter, Envelope, Letter
from core.models import Case, StoredFile
from core.months import day_in_french
from core.outbox import NOTICE, new_message_id, post
from core.people import is_refused, territory
from core.terms import Author, Channel
from core.tokens import issue_token

MOST_ATTACHED = 20 * 1024 * 1024


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
) -> None:
    """Post a letter of the case to the facilitateur; `follows` continues its thread."""
    recipient = territory(session, house).facilitator_email
    if not recipient:
        return
    attached, size = [], 0
    for file in files:
        size += file.size
        if size <= MOST_ATTACHED:
            attached.append(Attached(file.name, file.content_type, read(house, file)))
    envelope = Envelope(
        sender=house.settings.mail_from,
        recipient=recipient,
        message_id=message_id,
        in_reply_to=case.message_id if follows else "",
        references=(case.message_id,) if follows else (),
        attachments=tuple(attached),
    )
    post(session, house, channel=Channel.EMAIL, peer=recipient, body=house.write_letter(letter, envelope),
         message_id=message_id, ordered=False, priority=NOTICE, case_id=case.id)  # fmt: skip


def acknowledge(session: Session, house: House, case: Case) -> None:
    """Tell the person by mail that the case is open, with its number and the announced day."""
    letter = AcknowledgementLetter(
        name=who_of(case),
        number=case.number,
        subject=case.subject,
        promised=day_in_french(case.promised_on),
        link=house.link("/"),
    )
    if case.person is not None:
        _post_letter_to(session, house, case, letter)


def post_to_person(session: Session, house: House, case: Case, written: str) -> None:
    """Post the facilitateur's answer to the person."""
    question = next((message.text for message in case.messages if message.author is Author.PERSON), "")
    place = territory(session, house)
    letter = CaseReplyLetter(
        name=who_of(case),
        number=case.number,
        subject=case.subject,
        question=question,
        answer=written,
        facilitator=place.facilitator_name,
        link=house.link("/"),
    )
    _post_letter_to(session, house, case, letter)


def _post_letter_to(session: Session, house: House, case: Case, letter: Letter) -> None:
    person = case.person
    if person is None or not person.email or is_refused(session, person):
        return
    thread = (
        f"<case-{case.number.lower()}.{house.keys.fingerprint(case.message_id)}@{case.message_id.rpartition('@')[2]}"
    )
    acknowledges = isinstance(letter, AcknowledgementLetter)
    message_id = thread if acknowledges else new_message_id(house)
    envelope = Envelope(
        sender=house.settings.mail_from,
        recipient=person.email,
        message_id=message_id,
        in_reply_to="" if acknowledges else thread,
        references=() if acknowledges else (thread,),
        automatic=not isinstance(letter, CaseReplyLetter),
    )
    post(session, house, channel=Channel.EMAIL, peer=person.email, body=house.write_letter(letter, envelope),
         message_id=message_id, ordered=False, priority=NOTICE, case_id=case.id, person_id=person.id)  # fmt: skip
