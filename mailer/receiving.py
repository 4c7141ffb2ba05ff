"""One mail, from its bytes to what it does: handled once, whatever is killed when. Listening is elsewhere.

What a mail may do is decided in `core.senders`; every mail of a person gets an answer, or goes to a case.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import letterbox
from core.bounces import Report, note_bounce
from core.cases import Request, open_case
from core.claims import Claim, examine
from core.holding import hold
from core.hours import NBSP
from core.house import House
from core.letterbox import AlreadySettled, Entry, Outcome, Spot
from core.models import Person, ReplyToken, Territory
from core.people import first_territory, person_by_email
from core.senders import Bearer, Standing, Verdict
from core.terms import Box, MailState
from mailer.conversing import converse
from mailer.reading import Kind, Reading, read, receiver_of

log = logging.getLogger(__name__)

ROBOTS = frozenset({Kind.OWN, Kind.LIST, Kind.AUTO_REPLY})
HOUR = timedelta(hours=1)
TALKATIVE = 6  # how many times more answers an hour for somebody who is known
LONGEST_KEPT = 4000
TOO_BIG = (
    f"Votre message est trop lourd pour être lu (48{NBSP}Mo au plus, 15{NBSP}Mo par fichier). "
    "Renvoyez-le avec des fichiers moins lourds, ou en plusieurs fois."
)


def silence(conversation_id: int) -> None:
    """Ring nothing."""


def receive(
    house: House, spot: Spot, content: bytes, *, too_big: bool = False, ring: Callable[[int], None] = silence
) -> Box:
    """Handle one mail; return the folder where it goes. The same one again changes nothing.

    Of one that is `too_big`, only the headers are given: its sender is told. `ring` is told of the conversations that
    have something new. Raises whatever the database raises: nothing was done then, and it must be tried again.
    """
    reading = read(content, receiver_of(house.settings))
    if too_big:
        reading = replace(reading, left_out=TOO_BIG)
    entry = _entry(house, spot, reading, content)
    if reading.oddities:
        log.warning("mail %s is odd: %s", entry.name, ", ".join(reading.oddities))
    settled = _settled(house, entry)
    if settled is not None:
        log.info("mail %s came before: nothing is done again", entry.name)
        return settled
    try:
        return _handle(house, reading, content, entry, ring)
    except (AlreadySettled, IntegrityError):
        settled = _settled(house, entry)
        if settled is None:
            raise
        return settled


def give_up(house: House, spot: Spot, content: bytes) -> Box:
    """Pass a mail that cannot be handled on to the facilitateur, as it is: nothing is dropped in silence."""
    reading = read(content, receiver_of(house.settings))
    entry = _entry(house, spot, reading, content)
    with house.database.transaction() as session:
        person = (
            person_by_email(session, house, reading.sender) if Verdict(reading.verdict) is Verdict.GENUINE else None
        )
        text = f"{reading.subject}\n\n{reading.text[:LONGEST_KEPT]}"
        contact = "" if person else reading.sender
        case = open_case(
            session, house, None, person, Request("E-mail non traité par l’assistant", text, contact=contact)
        )
        letterbox.settle(session, house, entry, Outcome(MailState.HANDLED, Box.HELD, "failed", case_id=case.id))
    return Box.HELD


def handle_released(house: House, *, ring: Callable[[int], None] = silence) -> int:
    """Handle the mails that their owners have confirmed since; return how many."""
    with house.database.reading() as session:
        rows = letterbox.released(session)
    for row in rows:
        spot = Spot(row.account, row.uid_validity, row.uid)
        entry = Entry(row.fingerprint, spot, row.kind, row.sender, row.subject, house.now(), row=row.id)
        try:
            reading = read(letterbox.content_of(house, row), receiver_of(house.settings))
            with house.database.reading() as session:
                standing = Standing.LIKELY if row.reason == letterbox.GIVEN else Standing.PROVEN
                claim = _confirmed(session, house, session.get(Person, row.person_id), reading, standing)
            converse(house, reading, entry, claim, ring)
        except AlreadySettled:
            continue
        except Exception:
            log.exception("the released mail %s could not be handled", row.id)
            continue
        letterbox.forget_content(house, row)
    return len(rows)


def _confirmed(session: Session, house: House, owner: Person | None, reading: Reading, standing: Standing) -> Claim:
    """What a mail may do once its owner, or the facilitateur, said whose it is: with that person's token only."""
    found = examine(session, house, sender=reading.sender, verdict=Verdict.GENUINE, secrets=reading.tokens,
                    message_ids=_thread_ids(reading))  # fmt: skip
    token: ReplyToken | None = found.token if found.token and owner and found.token.person_id == owner.id else None
    return Claim(standing, Bearer.OWNER if token else Bearer.NOBODY, person=owner, token=token)


def _entry(house: House, spot: Spot, reading: Reading, content: bytes) -> Entry:
    fingerprint = letterbox.fingerprint_of(reading.message_id, reading.sender, content)
    return Entry(fingerprint, spot, reading.kind, reading.sender, reading.subject, house.now())


def _settled(house: House, entry: Entry) -> Box | None:
    with house.database.reading() as session:
        row = letterbox.known(session, entry.fingerprint)
        return Box.of(row.folder) if row is not None else None


def _handle(house: House, reading: Reading, content: bytes, entry: Entry, ring: Callable[[int], None]) -> Box:
    if reading.kind is Kind.BOUNCE:
        return _bounced(house, entry, reading)
    if reading.kind in ROBOTS or not reading.sender or reading.is_spam:
        why = "spam" if reading.is_spam else "no sender" if not reading.sender else str(reading.kind)
        return _dropped(house, entry, why)
    with house.database.reading() as session:
        claim = examine(session, house, sender=reading.sender, verdict=Verdict(reading.verdict),
                        secrets=reading.tokens, message_ids=_thread_ids(reading))  # fmt: skip
        most = _most_answers(session, claim)
        answered = letterbox.answered_lately(session, house, reading.sender, within=HOUR)
    if claim.standing in {Standing.DOUBTFUL, Standing.FORGED}:
        with house.database.transaction() as session:
            hold(session, house, entry, content, claim, reading.text)
        return Box.HELD
    return converse(house, reading, entry, claim, ring, quiet=answered >= most)


def _most_answers(session: Session, claim: Claim) -> int:
    """Return how many automatic mails an address may get in an hour; who is known may hold a conversation."""
    place = session.get(Territory, claim.person.territory_id) if claim.person else first_territory(session)
    most = place.automatic_mails_an_hour if place is not None else 0
    return most if claim.standing is Standing.STRANGER else most * TALKATIVE


def _dropped(house: House, entry: Entry, reason: str) -> Box:
    with house.database.transaction() as session:
        letterbox.settle(session, house, entry, Outcome(MailState.DROPPED, Box.ROBOTS, reason))
    return Box.ROBOTS


def _bounced(house: House, entry: Entry, reading: Reading) -> Box:
    bounced = reading.bounced
    if bounced is None:
        return _dropped(house, entry, "bounce")
    report = Report(bounced.message_id, bounced.recipient, bounced.permanent, bounced.reason or bounced.status,
                    bounced.complaint, bounced.delayed, bounced.mark)  # fmt: skip
    with house.database.transaction() as session:
        made = note_bounce(session, house, report)
        letterbox.settle(session, house, entry, Outcome(MailState.HANDLED, Box.ROBOTS, f"bounce:{made}"))
    return Box.ROBOTS


def _thread_ids(reading: Reading) -> list[str]:
    return [each for each in (reading.in_reply_to, *reversed(reading.references)) if each]
