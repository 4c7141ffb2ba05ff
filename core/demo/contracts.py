"""The contracts of the demo. Dates are months of the `Almanac`."""

from dataclasses import dataclass

from core.demo.commitments import (
    BEHIND,
    CORRECTED,
    FINISHED,
    MONTH_MISSING,
    NOT_STARTED,
    SECONDMENT_ONLY,
    STOPPED,
    SURPLUS,
    TO_COMPLETE,
    UNDER_WAY,
    Pledge,
)
from core.demo.organisations import DEPARTEMENT, TOWN, Body
from core.terms import ContractNature


@dataclass(frozen=True)
class Purchase:
    """A contract. `amount` is euros excluding tax; consultation and notification are (month, day)."""

    buyer: Body
    serial: str
    object: str
    nature: ContractNature
    amount: int
    launched: tuple[int, int]
    notified: tuple[int, int]
    cpv: str
    place: str
    pledges: tuple[Pledge, ...]


PURCHASES = (
    Purchase(
        DEPARTEMENT,
        "TX-014",
        "Reconstruction du collège des Trois-Rivières",
        ContractNature.WORKS,
        12_400_000,
        launched=(-16, 9),
        notified=(-12, 18),
        cpv="45214220",
        place="Corvelle",
        pledges=(UNDER_WAY, BEHIND),
    ),
    Purchase(
        TOWN,
        "TX-027",
        "Rénovation et extension du gymnase Les Peupliers",
        ContractNature.WORKS,
        1_980_000,
        launched=(-8, 12),
        notified=(-4, 16),
        cpv="45212222",
        place="Corvelle",
        pledges=(MONTH_MISSING, NOT_STARTED),
    ),
    Purchase(
        DEPARTEMENT,
        "TX-021",
        "Réfection des routes départementales 817 et 904",
        ContractNature.WORKS,
        1_120_000,
        launched=(-7, 6),
        notified=(-5, 22),
        cpv="45233141",
        place="Montbrenne et Saint-Ambrin",
        pledges=(SECONDMENT_ONLY,),
    ),
    Purchase(
        DEPARTEMENT,
        "TX-008",
        "Aménagement de la voie verte entre Corvelle et Saint-Ambrin",
        ContractNature.WORKS,
        1_460_000,
        launched=(-13, 14),
        notified=(-9, 20),
        cpv="45233162",
        place="Saint-Ambrin",
        pledges=(STOPPED,),
    ),
    Purchase(
        TOWN,
        "SE-006",
        "Entretien des locaux municipaux et des écoles",
        ContractNature.SERVICES,
        640_000,
        launched=(-16, 20),
        notified=(-13, 25),
        cpv="90919200",
        place="Corvelle",
        pledges=(SURPLUS,),
    ),
    Purchase(
        TOWN,
        "SE-011",
        "Entretien des espaces verts",
        ContractNature.SERVICES,
        520_000,
        launched=(-8, 3),
        notified=(-5, 14),
        cpv="77310000",
        place="Corvelle",
        pledges=(CORRECTED,),
    ),
    Purchase(
        TOWN,
        "SE-002",
        "Plantation de haies et d’arbres dans les cours d’école",
        ContractNature.SERVICES,
        185_000,
        launched=(-17, 8),
        notified=(-14, 12),
        cpv="77310000",
        place="Corvelle",
        pledges=(FINISHED,),
    ),
    Purchase(
        DEPARTEMENT,
        "SE-019",
        "Préparation et livraison de repas pour les collèges",
        ContractNature.SERVICES,
        2_700_000,
        launched=(-1, 4),
        notified=(0, 26),
        cpv="55524000",
        place=DEPARTEMENT.name,
        pledges=(TO_COMPLETE,),
    ),
)
