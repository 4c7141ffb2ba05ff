"""The attestation of a commitment as a PDF, with what verifies it."""

from decimal import Decimal
from urllib.parse import quote

from core.attestations import Attested, code_of, numbered, said_by, sealed
from core.hours import NBSP, in_hours
from core.house import House
from core.models import Attestation
from core.months import day_in_french, in_french
from core.papers.qr import qr_of
from core.papers.rendering import printed

NOTE = (
    "Ce PDF porte aussi un fichier signé, attestation.json, qui se vérifie sans connexion avec la clé publique de la "
    "plateforme. Seules les heures validées par le facilitateur y figurent, et personne n’y est nommé."
)


def attestation_pdf(house: House, attestation: Attestation) -> bytes:
    """Print an attestation: the same each time it is asked for."""
    said, number = said_by(attestation), numbered(attestation.id)
    page, code = house.link(f"/attestation/{number}"), code_of(attestation)
    link = f"{page}?code={quote(code)}"
    given = day_in_french(house.local(attestation.issued_at).date())
    values = {
        "title": f"Attestation de réalisation {number}",
        "place": said.buyer,
        "lead": lead_of(said),
        "facts": facts_of(said),
        "signed": f"Délivrée le {given} par {said.issued_by}, service des clauses sociales",
        "note": NOTE,
        "check": {"link": link, "page": page, "code": code},
        "qr": qr_of(link),
        "proof": sealed(house, attestation),
    }
    return printed("attestation", values, at=attestation.issued_at)


def lead_of(said: Attested) -> str:
    """Say in one sentence what is certified."""
    whole = f"soit la totalité des {in_hours(Decimal(said.committed))} engagées"
    if not said.is_complete:
        whole = f"sur {in_hours(Decimal(said.committed))} engagées"
    return (
        f"Le facilitateur atteste que {said.awardee} a réalisé {in_hours(Decimal(said.accepted))} d’insertion validées "
        f"pour ce marché, {whole}."
    )


def facts_of(said: Attested) -> list[tuple[str, str]]:
    """Return what an attestation says, labels and values."""
    period = in_french(said.first_month)
    if said.last_month != said.first_month:
        period = f"de {period} à {in_french(said.last_month)}"
    training = Decimal(said.training)
    return [
        ("Marché", f"{said.contract} – {said.title}"),
        ("Acheteur", said.buyer),
        ("Entreprise", f"{said.awardee}{NBSP}; SIRET {said.siret}" if said.siret else said.awardee),
        ("Mois attestés", period),
        ("Heures engagées", in_hours(Decimal(said.committed))),
        ("Heures validées", in_hours(Decimal(said.accepted))),
        ("dont formation", in_hours(training) if training else ""),
        ("Personnes", str(said.people)),
    ]
