"""What is done about delegations from a conversation: given, ended; a month prepared."""

from collections.abc import Sequence

from core.delegations import contract_of, end, give, prepare
from core.flows.commands import Delegate, DelegationCommand, EndDelegation, PrepareMonth
from core.hours import NBSP
from core.messages import Meaning
from core.models import Commitment
from core.months import in_french
from core.refusal import Refused
from core.turn import Turn

Said = tuple[str, Sequence[tuple[str, Meaning]]]


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
                "comment. Vous serez prévenu de chaque mois préparé, et vous le déclarerez en deux gestes."
            )
            return text, (
                ("Arrêter la délégation", {"start": "undelegate", "answers": {"delegation": str(made.id)}}),
                ("Mes obligations", {"start": "obligations"}),
            )
        case EndDelegation(delegation_id):
            ended = end(turn.session, turn.house, person, delegation_id)
            return f"La délégation de **{ended.delegate.name}** pour {contract_of(ended)} est arrêtée.", ()
        case PrepareMonth(commitment_id, month, lines):
            prepare(turn.session, turn.house, person, commitment_id, month, lines)
            whose = turn.session.get_one(Commitment, commitment_id).awardee.name
            text = f"Merci, {in_french(month)} est envoyé à **{whose}**, qui le vérifie et le déclare."
            return text, (("Préparer un autre mois", {"start": "declare"}),)
