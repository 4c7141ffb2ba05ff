"""How long things are kept, and the command that ends it: previewed before it acts, safe to run any number of times.

The durations are proposals (CNIL: no longer than the purpose needs); what proves an obligation is kept longer than what
names a person: receipts and hours stay, names go.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from core import letterbox
from core.house import House
from core.models import (
    AnswerLog,
    Audit,
    Case,
    CaseMessage,
    Commitment,
    Conversation,
    Effort,
    Employment,
    Forward,
    Message,
    Need,
    Outgoing,
    Participant,
    PreparedHire,
    PreparedMonth,
    Proof,
    ReceivedMail,
    ReplyToken,
    StoredFile,
    Token,
)
from core.models.outbox import OutgoingState
from core.proofs import let_go
from core.terms import CaseStatus, ProofVerdict

log = logging.getLogger(__name__)

ERASED = "(effacé)"
UNATTACHED_FILES = timedelta(days=1)
MADE_FILES = timedelta(days=30)
SPENT_TOKENS = timedelta(days=30)
SENT_ROWS = timedelta(days=90)
STRANGERS = timedelta(days=90)
PREPARED = timedelta(days=90)  # after it was declared or set aside: time to say who had written what
CONVERSATIONS = timedelta(days=395)
AUDIT = timedelta(days=365)
CLOSED_CASES = timedelta(days=730)
REFUSED_PROOFS = timedelta(days=60)  # time to contest
PARTICIPANTS = timedelta(days=1095)  # after the end of their last contract: the exit follow-up is over
GOOD_FAITH = timedelta(days=1826)  # after the end of the contract: what a dispute over penalties may need


@dataclass(frozen=True)
class Rule:
    """One rule: what it concerns, in French, how many rows are due, and the act."""

    label: str
    count: Callable[[Session, datetime], int]
    act: Callable[[Session, House, datetime], None]


def preview(house: House) -> list[tuple[str, int]]:
    """Say what a purge would do now, without doing it."""
    with house.database.reading() as session:
        return [(rule.label, rule.count(session, house.now())) for rule in RULES]


def purge(house: House) -> list[tuple[str, int]]:
    """Erase what is due; return what was done, by rule."""
    done = []
    for rule in RULES:
        with house.database.transaction() as session:
            count = rule.count(session, house.now())
            if count:
                rule.act(session, house, house.now())
        done.append((rule.label, count))
    return done


def _unattached(now: datetime) -> tuple[ColumnElement[bool], ...]:
    is_past = or_(
        StoredFile.conversation_id.is_(None) & (StoredFile.received_at < now - UNATTACHED_FILES),
        StoredFile.received_at < now - MADE_FILES,
    )
    proves_nothing = StoredFile.id.not_in(select(Proof.file_id).where(Proof.file_id.is_not(None)))
    return (StoredFile.case_message_id.is_(None), proves_nothing, is_past)


def _count_files(session: Session, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(StoredFile).where(*_unattached(now))) or 0


def _erase_files(session: Session, house: House, now: datetime) -> None:
    for row in session.scalars(select(StoredFile).where(*_unattached(now))):
        (house.files_dir / row.stored_as[:2] / row.stored_as).unlink(missing_ok=True)
        session.delete(row)


def _count_tokens(session: Session, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Token).where(Token.expires_at < now - SPENT_TOKENS)) or 0


def _erase_tokens(session: Session, house: House, now: datetime) -> None:
    session.execute(delete(Token).where(Token.expires_at < now - SPENT_TOKENS))


def _left(now: datetime) -> tuple[ColumnElement[bool], ...]:
    # rows with a dedup_key stay: they are what keeps a letter from being sent twice
    ended = (OutgoingState.SENT, OutgoingState.FAILED, OutgoingState.CANCELLED)
    return (Outgoing.state.in_(ended), Outgoing.dedup_key.is_(None), Outgoing.created_at < now - SENT_ROWS)


def _count_outbox(session: Session, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Outgoing).where(*_left(now))) or 0


def _erase_outbox(session: Session, house: House, now: datetime) -> None:
    session.execute(delete(Outgoing).where(*_left(now)))


def _silent(now: datetime) -> ColumnElement[bool]:
    return or_(
        Conversation.updated_at < now - CONVERSATIONS,
        Conversation.person_id.is_(None) & (Conversation.updated_at < now - STRANGERS),
    )


def _count_conversations(session: Session, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Conversation).where(_silent(now))) or 0


def _erase_conversations(session: Session, house: House, now: datetime) -> None:
    silent = select(Conversation.id).where(_silent(now))
    messages = select(Message.id).where(Message.conversation_id.in_(silent))
    session.execute(delete(AnswerLog).where(AnswerLog.message_id.in_(messages)))
    session.execute(delete(Message).where(Message.conversation_id.in_(silent)))
    session.execute(update(Case).where(Case.conversation_id.in_(silent)).values(conversation_id=None))
    session.execute(update(Outgoing).where(Outgoing.conversation_id.in_(silent)).values(conversation_id=None))
    session.execute(update(StoredFile).where(StoredFile.conversation_id.in_(silent)).values(conversation_id=None))
    letterbox.forget_conversations(session, silent)
    session.execute(delete(Conversation).where(_silent(now)))


def _count_mails(session: Session, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(ReceivedMail).where(letterbox.due_to_forget(now))) or 0


def _erase_mails(session: Session, house: House, now: datetime) -> None:
    letterbox.forget(session, house, now)


def _count_reply_tokens(session: Session, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(ReplyToken).where(ReplyToken.expires_at < now)) or 0


def _erase_reply_tokens(session: Session, house: House, now: datetime) -> None:
    session.execute(delete(ReplyToken).where(ReplyToken.expires_at < now))


def _count_audit(session: Session, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Audit).where(Audit.happened_at < now - AUDIT)) or 0


def _erase_audit(session: Session, house: House, now: datetime) -> None:
    session.execute(delete(Audit).where(Audit.happened_at < now - AUDIT))


def _long_closed(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Case.status == CaseStatus.CLOSED, Case.closed_at < now - CLOSED_CASES, Case.person_id.is_not(None))


def _count_cases(session: Session, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Case).where(*_long_closed(now))) or 0


def _erase_cases(session: Session, house: House, now: datetime) -> None:
    closed = session.scalars(select(Case.id).where(*_long_closed(now))).all()
    lines = select(CaseMessage.id).where(CaseMessage.case_id.in_(closed))
    for row in session.scalars(select(StoredFile).where(StoredFile.case_message_id.in_(lines))):
        (house.files_dir / row.stored_as[:2] / row.stored_as).unlink(missing_ok=True)
        session.delete(row)
    session.execute(update(CaseMessage).where(CaseMessage.case_id.in_(closed)).values(text=ERASED))
    session.execute(
        update(Case)
        .where(Case.id.in_(closed))
        .values(subject=ERASED, contact=None, context={}, person_id=None, conversation_id=None)
    )


def _past_proofs(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Select the documents that nobody needs: refused long enough ago, or of somebody who is about to be forgotten."""
    refused = (Proof.verdict == ProofVerdict.REFUSED) & (Proof.decided_at < now - REFUSED_PROOFS)
    forgotten = select(Employment.id).where(
        Employment.participant_id.in_(select(Participant.id).where(_followed_up(now)))
    )
    return (Proof.file_id.is_not(None), or_(refused, Proof.employment_id.in_(forgotten)))


