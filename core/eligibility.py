"""Eligibility: the facilitateur's decision on a hire, the time during which it counts, and its light.

The company sees green, orange or red; the criterion it gave stays its own, the reason of a decision the facilitateur's.
The window is local practice (often 24 months from the first day under a clause, longer in a lasting contract): settings
of the territory and of the contract.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.access import ONLY_FACILITATOR, reviews
from core.commitments import title_of
from core.hours import NBSP
from core.house import House
from core.letters import NoticeLetter
from core.models import Commitment, Eligibility, Employment, Person, Territory
from core.months import day_in_french, months_after
from core.notices import tell, who_answers
from core.refusal import Refused
from core.terms import EligibilityStatus, Light

ENDS_SOON = timedelta(days=60)
REASON_NEEDED = "Écrivez pourquoi l’éligibilité est refusée. Cette raison reste entre vous et le dossier."


def decide(
    session: Session,
    house: House,
    employment_id: int,
    verdict: EligibilityStatus,
    reason: str,
    by: Person,
    *,
    proof_seen: bool = False,
) -> list[int]:
    """Accept or refuse somebody's eligibility and tell the company; return the conversations to ring.

    The same verdict again changes nothing. Raises Refused: not the facilitateur of the territory, a refusal without a
    reason, somebody not known.
    """
    employment = employment_to_decide(session, by, employment_id)
    if verdict is EligibilityStatus.PENDING:
        raise Refused("Choisissez de valider ou de refuser l’éligibilité.")
    if verdict is EligibilityStatus.REFUSED and not reason.strip():
        raise Refused(REASON_NEEDED)
    if employment.eligibility is verdict:
        return []
    commitment = session.get_one(Commitment, employment.commitment_id)
    accepted = verdict is EligibilityStatus.ACCEPTED
    from_on, until_on = window_of(session, employment, commitment) if accepted else (None, None)
    employment.eligibility = verdict
    session.add(
        Eligibility(
            employment_id=employment.id,
            criterion=employment.criterion,
            verdict=verdict,
            reason=reason.strip(),
            proof_seen=proof_seen,
            from_on=from_on,
            until_on=until_on,
            checked_by_id=by.id,
            checked_at=house.now(),
        )
    )
    session.flush()
    audit.note(session, house, "decide_eligibility", f"employment:{employment.id}", person_id=by.id, detail=verdict)
    return _tell_company(session, house, employment, commitment, until_on)


def prolong(session: Session, house: House, employment_id: int, until_on: date, reason: str, by: Person) -> list[int]:
    """Let somebody count until a later day, and tell the company. Raises Refused: not yours, not accepted, no later."""
    employment = employment_to_decide(session, by, employment_id)
    held = latest(session, [employment.id]).get(employment.id)
    if employment.eligibility is not EligibilityStatus.ACCEPTED or held is None:
        raise Refused("Validez d’abord l’éligibilité de cette personne.")
    if held.until_on is None or until_on <= held.until_on:
        raise Refused("Donnez un jour plus tardif que la fin actuelle.")
    if not reason.strip():
        raise Refused("Écrivez ce qui justifie la prolongation.")
    session.add(
        Eligibility(
            employment_id=employment.id,
            criterion=held.criterion,
            verdict=EligibilityStatus.ACCEPTED,
            reason=reason.strip(),
            proof_seen=held.proof_seen,
            from_on=held.from_on,
            until_on=until_on,
            checked_by_id=by.id,
            checked_at=house.now(),
        )
    )
    session.flush()
    audit.note(session, house, "prolong_eligibility", f"employment:{employment.id}", person_id=by.id)
    commitment = session.get_one(Commitment, employment.commitment_id)
    return _tell_company(session, house, employment, commitment, until_on)


def employment_to_decide(session: Session, by: Person, employment_id: int) -> Employment:
    """Return an employment that a facilitateur may decide on, locked. Raises Refused, whether it exists or not."""
    employment = session.scalar(select(Employment).where(Employment.id == employment_id).with_for_update(of=Employment))
    if employment is None or not reviews(by, session.get_one(Commitment, employment.commitment_id)):
        raise Refused(ONLY_FACILITATOR)
    return employment


def latest(session: Session, employment_ids: Iterable[int]) -> dict[int, Eligibility]:
    """Return the decision in force on each employment."""
    rows = session.scalars(
        select(Eligibility).where(Eligibility.employment_id.in_(list(employment_ids))).order_by(Eligibility.id)
    )
    return {row.employment_id: row for row in rows}


def window_of(session: Session, employment: Employment, commitment: Commitment) -> tuple[date, date | None]:
    """Return the first and last day that count: from the person's first clause employment here that still runs.

    A lasting kind of employment (`prolonging_kinds`) counts to its end, or to the contract's.
    """
    place = session.get_one(Territory, commitment.contract.territory_id)
    months = place.eligibility_months if commitment.eligibility_months is None else commitment.eligibility_months
    kinds = place.prolonging_kinds if commitment.prolonging_kinds is None else commitment.prolonging_kinds
    from_on = min([employment.starts_on, *_running(session, employment)])
    until_on = months_after(from_on, months) - timedelta(days=1)
    end = employment.ends_on or commitment.ends_on
    if employment.kind in kinds and end is not None:
        until_on = max(until_on, end)
    return from_on, until_on


def _running(session: Session, employment: Employment) -> list[date]:
    """Return the first days of the windows of this participant that were open when the employment began."""
    rows = session.execute(
        select(Eligibility.from_on, Eligibility.until_on)
        .join(Employment, Employment.id == Eligibility.employment_id)
        .where(
            Employment.participant_id == employment.participant_id,
            Employment.id != employment.id,
            Eligibility.verdict == EligibilityStatus.ACCEPTED,
        )
    )
    return [first for first, last in rows if first is not None and (last is None or last >= employment.starts_on)]


def light_of(employment: Employment, held: Eligibility | None, today: date) -> Light:
    """Return the light that the company sees."""
    if employment.eligibility is EligibilityStatus.REFUSED:
        return Light.RED
    if employment.eligibility is EligibilityStatus.PENDING:
        return Light.ORANGE
    until_on = held.until_on if held is not None else None
    if until_on is None or until_on - today > ENDS_SOON:
        return Light.GREEN
    return Light.ORANGE if until_on >= today else Light.RED


def in_words(employment: Employment, held: Eligibility | None, today: date) -> str:
    """Write somebody's eligibility as the company reads it: the light, and until when."""
    light, until_on = light_of(employment, held, today), held.until_on if held is not None else None
    if employment.eligibility is not EligibilityStatus.ACCEPTED:
        said = employment.eligibility.label
    elif until_on is None:
        said = "éligibilité validée"
    elif until_on < today:
        said = f"éligibilité terminée depuis le {day_in_french(until_on)}"
    else:
        said = f"éligibilité validée jusqu’au {day_in_french(until_on)}"
    return f"{light.label} {said}"


