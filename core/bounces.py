"""Delivery reports: tied to the letter they are about, or believed of nobody.

A report is easy to forge: it counts only when it quotes the Message-ID of a letter of ours, which nobody guesses, and
names nobody else than whom that letter went to. What failed for good marks the address and opens a case; what failed
for now is sent again or announced again, three times at most; what a server only delays is left to it.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.correspondence import post_shown
from core.house import House
from core.letters import NoticeLetter
from core.messages import history_of
from core.models import Conversation, Outgoing, Person
from core.outbox import NOTICE, Parcel, without_addresses
from core.people import post_letter
from core.refused_addresses import refuse
from core.subscriptions import stop
from core.terms import Author, Channel, LetterKind

MOST_TRIES = 3
COUNTED_FOR = timedelta(days=7)
LATER = timedelta(hours=6)
FULL_FOR_DAYS = "le message n’arrive pas depuis plusieurs essais (boîte pleine, ou serveur indisponible)"


@dataclass(frozen=True)
class Report:
    """What a report says: about which letter, to whom, for good or not, in the server's words."""

    message_id: str
    recipient: str
    permanent: bool
    reason: str
    complaint: bool = False
    delayed: bool = False


def note_bounce(session: Session, house: House, report: Report) -> str:
    """Take a report into account, in the caller's transaction; return what was made of it, in one word for the log."""
    row = session.scalar(
        select(Outgoing).where(Outgoing.message_id == report.message_id, Outgoing.channel == Channel.EMAIL)
    )
    if row is None or (report.recipient and report.recipient.lower() != row.peer.lower()):
        return "unknown"
    if report.complaint:
        person = session.get(Person, row.person_id) if row.person_id else None
        if person is not None:
            for kind in LetterKind:
                stop(session, house, person, kind)
        return "complaint"
    if report.delayed:
        return "delayed"
    if row.bounced_at is not None:
        return "repeated"
    row.bounced_at, row.last_error = house.now(), without_addresses(report.reason)[:300]
    session.flush()
    lately = select(func.count()).where(
        Outgoing.peer_hash == row.peer_hash, Outgoing.bounced_at > house.now() - COUNTED_FOR
    )
    if not report.permanent and (session.scalar(lately) or 0) < MOST_TRIES:
        return "retried" if _sent_again(session, house, row) else "temporary"
    reason = row.last_error if report.permanent else FULL_FOR_DAYS
    return "refused" if refuse(session, house, _parcel(row), reason) else "refused already"


def _sent_again(session: Session, house: House, row: Outgoing) -> bool:
    """Write again what a conversation showed last; of anything else, later, that it waits in Clausette.

    The letter itself was erased when it left, for it held secrets. A link that signs in is over by then, and the next
    reminder comes by itself.
    """
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
