"""The letters that follow a declaration: its receipt, what the facilitateur said of it."""

from core.hours import NBSP
from core.letters import Envelope, NoticeLetter, ReceiptLetter
from mailer.letters.rendering import Rendered, render


def receipt(letter: ReceiptLetter, envelope: Envelope) -> Rendered:
    """Give the person who declared the receipt, with a copy of what was declared."""
    facts = (
        ("Reçu", letter.number),
        ("Marché", letter.contract),
        ("Mois", letter.month),
        ("Total déclaré", letter.total),
        ("Reste à faire", letter.remaining),
        ("Remplace le reçu", letter.replaces),
        ("Enregistré le", letter.declared_at),
    )
    return render("receipt", letter, envelope, subject=f"Reçu {letter.number}{NBSP}: {letter.month}", facts=facts)


def notice(letter: NoticeLetter, envelope: Envelope) -> Rendered:
    """Tell somebody what happened, and what to do."""
    return render("notice", letter, envelope, subject=letter.title, facts=letter.facts)
