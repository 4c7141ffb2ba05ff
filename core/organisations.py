"""Finding an organisation as the facilitateur names it."""

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.hours import NBSP
from core.models import Organisation
from core.refusal import Refused


def organisation_named(session: Session, territory_id: int, typed: str) -> Organisation:
    """Return an organisation of a territory by its SIRET or its whole name. Raises Refused: none, or several."""
    name, digits = " ".join(typed.split()), "".join(typed.split())
    same: ColumnElement[bool] = Organisation.siret == digits
    if not digits.isdigit():
        same = or_(Organisation.name == name, func.lower(Organisation.name) == name.lower())
    found = session.scalars(select(Organisation).where(Organisation.territory_id == territory_id, same)).all()
    if not found:
        raise Refused(f"Aucune organisation n’est connue sous «{NBSP}{name[:80]}{NBSP}». Écrivez son SIRET.")
    if len(found) > 1:
        raise Refused("Plusieurs organisations portent ce nom. Écrivez son SIRET.")
    return found[0]
