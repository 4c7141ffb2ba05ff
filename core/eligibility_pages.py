"""What the facilitateur sees of the hires: those to decide on, those that wait for a company, those that end soon."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from core import audit
from core.access import ONLY_FACILITATOR, reviews
from core.commitments import title_of
from core.eligibility import ENDS_SOON, in_words, is_to_complete, latest, window_of
from core.hours import NBSP, in_hours
from core.house import House
from core.messages import moment
from core.models import Commitment, Contract, Eligibility, Employment, Person, Proof, Territory
from core.months import day_in_french, months_after
from core.refusal import Refused
from core.terms import Criterion, EligibilityStatus, ProofKind

MOST_SHOWN = 200
NO_PROOF = "aucun justificatif reçu"
USUAL_PROLONGATION = 12  # months


@dataclass(frozen=True)
class HireRow:
    """One hire in a list; `asked` is what the company has to complete, `answered` when it did."""

    id: int
    name: str
    company: str
    contract: str
    criterion: str
    hired_on: str
    proof: str
    declared: str
    asked: str = ""
    answered: str = ""
    until_on: str = ""
    is_over: bool = False


@dataclass(frozen=True)
class HireList:
    """The hires of a territory: to decide on, oldest first; asked to complete; whose eligibility ends soon."""

    to_decide: Sequence[HireRow]
    asked: Sequence[HireRow]
    ending: Sequence[HireRow]
    left_out: int


@dataclass(frozen=True)
class DecisionSeen:
    """One decision: its verdict, its words, when and by whom, when the company answered."""

    verdict: str
    reason: str
    when: str
    by: str
    until_on: str
    answered: str


@dataclass(frozen=True)
class HirePage:
    """One hire with all that a decision needs. `proposed_on` is the last day of the usual window, "" without end.

    `later_on` is what is proposed when an accepted one ends; "" when there is nothing to prolong.
    """

    id: int
    name: str
    facts: tuple[tuple[str, str], ...]
    state: str
    decisions: tuple[DecisionSeen, ...]
    proposed_on: str
    window: str
    later_on: str
    is_pending: bool
    is_accepted: bool


def hires_to_see(session: Session, house: House, who: Person) -> HireList:
    """List the hires of a facilitateur's territory that ask for something of him."""
    place = session.get_one(Territory, who.territory_id)
    waiting = _hires_of(place).where(Employment.eligibility == EligibilityStatus.PENDING)
    pending = session.scalars(waiting.order_by(Employment.created_at, Employment.id).limit(MOST_SHOWN)).all()
    count = session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
    ending = _ending(session, house, place)
    everybody = [*pending, *ending]
    held, proofs = latest(session, [each.id for each in everybody]), _proofs(session, everybody)
    rows = {each.id: _row(session, house, each, held.get(each.id), proofs.get(each.id, "")) for each in everybody}
    audit.note(session, house, "list_hires", f"territory:{place.id}", person_id=who.id)
    return HireList(
        to_decide=[rows[each.id] for each in pending if not is_to_complete(held.get(each.id))],
        asked=[rows[each.id] for each in pending if is_to_complete(held.get(each.id))],
        ending=[rows[each.id] for each in ending],
        left_out=max(0, count - len(pending)),
    )


def hire_page(session: Session, house: House, who: Person, employment_id: int) -> HirePage:
    """Return one hire; the read is audited. Raises Refused: not the facilitateur's, or no such hire."""
    employment = session.get(Employment, employment_id)
    commitment = session.get_one(Commitment, employment.commitment_id) if employment is not None else None
    if employment is None or commitment is None or not reviews(who, commitment):
        raise Refused(ONLY_FACILITATOR)
    audit.note(session, house, "read_hire", f"employment:{employment.id}", person_id=who.id)
    held = latest(session, [employment.id]).get(employment.id)
    _, usual = window_of(session, employment, commitment)
    accepted = employment.eligibility is EligibilityStatus.ACCEPTED
    return HirePage(
        id=employment.id,
        name=employment.participant.name,
        facts=_facts(session, employment, commitment),
        state=in_words(employment, held, house.today()),
        decisions=_decisions(session, house, employment),
        proposed_on=usual.isoformat() if usual else "",
        window=_window(session, employment, commitment),
        later_on=_later(employment, commitment, held, usual) if accepted else "",
        is_pending=employment.eligibility is EligibilityStatus.PENDING,
        is_accepted=accepted,
    )


def _hires_of(place: Territory) -> Select[Employment]:
    return (
        select(Employment)
        .join(Commitment, Commitment.id == Employment.commitment_id)
        .join(Contract, Contract.id == Commitment.contract_id)
        .where(Contract.territory_id == place.id)
    )


