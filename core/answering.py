"""Answering a question from the articles, and keeping a line of it."""

from sqlalchemy import insert

from core import feedback, my_contract, passing
from core.advice import REWORDED
from core.commitments import lot_of
from core.flows.obligations import detail
from core.hours import NBSP
from core.intents import is_question
from core.launches import launch_day_of
from core.menus import CONTACT, CONTRACTS, SIGN_IN, main_menu
from core.messages import Meaning
from core.models import AnswerLog
from core.named_contract import MOST_OFFERED, named
from core.people import audience_of
from core.prepared import Prepared
from core.refusal import Refused
from core.terms import Channel
from core.turn import Turn
from knowledge import Answer

ADD = Prepared(insert(AnswerLog).returning(AnswerLog.id))
MOST_PROPOSED = 4
LONGEST_KEYWORDS = 40
LONGEST_READ = 2000  # what is ranked of a question: ranking costs more than its length, and a page holds no more
WHOLE = "Lire la fiche entière"
SIGN_IN_FOR_MORE = "Pour le chiffre de votre marché, connectez-vous."
NOT_IN_ARTICLES = (
    "Aucune fiche sûre et sourcée n’y répond. Au bureau, la page des fiches fait d’une de vos réponses une fiche."
)
UNSURE = f"Je ne suis pas sûre d’avoir bien compris. Est-ce l’une de ces questions{NBSP}?"


def answer_question(turn: Turn, question: str) -> None:
    """Answer from the register or the articles, ask back, or offer the facilitateur; never without a source."""
    turn.state["last_question"] = question[:500]
    if turn.register.is_buyer and _told_of_named(turn, question):
        return
    mine = my_contract.answer(turn.register, question) if turn.person is not None else None
    answer = turn.understood or _asked(turn, question)
    chosen = answer.article if answer.outcome == "answer" and turn.person is not None else None
    mine = mine or my_contract.in_place_of(turn.register, chosen)
    if mine is not None:
        turn.say(mine, [CONTACT])
        return
    number = _log(turn, question, answer)
    pass_on: Meaning = {"start": "contact", "answers": {"message": question[:4000], "subject": _subject(question)}}
    sign_in = [SIGN_IN] if turn.person is None and my_contract.topic_of(question) else []
    if answer.outcome == "answer":
        turn.state["proposed"] = [turn.house.library().article(answer.article).title] if answer.article else []
        text = f"{answer.text}\n\n{SIGN_IN_FOR_MORE}" if sign_in else answer.text
        mine = my_contract.beside(turn.register, chosen)
        text = f"{mine}\n\n{text}" if mine else text  # the person's own figures fit the first screen of a phone
        turn.say(text, [*sign_in, *_articles_behind(answer, number), *_thumbs(number)])
    elif answer.outcome == "clarify":
        turn.state["proposed"] = [option.title for option in answer.options]
        if _is_told_by_mail(turn, question):
            passing.pass_on(turn, question)
            return
        buttons: list[tuple[str, Meaning]] = [
            (option.title, {"article": option.article, "log": number}) for option in answer.options[:MOST_PROPOSED]
        ]
        turn.say(UNSURE, [*buttons, *sign_in, ("Aucune, parler à quelqu’un", pass_on)])
    elif answer.reason in {"greeting", "thanks"}:
        turn.say(answer.text, None if turn.flow else main_menu(turn.person))
    elif turn.person is not None and turn.person.is_facilitator:
        turn.say(NOT_IN_ARTICLES, main_menu(turn.person))
    elif turn.conversation.channel is Channel.EMAIL and turn.person is not None:
        passing.pass_on(turn, question)
    else:
        turn.say(answer.text, [*sign_in, ("Transmettre au facilitateur", pass_on)])


