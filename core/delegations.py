"""Delegations: a temp agency, a GEIQ or an accountant prepares months that the company then validates itself.

The company gives one month or all of a contract's, to somebody at an address; it ends it when it likes, and what was
prepared and not declared yet ends with it (`core.preparations`). The delegate reads the names needed for those months
and nothing else; nothing counts before the company has said yes. Reminders go to the delegate too, and the company
stays owing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from core import audit
from core.access import NOT_YOURS, commitment_for, declares_for, prepares
from core.commitments import lot_of
from core.hours import NBSP, plain
from core.house import House
from core.letters import NoticeLetter
from core.limits import allowed
from core.messages import Meaning
from core.models import ChannelIdentity, Commitment, Delegation, Organisation, Person, PreparedHire, PreparedMonth
from core.months import day_in_french, in_french
from core.notices import tell
from core.people import enrol, invite
from core.prepared import Prepared
from core.refusal import Refused
from core.terms import OrganisationKind

NOT_DELEGATED = "Ce mois ne vous est pas confié, ou ne l’est plus. Écrivez à l’entreprise si c’est une erreur."
MOST_DELEGATES = 20


@dataclass(frozen=True)
class Given:
    """What a company delegates: one month of a commitment, or all when None, to somebody at an address."""

    commitment_id: int
    name: str
    email: str
    month: str | None = None
    until_on: date | None = None


def give(session: Session, house: House, person: Person, given: Given) -> Delegation:
    """Delegate months and tell the delegate, invited when unknown.

    Raises Refused: not yours, an address that cannot be, your own colleague, the facilitateur, a buyer of the contract,
    given already.
    """
    commitment = _declared_by(session, person, given.commitment_id)
    if given.until_on is not None and given.until_on < house.today():
        raise Refused("La date de fin doit être à venir.", reopen="until_on")
    active = given_for(session, [commitment.id], house.today())
    if len(active) >= MOST_DELEGATES:
        raise Refused("Ce marché a déjà beaucoup de délégations. Arrêtez-en une avant d’en donner une autre.")
    if not allowed(house, "delegation", str(commitment.awardee_id)):
        raise Refused("Vous avez donné beaucoup de délégations. Attendez une heure avant d’en donner une autre.")
    delegate = enrol(session, house, name=given.name, email=given.email)
    if (
        delegate.left_at is not None
        or delegate.is_facilitator
        or delegate.organisation_id == commitment.contract.buyer_id
    ):
        raise Refused("Cette adresse ne peut pas recevoir de délégation. Donnez-en une autre.", reopen="email")
    if delegate.organisation_id == commitment.awardee_id:
        raise Refused("Cette personne déclare déjà pour votre entreprise.", reopen="email")
    if any(each.delegate_id == delegate.id and each.month in {None, given.month} for each in active):
        raise Refused("C’est déjà délégué à cette personne.", reopen="email")
    made = Delegation(
        commitment_id=commitment.id,
        delegate_id=delegate.id,
        month=given.month,
        until_on=given.until_on,
        given_by_id=person.id,
        given_at=house.now(),
    )
    made.commitment, made.delegate = commitment, delegate
    session.add(made)
    session.flush()
    audit.note(session, house, "delegate", f"delegation:{made.id}", person_id=person.id)
    _tell_delegate(session, house, made, person)
    return made


def end(session: Session, house: House, person: Person, delegation_id: int) -> Delegation:
    """End a delegation: by the company, or by the delegate. What was prepared and not declared is set aside.

    Raises Refused, whether it exists or not.
    """
    found = session.scalar(select(Delegation).where(Delegation.id == delegation_id).with_for_update(of=Delegation))
    if found is None or found.ended_at is not None:
        raise Refused(NOT_YOURS)
    if not declares_for(person, found.commitment) and (person.left_at is not None or found.delegate_id != person.id):
        raise Refused(NOT_YOURS)
    found.ended_at, found.ended_by_id = house.now(), person.id
    for table in (PreparedMonth, PreparedHire):
        waiting = update(table).where(table.delegation_id == found.id, table.settled_at.is_(None))
        session.execute(waiting.values(settled_at=house.now()))
    session.flush()
    audit.note(session, house, "end_delegation", f"delegation:{found.id}", person_id=person.id)
    whose = found.commitment.awardee.name
    if person.id != found.delegate_id:
        text = f"**{whose}** a mis fin à votre délégation pour {contract_of(found)}. Vous n’avez plus rien à préparer."
        letter = NoticeLetter(
            name=found.delegate.name, title=f"Fin de votre délégation{NBSP}: {whose}", opening=text.replace("**", "")
        )
        tell(session, house, found.delegate, text, letter=letter)
    return found


def _active(today: date | BindParameter[date]) -> tuple[ColumnElement[bool], ...]:
    return (Delegation.ended_at.is_(None), or_(Delegation.until_on.is_(None), Delegation.until_on >= today))


# Asked at many turns, where hardly anybody holds one.
HOLDS = Prepared(
    select(Delegation.id).where(Delegation.delegate_id == bindparam("person"), *_active(bindparam("today"))).limit(1)
)


def held_by(session: Session, person: Person | None, today: date) -> list[Delegation]:
    """Return what is delegated to somebody today."""
    if person is None or person.left_at is not None:
        return []
    if HOLDS.value(session, {"person": person.id, "today": today}) is None:
        return []
    rows = select(Delegation).where(Delegation.delegate_id == person.id, *_active(today))
    return list(session.scalars(rows.order_by(Delegation.id)).unique())


def covering(
    held: Sequence[Delegation], person: Person | None, commitment_id: int, month: str, today: date
) -> Delegation | None:
    """Return the delegation by which somebody prepares a month of a commitment; None when there is none."""
    theirs = (each for each in held if each.commitment_id == commitment_id)
    return next((each for each in theirs if prepares(person, each, month, today)), None)


def given_for(session: Session, commitment_ids: Sequence[int], today: date) -> list[Delegation]:
    """Return what is delegated today of commitments; the caller has checked who reads."""
    rows = select(Delegation).where(Delegation.commitment_id.in_(commitment_ids), *_active(today))
    return list(session.scalars(rows.order_by(Delegation.id)).unique())


def delegates(session: Session, today: date) -> dict[int, list[tuple[int, str | None]]]:
    """Return who prepares what, by commitment id: people's ids and their month, or None for all."""
    found: defaultdict[int, list[tuple[int, str | None]]] = defaultdict(list)
    rows = select(Delegation.commitment_id, Delegation.delegate_id, Delegation.month).where(*_active(today))
    for commitment_id, delegate_id, month in session.execute(rows):
        found[commitment_id].append((delegate_id, month))
    return found


