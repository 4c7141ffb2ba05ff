"""What the facilitateur offers buyers before award: settings of the territory, the field's usual offer otherwise."""

from dataclasses import dataclass, fields

from core.hours import NBSP
from core.models import Territory

USUAL = {
    "sectors": (
        "Bâtiment et travaux publics\nEspaces verts\nNettoyage et propreté\nRestauration et traiteur\n"
        "Déménagement et manutention\nCollecte et tri des déchets\nGardiennage"
    ),
    "operations": (
        "Opérations de deux à trois mois au moins\nLots qui demandent de la main-d’œuvre\n"
        "Postes qui s’apprennent sur place\nVolume d’un mois de travail au moins"
    ),
    "procedures": (
        "Procédure adaptée ou formalisée, marché ou concession\n"
        "Accord-cadre, avec des heures par tranche de commandes\n"
        "Lot ou marché réservé aux structures d’insertion ou du handicap\nMarché de qualification et d’insertion"
    ),
    "phases": (
        "Avant de lancer : étude de vos projets, choix du levier, calcul des heures, relecture des pièces\n"
        "Consultation : mêmes renseignements à tous les candidats\n"
        "Notification : réunion de lancement avec l’entreprise\n"
        "Exécution : candidats, contrôle des heures et des justificatifs, alerte en cas de retard\n"
        "Fin : bilan, attestation, suites de parcours"
    ),
}
TITLES = {
    "sectors": "Secteurs qui s’y prêtent",
    "operations": "Opérations qui conviennent",
    "procedures": "Procédures",
    "phases": "Ce que fait le facilitateur, étape par étape",
}
LONGEST = 2000


@dataclass(frozen=True)
class Offer:
    """Four lists, one item a line, and a free line on how to reach the facilitateur."""

    sectors: str
    operations: str
    procedures: str
    phases: str
    reach: str = ""

    @property
    def is_usual(self) -> bool:
        """Tell whether the territory changed nothing: the offer is then to be confirmed."""
        return all(getattr(self, name) == text for name, text in USUAL.items())


def offer_of(territory: Territory) -> Offer:
    """Read a territory's offer; what it has not set is the usual one."""
    given = territory.offer or {}
    known = {field.name: str(given[field.name])[:LONGEST] for field in fields(Offer) if given.get(field.name)}
    return Offer(**{**USUAL, **known})


def told_offer(offer: Offer, territory: Territory) -> str:
    """Write the offer and how to reach the facilitateur, in the tiny Markdown of messages."""
    parts = [f"**L’aide du facilitateur avant l’attribution** ({territory.name})"]
    for name, title in TITLES.items():
        items = [item.strip(" -") for item in getattr(offer, name).splitlines() if item.strip(" -")]
        parts.append("\n".join((f"{title}{NBSP}:", *(f"- {_spaced(item)}" for item in items))))
    contact = [territory.facilitator_name, territory.facilitator_phone]
    if territory.shows_facilitator_address:
        contact.insert(1, territory.facilitator_email)
    known = ", ".join(part for part in contact if part)
    parts.append(
        f"Pour le joindre{NBSP}: {known or 'par un conseil demandé ici'}." + (f" {offer.reach}" if offer.reach else "")
    )
    if offer.is_usual:
        parts.append("C’est l’offre usuelle de la profession, à confirmer auprès du facilitateur.")
    return "\n\n".join(parts)


def _spaced(item: str) -> str:
    return item.replace(" :", f"{NBSP}:")
