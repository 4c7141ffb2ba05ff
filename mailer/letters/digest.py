"""The facilitateur's month in one letter."""

from core.hours import NBSP
from core.letters import DigestLetter, Envelope
from mailer.letters.rendering import Rendered, render


def digest(letter: DigestLetter, envelope: Envelope) -> Rendered:
    """Tell the facilitateur where the month stands and what waits for him."""
    return render("digest", letter, envelope, subject=f"Le point du mois{NBSP}: {letter.month}")
