"""The receipt of a declaration as a PDF, with what verifies it: a QR code, a code to type, a signed file inside."""

from urllib.parse import quote

from sqlalchemy.orm import Session

from core.commitments import title_of, total_of
from core.hours import NBSP, in_hours
from core.house import House
from core.messages import moment
from core.models import Commitment, Declaration, Receipt
from core.months import in_french
from core.papers.qr import qr_of
from core.papers.rendering import printed
from core.receipt_check import code_of, sealed
from core.receipts import number_of, numbered

NOTE = (
    "Ce PDF porte aussi un fichier signé, recu.json, qui se vérifie sans connexion avec la clé publique de la "
    "plateforme. Un reçu ne vaut pas validation des heures par le facilitateur."
)


def receipt_pdf(session: Session, house: House, receipt: Receipt, *, with_names: bool) -> bytes:
    """Print a receipt; participants are named for who may read them, numbered for the others."""
    declaration = session.get_one(Declaration, receipt.declaration_id)
    commitment = session.get_one(Commitment, declaration.commitment_id)
    page, code = house.link(f"/recu/{number_of(receipt)}"), code_of(receipt)
    link = f"{page}?code={quote(code)}"
    values = {
        "title": f"Reçu de déclaration {number_of(receipt)}",
        "place": commitment.contract.buyer.name,
        "facts": _facts(house, receipt, declaration, commitment),
        "heads": ["Personne", "Travail", "Formation"],
        "lines": [
            [
                line.employment.participant.name if with_names else f"Personne {place}",
                in_hours(line.worked),
                in_hours(line.training),
            ]
            for place, line in enumerate(declaration.lines, start=1)
        ],
        "note": NOTE,
        "check": {"link": link, "page": house.link("/recu"), "code": code},
        "qr": qr_of(link),
        "proof": sealed(house.keys, receipt),
    }
    return printed("receipt", values, at=receipt.issued_at)


def _facts(house: House, receipt: Receipt, declaration: Declaration, commitment: Commitment) -> list[list[str]]:
    nil = f"Aucune heure{NBSP}: {declaration.nil_reason.label}" if declaration.nil_reason else ""
    return [
        ["Marché", f"{commitment.contract.reference} – {title_of(commitment)}"],
        ["Acheteur", commitment.contract.buyer.name],
        ["Entreprise", commitment.awardee.name],
        ["Mois déclaré", in_french(declaration.month)],
        ["Total", in_hours(total_of(declaration)) if declaration.lines else nil],
        ["Enregistré le", moment(house, receipt.issued_at)],
        ["Version", str(declaration.version)],
        ["Remplace le reçu", numbered(receipt.replaces) if receipt.replaces else ""],
    ]
