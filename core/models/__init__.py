"""The tables, one module per noun, in the words of the glossary."""

from core.models.amendments import Amendment, Globalisation
from core.models.attestations import Attestation
from core.models.cases import Case, CaseMessage
from core.models.contracts import AwardedContract, Commitment, Contract, Territory
from core.models.conversations import Conversation, Message
from core.models.declarations import Declaration, DeclarationLine, Receipt
from core.models.delegations import Delegation, PreparedHire, PreparedMonth
from core.models.knowledge import AnswerLog
from core.models.mail import MailCursor, MailThread, ReceivedMail, ReplyToken
from core.models.meetings import PlannedMeeting
from core.models.outbox import Outgoing, RefusedAddress
from core.models.participants import Eligibility, Employment, ExitAnswer, Participant
from core.models.partners import Effort, Forward, Need, Partner
from core.models.people import ChannelIdentity, Organisation, Person, Token
from core.models.proofs import Proof
from core.models.reminders import Reminder
from core.models.reviews import Correction, Remark
from core.models.root import Root
from core.models.subscriptions import Unsubscription
from core.models.timesheets import SheetLayout
from core.models.trace import Audit, Notice, StoredFile

__all__ = [
    "Amendment",
    "AnswerLog",
    "Attestation",
    "Audit",
    "AwardedContract",
    "Case",
    "CaseMessage",
    "ChannelIdentity",
    "Commitment",
    "Contract",
    "Conversation",
    "Correction",
    "Declaration",
    "DeclarationLine",
    "Delegation",
    "Effort",
    "Eligibility",
    "Employment",
    "ExitAnswer",
    "Forward",
    "Globalisation",
    "MailCursor",
    "MailThread",
    "Message",
    "Need",
    "Notice",
    "Organisation",
    "Outgoing",
    "Participant",
    "Partner",
    "Person",
    "PlannedMeeting",
    "PreparedHire",
    "PreparedMonth",
    "Proof",
    "Receipt",
    "ReceivedMail",
    "RefusedAddress",
    "Remark",
    "Reminder",
    "ReplyToken",
    "Root",
    "SheetLayout",
    "StoredFile",
    "Territory",
    "Token",
    "Unsubscription",
]
