"""Who works on the demo's commitments, and what was declared month after month. Every name is invented."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from core.declarations import Work
from core.demo.commitments import (
    BEHIND,
    CORRECTED,
    FINISHED,
    MONTH_MISSING,
    SECONDMENT_ONLY,
    STOPPED,
    SURPLUS,
    UNDER_WAY,
    Pledge,
)
from core.terms import Criterion, DeclarationStatus, EmploymentKind, Modality, NilReason

AGENCY = "Aubrie Intérim Insertion (ETTI)"
POOL = "GEIQ BTP du Val-d’Aubrie"
NEIGHBOURS = "Régie de quartier des Aubrelles"
ASSOCIATION = "Coup de main Corvelle (AI)"
WORKSITE = "Chantier d’insertion des Berges (ACI)"

DIRECT, SECONDED, SUBCONTRACTED = Modality.DIRECT_HIRE, Modality.SECONDMENT, Modality.SUBCONTRACTING


@dataclass(frozen=True)
class Job:
    """An employment. It starts on day `since` of month `first`; `hours` tells one month after the other from there.

    Hours are written "120", or "70+35" with training. `ends` is (month, day), or None while it lasts.
    """

    pledge: Pledge
    name: str
    title: str
    first: int
    since: int
    modality: Modality
    kind: EmploymentKind
    criterion: Criterion
    hours: str
    employer: str = ""
    ends: tuple[int, int] | None = None
    is_eligible: bool = True


@dataclass(frozen=True)
class MonthTold:
    """One version of a month as the company declared it, on day `on` of the month after."""

    pledge: Pledge
    month: int
    on: int
    works: Mapping[Job, Work] = field(default_factory=dict)
    nil_reason: NilReason | None = None
    note: str = ""
    status: DeclarationStatus = DeclarationStatus.SUBMITTED


JOBS = (
    Job(UNDER_WAY, "Amadou Traoré", "Aide-maçon", -9, 6, DIRECT, EmploymentKind.CDI, Criterion.LONG_TERM_JOBSEEKER,
        "104 126 119 133 140 126 98 140 133 140"),
    Job(UNDER_WAY, "Kevin Dubreuil", "Apprenti maçon", -8, 2, DIRECT, EmploymentKind.APPRENTICESHIP,
        Criterion.UNQUALIFIED_YOUTH, "70+35 77+28 70+35 84+28 77+35 56 70+35 77+35 84+28"),
    Job(UNDER_WAY, "Oleksandr Kovalenko", "Coffreur", -4, 8, SECONDED, EmploymentKind.TEMPORARY, Criterion.RSA,
        "105 140 77 126", AGENCY, ends=(-1, 26)),
    Job(UNDER_WAY, "Samira El Amrani", "Ferrailleuse", -1, 14, SECONDED, EmploymentKind.PROFESSIONALISATION,
        Criterion.PRIORITY_DISTRICT, "35+21 84+35", POOL, is_eligible=False),
    Job(BEHIND, "Bruno Lefort", "Peintre", -2, 12, DIRECT, EmploymentKind.CDD, Criterion.SENIOR, "42 63 56.5"),
    Job(MONTH_MISSING, "Jessica Lambert", "Manœuvre", -3, 4, DIRECT, EmploymentKind.CDD,
        Criterion.PRIORITY_DISTRICT, "70 84 91.5"),
    Job(MONTH_MISSING, "Yacine Belkacem", "Manœuvre", -2, 9, SECONDED, EmploymentKind.TEMPORARY,
        Criterion.INSERTION_EMPLOYEE, "42 63", AGENCY),
    Job(SECONDMENT_ONLY, "Jean-Claude Hoarau", "Agent de chantier", -4, 11, SECONDED, EmploymentKind.TEMPORARY,
        Criterion.LONG_TERM_JOBSEEKER, "63 77 70 84 77", AGENCY),
    Job(SECONDMENT_ONLY, "Mariam Sissoko", "Agente de signalisation", -2, 5, SECONDED, EmploymentKind.OTHER,
        Criterion.MINIMUM_ALLOWANCE, "21 28 31.5", ASSOCIATION),
    Job(STOPPED, "Ibrahim Sesay", "Ouvrier voirie", -7, 3, SECONDED, EmploymentKind.PROFESSIONALISATION,
        Criterion.REASONED_ADVICE, "77+14 91+14 105 98+7 56", POOL, ends=(-3, 16)),
    Job(SURPLUS, "Maria Fernandes", "Agente d’entretien", -11, 4, DIRECT, EmploymentKind.CDI,
        Criterion.LONG_TERM_JOBSEEKER, "78 78 78 78 71.5 78 78 52 78 78 78 78"),
    Job(SURPLUS, "Tenzin Dolma", "Agente d’entretien", -6, 10, SUBCONTRACTED, EmploymentKind.INSERTION, Criterion.RSA,
        "39 45.5 45.5 45.5 39 45.5 45.5", NEIGHBOURS),
    Job(CORRECTED, "Léa Morvan", "Apprentie jardinière", -2, 1, DIRECT, EmploymentKind.APPRENTICESHIP,
        Criterion.DISABLED_WORKER, "56+35 70+35 63+35"),
    Job(CORRECTED, "Priya Nadarajah", "Ouvrière paysagiste", -4, 5, SUBCONTRACTED, EmploymentKind.INSERTION,
        Criterion.INSERTION_EMPLOYEE, "52 65 58.5 65 45.5", WORKSITE),
    Job(FINISHED, "Priya Nadarajah", "Ouvrière paysagiste", -11, 7, SUBCONTRACTED, EmploymentKind.INSERTION,
        Criterion.INSERTION_EMPLOYEE, "39 45.5 39 45.5 45.5 39 39 20", WORKSITE, ends=(-4, 15)),
)  # fmt: skip

WITHOUT_HOURS: Mapping[tuple[Pledge, int], NilReason] = {
    (UNDER_WAY, -10): NilReason.NOT_STARTED,
    (BEHIND, -6): NilReason.NOT_STARTED,
    (BEHIND, -5): NilReason.NOT_STARTED,
    (BEHIND, -4): NilReason.RECRUITING,
    (BEHIND, -3): NilReason.RECRUITING,
    (STOPPED, -8): NilReason.NOT_STARTED,
    (STOPPED, -2): NilReason.SUSPENDED,
    (STOPPED, -1): NilReason.SUSPENDED,
    (STOPPED, 0): NilReason.SUSPENDED,
    (FINISHED, -12): NilReason.NOT_STARTED,
}
RETURNED = (CORRECTED, -1)
WRONG_AT_FIRST = (CORRECTED, 0)
SENT_BACK = "La feuille d’émargement de la formation compte 28 h, pas 35 h."
CORRECTION = "Les heures de formation avaient été comptées deux fois."


def months_told() -> Iterator[MonthTold]:
    """Yield every version of every month, commitment by commitment, each correction after what it replaces."""
    told: dict[tuple[Pledge, int], dict[Job, Work]] = {}
    for job in JOBS:
        for offset, hours in enumerate(job.hours.split()):
            worked, _, training = hours.partition("+")
            works = told.setdefault((job.pledge, job.first + offset), {})
            works[job] = Work(Decimal(worked), Decimal(training or 0))
    for (pledge, month), reason in WITHOUT_HOURS.items():
        yield MonthTold(pledge, month, 5, nil_reason=reason, status=_status(pledge, month))
    for (pledge, month), works in told.items():
        right = MonthTold(pledge, month, 4 + len(pledge.awardee.name) % 5, works, status=_status(pledge, month))
        if (pledge, month) == WRONG_AT_FIRST:
            job = next(job for job, work in works.items() if work.training)
            slip = Work(works[job].worked + works[job].training, works[job].training)
            yield replace(right, works={**works, job: slip})
            right = replace(right, on=right.on + 2, note=CORRECTION)
        yield right


def _status(pledge: Pledge, month: int) -> DeclarationStatus:
    if (pledge, month) == RETURNED:
        return DeclarationStatus.RETURNED
    return DeclarationStatus.ACCEPTED if month < 0 else DeclarationStatus.SUBMITTED
