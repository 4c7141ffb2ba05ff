"""Monthly declarations: a month of a commitment, one line per employment, each version kept, each with a receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from core import access, audit, checks
from core.commitments import IN_FORCE, refusal_for_month
from core.employments import Hire, employments_of, hire
from core.entries import Entry
from core.house import House
from core.line_facts import facts_of
from core.models import Commitment, Declaration, DeclarationLine, Employment, Person, PreparedMonth, Receipt
from core.months import in_french
from core.prepared import Prepared, Values, among
from core.receipts import issue
from core.refusal import Refused
from core.remarks import carry_over, open_remarks
from core.terms import CommitmentStatus, DeclarationStatus, NilReason

SOMEBODY_ELSE = "Cette déclaration vient d’être modifiée par quelqu’un d’autre. Vérifiez le nouveau récapitulatif."


# Built once, run at many turns.
HELD = (
    Declaration.commitment_id == bindparam("commitment"),
    Declaration.month == bindparam("month"),
    among(Declaration.status, IN_FORCE),
)
VERSION = select(Declaration).where(*HELD)
LOCKED = Prepared(select(Declaration.id).where(*HELD).with_for_update())
DECLARATIONS, LINES = Entry(Declaration), Entry(DeclarationLine)
SET_ASIDE = Prepared(
    update(PreparedMonth).where(
        PreparedMonth.commitment_id == bindparam("of"),
        PreparedMonth.month == bindparam("in_month"),
        PreparedMonth.settled_at.is_(None),
    )
)


@dataclass(frozen=True)
class Work:
    """Hours of one employment in a month: on the contract, and in training.

    `confirmed` names the rules (`core.checks.CONFIRMATIONS`) that the person was asked about and confirmed.
    """

    worked: Decimal
    training: Decimal = Decimal(0)
    confirmed: tuple[str, ...] = field(default=(), compare=False)

    @property
    def total(self) -> Decimal:
        """Return both together."""
        return self.worked + self.training


@dataclass(frozen=True)
class NewHire:
    """A hire declared with the month, and its first hours."""

    hire: Hire
    work: Work


@dataclass(frozen=True)
class Recorded:
    """What recording a month made."""

    commitment: Commitment
    declaration: Declaration
    receipt: Receipt
    replaced: Declaration | None


def in_force(session: Session, commitment_id: int, month: str, *, lock: bool = False) -> Declaration | None:
    """Return the version in force of a month, locked until the end of the transaction when it is to be replaced."""
    wanted = {"commitment": commitment_id, "month": month}
    if not lock:
        return session.scalar(VERSION, wanted)
    number = LOCKED.value(session, wanted)
    # Read again once locked: somebody else may have changed what the session knew.
    return None if number is None else session.get_one(Declaration, number, populate_existing=True)


def record(
    session: Session,
    house: House,
    person: Person,
    commitment_id: int,
    month: str,
    lines: Mapping[int, Work],
    *,
    hires: tuple[NewHire, ...] = (),
    nil_reason: NilReason | None = None,
    note: str = "",
    replaces: int | None = None,
) -> Recorded:
    """Record a month: a first version, or one that supersedes the version `replaces` (its id).

    `lines` is by employment id. Everything is checked again here. Raises Refused: not yours, month impossible, hours
    impossible or not confirmed, month accepted already (a correction is then asked of the facilitateur), or changed
    meanwhile.
    """
    commitment = _declarable(session, person, commitment_id, month, house)
    former = in_force(session, commitment.id, month, lock=True)
    if (former.id if former else None) != replaces:
        raise Refused(SOMEBODY_ELSE, reopen="agree")
    if former is not None and former.status is DeclarationStatus.ACCEPTED:
        raise Refused(f"{in_french(month).capitalize()} vient d’être validé. Demandez la correction au facilitateur.")
    return write(
        session,
        house,
        person,
        commitment,
        month,
        former,
        lines,
        hires=hires,
        nil_reason=nil_reason,
        note=note,
        must_confirm=True,
    )


def write(
    session: Session,
    house: House,
    person: Person,
    commitment: Commitment,
    month: str,
    former: Declaration | None,
    lines: Mapping[int, Work],
    *,
    hires: tuple[NewHire, ...] = (),
    nil_reason: NilReason | None = None,
    note: str = "",
    must_confirm: bool = False,
) -> Recorded:
    """Write a version that supersedes `former`, which the caller has locked, and issue its receipt.

    The caller has checked who may. With `must_confirm`, unusual hours need the person's confirmation. Raises Refused:
    hours impossible or not confirmed, or somebody else wrote first.
    """
    version, waiting = 1, open_remarks(session, former)
    if former is not None:
        former.status = DeclarationStatus.SUPERSEDED
        version = former.version + 1
        session.flush()  # frees the place of the version in force before the new one takes it
    works = _works(session, house, person, commitment, lines, hires)
    checked = _checked(session, commitment, month, works, must_confirm=must_confirm)
    if not checked and nil_reason is None:
        raise Refused("Il n’y a aucune heure dans cette déclaration. Donnez la raison du mois sans heures.")
    now = house.now()
    values: Values = {
        "commitment_id": commitment.id,
        "month": month,
        "version": version,
        "status": DeclarationStatus.SUBMITTED,
        "nil_reason": nil_reason,
        "note": note,
        "declared_by_id": person.id,
        "declared_at": now,
        "awaiting_since": now,
    }
    try:
        declaration = DECLARATIONS.written(session, values)
    except IntegrityError as error:  # the other one committed first
        raise Refused(SOMEBODY_ELSE, reopen="agree") from error
    made = [
        LINES.written(session, {"declaration_id": declaration.id, **line}, employment=employment)
        for employment, line in checked.items()
    ]
    set_committed_value(declaration, "lines", made)
    set_aside(session, house, commitment.id, month)
    carry_over(house, waiting, declaration, person)
    receipt = issue(session, house, declaration, commitment, replaced=former)
    audit.note(
        session, house, "declare", f"commitment:{commitment.id}", person_id=person.id, detail=f"{month} v{version}"
    )
    return Recorded(commitment, declaration, receipt, former)


def set_aside(session: Session, house: House, commitment_id: int, month: str) -> None:
    """Set aside what somebody prepared for a month: it is declared, or prepared again."""
    SET_ASIDE.run(session, {"of": commitment_id, "in_month": month, "settled_at": house.now()})


def _declarable(session: Session, person: Person, commitment_id: int, month: str, house: House) -> Commitment:
    commitment = access.commitment_for(session, person, commitment_id)
    if not access.declares_for(person, commitment):
        raise Refused("Seule l’entreprise attributaire déclare les heures de ce marché.")
    if commitment.status is CommitmentStatus.TO_COMPLETE:
        raise Refused("Ce marché n’est pas encore complet dans le suivi. Le facilitateur doit d’abord le compléter.")
    reason = refusal_for_month(commitment, month, house.today())
    if reason:
        raise Refused(reason, reopen="month")
    return commitment


def _works(
    session: Session,
    house: House,
    person: Person,
    commitment: Commitment,
    lines: Mapping[int, Work],
    hires: tuple[NewHire, ...],
) -> dict[Employment, Work]:
    known = {employment.id: employment for employment in employments_of(session, commitment.id)}
    if not set(lines) <= set(known):
        raise Refused("Une des personnes n’est plus suivie sur ce marché. Reprenez la déclaration.")
    twice = checks.said_twice(" ".join(new.hire.name.split()) for new in hires)
    if twice is not None:
        raise Refused(twice)
    works = {known[employment_id]: work for employment_id, work in lines.items()}
    return works | {hire(session, house, commitment, new.hire, person): new.work for new in hires}


def _checked(
    session: Session, commitment: Commitment, month: str, works: Mapping[Employment, Work], *, must_confirm: bool
) -> dict[Employment, Values]:
    """Return what each line holds."""
    facts = facts_of(session, commitment, month, {each: (work.worked, work.training) for each, work in works.items()})
    lines: dict[Employment, Values] = {}
    for employment, work in works.items():
        about = facts[employment.id]
        checks.refuse(about, reopen=f"hours.{employment.id}")
        doubts = checks.doubts_about(about)
        left = [doubt.sentence for doubt in doubts if doubt.rule not in work.confirmed]
        if must_confirm and left:
            raise Refused(left[0], reopen="agree")
        lines[employment] = {
            "employment_id": employment.id,
            "worked": work.worked,
            "training": work.training,
            "flags": ",".join(checks.flags_of(about)),
            "confirmed": ",".join(doubt.rule for doubt in doubts if doubt.rule in work.confirmed),
        }
    return lines
