"""Answering a question from the articles, and keeping a line of it."""

from sqlalchemy import func, select

from core.hours import NBSP
from core.menus import main_menu
from core.messages import Meaning
from core.models import AnswerLog, Message
from core.people import audience_of
from core.refusal import Refused
from core.terms import Author
from core.turn import Turn
from knowledge import Answer

MOST_PROPOSED = 4
UNSURE = f"Je ne suis pas sûre d’avoir bien compris. Est-ce l’une de ces questions{NBSP}?"


def answer_question(turn: Turn, question: str) -> None:
    """Answer, ask back, or offer the facilitateur; never without a source."""
    answer = turn.understood or _asked(turn, question)
    _log(turn, question, answer)
    pass_on: Meaning = {"start": "contact", "answers": {"message": question[:4000], "subject": _subject(question)}}
    turn.state["last_question"] = question[:500]
    if answer.outcome == "answer":
        turn.state["proposed"] = [turn.house.library().article(answer.article).title] if answer.article else []
        turn.say(answer.text, [("Ce n’est pas ma question", pass_on)])
    elif answer.outcome == "clarify":
        turn.state["proposed"] = [option.title for option in answer.options]
        buttons: list[tuple[str, Meaning]] = [
            (option.title, {"article": option.article}) for option in answer.options[:MOST_PROPOSED]
        ]
        turn.say(UNSURE, [*buttons, ("Aucune, parler à quelqu’un", pass_on)])
    elif answer.reason in {"greeting", "thanks"}:
        turn.say(answer.text, None if turn.flow else main_menu(turn.person))
    else:
        turn.say(answer.text, [("Transmettre au facilitateur", pass_on)])


def show_article(turn: Turn, article_id: str) -> None:
    """Show one article whole. Raises Refused when it is no longer there."""
    try:
        text = turn.house.library().shown(article_id, today=turn.house.today())
    except KeyError as error:
        raise Refused("Cette fiche n’existe plus. Posez votre question à nouveau.") from error
    turn.say(text, [("Parler à quelqu’un", {"start": "contact"})])


def _asked(turn: Turn, question: str) -> Answer:
    previous = turn.state.get("last_question")
    return turn.house.library().ask(
        question,
        audience=audience_of(turn.person),
        on=turn.house.today(),
        previous=str(previous) if previous else None,
    )


def _log(turn: Turn, question: str, answer: Answer) -> None:
    message = turn.session.scalar(
        select(func.max(Message.id)).where(
            Message.conversation_id == turn.conversation.id, Message.author == Author.PERSON
        )
    )
    turn.session.add(
        AnswerLog(
            message_id=message,
            question=question[:4000],
            outcome=answer.outcome,
            article=answer.article,
            proposed=",".join(option.article for option in answer.options)[:600],
            confidence=answer.confidence,
            answered_at=turn.house.now(),
        )
    )


def _subject(question: str) -> str:
    words = " ".join(question.split())
    return words if len(words) <= 80 else words[:77].rsplit(" ", 1)[0] + "…"
