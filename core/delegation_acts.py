"""What is done about delegations from a conversation: given, ended; something prepared, and the company asked."""

from collections.abc import Sequence

from core.asking import Asking, put
from core.delegations import contract_of, end, give
from core.employments import employments_of
from core.flows.commands import Delegate, DelegationCommand, EndDelegation, PrepareHire, PrepareMonth
from core.hours import NBSP, in_hours
from core.letters import NoticeLetter
from core.messages import Meaning
from core.models import Commitment, Declaration, Delegation, Person, PreparedMonth
from core.months import in_french
from core.notices import tell, who_answers
from core.preparations import answers_of, prepare, prepare_hire, prepared_for, total_of
from core.refusal import Refused
from core.turn import Turn

Said = tuple[str, Sequence[tuple[str, Meaning]]]
ANOTHER: tuple[str, Meaning] = ("Préparer un autre mois", {"start": "declare"})


def done(turn: Turn, command: DelegationCommand) -> Said:
    """Do what a flow decided about a delegation. Raises Refused."""
    person = turn.person
    if person is None:
        raise Refused("Connectez-vous pour déléguer ou préparer un mois.")
    match command:
        case Delegate(given):
            made = give(turn.session, turn.house, person, given)
            text = (
                f"C’est fait{NBSP}: **{made.delegate.name}** peut préparer {contract_of(made)}. Un e-mail lui explique "
                "comment. Chaque mois préparé vous sera lu, et vous le validerez d’un mot."
            )
            return text, (
                ("Arrêter la délégation", {"start": "undelegate", "answers": {"delegation": str(made.id)}}),
                ("Mes obligations", {"start": "obligations"}),
            )
        case EndDelegation(delegation_id):
            ended = end(turn.session, turn.house, person, delegation_id)
            return f"La délégation de **{ended.delegate.name}** pour {contract_of(ended)} est arrêtée.", ()
        case PrepareMonth():
            return _month(turn, person, command)
        case PrepareHire():
            return _hire(turn, person, command)


def waiting(turn: Turn, commitment_id: int, month: str) -> PreparedMonth | None:
    """Return the month that a delegate prepared and that waits, if any."""
    return next((each for each in prepared_for(turn.session, [commitment_id]) if each.month == month), None)


def tell_declared(turn: Turn, prepared: PreparedMonth | None, declared: Declaration) -> None:
    """Tell who prepared a month, if anybody did, that it is declared, and whether with other hours."""
    if prepared is None:
        return
    person = turn.session.get_one(Person, prepared.prepared_by_id)
    whose = turn.session.get_one(Commitment, prepared.commitment_id).awardee.name
    hours = {line.employment_id: [line.worked, line.training] for line in declared.lines}
    same = total_of(prepared) == sum((number for work in hours.values() for number in work), 0)
    said = f"**{whose}** a validé {in_french(prepared.month)}" + ("" if same else ", après l’avoir corrigé")
    letter = NoticeLetter(
        name=person.name,
        title=f"{in_french(prepared.month).capitalize()} est validé{NBSP}: {whose}",
        opening=f"{said.replace('**', '')}. Vous n’avez rien d’autre à faire.",
        link=turn.house.link("/"),
    )
    tell(turn.session, turn.house, person, f"{said}, merci.", [ANOTHER], letter=letter)


def _month(turn: Turn, person: Person, command: PrepareMonth) -> Said:
    made = prepare(
        turn.session,
        turn.house,
        person,
        command.commitment_id,
        command.month,
        command.lines,
        hires=command.hires,
        nil_reason=command.nil_reason,
        note=command.note,
    )
    delegation = turn.session.get_one(Delegation, made.delegation_id)
    month, people = in_french(made.month), employments_of(turn.session, made.commitment_id, made.month)
    what = in_hours(total_of(made)) if made.nil_reason is None else "aucune heure"
    for each in _company(turn, delegation):
        opening = (
            f"**{person.name}** a préparé {month} pour {contract_of(delegation)}{NBSP}: {what}. "
            "Rien n’est compté sans votre accord."
        )
        asking = Asking(
            "declare",
            answers_of(made, people, person.name),
            opening,
            f"{month.capitalize()} est préparé, à valider",
            f"prepared-{made.id}-{each.id}",
            yes=f"Oui, valider {month}",
        )
        put(turn.session, turn.house, each, asking)
    whose = delegation.commitment.awardee.name
    again: Meaning = {"commitment": str(made.commitment_id), "month": made.month}
    return f"Merci, {month} est envoyé à **{whose}**, qui le vérifie et le valide.", (
        ANOTHER,
        ("Corriger ce mois", {"start": "declare", "answers": again}),
        ("Envoyer un justificatif", {"start": "prove"}),
    )


def _hire(turn: Turn, person: Person, command: PrepareHire) -> Said:
    made = prepare_hire(turn.session, turn.house, person, command.commitment_id, command.hire)
    delegation, name = turn.session.get_one(Delegation, made.delegation_id), command.hire.name
    answers = {"commitment": str(made.commitment_id), "prepared": str(made.id), **made.said}
    for each in _company(turn, delegation):
        opening = f"**{person.name}** a préparé l’embauche de {name}. Elle n’est déclarée qu’avec votre accord."
        asking = Asking(
            "hire",
            answers,
            opening,
            f"Embauche préparée, à valider{NBSP}: {name}",
            f"prepared-hire-{made.id}-{each.id}",
            yes="Oui, valider l’embauche",
        )
        put(turn.session, turn.house, each, asking)
    whose = delegation.commitment.awardee.name
    return f"Merci, l’embauche de **{name}** est envoyée à **{whose}**, qui la valide.", (ANOTHER,)


def _company(turn: Turn, delegation: Delegation) -> list[Person]:
    return who_answers(turn.session, delegation.given_by_id, delegation.commitment.awardee_id)
