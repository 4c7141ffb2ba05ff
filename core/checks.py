"""Checks on declared hours, the same on every way in: chat, told sentence, command line, e-mail, spreadsheet.

Each rule is one function over `Facts`, with its source. Three outcomes: refused; to be confirmed by the company, whose
answer is kept with the line; flagged to the facilitateur, while the line is kept. Sources named « pratique » are habits
of the field, to be confirmed by each facilitateur.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.hours import FLAGGED_ABOVE, FULL_TIME_MONTH, MOST_IN_A_MONTH, NBSP, in_hours
from core.models import Employment
from core.months import day_in_french, first_day, last_day
from core.refusal import Refused
from core.terms import EligibilityStatus, ProofKind

JUMP_RATIO, JUMP_HOURS = Decimal("1.5"), Decimal(35)  # half as much again as the best of the last months, and a week


@dataclass(frozen=True)
class Facts:
    """One person's hours in a month ("2026-10") and what surrounds them.

    `former` are the totals of the last full months declared for the same employment; `elsewhere` what the same person
    has that month in other employments of the territory, each apart. Nothing of `elsewhere` is ever shown to a company.
    """

    name: str
    month: str
    worked: Decimal
    training: Decimal = Decimal(0)
    starts_on: date | None = None
    ends_on: date | None = None
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    eligibility: EligibilityStatus = EligibilityStatus.ACCEPTED
    counts_until: date | None = None
    former: tuple[Decimal, ...] = ()
    elsewhere: tuple[Decimal, ...] = ()
    missing: tuple[ProofKind, ...] = ()

    @property
    def total(self) -> Decimal:
        """Hours worked and in training together."""
        return self.worked + self.training


@dataclass(frozen=True)
class Doubt:
    """Something that the company should confirm: the rule's name, and the sentence that asks."""

    rule: str
    sentence: str


# Refused


def negative(facts: Facts) -> str | None:
    """Hours are never negative. Source: arithmetic."""
    if facts.worked >= 0 and facts.training >= 0:
        return None
    return f"Les heures de {facts.name} ne peuvent pas être négatives."


def more_than_possible(facts: Facts) -> str | None:
    """No more than 310 h in a month. Source: ten hours a day at most, article L3121-18 du code du travail, 31 days."""
    if facts.total <= MOST_IN_A_MONTH:
        return None
    return (
        f"{in_hours(facts.total)} pour {facts.name}{NBSP}: c’est plus que le maximum possible en un mois "
        f"({in_hours(MOST_IN_A_MONTH)}). Vérifiez le nombre."
    )


def outside_employment(facts: Facts) -> str | None:
    """No hours in a month without employment. Source: an hour is one worked under a contract (the clause)."""
    if facts.total == 0 or facts.starts_on is None or _covers(facts.starts_on, facts.ends_on, facts.month):
        return None
    until = f", jusqu’au {day_in_french(facts.ends_on)}" if facts.ends_on else ""
    since = day_in_french(facts.starts_on)
    return f"{facts.name} n’était pas sous contrat ce mois-là (à partir du {since}{until})."


