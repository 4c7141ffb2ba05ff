"""Writing the demo's register: everything goes through the domain's functions, each at its own moment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from core.declarations import record
from core.demo.almanac import REPORTING_DAY, Almanac
from core.demo.commitments import Pledge
from core.demo.contracts import PURCHASES, Purchase
from core.demo.organisations import BODIES, FACILITATOR, PARTNERS, TERRITORY, Body, Contact
from core.demo.work import JOBS, SENT_BACK, Job, MonthTold, months_told
from core.employments import Hire, hire
from core.house import House
from core.models import Commitment, Contract, Declaration, Employment, Organisation, Partner, Person, Proof, Territory
from core.people import enrol, person_by_email, territory
from core.review import Returned, send_back
from core.terms import DeclarationStatus, EligibilityStatus, ProofKind, ProofVerdict, ReturnReason


@dataclass(frozen=True)
class Hands:
    """What the writing of the register is given: the transaction, the house, its days."""

    session: Session
    house: House
    almanac: Almanac


def at(house: House, moment: datetime) -> House:
    """Return the same house with its clock stopped at a moment."""
    return replace(house, clock=lambda: moment)


def register(session: Session, house: House, almanac: Almanac) -> None:
    """Write the territory, organisations, people, contracts, employments and declarations."""
    hands = Hands(session, house, almanac)
    place = _territory(hands)
    organisations = {body: _organisation(hands, place, body) for body in BODIES}
    people = {contact: _person(hands, contact, organisations[body]) for body in BODIES for contact in body.contacts}
    for body, (area, publics, trades) in PARTNERS.items():
        known = Partner(organisation_id=organisations[body].id, area=area, publics=list(publics), trades=list(trades))
        session.add(known)
    commitments = {
        pledge: commitment
        for purchase in PURCHASES
        for pledge, commitment in _contract(hands, place, purchase, organisations).items()
    }
    employments = {job: _employment(hands, job, commitments, people) for job in sorted(JOBS, key=_starts)}
    _declare(hands, commitments, people, employments)


def _starts(job: Job) -> tuple[int, int]:
    return job.first, job.since


def _territory(hands: Hands) -> Territory:
    """The settings of the facilitateur win over the demo's invented one."""
    place = territory(hands.session, hands.house)
    place.name = TERRITORY
    place.reporting_day = REPORTING_DAY
    place.facilitator_name = place.facilitator_name or FACILITATOR.name
    place.facilitator_email = place.facilitator_email or FACILITATOR.email
    place.facilitator_phone = place.facilitator_phone or FACILITATOR.phone
    enrol(hands.session, hands.house, name=place.facilitator_name, email=place.facilitator_email, is_facilitator=True)
    return place


def _organisation(hands: Hands, place: Territory, body: Body) -> Organisation:
    made = Organisation(name=body.name, siret=body.siret, kind=body.kind, territory_id=place.id)
    hands.session.add(made)
    hands.session.flush()
    return made


def _person(hands: Hands, contact: Contact, organisation: Organisation) -> Person:
    return enrol(
        hands.session,
        hands.house,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        organisation=organisation,
    )


def _contract(
    hands: Hands, place: Territory, purchase: Purchase, organisations: Mapping[Body, Organisation]
) -> dict[Pledge, Commitment]:
    launched = hands.almanac.day(*purchase.launched)
    contract = Contract(
        territory_id=place.id,
        buyer_id=organisations[purchase.buyer].id,
        reference=f"{launched.year}-{purchase.serial}",
        object=purchase.object,
        nature=purchase.nature,
        amount=Decimal(purchase.amount),
        consultation_launched_on=launched,
        notified_on=hands.almanac.day(*purchase.notified),
        cpv=purchase.cpv,
        place=purchase.place,
    )
    contract.buyer = organisations[purchase.buyer]
    hands.session.add(contract)
    hands.session.flush()
    return {pledge: _commitment(hands, contract, purchase, pledge, organisations) for pledge in purchase.pledges}


