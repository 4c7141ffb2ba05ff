"""What is done from a conversation with a document: given to the facilitateur as a proof, or erased."""

from collections.abc import Sequence

from core import files
from core.access import declares_for
from core.files import hash_of_thread, sent_in
from core.flows.commands import DropFiles, SendProof
from core.hours import NBSP
from core.messages import Meaning
from core.models import Commitment, Employment, StoredFile
from core.proofs import named, send
from core.refusal import Refused
from core.turn import Turn

Said = tuple[str, Sequence[tuple[str, Meaning]]]


def done_with_papers(turn: Turn, command: SendProof | DropFiles) -> Said:
    """Do what a flow decided about a document. Raises Refused."""
    return _send(turn, command) if isinstance(command, SendProof) else _drop(turn, command.files)


def _send(turn: Turn, command: SendProof) -> Said:
    sent, here = command.sent, turn.conversation
    if turn.person is None:
        raise Refused("Connectez-vous pour envoyer un justificatif.")
    thread = hash_of_thread(turn.house, here.channel, here.thread)
    proofs = send(turn.session, turn.house, turn.person, thread, sent)
    employment = turn.session.get_one(Employment, sent.employment_id)
    name = employment.participant.name
    turn.look_again()
    left = turn.register.missing([employment]).get(employment.id, ())
    text = f"C’est reçu{NBSP}: {named(sent.kind, proofs[0].month)}, **{name}**. "
    row = turn.session.get_one(Commitment, employment.commitment_id)
    whose = "vous aurez sa réponse ici" if declares_for(turn.person, row) else f"{row.awardee.name} aura sa réponse"
    text += f"Le facilitateur l’examinera et {whose}."
    if left:
        text += f"\n\nIl manque encore pour {name}{NBSP}: {', '.join(kind.label for kind in left)}."
    same: Meaning = {"file": ",".join(map(str, sent.files)), "kind": str(sent.kind)}
    more: list[tuple[str, Meaning]] = [
        (f"Envoyer{NBSP}: {kind.label}", {"start": "prove", "answers": {"who": str(employment.id), "kind": str(kind)}})
        for kind in left
    ]
    return text, (
        *more,
        ("C’est aussi pour une autre personne", {"start": "prove", "answers": same}),
        ("Mes obligations", {"start": "obligations"}),
    )


def _drop(turn: Turn, numbers: tuple[int, ...]) -> Said:
    """Erase files at once; what proves something already is not the person's to erase."""
    here = turn.conversation
    for number in sent_in(turn.session, turn.house, here.channel, here.thread, numbers):
        files.erase(turn.session, turn.house, turn.session.get_one(StoredFile, number))
    again: Meaning = {}
    return "Le fichier est effacé, rien n’est gardé.", (
        ("Envoyer un autre fichier", {"start": "prove", "answers": again}),
        ("Mes obligations", {"start": "obligations"}),
    )
