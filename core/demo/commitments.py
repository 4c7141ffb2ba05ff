"""The commitments of the demo, each at a different stage. Dates are months of the `Almanac`."""

from dataclasses import dataclass
from decimal import Decimal

from core.demo.organisations import CATERING, CLEANING, GARDENING, MASONRY, PAINTING, ROADWORKS, Body
from core.hours import NBSP
from core.terms import CommitmentStatus, Modality

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
class Pledge:
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

    @property
    def committed_hours(self) -> Decimal | None:
        """Hours committed to, or None when unknown."""
        return Decimal(self.hours) if self.hours else None


UNDER_WAY = Pledge(
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
BEHIND = Pledge(
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
MONTH_MISSING = Pledge(
    MASONRY,
    "900",
    first=-3,
    last=9,
    lot="1",
    lot_title="Démolition et maçonnerie",
    penalty="40",
    article="CCAP, article 11",
)
NOT_STARTED = Pledge(
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
SECONDMENT_ONLY = Pledge(
    ROADWORKS,
    "720",
    first=-4,
    last=4,
    modalities=(Modality.SECONDMENT,),
    penalty="50",
    penalty_terms=f"plafonnée à 5{NBSP}% du montant du marché",
    article="CCAP, article 16.2",
)
STOPPED = Pledge(
    ROADWORKS,
    "650",
    first=-8,
    last=5,
    penalty="50",
    penalty_terms=f"plafonnée à 5{NBSP}% du montant du marché",
    article="CCAP, article 16.2",
    status=CommitmentStatus.SUSPENDED,
)
SURPLUS = Pledge(
    CLEANING,
    "1100",
    first=-11,
    last=3,
    publics=DISTRICTS,
    penalty_terms=f"30{NBSP}€ par heure non faite au terme de chaque année d’exécution",
    article="CCAP, article 9 et annexe insertion",
)
CORRECTED = Pledge(
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
FINISHED = Pledge(
    GARDENING,
    "300",
    first=-12,
    last=-4,
    penalty="35",
    article="CCAP, article 10.1",
    status=CommitmentStatus.ENDED,
)
TO_COMPLETE = Pledge(
    CATERING,
    "",
    first=2,
    last=37,
    modalities=(),
    publics=(),
    status=CommitmentStatus.TO_COMPLETE,
    is_welcomed=False,
)
