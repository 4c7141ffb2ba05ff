"""Letters about months to declare: to who declares them, then to the facilitateur."""

from core.hours import NBSP
from core.letters import Envelope, LateMonthsLetter, ReminderLetter
from mailer.letters.rendering import Rendered, render


def reminder(letter: ReminderLetter, envelope: Envelope) -> Rendered:
    """Tell what is missing, and open it."""
    missing = tuple(
        tuple(
            (label, value)
            for label, value in (
                ("Marché", month.contract),
                ("Mois", month.month),
                ("Dernier jour", month.by),
                ("Heures attendues", month.people),
                ("Où il en est", month.ready),
            )
            if value
        )
        for month in letter.months
    )
    return render("reminder", letter, envelope, subject=letter.title, missing=missing)


def late_months(letter: LateMonthsLetter, envelope: Envelope) -> Rendered:
    """Tell the facilitateur what nobody declared."""
    count = len(letter.months)
    subject = "un mois n’est pas déclaré" if count == 1 else f"{count} mois ne sont pas déclarés"
    late = tuple(
        (
            ("Entreprise", month.company),
            ("Marché", month.contract),
            ("Mois", f"{month.month}, à déclarer au plus tard le {month.by}"),
            ("Rappels", month.told),
        )
        for month in letter.months
    )
    return render("late_months", letter, envelope, subject=f"Déclarations en retard{NBSP}: {subject}", late=late)
