"""Eligibility: the facilitateur's decision on a hire, the time during which it counts, and its light.

The company sees green, orange or red; the criterion it gave stays its own, the reason of a decision the facilitateur's.
The window is local practice (often 24 months from the first day under a clause, longer in a lasting contract): settings
of the territory and of the contract.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.access import ONLY_FACILITATOR, reviews
from core.commitments import title_of
from core.hours import NBSP
from core.house import House
from core.letters import NoticeLetter
from core.loading import Shape
from core.messages import Meaning
from core.models import Commitment, Eligibility, Employment, Person, Territory
from core.months import day_in_french, months_after
from core.notices import tell, who_answers
from core.prepared import Listed
from core.refusal import Refused
from core.terms import EligibilityStatus, Light

ENDS_SOON = timedelta(days=60)
DECISION = Shape(Eligibility)
DECISIONS = Listed(  # built once, run at many turns
    Eligibility.employment_id, lambda of_these: select(*DECISION.columns).where(of_these).order_by(Eligibility.id)
)
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
    until_on: date | None = None,
) -> list[int]:
    """Accept or refuse somebody's eligibility and tell the company; return the conversations to ring.

    `until_on` is the last day that counts, the usual window's when None. The same verdict again changes nothing. Raises
    Refused: not the facilitateur of the territory, a refusal without a reason, a last day before the first one,
    somebody not known.
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
    from_on, usual = window_of(session, employment, commitment) if accepted else (None, None)
    until_on = (until_on or usual) if accepted else None
    if until_on is not None and until_on < employment.starts_on:
        raise Refused(f"Le dernier jour qui compte doit suivre l’embauche ({day_in_french(employment.starts_on)}).")
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
    return _tell_decision(session, house, employment, commitment, until_on)


def ask(session: Session, house: House, employment_id: int, missing: str, by: Person) -> list[int]:
    """Ask the company to complete what a decision needs; return the conversations to ring.

    Raises Refused: not the facilitateur of the territory, decided already, nothing said.
    """
    employment = employment_to_decide(session, by, employment_id)
    if employment.eligibility is not EligibilityStatus.PENDING:
        raise Refused("Cette éligibilité est déjà décidée.")
    missing = missing.strip()
    if not missing:
        raise Refused("Écrivez ce qui manque : l’entreprise le lira.")
    held = latest(session, [employment.id]).get(employment.id)
    if held is not None and is_to_complete(held) and held.reason == missing:
        return []  # the same form, sent twice
    session.add(
        Eligibility(
            employment_id=employment.id,
            criterion=employment.criterion,
            verdict=EligibilityStatus.PENDING,
            reason=missing,
            checked_by_id=by.id,
            checked_at=house.now(),
        )
    )
    session.flush()
    audit.note(session, house, "ask_eligibility", f"employment:{employment.id}", person_id=by.id)
    commitment = session.get_one(Commitment, employment.commitment_id)
    name = employment.participant.name
    told = Told(
        f"À compléter{NBSP}: {name}",
        "à compléter",
        f"Le facilitateur a besoin de ceci pour valider son éligibilité{NBSP}: {missing}",
        (("Compléter l’embauche", {"start": "complete", "answers": {"employment": str(employment.id)}}),),
    )
    return _tell_company(session, house, employment, commitment, told)


def complete(session: Session, house: House, employment: Employment) -> None:
    """Note that the company gave what it was asked for; the facilitateur has somebody to look at again."""
    held = latest(session, [employment.id]).get(employment.id)
    if held is not None and is_to_complete(held):
        held.answered_at = house.now()
        session.flush()


def is_to_complete(held: Eligibility | None) -> bool:
    """Tell whether the company has been asked for something that it has not given yet."""
    return held is not None and held.verdict is EligibilityStatus.PENDING and held.answered_at is None


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
    return _tell_decision(session, house, employment, commitment, until_on)


def employment_to_decide(session: Session, by: Person, employment_id: int) -> Employment:
    """Return an employment that a facilitateur may decide on, locked. Raises Refused, whether it exists or not."""
    employment = session.scalar(select(Employment).where(Employment.id == employment_id).with_for_update(of=Employment))
    if employment is None or not reviews(by, session.get_one(Commitment, employment.commitment_id)):
        raise Refused(ONLY_FACILITATOR)
    return employment


def latest(session: Session, employment_ids: Iterable[int]) -> dict[int, Eligibility]:
    """Return the decision in force on each employment."""
    rows = [DECISION.made(session, row) for row in DECISIONS.rows(session, employment_ids)]
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
    if held is not None and is_to_complete(held):
        said = f"à compléter{NBSP}: {held.reason}"
    elif employment.eligibility is not EligibilityStatus.ACCEPTED:
        said = employment.eligibility.label
    elif until_on is None:
        said = "éligibilité validée"
    elif until_on < today:
        said = f"éligibilité terminée depuis le {day_in_french(until_on)}"
    else:
        said = f"éligibilité validée jusqu’au {day_in_french(until_on)}"
    return f"{light.label} {said}"


def in_short(employment: Employment, held: Eligibility | None, today: date) -> str:
    """Write the light and two words, beside somebody's hours."""
    light, until_on = light_of(employment, held, today), held.until_on if held is not None else None
    if employment.eligibility is EligibilityStatus.REFUSED:
        said = "non éligible"
    elif employment.eligibility is EligibilityStatus.PENDING:
        said = "à compléter" if is_to_complete(held) else "à valider"
    elif light is Light.RED:
        said = "éligibilité terminée"
    else:
        said = f"éligible jusqu’au {day_in_french(until_on)}" if light is Light.ORANGE and until_on else "éligible"
    return f"{light.label} {said}"


@dataclass(frozen=True)
class Told:
    """What a company is told of somebody: the title, what was decided, what follows from it, what can be done."""

    title: str
    said: str
    then: str
    buttons: tuple[tuple[str, Meaning], ...] = ()


def _tell_decision(
    session: Session, house: House, employment: Employment, commitment: Commitment, until_on: date | None
) -> list[int]:
    name = employment.participant.name
    said = in_words(employment, latest(session, [employment.id]).get(employment.id), house.today())
    if employment.eligibility is EligibilityStatus.ACCEPTED:
        then = f"Ses heures comptent jusqu’au {day_in_french(until_on)}." if until_on else "Ses heures comptent."
        return _tell_company(
            session, house, employment, commitment, Told(f"Éligibilité validée{NBSP}: {name}", said, then)
        )
    then = (
        "Ses heures ne comptent pas pour la clause. Si vous avez un autre justificatif, envoyez-le ici. "
        f"Pour en parler, écrivez «{NBSP}parler à quelqu’un{NBSP}»."
    )
    return _tell_company(session, house, employment, commitment, Told(f"Éligibilité refusée{NBSP}: {name}", said, then))


def _tell_company(
    session: Session, house: House, employment: Employment, commitment: Commitment, told: Told
) -> list[int]:
    name, title = employment.participant.name, title_of(commitment, short=True)
    rung = []
    for person in who_answers(session, employment.declared_by_id, commitment.awardee_id):
        letter = NoticeLetter(
            name=person.name,
            title=told.title,
            opening="Le facilitateur a examiné l’éligibilité d’une personne que vous employez.",
            facts=(("Personne", name), ("Marché", title), ("Décision", told.said)),
            closing=told.then,
            link=house.link("/"),
        )
        text = f"**{name}**, {title}\n\n{told.said.capitalize()}. {told.then}"
        chat = tell(session, house, person, text, told.buttons, letter=letter)
        rung += [chat] if chat is not None else []
    return rung
