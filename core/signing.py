"""Amendments on their way: asked by the company, entered by the facilitateur, signed or declined by him.

What the company asks becomes a case that shows before and after; nothing changes until he signs, and everything is
checked again then. The company is told where it wrote.
"""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit, cases
from core.access import NOT_YOURS, ONLY_FACILITATOR, commitment_for, declares_for, reviews
from core.amendment_effects import carry, differences_of, names_of
from core.amendment_letters import lines_of, tell_company, tell_others
from core.amendment_words import Difference, in_words
from core.amendments import change_of, put_in_force
from core.cases import Request
from core.commitments import title_of
from core.hours import NBSP
from core.house import House
from core.models import Amendment, Case, Commitment, Conversation, Organisation, Person
from core.months import day_in_french
from core.notices import people_of
from core.organisations import Company, recorded
from core.people import enrol
from core.refusal import Refused
from core.standing import Change
from core.terms import AmendmentStatus

MOST_LISTED = 200


@dataclass(frozen=True)
class AmendmentSeen:
    """An amendment as it is shown: what it changes, in words, before and after where it is still to sign."""

    id: int
    commitment: str
    company: str
    kind: str
    said: str
    effective: str
    reason: str
    status: str
    is_open: bool
    case_id: int | None
    changes: tuple[Difference, ...] = ()
    problem: str = ""


def propose(
    session: Session,
    house: House,
    conversation: Conversation,
    person: Person,
    commitment_id: int,
    change: Change,
    *,
    reason: str,
    files: tuple[int, ...] = (),
    company: Company | None = None,
) -> Case:
    """Ask the facilitateur for an amendment. Raises Refused: not yours, impossible, or asked already.

    `company` is the other one, when the change is about one.
    """
    commitment = _locked(session, person, commitment_id)
    if not declares_for(person, commitment):
        raise Refused(NOT_YOURS)
    if company is not None:
        other = recorded(session, commitment.contract.territory_id, company)
        change = replace(change, awardee_id=other.id)
        has_people = bool(people_of(session, other.id))  # who belongs to a company is never for another one to say
        company = None if has_people or not company.email else company
    changes = differences_of(session, house, commitment, change)
    waiting = select(Amendment).where(
        Amendment.commitment_id == commitment_id, Amendment.status == AmendmentStatus.PROPOSED
    )
    if any(_same(change_of(row), change) for row in session.scalars(waiting)):
        raise Refused("Cet avenant est déjà demandé au facilitateur.")
    said = in_words(change, names_of(session, commitment, change))
    text = f"Avenant demandé{NBSP}: {said}.\n" + "\n".join(f"- {each.line}" for each in changes)
    if change.effective_on > house.today():
        text += f"\n- Prend effet le {day_in_french(change.effective_on)}"
    text += f"\n\nÀ inviter à la signature{NBSP}: {company.email}" if company is not None else ""
    text += f"\n\nRaison{NBSP}: {reason}" if reason else ""
    asked = Request(subject=f"Avenant{NBSP}: {said}", text=text, commitment_id=commitment_id, files=files)
    case = cases.open_case(session, house, conversation, person, asked)
    row = _row(house, commitment_id, change, reason, person)
    row.case_id, row.contact = case.id, company.email if company is not None else None
    session.add(row)
    session.flush()
    audit.note(session, house, "propose_amendment", f"amendment:{row.id}", person_id=person.id)
    return case


def enter(session: Session, house: House, by: Person, commitment_id: int, change: Change, *, reason: str) -> list[int]:
    """Enter an amendment that the facilitateur signs at once; return the conversations to ring. Raises Refused."""
    commitment = _locked(session, by, commitment_id)
    if not reviews(by, commitment):
        raise Refused(ONLY_FACILITATOR)
    changes = differences_of(session, house, commitment, change)
    row = _row(house, commitment_id, change, reason, by)
    session.add(row)
    session.flush()
    touched = _sign(session, house, commitment, row, by)
    said = in_words(change, names_of(session, commitment, change))
    told = tell_company(session, house, commitment, said, lines_of(changes), commitment.awardee_id)
    return told + tell_others(session, house, commitment, row, touched)


def sign(session: Session, house: House, amendment_id: int, by: Person) -> list[int]:
    """Sign a proposed amendment, which is in force from its day; return the conversations to ring.

    Raises Refused: not the facilitateur of the territory, decided already, not possible any more.
    """
    row, commitment = _proposed(session, amendment_id, by)
    change = change_of(row)
    changes = differences_of(session, house, commitment, change)
    words = in_words(change, names_of(session, commitment, change))
    touched = _sign(session, house, commitment, row, by)
    if row.case_id is None:
        told = tell_company(session, house, commitment, words, lines_of(changes), commitment.awardee_id)
        return told + tell_others(session, house, commitment, row, touched)
    said = f"L’avenant est signé{NBSP}: {words}.\n\n"
    said += "\n".join(f"- {each.line}" for each in changes)
    if change.effective_on > house.today():
        said += f"\n\nIl prend effet le {day_in_french(change.effective_on)}."
    rung = cases.answer(session, house, row.case_id, said, person_id=by.id, close=True)
    others = tell_others(session, house, commitment, row, touched)
    return [rung, *others] if rung is not None else others