def _count_proofs(session: Session, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Proof).where(*_past_proofs(now))) or 0


def _erase_proofs(session: Session, house: House, now: datetime) -> None:
    past = session.scalars(select(Proof).where(*_past_proofs(now))).all()
    for row in past:
        if row.verdict in {ProofVerdict.PENDING, ProofVerdict.ACCEPTED}:
            row.verdict = ProofVerdict.SEEN
        row.reason = ERASED if row.reason else ""
    session.flush()
    for row in past:
        let_go(session, house, row)


def _followed_up(now: datetime) -> ColumnElement[bool]:
    limit = (now - PARTICIPANTS).date()
    still_needed = (
        select(Employment.participant_id)
        .join(Commitment, Commitment.id == Employment.commitment_id)
        .where(or_(Commitment.ends_on.is_(None), Commitment.ends_on >= limit))
    )
    named = ~Participant.name_hash.startswith("-")
    return named & Participant.id.not_in(still_needed) & (Participant.created_at < now - PARTICIPANTS)


def _count_participants(session: Session, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Participant).where(_followed_up(now))) or 0


def _erase_participants(session: Session, house: House, now: datetime) -> None:
    for row in session.scalars(select(Participant).where(_followed_up(now))):
        row.name = f"Participant {row.id}"
        row.name_hash = "-" + secrets.token_hex(15)
        row.person_hash = row.born_on = None


def _settled(now: datetime) -> Select[int]:
    return select(Commitment.id).where(Commitment.ends_on < (now - GOOD_FAITH).date())


def _count_efforts(session: Session, now: datetime) -> int:
    count = 0
    for table in (Effort, Need):
        found = select(func.count()).select_from(table).where(table.commitment_id.in_(_settled(now)))
        count += session.scalar(found) or 0
    return count


def _erase_efforts(session: Session, house: House, now: datetime) -> None:
    needs = select(Need.id).where(Need.commitment_id.in_(_settled(now)))
    session.execute(delete(Forward).where(Forward.need_id.in_(needs)))
    for table in (Need, Effort):
        session.execute(delete(table).where(table.commitment_id.in_(_settled(now))))


def _settled_preparations(
    now: datetime,
) -> tuple[tuple[type[PreparedMonth] | type[PreparedHire], ColumnElement[bool]], ...]:
    return tuple((table, table.settled_at < now - PREPARED) for table in (PreparedMonth, PreparedHire))


def _count_preparations(session: Session, now: datetime) -> int:
    found = [select(func.count()).select_from(table).where(past) for table, past in _settled_preparations(now)]
    return sum(session.scalar(query) or 0 for query in found)


def _erase_preparations(session: Session, house: House, now: datetime) -> None:
    for table, past in _settled_preparations(now):
        session.execute(delete(table).where(past))


RULES = (
    Rule("fichiers reçus et jamais joints (1 jour), documents préparés (30 jours)", _count_files, _erase_files),
    Rule("liens et codes expirés (30 jours)", _count_tokens, _erase_tokens),
    Rule("envois terminés (90 jours)", _count_outbox, _erase_outbox),
    Rule("conversations sans activité (90 jours, ou 13 mois si connecté)", _count_conversations, _erase_conversations),
    Rule("e-mails en quarantaine (30 jours), traces des e-mails reçus (13 mois)", _count_mails, _erase_mails),
    Rule("adresses de réponse expirées (13 mois)", _count_reply_tokens, _erase_reply_tokens),
    Rule(
        "mois et embauches préparés par un délégué, une fois réglés (90 jours)",
        _count_preparations,
        _erase_preparations,
    ),
    Rule("journal des accès (1 an)", _count_audit, _erase_audit),
    Rule("textes des dossiers clos (2 ans)", _count_cases, _erase_cases),
    Rule("justificatifs refusés (60 jours) ou anciens (3 ans après le dernier marché)", _count_proofs, _erase_proofs),
    Rule("noms de participants (3 ans après le dernier marché)", _count_participants, _erase_participants),
    Rule("démarches et besoins de recrutement (5 ans après la fin du marché)", _count_efforts, _erase_efforts),
)