def _tell_company(
    session: Session, house: House, employment: Employment, commitment: Commitment, until_on: date | None
) -> list[int]:
    name, title = employment.participant.name, title_of(commitment, short=True)
    said = in_words(employment, latest(session, [employment.id]).get(employment.id), house.today())
    if employment.eligibility is EligibilityStatus.ACCEPTED:
        then = f"Ses heures comptent jusqu’au {day_in_french(until_on)}." if until_on else "Ses heures comptent."
        heading = f"Éligibilité validée{NBSP}: {name}"
    else:
        then = (
            "Ses heures ne comptent pas pour la clause. Si vous avez un autre justificatif, envoyez-le ici. "
            f"Pour en parler, écrivez «{NBSP}parler à quelqu’un{NBSP}»."
        )
        heading = f"Éligibilité refusée{NBSP}: {name}"
    rung = []
    for person in who_answers(session, employment.declared_by_id, commitment.awardee_id):
        letter = NoticeLetter(
            name=person.name,
            title=heading,
            opening="Le facilitateur a examiné l’éligibilité d’une personne que vous employez.",
            facts=(("Personne", name), ("Marché", title), ("Décision", said)),
            closing=then,
            link=house.link("/"),
        )
        told = tell(session, house, person, f"**{name}**, {title}\n\n{said.capitalize()}. {then}", letter=letter)
        rung += [told] if told is not None else []
    return rung
