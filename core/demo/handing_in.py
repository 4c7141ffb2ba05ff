"""What waits in the demo, told through the same turns as anybody's: a month that a delegate prepared, a document."""

import io
from datetime import timedelta

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.conversations import turn
from core.delegations import Given, give
from core.demo.almanac import Almanac
from core.demo.commitments import MONTH_MISSING
from core.demo.organisations import MASONRY, TEMPING, Contact
from core.demo.registering import at
from core.demo.work import JOBS
from core.exchange import Inbound
from core.files import receive
from core.house import House
from core.models import Commitment, Conversation, Delegation
from core.months import in_french
from core.people import bind, person_by_email
from core.terms import Channel

PREPARER, SENDER = TEMPING.contacts[0], MASONRY.contacts[1]
PREPARED_IN, SENT_IN = "demo-interim", "demo-justificatif"
HOURS = ("84", "63")


def hand_in(house: House, almanac: Almanac) -> None:
    """Prepare the missing month and send a document; what was done before is not done again."""
    with house.database.transaction() as session:
        _delegate(session, house, almanac)
    names = [job.name.split()[-1] for job in JOBS if job.pledge is MONTH_MISSING]
    said = ", ".join(f"{name} {hours} h" for name, hours in zip(names, HOURS, strict=True))
    starts = almanac.at(almanac.working_days_ago(1), 10, 5)
    for number, text in enumerate((f"{in_french(almanac.month(0))} : {said}", "oui"), start=1):
        moment = starts + number * timedelta(seconds=50)
        turn(at(house, moment), Inbound(Channel.WEB, PREPARED_IN, f"{PREPARED_IN}-{number}", moment, text))
    if _is_begun(house, SENT_IN):
        return
    moment = almanac.at(almanac.working_days_ago(1), 11, 30)
    then = at(house, moment)
    file = receive(then, channel=Channel.WEB, thread=SENT_IN, name="contrat.jpg", content=_picture(SENDER))
    text = "Voici le contrat de Samira El Amrani"
    turn(then, Inbound(Channel.WEB, SENT_IN, f"{SENT_IN}-1", moment, text, files=(file,)))


def _delegate(session: Session, house: House, almanac: Almanac) -> None:
    """Let the temp agency prepare the months of a commitment, and recognise those who speak here."""
    if session.scalar(select(Delegation.id).limit(1)) is not None:
        return
    commitment = (
        session.scalars(select(Commitment).where(Commitment.lot_title == MONTH_MISSING.lot_title)).unique().one()
    )
    given_at = almanac.at(almanac.working_days_ago(6), 15, 10)
    company = person_by_email(session, house, MONTH_MISSING.awardee.contacts[0].email)
    if company is not None:
        give(session, at(house, given_at), company, Given(commitment.id, PREPARER.name, PREPARER.email))
    for contact, thread in ((PREPARER, PREPARED_IN), (SENDER, SENT_IN)):
        person = person_by_email(session, house, contact.email)
        if person is not None:
            bind(session, at(house, given_at), person, Channel.WEB, thread)


def _is_begun(house: House, thread: str) -> bool:
    with house.database.reading() as session:
        known = select(Conversation.id).where(Conversation.channel == Channel.WEB, Conversation.thread == thread)
        return session.scalar(known) is not None


def _picture(of: Contact) -> bytes:
    """Draw a page that says it is invented."""
    page = Image.new("RGB", (620, 440), "white")
    pen = ImageDraw.Draw(page)
    pen.text((40, 40), "CONTRAT DE TRAVAIL (document de demonstration)", fill="black")
    pen.text((40, 90), f"Transmis par {of.name}. Tout y est invente.", fill="black")
    pen.rectangle((40, 140, 580, 400), outline="gray")
    made = io.BytesIO()
    page.save(made, "JPEG", quality=70)
    return made.getvalue()