def _commitment(
    hands: Hands, contract: Contract, purchase: Purchase, pledge: Pledge, organisations: Mapping[Body, Organisation]
) -> Commitment:
    almanac = hands.almanac
    welcomed_at = almanac.at(almanac.day(purchase.notified[0] + 1, 3), 9, 30) if pledge.is_welcomed else None
    commitment = Commitment(
        contract_id=contract.id,
        awardee_id=organisations[pledge.awardee].id,
        lot=pledge.lot,
        lot_title=pledge.lot_title,
        committed_hours=pledge.committed_hours,
        starts_on=almanac.first(pledge.first),
        ends_on=almanac.last(pledge.last),
        modalities=[str(modality) for modality in pledge.modalities],
        publics=list(pledge.publics),
        penalty_per_hour=Decimal(pledge.penalty) if pledge.penalty else None,
        penalty_terms=pledge.penalty_terms,
        contract_article=pledge.article,
        status=pledge.status,
        welcomed_at=welcomed_at,
    )
    commitment.contract, commitment.awardee = contract, organisations[pledge.awardee]
    hands.session.add(commitment)
    hands.session.flush()
    return commitment


def _employment(
    hands: Hands, job: Job, commitments: Mapping[Pledge, Commitment], people: Mapping[Contact, Person]
) -> Employment:
    starts_on = hands.almanac.day(job.first, job.since)
    hired = Hire(job.name, starts_on, job.modality, job.kind, job.criterion, employer=job.employer, job=job.title)
    contact = people[job.pledge.awardee.contacts[0]]
    told_at = hands.almanac.at(starts_on, 17, 20)
    employment = hire(hands.session, at(hands.house, told_at), commitments[job.pledge], hired, contact)
    if job.is_eligible:
        employment.eligibility = EligibilityStatus.ACCEPTED
        hands.session.add(
            Proof(employment_id=employment.id, kind=ProofKind.WORK_CONTRACT, verdict=ProofVerdict.SEEN,
                  sent_by_id=contact.id, sent_at=told_at)
        )  # fmt: skip
    if job.ends:
        employment.ends_on = hands.almanac.day(*job.ends)
    return employment


def _declare(
    hands: Hands,
    commitments: Mapping[Pledge, Commitment],
    people: Mapping[Contact, Person],
    employments: Mapping[Job, Employment],
) -> None:
    """Record every version in the order of time, so that receipts follow each other as they would have."""
    in_force: dict[tuple[Pledge, int], Declaration] = {}
    for told in sorted(months_told(), key=lambda told: (told.month, told.on)):
        former = in_force.get((told.pledge, told.month))
        moment = hands.almanac.at(hands.almanac.day(told.month + 1, told.on), 10, 15)
        recorded = record(
            hands.session,
            at(hands.house, moment),
            people[_teller(told)],
            commitments[told.pledge].id,
            hands.almanac.month(told.month),
            {employments[job].id: work for job, work in told.works.items()},
            nil_reason=told.nil_reason,
            note=told.note,
            replaces=former.id if former else None,
        )
        in_force[told.pledge, told.month] = recorded.declaration
    facilitator = person_by_email(hands.session, hands.house, territory(hands.session, hands.house).facilitator_email)
    for told in months_told():
        declaration = in_force[told.pledge, told.month]
        if told.status is DeclarationStatus.RETURNED and facilitator is not None:
            line, today = declaration.lines[0], hands.house.today()
            why = {line.employment_id: Returned(ReturnReason.DIFFERS_FROM_PROOF, SENT_BACK)}
            send_back(hands.session, hands.house, declaration.id, why, today + timedelta(days=15), facilitator)
        else:
            declaration.status = told.status


def _teller(told: MonthTold) -> Contact:
    """The main contact of an awardee declares; a corrected month is somebody's second look at it."""
    return told.pledge.awardee.contacts[-1 if told.note else 0]
