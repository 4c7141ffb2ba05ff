"""What somebody may be told of what they sent: their own cases, open or closed of late, and their own mails."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.house import House
from core.models import Case, CaseMessage, Person, ReceivedMail, Territory
from core.terms import CaseStatus, MailState

MOST_SHOWN = 4


@dataclass(frozen=True)
class MailSeen:
    """A mail of somebody's: the day and hour it came, its subject, whether it waits for them to say it is theirs."""

    on: date
    at: str
    subject: str
    waits: bool


def cases_followed(
    session: Session, house: House, place: Territory, person: Person | None, conversation_id: int | None
) -> list[Case]:
    """Return the cases of a person, or of a stranger's conversation: the open ones first, then the latest."""
    since = house.now() - timedelta(days=place.reopen_days)
    query = select(Case).where((Case.status != CaseStatus.CLOSED) | (Case.closed_at > since))
    if person is not None:
        query = query.where(Case.person_id == person.id)
    elif conversation_id is not None:
        query = query.where(Case.conversation_id == conversation_id, Case.person_id.is_(None))
    else:
        return []
    rows = session.scalars(query.order_by(Case.status == CaseStatus.CLOSED, Case.id.desc()).limit(MOST_SHOWN))
    return list(rows.unique())


def latest_act(case: Case) -> CaseMessage | None:
    """Return the latest text of a case that its person may read."""
    return next((each for each in reversed(case.messages) if not each.is_note), None)


def latest_mail(session: Session, house: House, person: Person) -> MailSeen | None:
    """Return the latest mail of a person that was kept: handled, or waiting for a confirmation."""
    row = session.scalar(
        select(ReceivedMail)
        .where(
            ReceivedMail.person_id == person.id,
            ReceivedMail.state.in_([MailState.HANDLED, MailState.HELD, MailState.RELEASED]),
        )
        .order_by(ReceivedMail.received_at.desc(), ReceivedMail.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    local = house.local(row.received_at)
    at = f"{local.hour} h {local.minute:02}".replace(" ", "\N{NO-BREAK SPACE}")
    return MailSeen(local.date(), at, row.subject, row.state is MailState.HELD)
