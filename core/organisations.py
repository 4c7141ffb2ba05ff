"""Finding an organisation as people name it, and recording one that a company names first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.hours import NBSP
from core.models import Organisation
from core.refusal import Refused
from core.siret import read_siret
from core.standing import NEWCOMER
from core.terms import OrganisationKind


@dataclass(frozen=True)
class Company:
    """The other company of an amendment: `id` is NEWCOMER while it is not recorded. `email` is whom to invite there."""

    id: int
    name: str
    siret: str = ""
    email: str = ""


def found_as(session: Session, territory_id: int, typed: str) -> Organisation | None:
    """Return the organisation that somebody names, None when there is none. Raises Refused when there are several."""
    try:
        return organisation_named(session, territory_id, typed)
    except Refused:
        if read_siret(typed) is None and len(_called(session, territory_id, typed)) > 1:
            raise
        return None


def recorded(session: Session, territory_id: int, company: Company) -> Organisation:
    """Return the organisation of a company, recorded when nobody knew its SIRET or its name. Raises Refused."""
    known = session.get(Organisation, company.id) if company.id != NEWCOMER else None
    if known is None and company.siret:
        known = session.scalar(select(Organisation).where(Organisation.siret == company.siret))
    if known is None:
        known = found_as(session, territory_id, company.name)
    if known is not None:
        return known
    made = Organisation(
        name=company.name, siret=company.siret or None, kind=OrganisationKind.AWARDEE, territory_id=territory_id
    )
    session.add(made)
    session.flush()
    return made


def organisation_named(session: Session, territory_id: int, typed: str) -> Organisation:
    """Return an organisation of a territory by its SIRET or its whole name. Raises Refused: none, or several."""
    name, found = " ".join(typed.split()), _called(session, territory_id, typed)
    if not found:
        raise Refused(f"Aucune organisation n’est connue sous «{NBSP}{name[:80]}{NBSP}». Écrivez son SIRET.")
    if len(found) > 1:
        raise Refused("Plusieurs organisations portent ce nom. Écrivez son SIRET.")
    return found[0]


def _called(session: Session, territory_id: int, typed: str) -> Sequence[Organisation]:
    name, digits = " ".join(typed.split()), "".join(typed.split())
    same: ColumnElement[bool] = Organisation.siret == digits
    if not digits.isdigit():
        same = or_(Organisation.name == name, func.lower(Organisation.name) == name.lower())
    return session.scalars(select(Organisation).where(Organisation.territory_id == territory_id, same)).all()
