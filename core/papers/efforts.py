"""The good-faith file as a PDF: a dated list, each line with who says so."""

from sqlalchemy.orm import Session

from core.commitments import dates_of, progress_of, title_of
from core.efforts import steps_of, unanswered
from core.hours import in_hours
from core.house import House
from core.models import Commitment
from core.months import day_in_french
from core.papers.rendering import printed

NOTE = (
    "Ce document rassemble ce que l’entreprise a déclaré et ce que la plateforme a enregistré. Il ne vaut pas "
    "décision : l’application d’une pénalité appartient à l’acheteur, selon le contrat."
)


def efforts_pdf(session: Session, house: House, commitment: Commitment) -> bytes:
    """Print the file of a commitment as it stands today; for the company and the facilitateur."""
    progress = progress_of(session, [commitment])[commitment.id]
    waiting = unanswered(session, house, commitment)
    values = {
        "title": "Dossier des démarches",
        "place": commitment.contract.buyer.name,
        "facts": [
            ["Marché", f"{commitment.contract.reference} – {title_of(commitment)}"],
            ["Entreprise", commitment.awardee.name],
            ["Durée", dates_of(commitment)],
            ["Heures", f"{in_hours(progress.done)} réalisées sur {in_hours(progress.committed)}"],
            ["Demandes sans réponse", str(waiting) if waiting else ""],
            ["Arrêté au", day_in_french(house.today())],
        ],
        "heads": ["Date", "Démarche", "Détail", "Source"],
        "lines": [
            [f"{step.day:%d/%m/%Y}", step.what, step.detail, step.source]
            for step in steps_of(session, house, commitment)
        ],
        "empty": "Aucune démarche n’est encore notée.",
        "note": NOTE,
    }
    return printed("efforts", values, at=house.now())
