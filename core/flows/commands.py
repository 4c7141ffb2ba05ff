"""What a flow decides; the turn performs it once, in the transaction that ends the conversation, and re-checks all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.cases import Request
from core.declarations import NewHire, Work
from core.delegations import Given
from core.employments import Completion, Hire
from core.endings import Ending
from core.messages import Meaning
from core.needs import Asked
from core.organisations import Company
from core.proofs import Sent
from core.purchases.invitations import Invitation
from core.standing import Change
from core.terms import EffortKind, ExitSituation, NilReason


@dataclass(frozen=True)
class Say:
    """Show a text; nothing changes."""

    text: str
    buttons: tuple[tuple[str, Meaning], ...] = ()


@dataclass(frozen=True)
class UseCode:
    """Sign in with a typed code."""

    code: str


@dataclass(frozen=True)
class AskLink:
    """Send a sign-in link to an address, if it is known."""

    email: str


@dataclass(frozen=True)
class SubmitDeclaration:
    """Record a month; `replaces` is the id of the version that the person saw, or None."""

    commitment_id: int
    month: str
    lines: Mapping[int, Work] = field(default_factory=dict)
    hires: tuple[NewHire, ...] = ()
    nil_reason: NilReason | None = None
    note: str = ""
    replaces: int | None = None


@dataclass(frozen=True)
class RequestCorrection:
    """Ask the facilitateur to correct the accepted version `replaces`."""

    commitment_id: int
    month: str
    lines: Mapping[int, Work]
    reason: str
    replaces: int


@dataclass(frozen=True)
class ExplainReturn:
    """Explain hours that the facilitateur sent back."""

    commitment_id: int
    month: str
    employment_id: int
    text: str


@dataclass(frozen=True)
class DeclareHire:
    """Record a hire on a commitment; `prepared` is the id of the one that a delegate had prepared."""

    commitment_id: int
    hire: Hire
    prepared: int | None = None


@dataclass(frozen=True)
class CompleteHire:
    """Add to a hire what had been left out."""

    completion: Completion


@dataclass(frozen=True)
class EndEmployment:
    """Record the end of an employment."""

    ending: Ending


@dataclass(frozen=True)
class TellExit:
    """Keep what became of somebody, `months` after the end."""

    employment_id: int
    months: int
    situation: ExitSituation


@dataclass(frozen=True)
class TellExits:
    """Keep what became of several people at once."""

    told: tuple[TellExit, ...]


@dataclass(frozen=True)
class Delegate:
    """Let somebody prepare months."""

    given: Given


@dataclass(frozen=True)
class EndDelegation:
    """End a delegation."""

    delegation_id: int


@dataclass(frozen=True)
class PrepareMonth:
    """Prepare a month for the company that delegated it."""

    commitment_id: int
    month: str
    lines: Mapping[int, Work] = field(default_factory=dict)
    hires: tuple[NewHire, ...] = ()
    nil_reason: NilReason | None = None
    note: str = ""


@dataclass(frozen=True)
class PrepareHire:
    """Prepare a hire for the company that delegated its months."""

    commitment_id: int
    hire: Hire


@dataclass(frozen=True)
class SendNotice:
    """Print the information notice of somebody employed, and send it."""

    employment_id: int


@dataclass(frozen=True)
class ProposeAmendment:
    """Ask the facilitateur to sign a change of a commitment; `company` is the other one, when there is one."""

    commitment_id: int
    change: Change
    reason: str
    files: tuple[int, ...] = ()
    company: Company | None = None


@dataclass(frozen=True)
class SendProof:
    """Give the facilitateur files that prove something of somebody's employment."""

    sent: Sent


@dataclass(frozen=True)
class DropFiles:
    """Erase files that the person sent and does not want kept."""

    files: tuple[int, ...]


@dataclass(frozen=True)
class OpenCase:
    """Pass a request on to the facilitateur."""

    request: Request


@dataclass(frozen=True)
class AddToCase:
    """Complete an open case."""

    case_id: int
    text: str
    files: tuple[int, ...] = ()


@dataclass(frozen=True)
class AnswerQuestion:
    """Answer a question from the articles."""

    question: str


@dataclass(frozen=True)
class SendReceipt:
    """Print a receipt and send it."""

    number: int


@dataclass(frozen=True)
class SendSummary:
    """Print where a commitment stands, month by month, and send it."""

    commitment_id: int


@dataclass(frozen=True)
class SendAttestation:
    """Print an attestation and send it."""

    number: int


@dataclass(frozen=True)
class SendEfforts:
    """Print the good-faith file of a commitment and send it."""

    commitment_id: int


@dataclass(frozen=True)
class AskCandidates:
    """Tell the facilitateur what a company looks for."""

    asked: Asked


@dataclass(frozen=True)
class NoteEffort:
    """Keep what a company did, or met, to do its hours."""

    commitment_id: int
    kind: EffortKind
    day: date
    text: str


@dataclass(frozen=True)
class SendTable:
    """Send a spreadsheet to fill in, with the months due and the names."""


@dataclass(frozen=True)
class UseTimesheet:
    """Declare the hours of a spreadsheet, whose column of hours (0 is A) was confirmed for these signatures."""

    file_id: int
    hours: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class WriteClause:
    """Write the clause of a purchase as a Word file and as text. `values` is what `knowledge.drafting` reads.

    `sheet` tells the purchase to the facilitateur, if he is asked to review it.
    """

    values: Mapping[str, object]
    sheet: str


@dataclass(frozen=True)
class CheckClause:
    """Say what a draft clause holds and lacks: a text that was pasted, or a file that was sent."""

    text: str
    files: tuple[int, ...] = ()


@dataclass(frozen=True)
class StudyProgramme:
    """Judge a programme of purchases: a spreadsheet that was sent, or without one what the buyer published."""

    file_id: int | None


DelegationCommand = Delegate | EndDelegation | PrepareMonth | PrepareHire
StaffCommand = DeclareHire | CompleteHire | EndEmployment | TellExit | TellExits


@dataclass(frozen=True)
class MakeInvitation:
    """Make the calendar file of a meeting about a clause."""

    asked: Invitation


Command = (
    WriteClause
    | CheckClause
    | StudyProgramme
    | MakeInvitation
    | Say
    | UseCode
    | AskLink
    | SubmitDeclaration
    | RequestCorrection
    | ExplainReturn
    | StaffCommand
    | DelegationCommand
    | SendNotice
    | ProposeAmendment
    | SendProof
    | DropFiles
    | OpenCase
    | AddToCase
    | AnswerQuestion
    | SendReceipt
    | SendSummary
    | SendAttestation
    | SendEfforts
    | AskCandidates
    | NoteEffort
    | SendTable
    | UseTimesheet
)
