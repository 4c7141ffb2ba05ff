"""Which amendments make no sense: refused in words, before they are proposed and again when they are signed."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from core.hours import NBSP, in_hours
from core.months import day_in_french
from core.refusal import Refused
from core.standing import Change, Standing, changed
from core.terms import AmendmentKind

NO_HOURS = "Les heures de ce marché ne sont pas encore connues. Complétez-les d’abord."
NOTHING_CHANGES = "Cet avenant ne change rien à ce qui est suivi. Vérifiez les heures et les dates."


def refuse(before: Standing, change: Change) -> None:
    """Raise Refused when a change makes no sense on what a commitment is that day."""
    check = CHECKS.get(change.kind)
    said = check(before, change) if check is not None else ""
    if said:
        raise Refused(said)
    if change.hours is not None and (before.hours or Decimal(0)) + change.hours < 0:
        raise Refused("Le marché compte moins d’heures que vous n’en retirez. Vérifiez le nombre.")


def refuse_result(after: Standing) -> None:
    """Raise Refused when what a commitment would be is not possible."""
    if after.starts_on is not None and after.ends_on is not None and after.ends_on < after.starts_on:
        raise Refused("La fin du marché serait avant son début. Vérifiez les dates.")


def refuse_below_zero(first: Standing, changes: Iterable[Change]) -> None:
    """Raise Refused when, once all the changes are in force, more hours were taken away than there were."""
    left = first.hours or Decimal(0)
    for change in sorted(changes, key=lambda each: (each.effective_on, each.order)):
        left += change.hours or Decimal(0)
        if left < 0:
            raise Refused("Un avenant signé plus tard retire plus d’heures qu’il n’en resterait. Vérifiez le nombre.")


def _hours(before: Standing, change: Change) -> str:
    if before.hours is None:
        return NO_HOURS
    if change.hours is None and change.ends_on is None:
        return "Donnez les heures en plus ou en moins."
    return ""


def _suspension(before: Standing, change: Change) -> str:
    day: date = change.effective_on
    if change.until is not None and change.until < day:
        return "La fin de la suspension est avant son début. Vérifiez les deux dates."
    if before.ends_on is not None and day > before.ends_on:
        return f"Le marché finit le {day_in_french(before.ends_on)}, avant la suspension."
    if before.is_suspended_on(day) and changed(before, change).suspensions == before.suspensions:
        return f"Le marché est déjà suspendu le {day_in_french(day)}."
    return ""


def _resumption(before: Standing, change: Change) -> str:
    if before.is_suspended_on(change.effective_on):
        return ""
    return f"Le marché n’est pas suspendu le {day_in_french(change.effective_on)}{NBSP}: il n’y a rien à reprendre."


def _dates(before: Standing, change: Change) -> str:
    return "Donnez la nouvelle date." if change.starts_on is None and change.ends_on is None else ""


def _early_end(before: Standing, change: Change) -> str:
    if change.ends_on is None:
        return "Donnez le dernier jour du marché."
    if before.ends_on is not None and change.ends_on >= before.ends_on:
        return f"Le marché finit déjà le {day_in_french(before.ends_on)}."
    return ""


def _share(before: Standing, change: Change) -> str:
    if before.hours is None:
        return NO_HOURS
    if change.awardee_id in {None, before.awardee_id}:
        return "Choisissez l’autre entreprise, celle qui fera une part des heures."
    if not change.hours:
        return "Donnez les heures de cette part."
    if before.ends_on is not None and change.effective_on > before.ends_on:
        return f"Le marché finit le {day_in_french(before.ends_on)}, avant le début de cette part."
    if before.hours + change.hours < 0:
        return f"Le titulaire a {in_hours(before.hours)} à sa part{NBSP}: il ne peut pas en confier davantage."
    return ""


def _pooling(before: Standing, change: Change) -> str:
    if before.hours is None:
        return NO_HOURS
    return "" if change.members else "Choisissez l’autre marché dont les heures sont comptées avec celui-ci."


def _unpooling(before: Standing, change: Change) -> str:
    return "" if before.pool_id is not None else "Les heures de ce marché ne sont comptées avec celles d’aucun autre."


def _transfer(before: Standing, change: Change) -> str:
    if change.awardee_id in {None, before.awardee_id}:
        return "Choisissez l’entreprise qui reprend le marché."
    if before.starts_on is not None and change.effective_on <= before.starts_on:
        return f"Le marché commence le {day_in_french(before.starts_on)}{NBSP}: la cession ne peut venir qu’ensuite."
    if before.ends_on is not None and change.effective_on > before.ends_on:
        return f"Le marché finit le {day_in_french(before.ends_on)}, avant la cession."
    return ""


CHECKS: dict[AmendmentKind, Callable[[Standing, Change], str]] = {
    AmendmentKind.HOURS: _hours,
    AmendmentKind.TRANCHE: _hours,
    AmendmentKind.SUSPENSION: _suspension,
    AmendmentKind.RESUMPTION: _resumption,
    AmendmentKind.DATES: _dates,
    AmendmentKind.EARLY_END: _early_end,
    AmendmentKind.TRANSFER: _transfer,
    AmendmentKind.SHARE: _share,
    AmendmentKind.POOLING: _pooling,
    AmendmentKind.UNPOOLING: _unpooling,
}
