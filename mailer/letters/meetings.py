"""Letters that bring a company and its buyer together."""

from core.hours import NBSP
from core.letters import Envelope, MeetingLetter
from mailer.letters.rendering import Rendered, render


def meeting(letter: MeetingLetter, envelope: Envelope) -> Rendered:
    """Invite to a meeting, tell of its change or of its cancellation."""
    change = "Annulation, " if letter.is_cancelled else "Changement, " if letter.is_moved else ""
    title = f"{change}{letter.title[0].lower()}{letter.title[1:]}" if change else letter.title
    facts = (
        ("Quand", letter.when),
        ("Durée", letter.lasts),
        ("Où", letter.place),
        ("Marché", letter.contract),
        ("Invités", letter.invited),
        ("Téléphone", letter.contact),
    )
    return render("meeting", letter, envelope, subject=f"{title}{NBSP}: {letter.when}", facts=facts)