def _ending(session: Session, house: House, place: Territory) -> list[Employment]:
    """Find who is employed today and whose eligibility ends in the coming weeks, or has just ended."""
    today = house.today()
    newest = select(func.max(Eligibility.id)).group_by(Eligibility.employment_id)
    rows = session.execute(
        _hires_of(place)
        .join(Eligibility, Eligibility.employment_id == Employment.id)
        .add_columns(Eligibility.until_on)
        .where(
            Eligibility.id.in_(newest),
            Employment.eligibility == EligibilityStatus.ACCEPTED,
            Eligibility.until_on.between(today - ENDS_SOON, today + ENDS_SOON),
            or_(Employment.ends_on.is_(None), Employment.ends_on >= today),
        )
        .order_by(Eligibility.until_on, Employment.id)
        .limit(MOST_SHOWN)
    ).all()
    return [row for row, until_on in rows if row.ends_on is None or row.ends_on > until_on]


def _row(session: Session, house: House, employment: Employment, held: Eligibility | None, proof: str) -> HireRow:
    commitment = session.get_one(Commitment, employment.commitment_id)
    until_on = held.until_on if held is not None else None
    pending = held if held is not None and held.verdict is EligibilityStatus.PENDING else None
    return HireRow(
        id=employment.id,
        name=employment.participant.name,
        company=commitment.awardee.name,
        contract=f"{commitment.contract.reference} – {title_of(commitment, short=True)}",
        criterion=Criterion.of(employment.criterion).label,
        hired_on=day_in_french(employment.starts_on),
        proof=proof or NO_PROOF,
        declared=moment(house, employment.created_at),
        asked=pending.reason if pending is not None else "",
        answered=moment(house, pending.answered_at) if pending is not None and pending.answered_at else "",
        until_on=day_in_french(until_on) if until_on else "",
        is_over=until_on is not None and until_on < house.today(),
    )


def _proofs(session: Session, employments: Iterable[Employment]) -> dict[int, str]:
    """Say what came as a proof of each one's eligibility."""
    rows = session.execute(
        select(Proof.employment_id, Proof.verdict)
        .where(Proof.employment_id.in_([each.id for each in employments]), Proof.kind == ProofKind.ELIGIBILITY)
        .order_by(Proof.id)
    )
    return {employment_id: f"justificatif {verdict.label}" for employment_id, verdict in rows}


def _facts(session: Session, employment: Employment, commitment: Commitment) -> tuple[tuple[str, str], ...]:
    by = session.get_one(Person, employment.declared_by_id)
    end = day_in_french(employment.ends_on) if employment.ends_on else ""
    weekly = f"{in_hours(employment.weekly_hours)} par semaine" if employment.weekly_hours else ""
    facts = (
        ("Critère déclaré", Criterion.of(employment.criterion).capitalised),
        ("Justificatif", _proofs(session, [employment]).get(employment.id, NO_PROOF).capitalize()),
        ("Entreprise", commitment.awardee.name),
        ("Marché", f"{commitment.contract.reference} – {title_of(commitment)}"),
        ("Embauche", f"le {day_in_french(employment.starts_on)}" + (f", jusqu’au {end}" if end else "")),
        ("Contrat", f"{employment.kind.capitalised}, {employment.modality.label}"),
        ("Employeur", employment.employer),
        ("Poste", f"{employment.job} (ROME {employment.rome})" if employment.rome else employment.job),
        ("Durée du travail", weekly),
        ("Déclaré par", by.name),
    )
    return tuple(fact for fact in facts if fact[1])


def _decisions(session: Session, house: House, employment: Employment) -> tuple[DecisionSeen, ...]:
    rows = session.scalars(
        select(Eligibility).where(Eligibility.employment_id == employment.id).order_by(Eligibility.id.desc())
    )
    return tuple(
        DecisionSeen(
            verdict="À compléter" if row.verdict is EligibilityStatus.PENDING else row.verdict.capitalised,
            reason=row.reason,
            when=moment(house, row.checked_at),
            by=session.get_one(Person, row.checked_by_id).name,
            until_on=day_in_french(row.until_on) if row.until_on else "",
            answered=moment(house, row.answered_at) if row.answered_at else "",
        )
        for row in rows
    )


def _window(session: Session, employment: Employment, commitment: Commitment) -> str:
    """Say by which rule the last day is proposed."""
    place = session.get_one(Territory, commitment.contract.territory_id)
    own = commitment.eligibility_months
    months = place.eligibility_months if own is None else own
    kinds = place.prolonging_kinds if commitment.prolonging_kinds is None else commitment.prolonging_kinds
    text = f"{months} mois, règle {'du territoire' if own is None else 'du marché'}"
    if employment.kind in kinds:
        text += f"{NBSP}; prolongé jusqu’à la fin du contrat ou du marché pour un {employment.kind.label}"
    return text


def _later(employment: Employment, commitment: Commitment, held: Eligibility | None, usual: date | None) -> str:
    """Return the day proposed to prolong to: the window of today's contract, else a year more."""
    if held is None or held.until_on is None:
        return ""
    if usual is not None and usual > held.until_on:
        return usual.isoformat()
    later = months_after(held.until_on, USUAL_PROLONGATION)
    end = employment.ends_on or commitment.ends_on
    return (min(later, end) if end is not None and end > held.until_on else later).isoformat()
