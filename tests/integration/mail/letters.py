"""Somebody who writes by mail: real messages handed to the house as the box does, and the letters it posts back."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache

from pydantic import SecretStr
from sqlalchemy import select

from core.house import House
from core.letterbox import Spot
from core.models import Outgoing, ReceivedMail
from core.outbox import WAITING
from core.terms import Box
from mailer.letters import write_letter
from mailer.receiving import handle_released, receive

AUTHSERV = "mx.exemple.fr"
STRANGER = "paul@ailleurs.exemple.fr"
_numbers = itertools.count(1)


def with_mail(house: House, *, trusted: str = AUTHSERV) -> House:
    """Return a house that reads mail and writes real letters; `trusted` is the server whose word is believed."""
    settings = house.settings.model_copy(
        update={
            "mail_reply_to": "clausette@exemple.fr",
            "imap_url": SecretStr("imap://clausette:secret@127.0.0.1/INBOX?starttls=never"),
            "trusted_authserv": trusted,
        }
    )
    return replace(house, settings=settings, write_letter=write_letter)


def posted(house: House, to: str = "") -> list[EmailMessage]:
    """Return the letters that wait to leave, oldest first, or only somebody's."""
    with house.database.reading() as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.state.in_(WAITING)).order_by(Outgoing.id)).all()
        bodies = [row.body for row in rows if row.channel == "email" and row.body and to in row.peer]
    return [_parsed(body) for body in bodies]


@lru_cache(maxsize=256)
def _parsed(body: bytes) -> EmailMessage:
    """Parse a letter once: a conversation looks at all its letters after each step."""
    return message_from_bytes(body, policy=policy.default)


@lru_cache(maxsize=256)
def text_of(mail: EmailMessage) -> str:
    """Return the plain text of a letter, ordinary spaces."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\N{NO-BREAK SPACE}", " ")


def received(house: House) -> list[ReceivedMail]:
    """Return the rows of what came in."""
    with house.database.reading() as session:
        return list(session.scalars(select(ReceivedMail).order_by(ReceivedMail.id)))


@dataclass
class Writer:
    """A mail reader: writes, answers the latest letter, keeps the thread as programs do."""

    house: House
    address: str
    verdict: str = "dmarc=pass header.from=exemple.fr"
    authserv: str = AUTHSERV
    boxes: list[Box] = field(default_factory=list)

    def writes(
        self,
        text: str,
        *,
        subject: str = "",
        reply_to: EmailMessage | None = None,
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> str:
        """Send a mail; return what the letters posted since say, together."""
        before = len(posted(self.house, self.address))
        content = self.made(text, subject, reply_to, dict(headers or {}), files)
        self.boxes.append(receive(self.house, Spot("box", 1, next(_numbers)), content))
        return "\n\n".join(text_of(mail) for mail in posted(self.house, self.address)[before:])

    def answers(self, text: str, headers: Mapping[str, str] | None = None) -> str:
        """Answer the latest letter."""
        return self.writes(text, reply_to=self.latest, headers=headers)

    @property
    def latest(self) -> EmailMessage:
        """The latest letter to this address."""
        return posted(self.house, self.address)[-1]

    def made(
        self,
        text: str,
        subject: str,
        reply_to: EmailMessage | None,
        headers: dict[str, str],
        files: Mapping[str, bytes] | None = None,
    ) -> bytes:
        """Make the bytes of a mail, quoting what it answers as Gmail does."""
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"] = headers.pop("sender", self.address)
        mail["Message-ID"] = headers.pop("message_id", f"<{next(_numbers)}@ordinateur.exemple.fr>")
        if reply_to is not None:
            mail["To"] = str(reply_to["Reply-To"] or reply_to["From"])
            mail["Subject"] = f"Re: {str(reply_to['Subject']).removeprefix('Re: ')}"
            mail["In-Reply-To"] = str(reply_to["Message-ID"])
            quoted = "\n".join(f"> {line}" for line in text_of(reply_to).splitlines())
            text = f"{text}\n\nLe lun. 23 nov. 2026 à 11:00, Clausette <clausette@exemple.fr> a écrit :\n{quoted}\n"
        else:
            mail["To"] = "clausette@exemple.fr"
            mail["Subject"] = subject
        if self.verdict:
            mail["Authentication-Results"] = f"{self.authserv}; {self.verdict}"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text, cte="quoted-printable")
        for name, content in (files or {}).items():
            mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return mail.as_bytes()

    def confirms(self) -> None:
        """Let the worker handle what was released."""
        handle_released(self.house)
