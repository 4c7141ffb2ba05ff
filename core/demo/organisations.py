"""The fictional Département: two buyers, six companies, those who act for them, the facilitateur. Nobody is real.

SIRETs have right keys under SIRENs too small to be anybody's; telephone numbers belong to the range that Arcep keeps
for fiction (01 99 00 …).
"""

from dataclasses import dataclass

from core.hours import plain
from core.terms import OrganisationKind

TERRITORY = "Département du Val-d’Aubrie"


@dataclass(frozen=True)
class Contact:
    """Somebody who acts for an organisation; their address follows from their name."""

    name: str
    phone: str

    @property
    def email(self) -> str:
        """Their address."""
        return f"{plain(self.name).replace(' ', '.')}@exemple.fr"


@dataclass(frozen=True)
class Body:
    """An organisation and its people, the main contact first."""

    name: str
    siret: str
    kind: OrganisationKind
    contacts: tuple[Contact, ...]


FACILITATOR = Contact("Julien Marchadier", "01 99 00 10 00")

DEPARTEMENT = Body(
    TERRITORY,
    "00009010000017",
    OrganisationKind.BUYER,
    (Contact("Anne-Laure Kermadec", "01 99 00 10 20"),),
)
TOWN = Body(
    "Ville de Corvelle",
    "00009011800019",
    OrganisationKind.BUYER,
    (Contact("Olivier Rougemont", "01 99 00 11 30"),),
)
MASONRY = Body(
    "Maçonnerie Delvarenne",
    "00009012600012",
    OrganisationKind.AWARDEE,
    (Contact("Sophie Delvarenne", "01 99 00 20 01"), Contact("Mehdi Rahmani", "01 99 00 20 02")),
)
PAINTING = Body(
    "Ostrelle Peinture",
    "00009013400016",
    OrganisationKind.AWARDEE,
    (Contact("Thomas Le Guennec", "01 99 00 21 01"),),
)
ROADWORKS = Body(
    "Aubrie Travaux Publics",
    "00009014200019",
    OrganisationKind.AWARDEE,
    (Contact("Aïcha Diarra", "01 99 00 22 01"),),
)
CLEANING = Body(
    "Nacre Propreté",
    "00009015900013",
    OrganisationKind.AWARDEE,
    (Contact("Patricia Oliveira", "01 99 00 23 01"),),
)
GARDENING = Body(
    "Les Jardins de la Brenouze",
    "00009016700016",
    OrganisationKind.AWARDEE,
    (Contact("Vincent Marchetti", "01 99 00 24 01"),),
)
CATERING = Body(
    "Tablées du Bocage",
    "00009017500019",
    OrganisationKind.AWARDEE,
    (Contact("Linh Tran", "01 99 00 25 01"),),
)
TEMPING = Body(
    "Élan Intérim Insertion",
    "00009018300013",
    OrganisationKind.SIAE,
    (Contact("Inès Fontanel", "01 99 00 30 01"),),
)
GROUPING = Body(
    "GEIQ Bâtiment du Val-d’Aubrie",
    "00009019100016",
    OrganisationKind.SIAE,
    (Contact("Bruno Castaing", "01 99 00 31 01"),),
)
YOUTH = Body(
    "Mission locale de Corvelle",
    "00009020900016",
    OrganisationKind.PRESCRIBER,
    (Contact("Nora Belkacem", "01 99 00 32 01"),),
)
PARTNERS: dict[Body, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    TEMPING: ("Corvelle et alentours", ("RSA", "longue durée"), ("maçon", "manœuvre", "agent d’entretien")),
    GROUPING: ("tout le Département", ("jeunes", "sans qualification"), ("maçon", "coffreur", "peintre")),
    YOUTH: ("Corvelle", ("16 à 25 ans",), ("tous métiers",)),
}
"""Who knows candidates: the area, the publics, the trades of each."""
BODIES = (DEPARTEMENT, TOWN, MASONRY, PAINTING, ROADWORKS, CLEANING, GARDENING, CATERING, *PARTNERS)
