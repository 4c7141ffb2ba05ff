"""The documents that a person asks for in a conversation: printed now, sent there as a file."""

from core import audit
from core.access import NOT_YOURS, attestation_for, commitment_for, receipt_for, sees_participants
from core.attestations import numbered
from core.commitments import title_of
from core.exchange import ShownFile
from core.files import make
from core.hours import NBSP
from core.models import Commitment, Declaration
from core.papers.attestation import attestation_pdf
from core.papers.efforts import efforts_pdf
from core.papers.receipt import receipt_pdf
from core.papers.summary import summary_pdf
from core.receipts import number_of
from core.refusal import Refused
from core.timesheets.template import Expected, template_of
from core.turn import Turn


def receipt(turn: Turn, number: int) -> tuple[str, ShownFile]:
    """Print a receipt for who may see its commitment. Raises Refused otherwise."""
    found = receipt_for(turn.session, turn.person, number)
    declaration = turn.session.get_one(Declaration, found.declaration_id)
    commitment = turn.session.get_one(Commitment, declaration.commitment_id)
    is_named = sees_participants(turn.person, commitment)
    content = receipt_pdf(turn.session, turn.house, found, with_names=is_named)
    _note(turn, f"receipt:{number}")
    file = make(turn.session, turn.house, turn.conversation, f"recu-{number_of(found)}.pdf", content)
    return f"Voici votre reçu **{number_of(found)}**. Son code QR permet à n’importe qui de le vérifier.", file


def summary(turn: Turn, commitment_id: int) -> tuple[str, ShownFile]:
    """Print where a commitment stands. Raises Refused when the person may not see it."""
    commitment = commitment_for(turn.session, turn.person, commitment_id)
    content = summary_pdf(turn.session, turn.house, commitment)
    _note(turn, f"commitment:{commitment_id}")
    file = make(turn.session, turn.house, turn.conversation, f"releve-{_reference(commitment)}.pdf", content)
    return f"Voici le relevé des heures de **{title_of(commitment)}**{NBSP}: aucun nom n’y figure.", file


def attestation(turn: Turn, number: int) -> tuple[str, ShownFile]:
    """Print an attestation for who may see its commitment. Raises Refused otherwise."""
    found = attestation_for(turn.session, turn.person, number)
    _note(turn, f"attestation:{number}")
    name = f"attestation-{numbered(number)}.pdf"
    file = make(turn.session, turn.house, turn.conversation, name, attestation_pdf(turn.house, found))
    return f"Voici l’attestation **{numbered(number)}**. Son code QR permet à n’importe qui de la vérifier.", file


def efforts(turn: Turn, commitment_id: int) -> tuple[str, ShownFile]:
    """Print the good-faith file, for who sees participants: neither the buyer nor the outsider. Raises Refused."""
    commitment = commitment_for(turn.session, turn.person, commitment_id)
    if not sees_participants(turn.person, commitment):
        raise Refused(NOT_YOURS)
    _note(turn, f"efforts:{commitment_id}")
    content = efforts_pdf(turn.session, turn.house, commitment)
    file = make(turn.session, turn.house, turn.conversation, f"demarches-{_reference(commitment)}.pdf", content)
    return f"Voici le dossier de vos démarches pour **{title_of(commitment)}**, arrêté à ce jour.", file


def table(turn: Turn) -> tuple[str, ShownFile]:
    """Make the spreadsheet of the months due, names filled in, for who declares. Raises Refused when none is due."""
    register = turn.register
    lines = [
        Expected(row.contract.reference, row.lot, due.month, employment.participant.name)
        for row in register.workable
        for due in register.due(row)
        for employment in register.employments(row, due.month)
    ]
    if not lines:
        raise Refused("Il n’y a rien à remplir : aucun mois n’est à déclarer pour une personne suivie.")
    _note(turn, "table")
    file = make(turn.session, turn.house, turn.conversation, "heures-a-declarer.xlsx", template_of(lines))
    return (
        "Remplissez les heures dans ce tableau, puis renvoyez-le-moi ici. Laissez vide ce que vous ne savez pas.",
        file,
    )


def _reference(commitment: Commitment) -> str:
    return "-".join(filter(None, (commitment.contract.reference, commitment.lot))).replace("/", "-")


def _note(turn: Turn, subject: str) -> None:
    audit.note(turn.session, turn.house, "print", subject, person_id=turn.person.id if turn.person else None)
