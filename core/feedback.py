"""What people think of the answers, what the base lacks, and telling who got an answer that was later corrected."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from textwrap import shorten
from typing import NamedTuple

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core import audit
from core.correspondence import post_shown
from core.hours import NBSP
from core.house import House
from core.masking import without_contacts
from core.messages import show
from core.models import AnswerLog, Conversation, Message
from core.refusal import Refused
from core.terms import Channel
from knowledge.words import is_content, stem, words

REASONS = {
    "other_question": "Ce n’est pas ma question",
    "incomplete": "Il manque quelque chose",
    "wrong": "C’est faux ou périmé",
    "unclear": "Je n’ai pas compris",
}
TOLD_FOR = timedelta(days=365)  # an answer older than this is not followed up
ALIKE = 0.5  # share of words that two questions have in common to be grouped
UNKNOWN = "unknown"  # why a question is handed over when the base lacks it; other reasons are no gap
MOST_ARTICLES = 5
LONGEST_EXAMPLE = 200
OUTCOMES = {"unanswered": "sans réponse", "unchosen": "aucun choix", "down": "jugée inutile"} | {
    code: label[0].lower() + label[1:] for code, label in REASONS.items()
}


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
    """Questions alike that the base did not answer well: how many, an example, what came out.

    `outcomes` are "unanswered", "unchosen" (asked back, nothing picked), "down" or one of `REASONS`; `articles` are
    those that were shown or proposed. The example has no address and no phone number.
    """

    count: int
    example: str
    outcomes: tuple[str, ...]
    articles: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The outcomes, in French."""
        return tuple(OUTCOMES[outcome] for outcome in self.outcomes if outcome in OUTCOMES)


def gaps(house: House, *, days: int = 90) -> list[Gap]:
    """Group the questions unanswered, asked back without a choice, or badly rated, most frequent first."""
    since = house.now() - timedelta(days=days)
    missed = or_(
        (AnswerLog.outcome == "handover") & (AnswerLog.reason.is_(None) | (AnswerLog.reason == UNKNOWN)),
        (AnswerLog.outcome == "clarify") & AnswerLog.chosen.is_(None),
        AnswerLog.rating == "down",
    )
    columns = (AnswerLog.question, AnswerLog.outcome, AnswerLog.rating, AnswerLog.reason, AnswerLog.article,
               AnswerLog.proposed)  # fmt: skip
    query = select(*columns).where(missed, AnswerLog.answered_at > since).order_by(AnswerLog.id)
    with house.database.reading() as session:
        rows = [Missed(*row) for row in session.execute(query)]
    groups = grouped([row.question for row in rows])
    return [_gap([rows[place] for place in group]) for group in sorted(groups, key=len, reverse=True)]


class Missed(NamedTuple):
    """One question that was not answered well."""

    question: str
    outcome: str
    rating: str | None
    reason: str | None
    article: str | None
    proposed: str

    @property
    def came_out(self) -> str:
        """What came out of it."""
        if self.rating == "down":
            return self.reason if self.reason in REASONS else "down"
        return "unanswered" if self.outcome == "handover" else "unchosen"


def grouped(questions: Sequence[str]) -> list[list[int]]:
    """Group the places of questions that share half of their words with the first of their group."""
    groups: list[list[int]] = []
    firsts: list[frozenset[str]] = []
    holding: defaultdict[str, list[int]] = defaultdict(list)  # groups whose first question has this word
    for place, question in enumerate(questions):
        asked = frozenset(stem(word) for word in words(question) if is_content(word)) or frozenset(words(question))
        shared = Counter(number for word in asked for number in holding[word])
        alike = (n for n, common in shared.most_common() if common >= ALIKE * len(asked | firsts[n]))
        number = next(alike, None)
        if number is not None:
            groups[number].append(place)
            continue
        for word in asked:
            holding[word].append(len(groups))
        groups.append([place])
        firsts.append(asked)
    return groups


def _gap(group: Sequence[Missed]) -> Gap:
    outcomes = Counter(row.came_out for row in group)
    articles = Counter(article for row in group for article in (row.article or row.proposed).split(",") if article)
    example = shorten(without_contacts(group[0].question), LONGEST_EXAMPLE, placeholder="…")
    return Gap(len(group), example, tuple(name for name, _ in outcomes.most_common()),
               tuple(name for name, _ in articles.most_common(MOST_ARTICLES)))  # fmt: skip


def tell_correction(house: House, article: str, change: str, *, person_id: int | None = None) -> tuple[int, ...]:
    """Tell, once, everybody who received an article what has changed in it; return the conversations that were told.

    `change` is a French sentence. Raises KeyError when there is no such article, Refused when nothing is said.
    """
    title = house.library().article(article).title
    said = change.strip()
    if not said:
        raise Refused("Écrivez en une phrase ce qui a changé.")
    text = f"Une réponse que je vous ai donnée a été corrigée{NBSP}: «{NBSP}{title}{NBSP}».\n\n{said}"
    received = (
        update(AnswerLog)
        .where(
            or_(AnswerLog.article == article, AnswerLog.chosen == article),
            AnswerLog.corrected_at.is_(None),
            AnswerLog.answered_at > house.now() - TOLD_FOR,
        )
        .values(corrected_at=house.now())
        .returning(AnswerLog.message_id)
    )
    with house.database.transaction() as session:
        messages = list(session.scalars(received))  # marked first: told twice at once, people hear it once
        told = select(Message.conversation_id).where(Message.id.in_(messages))
        conversations = list(session.scalars(select(Conversation).where(Conversation.id.in_(told))))
        for conversation in conversations:
            shown = show(session, house, conversation, text, [("Revoir la réponse", {"article": article})])
            if conversation.channel is Channel.EMAIL:
                post_shown(session, house, conversation, [shown])
        audit.note(session, house, "correct_article", f"article:{article}", person_id=person_id)
        return tuple(conversation.id for conversation in conversations)
