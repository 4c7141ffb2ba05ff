"""The tables, one module per noun, in the words of the glossary."""

from core.models.amendments import Amendment, Globalisation, Share
from core.models.cases import Case, CaseMessage
from core.models.contracts import AwardedContract, Commitment, Contract, Territory
from core.models.conversations import Conversation, Message
from core.models.declarations import Declaration, DeclarationLine, Receipt
from core.models.knowledge import AnswerLog
from core.models.mail import MailCursor, MailThread, ReceivedMail, ReplyToken
from core.models.outbox import Outgoing, RefusedAddress
from core.models.participants import Employment, Participant
from core.models.people import ChannelIdentity, Organisation, Person, Token
from core.models.reminders import Reminder
from core.models.root import Root
from core.models.trace import Audit, StoredFile

__all__ = [
    "Amendment",
    "AnswerLog",
    "Audit",
    "AwardedContract",
    "Case",
    "CaseMessage",
    "ChannelIdentity",
    "Commitment",
    "Contract",
    "Conversation",
    "Declaration",
    "DeclarationLine",
    "Employment",
    "Globalisation",
    "MailCursor",
    "MailThread",
    "Message",
    "Organisation",
    "Outgoing",
    "Participant",
    "Person",
    "Receipt",
    "ReceivedMail",
    "RefusedAddress",
    "Reminder",
    "ReplyToken",
    "Root",
    "Share",
    "StoredFile",
    "Territory",
    "Token",
]
