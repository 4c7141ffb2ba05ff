"""Performing what a company says of its search: a need passed on, a step kept."""

from collections.abc import Sequence

from core.efforts import note_effort
from core.flows.commands import AskCandidates, NoteEffort
from core.hours import NBSP
from core.messages import Meaning
from core.months import day_in_french
from core.needs import ask
from core.refusal import Refused
from core.turn import Turn


def done(turn: Turn, command: AskCandidates | NoteEffort) -> tuple[str, Sequence[tuple[str, Meaning]]]:
    """Do it; return what to say and the buttons. Raises Refused when it may not be."""
    if turn.person is None:
        raise Refused("Connectez-vous pour le noter.")
    if isinstance(command, AskCandidates):
        _, case = ask(turn.session, turn.house, turn.conversation, turn.person, command.asked)
        turn.case_id = case.id
        text = (
            f"C’est transmis au facilitateur{NBSP}: dossier **{case.number}**. "
            "Il choisit à quels partenaires l’envoyer, et leurs réponses vous arrivent ici.\n\n"
            "Cette demande est datée et gardée dans vos démarches."
        )
        return text, ()
    note_effort(turn.session, turn.house, turn.person, command.commitment_id, command.kind, command.day, command.text)
    text = (
        f"C’est noté au {day_in_french(command.day)}{NBSP}: {command.kind.label}. "
        f"Vous le retrouvez dans «{NBSP}Le dossier de mes démarches{NBSP}»."
    )
    here = {"commitment": str(command.commitment_id)}
    return text, (
        ("Noter une autre démarche", {"start": "effort", "answers": here}),
        ("Le dossier en PDF", {"start": "papers", "answers": {"paper": "efforts", **here}}),
    )