def addresses_of_structure(session: Session, territory_id: int, named: str) -> list[str]:
    """Return the first address of each insertion structure of a territory so named, in folded words."""
    rows = session.execute(
        select(Organisation, Person.email)
        .join(Person, Person.organisation_id == Organisation.id)
        .where(
            Organisation.kind == OrganisationKind.SIAE,
            Organisation.territory_id == territory_id,
            Person.left_at.is_(None),
        )
        .order_by(Person.id)
    )
    found: dict[int, str] = {}
    for organisation, email in rows:
        if email and named in plain(organisation.name):
            found.setdefault(organisation.id, email)
    return list(found.values())


def contract_of(delegation: Delegation) -> str:
    """Name what is delegated: the contract, and the month when there is one."""
    row = delegation.commitment
    name = f"{row.contract.reference} {lot_of(row)}".strip()
    return f"{name}, {in_french(delegation.month)}" if delegation.month else name


def _declared_by(session: Session, person: Person, commitment_id: int) -> Commitment:
    commitment = commitment_for(session, person, commitment_id)
    if not declares_for(person, commitment):
        raise Refused(NOT_YOURS)
    return commitment


def _tell_delegate(session: Session, house: House, made: Delegation, by: Person) -> None:
    whose, until = made.commitment.awardee.name, made.until_on
    what = f"la préparation de {in_french(made.month)}" if made.month else "la préparation de ses mois"
    opening = (
        f"{whose} vous confie {what} pour le marché {contract_of(made)}"
        + (f", jusqu’au {day_in_french(until)}" if until else "")
        + ". Vous dites les heures, l’entreprise les vérifie et les valide."
    )
    letter = NoticeLetter(
        name=made.delegate.name,
        title=f"{whose} vous confie {what}",
        opening=opening,
        facts=(("Demandé par", by.name),),
        closing="Écrivez le mois en une phrase, par exemple «\u00a0Marie Leroy 84 h, Karim Haddad rien\u00a0», "
        "ou envoyez votre tableau. Vous ne voyez que les noms nécessaires à ces mois. "
        "Vous pouvez y mettre fin à tout moment.",
        link=house.link("/"),
    )
    button: tuple[str, Meaning] = (
        "Préparer un mois", {"start": "declare", "answers": {"commitment": str(made.commitment_id)}}
    )  # fmt: skip
    tell(session, house, made.delegate, opening, [button], letter=letter)
    known = select(func.count()).where(ChannelIdentity.person_id == made.delegate_id)
    if not session.scalar(known):
        invite(session, house, made.delegate)
