"""Welcoming awardees: one letter per contact person with all they newly owe, and the code that lets them in.

Safe to run any number of times: what was announced is stamped in the transaction of its letters.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from core import audit
from core.commitments import (
    Due,
    dates_of,
    declare_by,
    declared_months,
    lot_of,
    months_due,
    part_of,
    penalty_of,
    reporting_day_of,
)
from core.designation import commitment_meant, commitments_designated
from core.hours import NBSP, in_hours
from core.house import House
from core.letters import WelcomeLetter, WonContract
from core.models import Commitment, Organisation, Outgoing, Person, Territory
from core.months import day_in_french, in_french, month_of
from core.people import email_hash, enrol, is_refused, post_letter, telegram_link, territory
from core.refusal import Refused
from core.terms import CommitmentStatus
from core.tokens import LIFETIMES, issue_token, spaced


@dataclass(frozen=True)
class Welcomed:
    """Letters `sent` and addresses `refused` by their server, in persons; the rest in awardees.

    `already` were told everything before; `unreached` names those who were told nothing, for want of an address.
    """

    sent: int
    already: int
    without_address: int
    refused: int
    unreached: tuple[str, ...] = ()


@dataclass(frozen=True)
class Invited:
    """Who was invited, for what."""

    name: str
    organisation: str
    contract: str


def welcome_all(house: House, *, telegram_username: str = "", commitment_ref: str | None = None) -> Welcomed:
    """Write to the contacts of each awardee about the active commitments that were not announced yet.

    One transaction per awardee; those whom nobody can write to stay to be welcomed. `commitment_ref` narrows it to one
    contract ("REF" or "REF:LOT"). Raises Refused when that reference is not known.
    """
    with house.database.reading() as session:
        only = {each.id for each in commitments_designated(session, commitment_ref)} if commitment_ref else None
        awardees = session.execute(
            select(Commitment.awardee_id, func.count(Commitment.id) - func.count(Commitment.welcomed_at))
            .where(_announceable(only))
            .group_by(Commitment.awardee_id)
            .order_by(Commitment.awardee_id)
        ).all()
    sent = refused = without_address = 0
    unreached: list[str] = []
    for awardee_id in (awardee_id for awardee_id, waiting in awardees if waiting):
        with house.database.transaction() as session:
            awardee = session.get_one(Organisation, awardee_id)
            people = _contacts(session, awardee)
            reachable = [person for person in people if not is_refused(session, person)]
            refused += len(people) - len(reachable)
            without_address += not people
            if not reachable:
                unreached.append(awardee.name)
                continue
            sent += _announce_all(session, house, awardee, reachable, only, telegram_username)
    return Welcomed(sent, sum(not waiting for _, waiting in awardees), without_address, refused, tuple(unreached))


def announce(session: Session, house: House, commitment: Commitment) -> bool:
    """Welcome the people of one awardee to a commitment that came to it by an amendment; say whether a letter left.

    Nothing leaves before it is in force, nor twice.
    """
    reachable = [each for each in _contacts(session, commitment.awardee) if not is_refused(session, each)]
    if commitment.welcomed_at is not None or not reachable:
        return False
    return _announce_all(session, house, commitment.awardee, reachable, {commitment.id}, "") > 0


def invite_one(house: House, email: str, commitment_ref: str, *, telegram_username: str = "") -> Invited:
    """Write to one person about one commitment ("REF" or "REF:LOT"), enrolled for its awardee when unknown.

    May be done again: the letter is sent anew, with a fresh code. Raises Refused when it is not clear which commitment
    is meant, when it cannot be declared on, or when this person cannot be written to for it.
    """
    with house.database.transaction() as session:
        known = session.scalar(select(Person).where(Person.email_hash == email_hash(house, email)))
        commitment = commitment_meant(session, commitment_ref, known)
        if commitment.status is not CommitmentStatus.ACTIVE:
            raise Refused(_CANNOT_DECLARE[commitment.status].format(ref=commitment_ref))
        awardee = commitment.awardee
        person = enrol(session, house, name=awardee.name, email=email, organisation=awardee)
        if person.left_at is not None:
            raise Refused(f"{email} est l’adresse d’une personne qui a quitté {awardee.name}.")
        if is_refused(session, person):
            raise Refused(f"Le serveur de messagerie de {email} refuse cette adresse. Vérifiez-la.")
        _write(session, house, person, [commitment], telegram_username)
        commitment.welcomed_at = commitment.welcomed_at or house.now()
        return Invited(person.name, awardee.name, commitment.contract.object)


_CANNOT_DECLARE = {
    CommitmentStatus.TO_COMPLETE: (
        f"Sur le marché «{NBSP}{{ref}}{NBSP}», les heures ou la date de début manquent. "
        "Complétez-les dans le tableau des marchés, importez-le, puis invitez."
    ),
    CommitmentStatus.SUSPENDED: f"Le marché «{NBSP}{{ref}}{NBSP}» est suspendu, il n’y a rien à y déclarer.",
    CommitmentStatus.ENDED: f"Le marché «{NBSP}{{ref}}{NBSP}» est terminé, il n’y a plus rien à y déclarer.",
}


def _announceable(only: set[int] | None) -> ColumnElement[bool]:
    return (Commitment.status == CommitmentStatus.ACTIVE) & (true() if only is None else Commitment.id.in_(only))


def _contacts(session: Session, awardee: Organisation) -> list[Person]:
    people = select(Person).where(Person.organisation_id == awardee.id, Person.left_at.is_(None)).order_by(Person.id)
    return [person for person in session.scalars(people) if person.email]


def _announce_all(
    session: Session,
    house: House,
    awardee: Organisation,
    people: Sequence[Person],
    only: set[int] | None,
    telegram_username: str,
) -> int:
    """Write to the people of one awardee about what waits; return how many letters left."""
    waiting = (
        select(Commitment)
        .where(_announceable(only), Commitment.awardee_id == awardee.id, Commitment.welcomed_at.is_(None))
        .order_by(Commitment.id)
        .with_for_update(of=Commitment)  # two runs at once: the second one waits, then finds nothing
    )
    commitments = list(session.scalars(waiting))
    if not commitments:
        return 0
    digest = hashlib.sha256(",".join(str(each.id) for each in commitments).encode()).hexdigest()[:16]
    sent = 0
    for person in people:
        dedup_key = f"welcome:{person.id}:{digest}"
        if session.scalar(select(Outgoing.id).where(Outgoing.dedup_key == dedup_key)) is None:
            _write(session, house, person, commitments, telegram_username, dedup_key=dedup_key)
            sent += 1
    for commitment in commitments:
        commitment.welcomed_at = house.now()
    return sent


def _write(
    session: Session,
    house: House,
    person: Person,
    commitments: Sequence[Commitment],
    telegram_username: str,
    *,
    dedup_key: str | None = None,
) -> None:
    place = territory(session, house)
    secret = issue_token(session, house, "invitation", person=person)
    letter = WelcomeLetter(
        name=person.name,
        organisation=person.organisation.name if person.organisation else "",
        facilitator=place.facilitator_name,
        facilitator_contact=", ".join(part for part in (place.facilitator_email, place.facilitator_phone) if part),
        commitments=tuple(_won(session, each, place, house.today()) for each in commitments),
        link=house.link(f"/invitation/{secret}"),
        code=spaced(secret),
        telegram_link=telegram_link(telegram_username, secret),
        days=LIFETIMES["invitation"].days,
    )
    post_letter(session, house, letter, person, dedup_key=dedup_key)
    audit.note(session, house, "welcome", f"person:{person.id}")


def _won(session: Session, commitment: Commitment, place: Territory, today: date) -> WonContract:
    contract, day = commitment.contract, reporting_day_of(commitment, place)
    return WonContract(
        contract=f"{contract.reference} – {contract.object}",
        buyer=contract.buyer.name,
        lot=lot_of(commitment) if commitment.whole_id is None else part_of(commitment),
        hours=in_hours(commitment.committed_hours or Decimal(0)),
        period=dates_of(commitment),
        reporting=f"chaque mois, au plus tard le {'1er' if day == 1 else day} du mois suivant",
        first_month=_first_month(session, commitment, today, day),
        penalty=penalty_of(commitment),
        article=commitment.contract_article,
    )


def _first_month(session: Session, commitment: Commitment, today: date, day: int) -> str:
    """Say which month to declare first, and by when; "" when nothing is left to declare."""
    due = months_due(commitment, declared_months(session, commitment.id), today, day)
    if due and due[0].late:
        return f"{in_french(due[0].month)}, dès que possible"
    if not due and commitment.starts_on and commitment.starts_on > today:
        month = month_of(commitment.starts_on)
        due = [Due(month, declare_by(month, day), late=False)]
    return f"{in_french(due[0].month)}, au plus tard le {day_in_french(due[0].by)}" if due else ""
