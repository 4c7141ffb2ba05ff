"""A mail whose sender is known well enough, or who asks as a stranger: a turn, a word in a case, or the facilitateur's.

Each of the three is done once: the turn by the mail's own identifier, the others in the transaction that settles the
mail.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import files, intents, letterbox
from core.access import case_belongs
from core.case_letters import announce, has_thread
from core.cases import continue_case, rate_case, write
from core.claims import Claim
from core.conversations import turn
from core.correspondence import continue_thread, open_thread
from core.dialogue import NO, YES
from core.exchange import Inbound
from core.hours import plain
from core.house import House
from core.letterbox import Entry, Outcome
from core.letters import CaseNews
from core.messages import button_typed, history_of
from core.models import Case, Conversation, Message, Person, ReplyToken
from core.orders import Orders, orders_in
from core.proof_orders import answer
from core.refusal import Refused
from core.relaying import relay
from core.senders import Standing
from core.terms import Author, Box, CaseStatus, Channel, MailState
from mailer.echoes import Said, is_echo
from mailer.reading import Reading
from mailer.requests import request_in

log = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
TO_THE_ASSISTANT = frozenset({"follow", "declare", "obligations"})
RATING = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}


def converse(
    house: House, reading: Reading, entry: Entry, claim: Claim, ring: Callable[[int], None], *, quiet: bool = False
) -> Box:
    """Do what the mail asks; when `quiet`, only what needs no letter to its sender, who got too many.

    Raises AlreadySettled or IntegrityError when another process did.
    """
    with house.database.reading() as session:
        case = _case_of(session, claim)
        is_his = case is not None and claim.person is not None and claim.person.is_facilitator
        goes_to_case = case is not None and (is_his or not _is_for_assistant(session, house, reading, claim.token))
    if case is not None and is_his and claim.person is not None:
        for conversation_id in _relay(house, reading, entry, claim, case, claim.person):
            ring(conversation_id)
        return Box.HANDLED
    if case is not None and goes_to_case:
        return _continue(house, reading, entry, case, quiet=quiet)
    if claim.person is not None and claim.person.is_facilitator and (orders := orders_in(reading.text)).proofs:
        for conversation_id in _examine(house, entry, claim, claim.person, orders):
            ring(conversation_id)
        return Box.HANDLED
    if quiet:
        person_id = claim.person.id if claim.person else None
        return _settled(house, entry, MailState.DROPPED, Box.ROBOTS, "too many", person_id, None, answered=False)
    return _turn(house, reading, entry, claim)


def _case_of(session: Session, claim: Claim) -> Case | None:
    """Return the case that a token opens to this sender: theirs, or the facilitateur's of the territory."""
    token = claim.token
    case = session.get(Case, token.case_id) if token is not None and token.case_id else None
    if case is None or token is None:
        return None
    person = claim.person
    if person is not None and person.is_facilitator and person.territory_id == case.territory_id:
        return case
    return case if case_belongs(person, case, token.conversation_id) else None


def _is_for_assistant(session: Session, house: House, reading: Reading, token: ReplyToken | None) -> bool:
    """Tell whether an answer to a case's letter is for the assistant: a choice of that letter, a word it knows."""
    text = request_in(reading, begins=False, today=house.today())
    if intents.anytime(text) or intents.start_of(text) in TO_THE_ASSISTANT:
        return True
    conversation = session.get(Conversation, token.conversation_id) if token and token.conversation_id else None
    return conversation is not None and button_typed(session, conversation.id, text) is not None


def _relay(house: House, reading: Reading, entry: Entry, claim: Claim, case: Case, by: Person) -> list[int]:
    kept, refused = _received(house, f"case-{case.id}", reading, is_known=True)
    text = reading.text
    with house.database.transaction() as session:
        outcome = Outcome(MailState.HANDLED, Box.HANDLED, "relayed", person_id=by.id, case_id=case.id)
        letterbox.settle(session, house, entry, outcome)
        return relay(session, house, session.get_one(Case, case.id), session.get_one(Person, by.id), text, kept,
                     is_proven=claim.standing is Standing.PROVEN, refused_files=refused)  # fmt: skip


def _examine(house: House, entry: Entry, claim: Claim, by: Person, orders: Orders) -> list[int]:
    """Decide on documents, as the facilitateur's mail about no case says."""
    with house.database.transaction() as session:
        outcome = Outcome(MailState.HANDLED, Box.HANDLED, "proofs", person_id=by.id, is_answered=True)
        letterbox.settle(session, house, entry, outcome)
        return answer(session, house, session.get_one(Person, by.id), orders.proofs, orders.mistakes,
                      is_proven=claim.standing is Standing.PROVEN)  # fmt: skip