def said_twice(names: Iterable[str]) -> str | None:
    """One line for each person and month. Source: an hour is declared once (pratique), a unique key holds it too."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return f"{name} est deux fois dans cette déclaration. Gardez une seule ligne, avec toutes ses heures."
        seen.add(name)
    return None


# To be confirmed by the company


def above_full_time(facts: Facts) -> str | None:
    """More than 151,67 h. Source: the legal duration of 35 h a week, article L3121-27 du code du travail, × 52 / 12."""
    if facts.total <= FULL_TIME_MONTH:
        return None
    return (
        f"**{facts.name}**{NBSP}: {in_hours(facts.total)}, c’est plus qu’un mois à temps plein "
        f"({in_hours(FULL_TIME_MONTH)}). Est-ce exact{NBSP}?"
    )


def unusual_jump(facts: Facts) -> str | None:
    """Half as much again as the best of the last full months, and a week more. Source: pratique."""
    best = max(facts.former, default=None)
    if best is None or facts.total <= best * JUMP_RATIO or facts.total - best < JUMP_HOURS:
        return None
    return (
        f"**{facts.name}**{NBSP}: {in_hours(facts.total)}, alors que ses derniers mois ne dépassaient pas "
        f"{in_hours(best)}. Est-ce exact{NBSP}?"
    )


# Flagged to the facilitateur


def more_than_220_hours(facts: Facts) -> bool:
    """More than 220 h in a month. Source: 48 h a week at most, article L3121-20 du code du travail, and a margin."""
    return facts.total > FLAGGED_ABOVE


def outside_contract_dates(facts: Facts) -> bool:
    """Hours of a month that the contract does not touch. Source: an hour counts on the contract (its clause)."""
    if facts.total == 0:
        return False
    starts, ends = facts.contract_starts_on, facts.contract_ends_on
    is_before = starts is not None and (
        last_day(facts.month) < starts or (facts.ends_on is not None and facts.ends_on < starts)
    )
    is_after = ends is not None and (
        first_day(facts.month) > ends or (facts.starts_on is not None and facts.starts_on > ends)
    )
    return is_before or is_after


def eligibility_not_accepted(facts: Facts) -> bool:
    """Hours before the eligibility is validated. Source: the titulaire must prove it (CCAG 2021, 16.1), pratique."""
    return facts.eligibility is EligibilityStatus.PENDING and facts.total > 0


def eligibility_refused(facts: Facts) -> bool:
    """Hours of somebody found not eligible. Source: only eligible people count (CCAG 2021, 16.1)."""
    return facts.eligibility is EligibilityStatus.REFUSED and facts.total > 0


def eligibility_ended(facts: Facts) -> bool:
    """Hours of a month after the window of eligibility. Source: often 24 months, setting of the territory, pratique."""
    return facts.counts_until is not None and first_day(facts.month) > facts.counts_until and facts.total > 0


def too_much_elsewhere(facts: Facts) -> bool:
    """More than 220 h for the same person over all contracts. Source: article L3121-20, an hour is declared once."""
    return facts.total > 0 and bool(facts.elsewhere) and facts.total + sum(facts.elsewhere) > FLAGGED_ABOVE


def same_hours_elsewhere(facts: Facts) -> bool:
    """Exactly the same hours on another contract. Source: pratique, probably the same hours declared twice."""
    return facts.total > 0 and facts.total in facts.elsewhere


def proof_missing(facts: Facts) -> bool:
    """A document that the territory asks for each hire was not sent. Source: setting of the territory, pratique."""
    return facts.total > 0 and bool(facts.missing)


REFUSALS = (negative, more_than_possible, outside_employment)
CONFIRMATIONS: dict[str, Callable[[Facts], str | None]] = {
    "above_full_time": above_full_time,
    "unusual_jump": unusual_jump,
}
FLAGGING: dict[str, Callable[[Facts], bool]] = {
    "more_than_220_hours": more_than_220_hours,
    "outside_contract_dates": outside_contract_dates,
    "eligibility_not_accepted": eligibility_not_accepted,
    "eligibility_refused": eligibility_refused,
    "eligibility_ended": eligibility_ended,
    "too_much_elsewhere": too_much_elsewhere,
    "same_hours_elsewhere": same_hours_elsewhere,
    "proof_missing": proof_missing,
}
ABOUT_PAPERS = frozenset({"proof_missing"})  # asked for on their own, apart from the hours
LABELS = {
    "above_full_time": "plus qu’un mois à temps plein",
    "unusual_jump": "beaucoup plus que les mois précédents",
    "more_than_220_hours": "plus de 220 h dans le mois",
    "outside_contract_dates": "hors des dates du marché",
    "eligibility_not_accepted": "éligibilité à valider",
    "eligibility_refused": "éligibilité refusée",
    "eligibility_ended": "éligibilité terminée",
    "too_much_elsewhere": "plus de 220 h pour cette personne sur l’ensemble de ses marchés",
    "same_hours_elsewhere": "mêmes heures sur un autre marché, peut-être déclarées deux fois",
    "proof_missing": "justificatif manquant",
}


def refuse(facts: Facts, *, reopen: str | None = None) -> None:
    """Refuse hours that cannot be. Raises Refused with the first rule that says no."""
    reason = next((said for rule in REFUSALS if (said := rule(facts))), None)
    if reason is not None:
        raise Refused(reason, reopen=reopen)


def doubts_about(facts: Facts) -> tuple[Doubt, ...]:
    """Return what the company should confirm, in the order in which it is asked."""
    return tuple(Doubt(name, said) for name, rule in CONFIRMATIONS.items() if (said := rule(facts)))


def flags_of(facts: Facts) -> tuple[str, ...]:
    """Return the names of what the facilitateur should look at."""
    return tuple(name for name, rule in FLAGGING.items() if rule(facts))


def employed_in(employment: Employment, month: str) -> bool:
    """Tell whether an employment covers at least one day of a month."""
    return _covers(employment.starts_on, employment.ends_on, month)


def _covers(starts_on: date, ends_on: date | None, month: str) -> bool:
    return starts_on <= last_day(month) and (ends_on is None or ends_on >= first_day(month))
