"""Mails in doubt: kept aside, nothing merged, and a link to the known address that says « c’est bien moi »."""

from datetime import timedelta
from textwrap import shorten

from sqlalchemy.orm import Session

from core import letterbox
from core.claims import Claim
from core.house import House
from core.letterbox import HELD_FOR, Entry, Outcome
from core.letters import ConfirmationLetter
from core.models import Territory
from core.people import post_letter
from core.senders import Bearer, Standing
from core.terms import Box, MailState

HOUR = timedelta(hours=1)
LONGEST_EXCERPT = 400
OTHER_ADDRESS = "Ce n’est pas l’adresse que nous connaissons."
UNPROVEN = "Votre messagerie ne nous permet pas de vérifier qu’il vient bien de vous."


def hold(session: Session, house: House, entry: Entry, content: bytes, claim: Claim, text: str) -> None:
    """Hold a mail, in the caller's transaction; ask the known address about it, unless it was asked too often."""
    owner = claim.owner
    excerpt = shorten(text, LONGEST_EXCERPT, placeholder="…")
    reason = str(claim.standing) if claim.standing is Standing.FORGED else f"{claim.standing}:{claim.bearer}"
    outcome = Outcome(MailState.HELD, Box.HELD, reason, person_id=owner.id if owner else None)
    if owner is None:
        letterbox.hold(session, house, entry, content, excerpt, outcome)
        return
    asked = letterbox.asked_lately(session, house, owner.id, within=HOUR)
    secret = letterbox.hold(session, house, entry, content, excerpt, outcome)
    if asked >= session.get_one(Territory, owner.territory_id).automatic_mails_an_hour:
        return
    letter = ConfirmationLetter(
        name=owner.name,
        subject=entry.subject or "(sans objet)",
        sender=entry.sender,
        excerpt=excerpt or "(sans texte)",
        why=OTHER_ADDRESS if claim.bearer is Bearer.OTHER else UNPROVEN,
        link=house.link(f"/courrier/{secret}"),
        days=HELD_FOR.days,
    )
    post_letter(session, house, letter, owner)
