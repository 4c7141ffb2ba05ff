"""Random secrets that do one thing once: links to sign in, to a case, to a month to declare, to a choice; codes.

Stored hashed.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.hours import NBSP
from core.house import House
from core.models import Case, Person, Token
from core.refusal import Refused
from core.terms import Channel

LIFETIMES = {
    "sign_in": timedelta(minutes=15),
    "chat_code": timedelta(minutes=15),
    "invitation": timedelta(days=30),
    "case": timedelta(days=14),
    "task": timedelta(days=14),
    "choice": timedelta(days=3),
}
TYPED = {"chat_code", "invitation"}  # a person may have to type them
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no 0 O 1 I L
EXPIRED = (
    f"Ce lien ou ce code a expiré, ou il a déjà servi. Demandez-en un nouveau{NBSP}: écrivez «{NBSP}connexion{NBSP}»."
)


def issue_token(
    session: Session,
    house: House,
    purpose: str,
    *,
    person: Person | None = None,
    case: Case | None = None,
    commitment_id: int | None = None,
    month: str | None = None,
    message_id: int | None = None,
    channel: Channel | None = None,
    lifetime: timedelta | None = None,
) -> str:
    """Make a secret and return it in clear, once: 12 letters for what is typed (60 bits), 43 for a link (256 bits).

    It lives as long as its purpose allows, unless `lifetime` says otherwise.
    """
    secret = "".join(secrets.choice(ALPHABET) for _ in range(12)) if purpose in TYPED else secrets.token_urlsafe(32)
    now = house.now()
    session.add(
        Token(
            purpose=purpose,
            hash=_hashed(purpose, secret),
            person_id=person.id if person else None,
            case_id=case.id if case else None,
            commitment_id=commitment_id,
            month=month,
            message_id=message_id,
            channel=channel,
            created_at=now,
            expires_at=now + (LIFETIMES[purpose] if lifetime is None else lifetime),
        )
    )
    return secret


def peek_token(session: Session, house: House, purpose: str, secret: str) -> Token | None:
    """Return a valid token without consuming it, or None."""
    return session.scalar(
        select(Token).where(
            Token.hash == _hashed(purpose, secret), Token.used_at.is_(None), Token.expires_at > house.now()
        )
    )


def known_token(session: Session, house: House, purpose: str, secret: str) -> Token | None:
    """Return a token that has not expired, used or not: what it opened may be opened again by who used it."""
    return session.scalar(select(Token).where(Token.hash == _hashed(purpose, secret), Token.expires_at > house.now()))


def consume_token(session: Session, house: House, purpose: str, secret: str) -> Token:
    """Use a token, once, even when two requests arrive together. Raises Refused when it expired or was used."""
    token = peek_token(session, house, purpose, secret)
    if token is None:
        raise Refused(EXPIRED)
    used = session.execute(
        update(Token).where(Token.id == token.id, Token.used_at.is_(None)).values(used_at=house.now())
    )
    if getattr(used, "rowcount", 0) != 1:
        raise Refused(EXPIRED)
    return token


def signature(house: House, what: str) -> str:
    """Sign what a link is about, in 22 letters: for a link that is checked, not stored."""
    digest = hmac.digest(house.keys.signing, what.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def _hashed(purpose: str, secret: str) -> str:
    typed = secret.upper().replace("-", "").replace(" ", "") if purpose in TYPED else secret
    return hashlib.sha256(f"{purpose}:{typed}".encode("utf-8", "replace")).hexdigest()


def spaced(code: str) -> str:
    """Write a typed code so that it reads easily: "ABCD-EFGH-JKMN"."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