def decline(session: Session, house: House, amendment_id: int, why: str, by: Person) -> list[int]:
    """Decline a proposed amendment, with words; return the conversations to ring. Raises Refused."""
    row, _ = _proposed(session, amendment_id, by)
    if not why.strip():
        raise Refused("Écrivez pourquoi vous ne retenez pas cet avenant.")
    row.status, row.signed_by_id, row.signed_at = AmendmentStatus.DECLINED, by.id, house.now()
    session.flush()
    audit.note(session, house, "decline_amendment", f"amendment:{row.id}", person_id=by.id)
    if row.case_id is None:
        return []
    rung = cases.answer(session, house, row.case_id, f"L’avenant n’est pas retenu. {why.strip()}", person_id=by.id)
    return [rung] if rung is not None else []


def amendment_in(session: Session, house: House, case_id: int) -> AmendmentSeen | None:
    """Return the amendment that a case asks for, or None. The caller has checked who reads the case."""
    row = session.scalar(select(Amendment).where(Amendment.case_id == case_id))
    return seen(session, house, row) if row is not None else None


def to_sign(session: Session, house: House, by: Person) -> list[AmendmentSeen]:
    """Return the amendments that wait for the facilitateur of a territory, the oldest first."""
    rows = session.scalars(
        select(Amendment).where(Amendment.status == AmendmentStatus.PROPOSED).order_by(Amendment.id).limit(MOST_LISTED)
    )
    mine = [row for row in rows if reviews(by, session.get_one(Commitment, row.commitment_id))]
    return [seen(session, house, row) for row in mine]


def history(session: Session, house: House, commitment: Commitment) -> list[AmendmentSeen]:
    """Return all that was ever asked or signed on a commitment, latest first."""
    rows = session.scalars(
        select(Amendment).where(Amendment.commitment_id == commitment.id).order_by(Amendment.id.desc())
    )
    return [seen(session, house, row) for row in rows]


def seen(session: Session, house: House, row: Amendment) -> AmendmentSeen:
    """Return an amendment in words."""
    commitment = session.get_one(Commitment, row.commitment_id)
    change, is_open = change_of(row), row.status is AmendmentStatus.PROPOSED
    changes: tuple[Difference, ...] = ()
    problem = ""
    if is_open:
        try:
            changes = differences_of(session, house, commitment, change)
        except Refused as refusal:
            problem = refusal.message
    return AmendmentSeen(
        id=row.id,
        commitment=f"{commitment.contract.reference}, {title_of(commitment, short=True)}",
        company=commitment.awardee.name,
        kind=row.kind.capitalised,
        said=in_words(change, names_of(session, commitment, change)),
        effective=day_in_french(row.effective_on),
        reason=row.reason,
        status=row.status.label,
        is_open=is_open,
        case_id=row.case_id,
        changes=changes,
        problem=problem,
    )


def _locked(session: Session, person: Person, commitment_id: int) -> Commitment:
    commitment_for(session, person, commitment_id)
    query = select(Commitment).where(Commitment.id == commitment_id).with_for_update(of=Commitment)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _proposed(session: Session, amendment_id: int, by: Person) -> tuple[Amendment, Commitment]:
    found = session.get(Amendment, amendment_id)
    if found is None:
        raise Refused(ONLY_FACILITATOR)
    commitment = _locked(session, by, found.commitment_id)
    if not reviews(by, commitment):
        raise Refused(ONLY_FACILITATOR)
    session.refresh(found)  # somebody may have decided while we waited for the lock
    if found.status is not AmendmentStatus.PROPOSED:
        raise Refused(f"Cet avenant est déjà {found.status.label}.")
    return found, commitment


def _sign(session: Session, house: House, commitment: Commitment, row: Amendment, by: Person) -> list[Commitment]:
    """Put an amendment in force, here and on the commitments that it touches, which are returned."""
    row.status, row.signed_by_id, row.signed_at = AmendmentStatus.SIGNED, by.id, house.now()
    if row.contact and row.awardee_id is not None and not people_of(session, row.awardee_id):
        other = session.get_one(Organisation, row.awardee_id)
        enrol(session, house, name=other.name, email=row.contact, organisation=other)
    session.flush()
    touched = carry(session, house, commitment, row)
    put_in_force(session, house, commitment)
    audit.note(session, house, "sign_amendment", f"amendment:{row.id}", person_id=by.id)
    return touched


def _row(house: House, commitment_id: int, change: Change, reason: str, by: Person) -> Amendment:
    return Amendment(
        commitment_id=commitment_id,
        kind=change.kind,
        status=AmendmentStatus.PROPOSED,
        effective_on=change.effective_on,
        hours=change.hours,
        starts_on=change.starts_on,
        ends_on=change.ends_on,
        until=change.until,
        awardee_id=change.awardee_id,
        share_role=change.share_role,
        members=list(change.members),
        reason=reason.strip(),
        proposed_by_id=by.id,
        proposed_at=house.now(),
    )


def _same(one: Change, other: Change) -> bool:
    fields = ("kind", "effective_on", "hours", "starts_on", "ends_on", "until", "awardee_id", "members")
    return all(getattr(one, name) == getattr(other, name) for name in fields)
