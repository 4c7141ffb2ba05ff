"""The two links that mails carry: a page with the choices of a letter, a page that says « ce message est de moi ».

Opening one does nothing, for scanners of mail open every link; a button does, once. Whoever has the link reads the
mailbox of the address that we know, which proves them.
"""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from core import letterbox
from core.conversations import turn
from core.exchange import Inbound, Shown, Turned
from core.house import House
from core.models import Conversation, Message, Token
from core.people import consume_token, peek_token
from core.terms import Channel, MailState

CHOICE = "choice"


@dataclass(frozen=True)
class HeldMail:
    """A mail that waits for its owner: what the page shows of it."""

    subject: str
    sender: str = field(repr=False)
    is_confirmed: bool


def choices_of(house: House, secret: str) -> Shown | None:
    """Return the message whose buttons a link shows; None when the link is over or unknown."""
    with house.database.reading() as session:
        found = _message_of(session, peek_token(session, house, CHOICE, secret))
        if found is None:
            return None
        message, _ = found
        return Shown.from_content(message.id, message.author, message.sent_at, message.content)


def choose(house: House, secret: str, button: str) -> Turned | None:
    """Use a link: tap a button of its letter, as its reader. None when the link is over. Raises Refused when used."""
    with house.database.transaction() as session:
        found = _message_of(session, peek_token(session, house, CHOICE, secret))
        if found is None:
            return None
        token = consume_token(session, house, CHOICE, secret)
        thread, external_id = found[1].thread, f"choice:{token.id}"
    return turn(house, Inbound(Channel.EMAIL, thread, external_id, house.now(), button=button))


def _message_of(session: Session, token: Token | None) -> tuple[Message, Conversation] | None:
    message = session.get(Message, token.message_id) if token is not None and token.message_id else None
    conversation = session.get(Conversation, message.conversation_id) if message is not None else None
    if token is None or message is None or conversation is None or conversation.person_id != token.person_id:
        return None
    return message, conversation


def held_mail(house: House, secret: str) -> HeldMail | None:
    """Return the held mail of a link; None when the link is over or unknown."""
    with house.database.reading() as session:
        row = letterbox.held_by(session, house, secret)
        if row is None or row.state is MailState.DROPPED:
            return None
        return HeldMail(row.subject, row.sender, row.state is not MailState.HELD)


def confirm(house: House, secret: str) -> bool:
    """Say that a held mail is its owner's: it is handled within seconds. False when the link is over or unknown."""
    with house.database.transaction() as session:
        row = letterbox.held_by(session, house, secret)
        if row is None:
            return False
        letterbox.release(session, house, row)
        return True
