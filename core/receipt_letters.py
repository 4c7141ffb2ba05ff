"""The receipt as a letter, with a copy of what was declared."""

from core.commitments import title_of, total_of
from core.declarations import Recorded
from core.hours import NBSP, Progress, in_hours
from core.house import House
from core.letters import ReceiptLetter
from core.messages import moment
from core.models import Commitment, DeclarationLine, Person
from core.months import in_french
from core.receipts import number_of, numbered


def receipt_letter(
    house: House, person: Person, recorded: Recorded, commitment: Commitment, progress: Progress
) -> ReceiptLetter:
    """Return the letter of a receipt; `progress` is the commitment's once the version is in force."""
    declaration, receipt = recorded.declaration, recorded.receipt
    lines = tuple(line_of(line) for line in declaration.lines)
    if declaration.nil_reason is not None:
        lines = (f"Aucune heure{NBSP}: {declaration.nil_reason.label}",)
    return ReceiptLetter(
        name=person.name,
        number=number_of(receipt),
        contract=f"{commitment.contract.reference} – {title_of(commitment)}",
        month=in_french(declaration.month),
        lines=lines,
        total=in_hours(total_of(declaration)),
        remaining=in_hours(progress.remaining),
        replaces=numbered(receipt.replaces) if receipt.replaces else "",
        declared_at=moment(house, receipt.issued_at),
        link=house.link("/"),
    )


def line_of(line: DeclarationLine) -> str:
    """Write one line: who, how many hours, training apart."""
    hours = in_hours(line.worked + line.training)
    training = f" (dont {in_hours(line.training)} de formation)" if line.training else ""
    return f"{line.employment.participant.name}{NBSP}: {hours}{training}"