def _told_of_named(turn: Turn, question: str) -> bool:
    """Tell a buyer about the contract that the question names, or ask which one; say whether it named any."""
    rows = named(turn.register, question)
    if len(rows) == 1:
        turn.say(detail(turn.register, rows[0], turn.register.progress(rows)[rows[0].id]), [CONTRACTS, CONTACT])
    elif rows:
        buttons: list[tuple[str, Meaning]] = [
            (f"{row.contract.reference} {lot_of(row)}".strip(),
             {"start": "obligations", "answers": {"commitment": str(row.id)}})
            for row in rows[:MOST_OFFERED]
        ]  # fmt: skip
        turn.say(f"De quel marché parlez-vous{NBSP}?", [*buttons, CONTACT])
    return bool(rows)


def _is_told_by_mail(turn: Turn, text: str) -> bool:
    """Tell whether a mail states something rather than asks: asking back which question it is would not help."""
    by_mail = turn.conversation.channel is Channel.EMAIL and turn.person is not None
    return by_mail and len(text) > LONGEST_KEYWORDS and not is_question(text)


def show_article(turn: Turn, meaning: Meaning) -> None:
    """Show the article that a button names. Raises Refused when it is no longer there."""
    article_id, number = str(meaning["article"]), meaning.get("log")
    try:
        launched = launch_day_of(turn.session, turn.person)
        text = turn.house.library().shown(article_id, on=launched, today=turn.house.today())
    except KeyError as error:
        raise Refused("Cette fiche n’existe plus. Posez votre question à nouveau.") from error
    if isinstance(number, int):
        feedback.choose(turn.session, number, article_id, turn.conversation.id)
    turn.say(text, _thumbs(number) if isinstance(number, int) else [CONTACT])


def take_rating(turn: Turn, meaning: Meaning) -> None:
    """Keep what the person thinks of an answer; when it did not help, ask why and offer the facilitateur."""
    number, rating, reason = meaning.get("log"), str(meaning.get("rate")), meaning.get("reason")
    if not isinstance(number, int):
        return
    if isinstance(reason, str):
        feedback.explain(turn.session, number, reason, turn.conversation.id)
        turn.say("C’est noté, merci. Cette réponse sera revue.", [CONTACT])
    elif feedback.rate(turn.session, number, rating, turn.conversation.id):
        if rating == "up":
            turn.say("Merci, c’est noté.", None if turn.flow else main_menu(turn.person))
        else:
            why: list[tuple[str, Meaning]] = [
                (label, {"rate": "down", "log": number, "reason": code}) for code, label in feedback.REASONS.items()
            ]
            turn.say(f"Qu’est-ce qui ne va pas{NBSP}?", [*why, CONTACT])


def _articles_behind(answer: Answer, number: int) -> list[tuple[str, Meaning]]:
    """A reworded answer is one tap from its whole article, and from those it was chosen among."""
    if answer.reason != REWORDED:
        return []
    others = [(option.title, option.article) for option in answer.options[: MOST_PROPOSED - 1]]
    return [(label, {"article": article, "log": number}) for label, article in [(WHOLE, str(answer.article)), *others]]


def _thumbs(number: int) -> list[tuple[str, Meaning]]:
    return [("👍 Utile", {"rate": "up", "log": number}), ("👎 Pas utile", {"rate": "down", "log": number}), CONTACT]


def _asked(turn: Turn, question: str) -> Answer:
    previous = turn.state.get("last_question")
    return turn.house.library().ask(
        question[:LONGEST_READ],
        audience=audience_of(turn.person),
        on=launch_day_of(turn.session, turn.person),
        previous=str(previous) if previous else None,
        today=turn.house.today(),
    )


def _log(turn: Turn, question: str, answer: Answer) -> int:
    number: int = ADD.value(
        turn.session,
        {
            "message_id": turn.received,
            "question": question[:4000],
            "outcome": answer.outcome,
            "article": answer.article,
            "proposed": ",".join(option.article for option in answer.options)[:600],
            "confidence": answer.confidence,
            "reason": answer.reason if answer.outcome == "handover" else None,
            "answered_at": turn.house.now(),
        },
    )
    return number


def _subject(question: str) -> str:
    words = " ".join(question.split())
    return words if len(words) <= 80 else words[:77].rsplit(" ", 1)[0] + "…"