def _continue(house: House, reading: Reading, entry: Entry, case: Case, *, quiet: bool) -> Box:
    """Add to a case what its person writes; « oui » or « non » to the question asked on closing is kept."""
    text = reading.text
    history = [Said(each.author is Author.PERSON, each.written_at, each.text) for each in case.messages]
    if is_echo(history, text, house.now()):
        outcome = Outcome(MailState.DROPPED, Box.ROBOTS, "echo", person_id=case.person_id, case_id=case.id)
        with house.database.transaction() as session:
            letterbox.settle(session, house, entry, outcome)
        return Box.ROBOTS
    kept, refused = _received(house, f"case-{case.id}", reading, is_known=case.person_id is not None)
    with house.database.transaction() as session:
        row = session.get_one(Case, case.id)
        solved = RATING.get(plain(text).strip(" .!"))
        was_closed = row.status is CaseStatus.CLOSED
        if was_closed and solved is not None and not kept:
            rate_case(session, house, row, solved=solved)
            news = None if solved else CaseNews.REOPENED
        elif row.status is not CaseStatus.OPENED and not kept and intents.only_thanks(text):
            write(session, house, row, Author.PERSON, text, ())  # kept, and nobody waits for an answer to it
            news = None
        else:
            written = "\n\n".join([text or "(sans texte)", *refused])
            row = continue_case(session, house, row, written, kept, insists=intents.insists(text))
            news = _news_of(session, house, case, row, text)
        if quiet and news is not CaseNews.REOPENED:
            news = None
        if news is not None:
            announce(session, house, row, news)
        outcome = Outcome(MailState.HANDLED, Box.HANDLED, "case", person_id=row.person_id, case_id=row.id,
                          conversation_id=row.conversation_id, is_answered=news is not None)  # fmt: skip
        letterbox.settle(session, house, entry, outcome)
    return Box.HANDLED


def _news_of(session: Session, house: House, before: Case, case: Case, text: str) -> CaseNews | None:
    """Say what the person is told of what they added; nothing when they add a word soon after they were told."""
    if case.id != before.id:
        return CaseNews.OPENED if has_thread(session, case) else None  # else its opening was announced
    if before.status is CaseStatus.CLOSED:
        return CaseNews.REOPENED
    insists = intents.insists(text)
    if not insists and letterbox.answered_about(session, house, case, within=HOUR):
        return None
    if case.promised_on < house.today():
        return CaseNews.LATE
    return CaseNews.INSISTED if insists else CaseNews.COMPLETED


def _turn(house: House, reading: Reading, entry: Entry, claim: Claim) -> Box:
    external_id = f"mail:{entry.fingerprint}"
    conversation, asked, begins = _thread(house, reading, entry, claim)
    with house.database.reading() as session:
        done = session.scalar(
            select(Message.conversation_id).where(Message.channel == Channel.EMAIL, Message.external_id == external_id)
        )
        history = (
            []
            if done
            else [
                Said(each.author is Author.PERSON, each.sent_at, each.text)
                for each in history_of(session, conversation.id, most=12)
            ]
        )
    person_id = claim.person.id if claim.person else None
    month = claim.token.month if claim.token else None
    text = request_in(reading, begins=begins, today=house.today(), month=month)
    if not done and is_echo(history, text, house.now()):
        return _settled(house, entry, MailState.DROPPED, Box.ROBOTS, "echo", person_id, conversation.id, answered=False)
    if not done:
        kept, refused = _received(house, conversation.thread, reading)
        turn(
            house,
            Inbound(
                channel=Channel.EMAIL,
                thread=conversation.thread,
                external_id=external_id,
                received_at=house.now(),
                text=text,
                files=kept,
                refused_files=refused,
                asked=asked,
                is_proven=claim.standing is not Standing.LIKELY,
            ),
        )
    return _settled(house, entry, MailState.HANDLED, Box.HANDLED, "turn", person_id, conversation.id, answered=True)


def _settled(
    house: House,
    entry: Entry,
    state: MailState,
    box: Box,
    reason: str,
    person_id: int | None,
    conversation_id: int | None,
    *,
    answered: bool,
) -> Box:
    outcome = Outcome(state, box, reason, person_id, None, conversation_id, answered)
    with house.database.transaction() as session:
        letterbox.settle(session, house, entry, outcome)
    return box


def _thread(house: House, reading: Reading, entry: Entry, claim: Claim) -> tuple[Conversation, int | None, bool]:
    """Return the conversation that a mail continues or begins, the last message its sender had read, if it begins."""
    with house.database.transaction() as session:
        token = session.get(ReplyToken, claim.token.id) if claim.token else None
        person = session.get(Person, claim.person.id) if claim.person else None
        conversation = session.get(Conversation, token.conversation_id) if token and token.conversation_id else None
        theirs = conversation is not None and conversation.person_id == (person.id if person else None)
        begins = conversation is None or conversation.channel is not Channel.EMAIL or not theirs
        asked = token.asked if token is not None and not begins else None
        if conversation is None or begins:
            conversation = open_thread(
                session,
                house,
                f"mail-{entry.fingerprint[:32]}",
                address=person.email if person and person.email else reading.sender,
                subject=reading.subject,
                person=person,
                begun=_begun(token),
            )
            if token is not None:
                token.conversation_id = conversation.id  # another answer to the same letter goes on there
        continue_thread(session, conversation.id, reading.message_id)
        return conversation, asked, begins


def _begun(token: ReplyToken | None) -> dict[str, str]:
    """Return what a reminder already says: the commitment and the month to declare."""
    if token is None or token.commitment_id is None or token.month is None:
        return {}
    return {"commitment": str(token.commitment_id), "month": token.month}


def _received(
    house: House, thread: str, reading: Reading, *, is_known: bool = False
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Store the files of a mail; return their ids, and a sentence for each that is not kept."""
    kept: list[int] = []
    refused: list[str] = [reading.left_out] if reading.left_out else []
    for attached in reading.attachments:
        try:
            number = files.receive(house, channel=Channel.EMAIL, thread=thread, name=attached.name,
                                   content=attached.content, is_known=is_known)  # fmt: skip
        except Refused as refusal:
            log.warning("mail: a file sent in %s is refused", thread)
            refused.append(refusal.message)
        else:
            kept.append(number)
    return tuple(kept), tuple(refused)
