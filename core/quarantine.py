"""Held mails at the desk: the facilitateur sees why each waits, hands it over to whoever wrote it, or sets it aside.

What he hands over is handled as that person's, but not as proven: what would be recorded in their name is still
confirmed by their own link. Both acts are audited.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from core import audit
from core.access import ONLY_FACILITATOR
from core.hours import NBSP
from core.house import House
from core.letterbox import GIVEN
from core.models import Person, ReceivedMail
from core.people import person_by_email
from core.refusal import Refused
from core.terms import MailState

MOST_SHOWN = 100
LONGEST_REASON = 200
SETTLED = "Ce message n’attend plus de décision."
WHY = {
    "forged": "Le serveur de messagerie dit que l’expéditeur n’est pas celui qu’il prétend. Personne n’a été prévenu.",
    "doubtful:other": "Il répond à un courrier envoyé à quelqu’un d’autre. Un lien de confirmation lui a été envoyé.",
    "doubtful": "Rien ne prouve qu’il vient de cette adresse. Un lien de confirmation y a été envoyé.",
}


@dataclass(frozen=True)
class Held:
    """A mail that waits: who sent it, whose it may be, why it waits, the beginning of its text."""

    number: int
    subject: str
    sender: str = field(repr=False)
    owner: str
    owner_address: str = field(repr=False)
    why: str
    excerpt: str = field(repr=False)
    received_at: datetime


def held_in(session: Session, who: Person) -> list[Held]:
    """List the mails that wait in a facilitateur's territory, the latest first. Raises Refused for others."""
    _only_facilitator(who)
    rows = session.execute(
        select(ReceivedMail, Person)
        .outerjoin(Person, Person.id == ReceivedMail.person_id)
        .where(ReceivedMail.state == MailState.HELD, _of_territory(who))
        .order_by(ReceivedMail.id.desc())
        .limit(MOST_SHOWN)
    )
    return [
        Held(
            number=row.id,
            subject=row.subject or "(sans objet)",
            sender=row.sender,
            owner=owner.name if owner else "",
            owner_address=(owner.email or "") if owner else "",
            why=WHY.get(row.reason) or WHY.get(row.reason.partition(":")[0], ""),
            excerpt=row.excerpt or "",
            received_at=row.received_at,
        )
        for row, owner in rows
    ]


def give_to(session: Session, house: House, number: int, address: str, who: Person) -> None:
    """Let a held mail be handled as somebody's. Raises Refused: nobody so known, settled meanwhile, not allowed."""
    _waiting(session, number, who)
    person = person_by_email(session, house, address.strip()) if address.strip() else None
    if person is None or person.territory_id != who.territory_id:
        raise Refused(f"Personne n’est connu à l’adresse «{NBSP}{address.strip()}{NBSP}». Vérifiez-la, ou invitez-le.")
    if person.is_facilitator:
        raise Refused("Un message ne peut pas être remis à un facilitateur. Répondez-y depuis votre messagerie.")
    _settle(session, number, MailState.RELEASED, reason=GIVEN, person_id=person.id)
    audit.note(session, house, "give_mail", f"mail:{number}", person_id=who.id, detail=f"person:{person.id}")


def set_aside(session: Session, house: House, number: int, reason: str, who: Person) -> None:
    """Set a held mail aside; its content is erased with the other held mails. Raises Refused without a reason."""
    _waiting(session, number, who)
    said = " ".join(reason.split())[:LONGEST_REASON]
    if not said:
        raise Refused("Dites en quelques mots pourquoi ce message est écarté.")
    _settle(session, number, MailState.DROPPED, reason="set aside")
    audit.note(session, house, "set_mail_aside", f"mail:{number}", person_id=who.id, detail=said)


def _waiting(session: Session, number: int, who: Person) -> None:
    _only_facilitator(who)
    query = select(ReceivedMail.id).outerjoin(Person, Person.id == ReceivedMail.person_id)
    if session.scalar(query.where(ReceivedMail.id == number, _of_territory(who))) is None:
        raise Refused(SETTLED)


def _settle(session: Session, number: int, state: MailState, **values: object) -> None:
    done = session.execute(
        update(ReceivedMail)
        .where(ReceivedMail.id == number, ReceivedMail.state == MailState.HELD)
        .values(state=state, **values)
    )
    if getattr(done, "rowcount", 0) != 1:
        raise Refused(SETTLED)


def _of_territory(who: Person) -> ColumnElement[bool]:
    """A mail whose owner nobody knows is everybody's."""
    return or_(ReceivedMail.person_id.is_(None), Person.territory_id == who.territory_id)


def _only_facilitator(who: Person) -> None:
    if not who.is_facilitator or who.left_at is not None:
        raise Refused(ONLY_FACILITATOR)
