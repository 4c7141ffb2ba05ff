"""Which letters a person still wants: reminders and digests stop in one click, what proves something never does.

The link of a letter is signed, not stored: it works as long as the letter is kept, and a campaign of thousands of
reminders writes no row for it. It can do nothing but stop one kind of letter for one person, and start it again.
"""

import hmac
import re

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core import audit
from core.house import House
from core.models import Person, Unsubscription
from core.terms import LetterKind
from core.tokens import signature

_SECRET = re.compile(r"([a-z]+)-(\d{1,10})-([A-Za-z0-9_-]{22})")


def accepts(session: Session, person: Person, kind: LetterKind) -> bool:
    """Tell whether a person still wants a kind of letter."""
    return session.get(Unsubscription, (person.id, kind)) is None


def accepts_reminders(session: Session, person: Person) -> bool:
    """Tell whether a person still wants reminders by e-mail; whoever sends one asks first."""
    return accepts(session, person, LetterKind.REMINDER)


def stop(session: Session, house: House, person: Person, kind: LetterKind) -> None:
    """Send a person no more of a kind of letter. Twice does no harm."""
    if accepts(session, person, kind):
        session.add(Unsubscription(person_id=person.id, kind=kind, stopped_at=house.now()))
        session.flush()
        audit.note(session, house, "unsubscribe", f"person:{person.id}", person_id=person.id, detail=str(kind))


def resume(session: Session, house: House, person: Person, kind: LetterKind) -> None:
    """Send a kind of letter again to a person who wants it back."""
    if not accepts(session, person, kind):
        session.execute(
            delete(Unsubscription).where(Unsubscription.person_id == person.id, Unsubscription.kind == kind)
        )
        audit.note(session, house, "resubscribe", f"person:{person.id}", person_id=person.id, detail=str(kind))


def stop_link(house: House, person: Person, kind: LetterKind) -> str:
    """Return the address of the page that stops a kind of letter, for the letter and its List-Unsubscribe."""
    return house.link(f"/desabonner/{kind}-{person.id}-{_signature(house, kind, person.id)}")


def whose(session: Session, house: House, secret: str) -> tuple[Person, LetterKind] | None:
    """Return whom and which kind of letter the end of a stop link is about; None when it was not made here."""
    match = _SECRET.fullmatch(secret)
    if match is None or match[1] not in set(LetterKind):
        return None
    kind, number = LetterKind.of(match[1]), int(match[2])
    if not hmac.compare_digest(_signature(house, kind, number), match[3]):
        return None
    person = session.get(Person, number)
    return (person, kind) if person is not None else None


def _signature(house: House, kind: LetterKind, person_id: int) -> str:
    return signature(house, f"unsubscribe:{kind}:{person_id}")
