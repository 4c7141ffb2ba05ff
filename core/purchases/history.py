"""A programme made from what a buyer published (DECP): what recurs comes again at its end, works are an example.

Open data gives objects, amounts, durations and CPV divisions, never hours: they are estimated as for any purchase.
"""

from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.models import AwardedContract
from core.months import day_in_french, months_after
from core.purchases.habits import Habits
from core.purchases.programme import Planned, Programme, judged
from core.refusal import Refused
from core.siret import is_siren
from knowledge.rules import Nature

YEARS_BACK = 6
MOST_CONTRACTS = 2000
WORKS, FIRST_SERVICE = "45", "50"
NATURES: dict[Nature, str] = {"works": "Travaux", "services": "Services", "supplies": "Fournitures"}
UNKNOWN_BUYER = (
    "Je ne connais aucun marché publié par cet acheteur. Vérifiez le SIREN (9 chiffres), ou envoyez un tableau "
    "de vos achats prévus."
)
WRONG_SIREN = "Ce n’est pas un SIREN. Écrivez les 9 chiffres de l’acheteur, ou les 14 de son SIRET."


def stored_siren(text: str) -> str:
    """A SIREN as it is stored, taken from a SIRET if need be. Raises Refused."""
    digits = "".join(text.split())
    if not digits.isdecimal() or len(digits) not in {9, 14} or not is_siren(digits[:9]):
        raise Refused(WRONG_SIREN)
    return digits[:9]


def programme_of_history(
    session: Session, siren: str, habits: Habits, today: date, *, most: int = MOST_CONTRACTS
) -> Programme:
    """Judge the contracts that a buyer notified in the last six years. Raises Refused when none is known."""
    since = date(today.year - YEARS_BACK, 1, 1)
    rows = session.scalars(
        select(AwardedContract)
        .where(_bought_by(siren), AwardedContract.notified_on >= since)
        .order_by(AwardedContract.notified_on.desc(), AwardedContract.decp_id)
        .limit(most)
    ).all()
    if not rows:
        raise Refused(UNKNOWN_BUYER)
    return Programme(judged((_planned(line, row, today) for line, row in enumerate(rows, start=1)), habits))


def has_history(session: Session, siren: str) -> bool:
    """Tell whether open data knows contracts of a buyer."""
    return session.scalar(select(AwardedContract.decp_id).where(_bought_by(siren)).limit(1)) is not None


def _bought_by(siren: str) -> ColumnElement[bool]:
    """Compare by a range, that the index of SIRETs serves."""
    return AwardedContract.buyer_siret.between(f"{siren}00000", f"{siren}99999")


def _planned(line: int, row: AwardedContract, today: date) -> Planned:
    nature = _nature(row.division)
    return Planned(
        line=line,
        object=row.object or "Objet non publié",
        nature=nature,
        told_nature=NATURES.get(nature, "") if nature else "",
        amount=row.amount,
        months=row.months,
        starts_on=_again_on(row, today) if nature != "works" else None,
        note=_note(row, nature),
    )


def _nature(division: str) -> Nature | None:
    """Read the nature in a CPV division: 45 is works, 50 and above services, the rest supplies."""
    if not division:
        return None
    return "works" if division == WORKS else "services" if division >= FIRST_SERVICE else "supplies"


def _again_on(row: AwardedContract, today: date) -> date | None:
    """Return the first end of the contract that is still to come, as if it were renewed for as long each time."""
    if row.notified_on is None or not row.months:
        return None
    elapsed = (today.year - row.notified_on.year) * 12 + today.month - row.notified_on.month
    times = max(1, elapsed // row.months)
    again = months_after(row.notified_on, times * row.months)
    return again if again > today else months_after(row.notified_on, (times + 1) * row.months)


def _note(row: AwardedContract, nature: Nature | None) -> str:
    told = f"Marché notifié le {day_in_french(row.notified_on)}" if row.notified_on else "Marché déjà passé"
    clause = {"yes": ", avec une clause sociale", "no": ", sans clause sociale"}.get(row.social, "")
    after = ", travaux pris comme exemple" if nature == "works" else ""
    return f"{told}{clause}{after}."
