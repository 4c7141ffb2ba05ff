"""What the company is told of the review, in its chat and by letter; and the facilitateur of its answers."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.commitments import title_of, total_of
from core.hours import NBSP, in_hours
from core.house import House
from core.letters import NoticeLetter
from core.messages import Meaning
from core.models import Commitment, Declaration, Person, Territory
from core.months import in_french
from core.notices import tell, who_answers
from core.people import person_by_email, post_letter
from core.remarks import OpenRemark
from core.terms import NilReason


def tell_accepted(
    session: Session, house: House, declarations: Sequence[Declaration], *, is_by_delay: bool
) -> list[int]:
    """Tell each company once of all its months accepted together; return the conversations to ring."""
    told: dict[int, tuple[Person, list[str]]] = {}
    for declaration in declarations:
        commitment = session.get_one(Commitment, declaration.commitment_id)
        said = f"{_where(declaration, commitment)}{NBSP}: {_hours(declaration)}"
        for person in who_answers(session, declaration.declared_by_id, commitment.awardee_id):
            told.setdefault(person.id, (person, []))[1].append(said)
    rung = []
    for person, months in told.values():
        many = len(months) > 1
        opening = "Le facilitateur a validé " + ("ces déclarations." if many else "cette déclaration.")
        if is_by_delay:
            opening = (
                f"Le délai d’examen est passé sans remarque du facilitateur{NBSP}: "
                + ("ces déclarations sont validées" if many else "cette déclaration est validée")
                + " d’office."
            )
        letter = NoticeLetter(
            name=person.name,
            title=f"Validé{NBSP}: {months[0]}" if not many else f"{len(months)} mois validés",
            opening=opening,
            items=tuple(months),
            closing="Une erreur découverte plus tard se corrige encore, sur demande au facilitateur.",
            link=house.link("/"),
        )
        text = f"{opening}\n\n" + "\n".join(f"- {month}" for month in months)
        rung.append(tell(session, house, person, text, letter=letter))
    return [each for each in rung if each is not None]


def tell_returned(session: Session, house: House, declaration: Declaration, remarks: Sequence[OpenRemark]) -> list[int]:
    """Tell the company what to correct or explain, why, and by when; return the conversations to ring."""
    commitment = session.get_one(Commitment, declaration.commitment_id)
    where, count = _where(declaration, commitment), len(remarks)
    opening = f"Le facilitateur vous renvoie {_lines(count)} de **{where}**."
    closing = "Corrigez les heures, ou expliquez-les. En attendant, elles ne sont pas comptées."
    rung = []
    for person in who_answers(session, declaration.declared_by_id, commitment.awardee_id):
        letter = NoticeLetter(
            name=person.name,
            title=f"À corriger{NBSP}: {where}",
            opening=opening,
            items=tuple(each.in_words for each in remarks),
            closing=closing,
            act="Répondre dans Clausette",
            link=house.link("/"),
        )
        text = f"{opening}\n\n" + "\n".join(f"- {each.in_words}" for each in remarks) + f"\n\n{closing}"
        rung.append(tell(session, house, person, text, answers_to(declaration, remarks), letter=letter))
    return [each for each in rung if each is not None]


def answers_to(declaration: Declaration, remarks: Sequence[OpenRemark]) -> list[tuple[str, Meaning]]:
    """Return the two ways to answer: correct only the hours sent back, or explain them."""
    asked = {each.line.employment_id for each in remarks}
    month = {"commitment": str(declaration.commitment_id), "month": declaration.month}
    kept = {
        f"hours.{line.employment_id}": f"{line.worked}+{line.training}"
        for line in declaration.lines
        if line.employment_id not in asked
    }
    return [
        ("Corriger ces heures", {"start": "declare", "answers": {**month, **kept, "way": "hours"}}),
        ("Donner une explication", {"start": "explain", "answers": month}),
    ]


def tell_answered(session: Session, house: House, declaration: Declaration, commitment: Commitment) -> None:
    """Write to the facilitateur that the company answered everything he sent back in a month."""
    place = session.get_one(Territory, commitment.contract.territory_id)
    facilitator = person_by_email(session, house, place.facilitator_email) if place.facilitator_email else None
    if facilitator is None:
        return
    where = _where(declaration, commitment)
    letter = NoticeLetter(
        name=facilitator.name,
        title=f"Réponse de {commitment.awardee.name}{NBSP}: {where}",
        opening=f"{commitment.awardee.name} a répondu à ce que vous aviez renvoyé. Le mois est de nouveau à examiner.",
        facts=(("Mois", where), ("Total", in_hours(total_of(declaration)))),
        act="Voir la déclaration",
        link=house.link(f"/desk/declarations/{declaration.id}"),
    )
    post_letter(session, house, letter, facilitator)


def _where(declaration: Declaration, commitment: Commitment) -> str:
    return f"{in_french(declaration.month)}, {title_of(commitment, short=True)}"


def _hours(declaration: Declaration) -> str:
    reason: NilReason | None = declaration.nil_reason
    return f"sans heures ({reason.label})" if reason is not None else in_hours(total_of(declaration))


def _lines(count: int) -> str:
    return "une ligne" if count == 1 else f"{count} lignes"
