"""Telling each company what an amendment changes for it: the one that holds the commitment, and those around it."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from core.amendment_effects import names_of
from core.amendment_words import Difference, in_words
from core.amendments import change_of, signed
from core.commitments import title_of
from core.hours import NBSP, in_hours
from core.house import House
from core.letters import NoticeLetter
from core.models import Amendment, Commitment
from core.months import day_in_french
from core.notices import people_of, tell
from core.terms import AmendmentKind
from core.welcome import announce

OWN_MONTHS = (
    "Vous déclarez chaque mois vos heures, et elles seules.",
    "Vos heures comptent aussi pour l’ensemble du marché.",
    "Seuls vous et le facilitateur voyez les noms de vos salariés.",
)
MISTAKE = f"Une erreur{NBSP}? Répondez, le facilitateur la corrigera."


def tell_company(
    session: Session, house: House, commitment: Commitment, said: str, items: Sequence[str], company_id: int
) -> list[int]:
    """Tell everybody of a company, which asked nothing; return the conversations to ring."""
    opening = f"Le facilitateur a enregistré un avenant sur **{title_of(commitment, short=True)}**{NBSP}: {said}."
    return _told(session, house, company_id, f"Avenant{NBSP}: {said}", opening, items)


def tell_others(
    session: Session, house: House, commitment: Commitment, row: Amendment, touched: Sequence[Commitment]
) -> list[int]:
    """Tell the companies around a commitment what a signed amendment of it does to them, and welcome who is new.

    Those of the same company as the commitment were told already.
    """
    rung: list[int] = []
    for other in touched:
        if other.awardee_id == commitment.awardee_id:
            continue
        if row.kind is AmendmentKind.TRANSFER:
            rung += _taken_over(session, house, other, row)
            continue
        if row.kind is AmendmentKind.SHARE:
            rung += _shared(session, house, commitment, other, row)
            continue
        (mine,) = [each for each in signed(session, other.id) if each.follows_id == row.id]
        change = change_of(mine)
        said = in_words(change, names_of(session, other, change))
        rung += tell_company(session, house, other, said, (), other.awardee_id)
    return rung


def _taken_over(session: Session, house: House, commitment: Commitment, row: Amendment) -> list[int]:
    """Tell the company that takes a commitment over, and welcome it once it has."""
    day = day_in_french(row.effective_on)
    opening = f"Le marché **{title_of(commitment, short=True)}** vous est cédé le {day}."
    items = (
        f"Vous reprenez les heures qui restent{NBSP}: {in_hours(abs(row.hours or Decimal(0)))}.",
        "Vous déclarez les mois à partir de ce jour-là. Déclarez aussi les salariés que vous reprenez.",
    )
    is_welcomed = announce(session, house, commitment)
    return _told(
        session, house, row.awardee_id or 0, "Un marché vous est cédé", opening, items, by_mail=not is_welcomed
    )


def _shared(session: Session, house: House, whole: Commitment, part: Commitment, row: Amendment) -> list[int]:
    """Tell the other side of a share, and welcome it once its part is in force."""
    given = row.hours or Decimal(0)
    hours, day = in_hours(abs(given)), day_in_french(row.effective_on)
    title, company = title_of(whole, short=True), whole.awardee.name
    if given < 0:
        opening = f"{company} vous confie {hours} d’insertion sur **{title}**, à partir du {day}."
        is_welcomed = announce(session, house, part)
        named = f"{company} vous confie {hours} d’insertion"
        items = (*OWN_MONTHS, *_invited_later(house, row))
        return _told(session, house, part.awardee_id, named, opening, items, by_mail=not is_welcomed)
    opening = f"{company} reprend {hours} d’insertion de votre part sur **{title}**, à partir du {day}."
    return _told(session, house, part.awardee_id, f"{company} reprend {hours} de votre part", opening, ())


def _invited_later(house: House, row: Amendment) -> tuple[str, ...]:
    is_later = row.effective_on > house.today()
    return ("Ce jour-là, vous recevrez l’invitation qui ouvre votre suivi.",) if is_later else ()


def _told(
    session: Session,
    house: House,
    company_id: int,
    title: str,
    opening: str,
    items: Sequence[str],
    *,
    by_mail: bool = True,
) -> list[int]:
    rung = []
    for person in people_of(session, company_id):
        letter = NoticeLetter(
            name=person.name, title=title, opening=opening, items=tuple(items), closing=MISTAKE, link=house.link("/")
        )
        text = f"{opening}\n\n" + "\n".join(f"- {each}" for each in items)
        rung.append(tell(session, house, person, text.strip(), letter=letter if by_mail else None))
    return [each for each in rung if each is not None]


def lines_of(changes: Sequence[Difference]) -> tuple[str, ...]:
    """Write what changes as the lines of a list."""
    return tuple(each.line for each in changes)
