"""Checks on declared hours, the same on every way in, each with its reason.

Three outcomes: refused (raises), to be confirmed by the company, flagged to the facilitateur.
"""

from datetime import date
from decimal import Decimal

from core.hours import FLAGGED_ABOVE, FULL_TIME_MONTH, MOST_IN_A_MONTH, NBSP, in_hours
from core.models import Employment
from core.months import day_in_french, first_day, last_day
from core.refusal import Refused
from core.terms import EligibilityStatus

FLAGS = {
    "more_than_220_hours": "plus de 220 h dans le mois",
    "eligibility_not_accepted": "éligibilité à valider",
    "outside_contract_dates": "hors des dates du marché",
}


def refuse_hours(employment: Employment, month: str, worked: Decimal, training: Decimal) -> None:
    """Refuse hours that cannot be. Raises Refused: outside the employment's dates, negative, above 310 h a month."""
    name, total = employment.participant.name, worked + training
    if worked < 0 or training < 0:
        raise Refused(f"Les heures de {name} ne peuvent pas être négatives.", reopen=f"hours.{employment.id}")
    if total > MOST_IN_A_MONTH:
        raise Refused(
            f"{in_hours(total)} pour {name}{NBSP}: c’est plus que le maximum possible en un mois "
            f"({in_hours(MOST_IN_A_MONTH)}). Vérifiez le nombre.",
            reopen=f"hours.{employment.id}",
        )
    if total > 0 and not employed_in(employment, month):
        raise Refused(
            f"{name} n’était pas sous contrat ce mois-là (à partir du {day_in_french(employment.starts_on)}"
            + (f", jusqu’au {day_in_french(employment.ends_on)}" if employment.ends_on else "")
            + ").",
            reopen=f"hours.{employment.id}",
        )


def employed_in(employment: Employment, month: str) -> bool:
    """Tell whether an employment covers at least one day of a month."""
    return employment.starts_on <= last_day(month) and (
        employment.ends_on is None or employment.ends_on >= first_day(month)
    )


def to_confirm(name: str, total: Decimal) -> str | None:
    """Say what the company should look at again before confirming: more than a full-time month (151,67 h)."""
    if total > FULL_TIME_MONTH:
        return f"{name}{NBSP}: {in_hours(total)}, c’est plus qu’un mois à temps plein ({in_hours(FULL_TIME_MONTH)})."
    return None


def flags_of(employment: Employment, total: Decimal, *, contract_ends_on: date | None, month: str) -> list[str]:
    """Return what the facilitateur should look at; the line is kept all the same."""
    flags = []
    if total > FLAGGED_ABOVE:
        flags.append("more_than_220_hours")
    if employment.eligibility is not EligibilityStatus.ACCEPTED and total > 0:
        flags.append("eligibility_not_accepted")
    if contract_ends_on is not None and first_day(month) > contract_ends_on:
        flags.append("outside_contract_dates")
    return flags
