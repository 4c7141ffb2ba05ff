"""My documents: the latest receipts, the summary of a commitment, the attestation that the facilitateur gives."""

from core.attestations import ASKED, numbered
from core.cases import Request
from core.commitments import lot_of
from core.dialogue import Chat, Option
from core.flows.commands import (
    OpenCase,
    Say,
    SendAttestation,
    SendEfforts,
    SendNotice,
    SendReceipt,
    SendSummary,
    SendTable,
)
from core.flows.leaving import employed
from core.flows.register import Register
from core.hours import NBSP
from core.models import Commitment
from core.months import in_french
from core.receipts import number_of

MOST_OFFERED = 6
NOTHING = "Aucun marché n’est suivi pour votre organisation : il n’y a pas encore de document."
ATTESTATION = Option("attestation", "Une attestation de réalisation")
EFFORTS = Option("efforts", "Le dossier de mes démarches")
NOTICE = Option("notice", "La notice d’information d’une personne (RGPD)")
Sent = SendNotice | SendReceipt | SendSummary | SendAttestation | SendEfforts | SendTable | OpenCase | Say
TABLE = Option("table", "Un tableau à remplir (Excel)")


def papers(chat: Chat, register: Register) -> Sent:
    """Send a receipt, an attestation, a summary or a table to fill in; ask the facilitateur for an attestation."""
    rows = register.commitments
    if not rows:
        return SendTable() if register.workable else Say(NOTHING)
    receipts = register.latest_receipts(MOST_OFFERED)
    options = [
        Option(f"attestation.{each.id}", f"Attestation {numbered(each.id)}")
        for each in register.attestations(MOST_OFFERED)
    ]
    options += [
        Option(f"receipt.{receipt.number}", f"Reçu {number_of(receipt)}, {in_french(declaration.month)}")
        for receipt, declaration in receipts
    ]
    options.append(Option("summary", "Un relevé de mes heures"))
    people = employed(register)
    if register.declarable:
        options += [TABLE, ATTESTATION, EFFORTS, *([NOTICE] if people else [])]
    wanted = chat.choose("paper", f"Quel document voulez-vous{NBSP}?", options)
    if wanted.startswith("receipt."):
        return SendReceipt(int(wanted.removeprefix("receipt.")))
    if wanted.startswith("attestation."):
        return SendAttestation(int(wanted.removeprefix("attestation.")))
    if wanted == TABLE.value:
        return SendTable()
    if wanted == EFFORTS.value:
        return SendEfforts(_commitment(chat, register.declarable).id)
    if wanted == NOTICE.value:
        names = [Option(str(each.id), each.participant.name) for each in people]
        return SendNotice(int(chat.choose("employment", f"Pour qui{NBSP}?", names)))
    row = _commitment(chat, rows)
    if wanted == ATTESTATION.value:
        text = f"Demande d’attestation de réalisation pour {row.contract.reference} {lot_of(row)}".strip() + "."
        return OpenCase(Request(subject=ASKED, text=text, commitment_id=row.id))
    return SendSummary(row.id)


def _commitment(chat: Chat, rows: list[Commitment]) -> Commitment:
    options = [Option(str(row.id), f"{row.contract.reference} {lot_of(row)}".strip()) for row in rows]
    chosen = int(chat.choose("commitment", f"Pour quel marché{NBSP}?", options))
    return next(row for row in rows if row.id == chosen)
