"""What people think of the answers, what the base lacks, and telling who got an answer that was later corrected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.hours import NBSP
from core.house import House
from core.messages import show
from core.models import AnswerLog, Conversation, Message
from knowledge.words import words

REASONS = {
    "other_question": "Ce n’est pas ma question",
    "incomplete": "Il manque quelque chose",
    "wrong": "C’est faux ou périmé",
    "unclear": "Je n’ai pas compris",
}
TOLD_FOR = timedelta(days=365)  # an answer older than this is not followed up
ALIKE = 0.5  # share of words that two questions have in common to be grouped


def rate(session: Session, number: int, rating: str, conversation_id: int) -> bool:
    """Keep a rating ("up" or "down") of an answer given in this conversation; False when it was not."""
    return _update(session, number, conversation_id, {"rating": rating})


def explain(session: Session, number: int, reason: str, conversation_id: int) -> bool:
    """Keep why an answer did not help."""
    return _update(session, number, conversation_id, {"rating": "down", "reason": reason})


def choose(session: Session, number: int, article: str, conversation_id: int) -> bool:
    """Keep which article the person picked when asked back: a paraphrase to add to it."""
    return _update(session, number, conversation_id, {"chosen": article})


def _update(session: Session, number: int, conversation_id: int, values: dict[str, str]) -> bool:
    given_here = select(Message.id).where(Message.conversation_id == conversation_id)
    found = session.execute(
        update(AnswerLog).where(AnswerLog.id == number, AnswerLog.message_id.in_(given_here)).values(**values)
    )
    return bool(getattr(found, "rowcount", 0))


@dataclass(frozen=True)
class Gap:
    """Questions alike that the base did not answer well: how many, an example, what came out."""

    count: int
    example: str
    outcomes: tuple[str, ...]
    articles: tuple[str, ...]


def gaps(house: House, *, days: int = 90) -> list[Gap]:
    """Group the questions unanswered, asked back without a choice, or badly rated, most frequent first."""
    since = house.now() - timedelta(days=days)
    missed = or_(
        AnswerLog.outcome == "handover",
        (AnswerLog.outcome == "clarify") & AnswerLog.chosen.is_(None),
        AnswerLog.rating == "down",
    )
    with house.database.reading() as session:
        rows = list(session.scalars(select(AnswerLog).where(missed, AnswerLog.answered_at > since)))
    groups: list[list[AnswerLog]] = []
    for row in rows:
        near = next((group for group in groups if _alike(group[0].question, row.question)), None)
        if near is None:
            groups.append([row])
        else:
            near.append(row)
    groups.sort(key=len, reverse=True)
    return [_gap(group) for group in groups]


def _alike(one: str, other: str) -> bool:
    first, second = set(words(one)), set(words(other))
    return bool(first and second) and len(first & second) / len(first | second) >= ALIKE


def _gap(group: Sequence[AnswerLog]) -> Gap:
    outcomes = {row.reason or ("down" if row.rating == "down" else row.outcome) for row in group}
    articles = {article for row in group for article in (row.article or row.proposed).split(",") if article}
    return Gap(len(group), group[0].question, tuple(sorted(outcomes)), tuple(sorted(articles)))


def tell_correction(house: House, article: str, change: str) -> int:
    """Tell, once, everybody who received an article what has changed in it; return how many conversations were told.

    `change` is a French sentence. Raises KeyError when there is no such article.
    """
    title = house.library().article(article).title
    text = f"Une réponse que je vous ai donnée a été corrigée{NBSP}: «{NBSP}{title}{NBSP}».\n\n{change}"
    with house.database.transaction() as session:
        rows = session.execute(
            select(AnswerLog.id, Message.conversation_id)
            .join(Message, Message.id == AnswerLog.message_id)
            .where(
                or_(AnswerLog.article == article, AnswerLog.chosen == article),
                AnswerLog.corrected_at.is_(None),
                AnswerLog.answered_at > house.now() - TOLD_FOR,
            )
        ).all()
        told = sorted({conversation_id for _, conversation_id in rows if conversation_id is not None})
        for conversation in _conversations(session, told):
            show(session, house, conversation, text, [("Revoir la réponse", {"article": article})])
        numbers = [number for number, _ in rows]
        session.execute(update(AnswerLog).where(AnswerLog.id.in_(numbers)).values(corrected_at=house.now()))
    return len(told)


def _conversations(session: Session, ids: Iterable[int]) -> list[Conversation]:
    return list(session.scalars(select(Conversation).where(Conversation.id.in_(list(ids)))))
