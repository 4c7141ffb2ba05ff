"""Delivery reports: tied to the letter they are about, or believed of nobody.

A report is easy to forge: it counts only when it comes to the return address of a letter of ours, or quotes its
Message-ID, which nobody guesses; then it names nobody else than whom that letter went to. What failed for good marks
the address and opens a case; what failed for now (a full box, a server that gave up) leaves again, the same letter,
three times at most, and is for good after; what a server only delays is left to it.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.correspondence import post_shown
from core.house import House
from core.letters import NoticeLetter
from core.messages import history_of
from core.models import Conversation, Outgoing, Person
from core.models.outbox import OutgoingState
from core.outbox import NOTICE, Parcel, without_addresses
from core.people import post_letter
from core.refused_addresses import refuse
from core.returns import return_mark, send_again
from core.subscriptions import stop
from core.terms import Author, Channel, LetterKind

AGAIN_AFTER = (timedelta(hours=2), timedelta(days=1), timedelta(days=3))
COUNTED_FOR = timedelta(days=7)
LATER = timedelta(hours=6)
_MARK = re.compile(r"retour-(\d{1,18})-[0-9a-f]{16}")
FULL_FOR_DAYS = "le message n’arrive pas depuis plusieurs essais (boîte pleine, ou serveur indisponible)"


@dataclass(frozen=True)
class Report:
    """What a report says: about which letter, to whom, for good or not, in the server's words.

    `mark` is what the return address it came to bears, "" without one.
    """

    message_id: str
    recipient: str
    permanent: bool
    reason: str
    complaint: bool = False
    delayed: bool = False
    mark: str = ""


def note_bounce(session: Session, house: House, report: Report) -> str:
    """Take a report into account, in the caller's transaction; return what was made of it, in one word for the log."""
    row = _letter_of(session, report)
    if row is None:
        return "unknown"
    if report.complaint:
        person = session.get(Person, row.person_id) if row.person_id else None
        if person is not None:
            for kind in LetterKind:
                stop(session, house, person, kind)
        return "complaint"
    if report.delayed:
        return "delayed"
    if row.bounced_at is not None and (row.sent_at is None or row.bounced_at >= row.sent_at):
        return "repeated"
    row.bounced_at, row.last_error = house.now(), without_addresses(report.reason)[:300]
    row.returns += 1
    session.flush()
    if not report.permanent and not _came_back_too_often(session, house, row):
        return "retried" if _sent_again(session, house, row) else "temporary"
    row.state, row.body = OutgoingState.FAILED, None
    reason = row.last_error if report.permanent else FULL_FOR_DAYS
    return "refused" if refuse(session, house, _parcel(row), reason) else "refused already"


def _letter_of(session: Session, report: Report) -> Outgoing | None:
    """Return the letter that came back. To its return address a report may name anybody: people forward their mail."""
    mark = _MARK.fullmatch(report.mark.lower())
    marked = session.get(Outgoing, int(mark[1])) if mark else None
    if marked is not None and compare_digest(return_mark(marked.id, marked.message_id), report.mark.lower()):
        return marked
    row = session.scalar(
        select(Outgoing).where(Outgoing.message_id == report.message_id, Outgoing.channel == Channel.EMAIL)
    )
    return row if row is not None and report.recipient.lower() in {"", row.peer.lower()} else None


def _came_back_too_often(session: Session, house: House, row: Outgoing) -> bool:
    """A letter that can leave again counts for itself; those too big to be kept count together."""
    if row.body is not None:
        return row.returns > len(AGAIN_AFTER)
    lately = select(func.count()).where(
        Outgoing.peer_hash == row.peer_hash, Outgoing.bounced_at > house.now() - COUNTED_FOR, Outgoing.body.is_(None)
    )
    return (session.scalar(lately) or 0) >= len(AGAIN_AFTER)


def _sent_again(session: Session, house: House, row: Outgoing) -> bool:
    """Send the letter again, later; of one too big to be kept, write what its conversation showed, or announce it.

    A link that signs in is over by then.
    """
    if row.body is not None:
        send_again(row, house.now() + AGAIN_AFTER[row.returns - 1])
        return True
    conversation = session.get(Conversation, row.conversation_id) if row.conversation_id else None
    person = session.get(Person, row.person_id) if row.person_id else None
    if conversation is None and person is not None and row.priority == NOTICE:
        return post_letter(session, house, _missed(house, person), person, dedup_key=f"missed:{row.id}",
                           due_at=house.now() + LATER) is not None  # fmt: skip
    if conversation is None:
        return False
    shown = [each for each in history_of(session, conversation.id, most=5) if each.author is not Author.PERSON]
    post_shown(session, house, conversation, shown[-1:], case_id=row.case_id)
    return bool(shown)


def _missed(house: House, person: Person) -> NoticeLetter:
    return NoticeLetter(
        name=person.name,
        title="Un message de Clausette ne vous est pas parvenu",
        opening="Votre messagerie n’a pas pu recevoir un de nos messages, peut-être parce que votre boîte est pleine.",
        closing="Il vous attend dans Clausette, avec vos reçus et les réponses du facilitateur.",
        link=house.link("/"),
    )


def _parcel(row: Outgoing) -> Parcel:
    return Parcel(row.id, row.channel, row.peer, b"", row.message_id, row.attempts, row.conversation_id, row.person_id,
                  row.case_id)  # fmt: skip
