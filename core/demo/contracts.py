"""The contracts of the demo, each commitment at a different stage. Dates are months of the `Almanac`."""

from dataclasses import dataclass, field
from decimal import Decimal

from core.demo.organisations import (
    CATERING,
    CLEANING,
    DEPARTEMENT,
    GARDENING,
    MASONRY,
    PAINTING,
    ROADWORKS,
    TOWN,
    Body,
)
from core.terms import CommitmentStatus, ContractNature, Modality

ALL = tuple(Modality)
BROAD = (
    "bénéficiaires du RSA",
    "demandeurs d’emploi de longue durée",
    "jeunes peu qualifiés suivis par la Mission locale",
    "travailleurs handicapés (RQTH)",
    "demandeurs d’emploi de plus de 50 ans",
    "salariés d’une structure d’insertion (PASS IAE)",
)
DISTRICTS = (*BROAD, "habitants des quartiers prioritaires (QPV)")


@dataclass(frozen=True)
class Deal:
    """A commitment. `first` and `last` are the months it lasts; `hours` is "" when nobody gave them yet."""

    awardee: Body
    hours: str
    first: int
    last: int
    lot: str = ""
    lot_title: str = ""
    modalities: tuple[Modality, ...] = ALL
    publics: tuple[str, ...] = BROAD
    penalty: str = ""
    penalty_terms: str = ""
    article: str = ""
    status: CommitmentStatus = CommitmentStatus.ACTIVE
    is_welcomed: bool = True


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
    deals: tuple[Deal, ...] = field(default_factory=tuple)


UNDER_WAY = Deal(
    MASONRY,
    "4000",
    first=-10,
    last=8,
    lot="1",
    lot_title="Gros œuvre",
    publics=DISTRICTS,
    penalty="45",
    penalty_terms="due après une mise en demeure restée sans effet pendant quinze jours",
    article="CCAP, article 14.3",
)
BEHIND = Deal(
    PAINTING,
    "700",
    first=-6,
    last=2,
    lot="8",
    lot_title="Peinture et revêtements muraux",
    publics=DISTRICTS,
    penalty="45",
    penalty_terms="due après une mise en demeure restée sans effet pendant quinze jours",
    article="CCAP, article 14.3",
)
MONTH_MISSING = Deal(
    MASONRY,
    "900",
    first=-3,
    last=9,
    lot="1",
    lot_title="Démolition et maçonnerie",
    penalty="40",
    article="CCAP, article 11",
)
NOT_STARTED = Deal(
    PAINTING,
    "260",
    first=4,
    last=11,
    lot="5",
    lot_title="Peinture et sols souples",
    penalty="40",
    article="CCAP, article 11",
    is_welcomed=False,
)
SECONDMENT_ONLY = Deal(
    ROADWORKS,
    "720",
    first=-4,
    last=4,
    modalities=(Modality.SECONDMENT,),
    penalty="50",
    penalty_terms="plafonnée à 5 % du montant du marché",
    article="CCAP, article 16.2",
)
STOPPED = Deal(
    ROADWORKS,
    "650",
    first=-8,
    last=5,
    penalty="50",
    penalty_terms="plafonnée à 5 % du montant du marché",
    article="CCAP, article 16.2",
    status=CommitmentStatus.SUSPENDED,
)
SURPLUS = Deal(
    CLEANING,
    "1100",
    first=-11,
    last=3,
    publics=DISTRICTS,
    penalty_terms="30 € par heure non faite au terme de chaque année d’exécution",
    article="CCAP, article 9 et annexe insertion",
)
CORRECTED = Deal(
    GARDENING,
    "1500",
    first=-4,
    last=19,
    lot="2",
    lot_title="Secteur des Aubrelles",
    modalities=(Modality.DIRECT_HIRE, Modality.SUBCONTRACTING),
    publics=DISTRICTS,
    penalty="35",
    article="CCAP, article 10.4",
)
FINISHED = Deal(
    GARDENING,
    "300",
    first=-12,
    last=-4,
    penalty="35",
    article="CCAP, article 10.1",
    status=CommitmentStatus.ENDED,
)
TO_COMPLETE = Deal(
    CATERING,
    "",
    first=2,
    last=37,
    modalities=(),
    publics=(),
    status=CommitmentStatus.TO_COMPLETE,
    is_welcomed=False,
)

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
        deals=(UNDER_WAY, BEHIND),
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
        deals=(MONTH_MISSING, NOT_STARTED),
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
        deals=(SECONDMENT_ONLY,),
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
        deals=(STOPPED,),
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
        deals=(SURPLUS,),
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
        deals=(CORRECTED,),
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
        deals=(FINISHED,),
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
        deals=(TO_COMPLETE,),
    ),
)


def hours_of(deal: Deal) -> Decimal | None:
    """Return the hours committed to, or None when unknown."""
    return Decimal(deal.hours) if deal.hours else None
