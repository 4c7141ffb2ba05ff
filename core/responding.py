"""What a turn answers: buttons, the words that work at any moment, the flow under way, or a question.

`understand` runs first and holds no lock (ranking takes a millisecond, an optional language model seconds); `respond`
runs in the turn's transaction.
"""

import secrets
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select

from core import intents
from core.acts import perform
from core.advice import Asker, advised
from core.answering import LONGEST_READ, answer_question, show_article, take_rating
from core.dialogue import Chat, Pending, Question, Reopened
from core.exchange import Inbound
from core.files import sent_in
from core.flows import FLOWS, SIGNED_IN_ONLY
from core.flows.commands import Command, Say
from core.flows.filling import Answers, completed
from core.flows.told import MOST_DRAFTS, amended, drafts_of
from core.hours import NBSP
from core.house import House
from core.launches import launch_day_of
from core.limits import allowed
from core.menus import HELP, main_menu, welcome_text
from core.messages import Meaning, button_typed, meaning_of, shown_files
from core.models import Conversation
from core.people import accept_code, audience_of, looks_like_code, person_of, unbind
from core.refusal import Refused
from core.surroundings import names_around
from core.turn import Turn
from knowledge import Answer

LONGEST_MESSAGE = 20_000
MOST_STACKED = 3 + MOST_DRAFTS
STATE = select(Conversation.state).where(
    Conversation.channel == bindparam("channel"), Conversation.thread == bindparam("thread")
)
RESUMING = f"Nous en étions là{NBSP}:"
ALWAYS_FREE = frozenset({"message", "subject", "reach"})  # whatever is typed there is the answer, questions included


@dataclass(frozen=True)
class Understood:
    """What was understood before the transaction: the answer to a question, if the message reads like one."""

    answer: Answer | None = None


def understand(house: House, inbound: Inbound) -> Understood:
    """Rank the articles for a message that may be a question; reads only."""
    text = inbound.text
    if inbound.button or len(text) > LONGEST_MESSAGE or not intents.has_words(text):
        return Understood()
    if intents.anytime(text) or intents.start_of(text) or not (intents.is_question(text) or " " in text.strip()):
        return Understood()
    with house.database.reading() as session:
        where = {"channel": inbound.channel, "thread": inbound.thread}
        state = session.connection().scalar(STATE, where)
        if state and state.get("flow") not in {None, "ask"} and not intents.is_question(text):
            return Understood()  # the answer to what was asked
        person = person_of(session, inbound.channel, inbound.thread)
        launched = launch_day_of(session, person)
        is_advised = house.model is not None and not (state and state.get("flow") not in {None, "ask"})
        asker = Asker(
            person, names_around(session, person) if is_advised else (), f"{inbound.channel}:{inbound.thread}"
        )
    previous = state.get("last_question") if state else None
    answer = house.library().ask(
        text[:LONGEST_READ],
        audience=audience_of(person),
        on=launched,
        previous=str(previous) if previous else None,
        today=house.today(),
    )
    return Understood(advised(house, text, answer, asker, on=launched) if is_advised else answer)


def welcome(turn: Turn, *, signed_in: bool = False) -> None:
    """Open a conversation, or greet somebody who has just signed in."""
    turn.say(welcome_text(turn.register, signed_in=signed_in), main_menu(turn.person))
    turn.save()


def respond(turn: Turn, inbound: Inbound, understood: Understood) -> None:
    """Answer one message."""
    turn.understood = understood.answer
    try:
        _respond(turn, inbound)
    except Refused as refusal:
        _repeat(turn, refusal.message)
    turn.save()


def _respond(turn: Turn, inbound: Inbound) -> None:
    if not allowed(turn.house, "message", f"{inbound.channel}:{inbound.thread}"):
        raise Refused("Vous écrivez très vite. Attendez une minute, puis reprenez. Votre message est conservé.")
    for sentence in inbound.refused_files:
        turn.say(sentence)
    here = turn.conversation
    inbound = replace(inbound, files=sent_in(turn.session, turn.house, here.channel, here.thread, inbound.files))
    if inbound.button:
        _tapped(turn, inbound.button)
    elif inbound.files:
        _received_files(turn, inbound)
    elif inbound.text.strip():
        _typed(turn, inbound.text)
    elif inbound.refused_files:
        _repeat(turn)
    else:
        raise Refused("Je n’ai rien reçu à lire. Écrivez votre demande en quelques mots.")


def _tapped(turn: Turn, data: str) -> None:
    meaning = meaning_of(turn.session, turn.conversation, data)
    if meaning is None:
        _repeat(turn, "Ce bouton n’est plus actif.")
    else:
        _follow(turn, meaning)


def _follow(turn: Turn, meaning: Meaning) -> None:
    if "start" in meaning:
        given = meaning.get("answers")
        begin(turn, str(meaning["start"]), given if isinstance(given, dict) else {})
    elif "article" in meaning:
        show_article(turn, meaning)
        _repeat(turn, RESUMING)
    elif "rate" in meaning:
        take_rating(turn, meaning)
        _repeat(turn, RESUMING)
    elif "do" in meaning:
        _anytime(turn, str(meaning["do"]))
    else:
        _tapped_answer(turn, meaning)


def _tapped_answer(turn: Turn, meaning: Meaning) -> None:
    question = _pending(turn)
    current = question is not None and meaning.get("run") == turn.state.get("run")
    if question is not None and current and meaning.get("key") == question.key:
        _answer(turn, question.key, str(meaning.get("value", "")))
        return
    if current:
        _repeat(turn, f"Vous avez déjà répondu à cette question. Pour changer, écrivez «{NBSP}retour{NBSP}».")
    else:
        _repeat(turn, "Ce bouton n’est plus actif.")


def _received_files(turn: Turn, inbound: Inbound) -> None:
    question = _pending(turn)
    numbers = ",".join(str(number) for number in inbound.files)
    if question is not None and question.wants_file:
        _answer(turn, question.key, numbers)
        return
    if question is not None and question.key == "message" and inbound.text.strip():
        turn.state["answers"] = {**turn.answers, "file": numbers}
        _answer(turn, question.key, inbound.text.strip())
        return
    names = ", ".join(f"«{NBSP}{file.name}{NBSP}»" for file in shown_files(turn.session, inbound.files))
    answers = {"file": numbers, **({"message": inbound.text.strip()} if inbound.text.strip() else {})}
    turn.say(
        f"J’ai bien reçu {names}. Pour qui est ce fichier{NBSP}? Sans réponse, je l’efface dans un jour.",
        [("L’envoyer au facilitateur", {"start": "contact", "answers": answers})],
    )
    _repeat(turn, RESUMING)


def _typed(turn: Turn, text: str) -> None:
    if len(text) > LONGEST_MESSAGE:
        raise Refused(
            f"Votre message est trop long pour être lu ici (20{NBSP}000 caractères au maximum). "
            "Envoyez-le en plusieurs fois, ou en fichier."
        )
    intent = intents.anytime(text)
    if intent:
        _anytime(turn, intent)
        return
    if not intents.has_words(text):
        raise Refused("Je ne lis que les mots et les chiffres. Écrivez votre demande, ou choisissez un bouton.")
    if text.startswith("/start"):
        _start_command(turn, text.removeprefix("/start").strip())
        return
    question = _pending(turn)
    if question is not None and question.key in ALWAYS_FREE:
        _answer(turn, question.key, question.read(text))
        return
    button = button_typed(turn.session, turn.conversation, text) if question is None else None
    if button is not None:
        _follow(turn, button)
        return
    start = intents.start_of(text)
    if question is not None and (start in {None, "ask"} or (start == turn.flow and _answers(question, text))):
        _typed_in_flow(turn, question, text)
    elif start in {None, "declare"} and not looks_like_code(text) and (drafts := drafts_of(turn.register, text)):
        _begin_told(turn, drafts)
    elif start == "sign_out":
        _sign_out(turn)
    elif start is not None:
        begin(turn, start, {})
    elif looks_like_code(text):
        _sign_in_with(turn, text)
    else:
        answer_question(turn, text)


def _answers(question: Question, text: str) -> bool:
    """Tell whether a text answers the pending question: « corriger » does, under a summary."""
    try:
        question.read(text)
    except Refused:
        return False
    return True


def _begin_told(turn: Turn, drafts: Sequence[Answers]) -> None:
    """Hold the declarations that a message told, one after the other."""
    stack = turn.state.get("stack")
    later = [
        {"flow": "declare", "run": secrets.token_urlsafe(6), "answers": draft, "given": []} for draft in drafts[1:]
    ]
    turn.state["stack"] = [*(stack if isinstance(stack, list) else []), *reversed(later)]
    begin(turn, "declare", drafts[0], is_told=True)


def _told_in_flow(turn: Turn, text: str) -> bool:
    """Take a sentence that tells hours while a declaration is under way; say whether it did."""
    filled = amended(turn.register, turn.answers, text)
    if filled is not None:
        turn.state["answers"] = filled
        advance(turn)
    elif drafts := drafts_of(turn.register, text):
        _begin_told(turn, drafts)
    else:
        return False
    return True


def _typed_in_flow(turn: Turn, question: Question, text: str) -> None:
    if question.free_text and not intents.is_question(text):
        _answer(turn, question.key, question.read(text))
        return
    if question.free_text and question.key == "question":
        _answer(turn, question.key, question.read(text))
        return
    try:
        value = question.read(text)
    except Refused as refusal:
        if turn.flow == "declare" and _told_in_flow(turn, text):
            return
        if intents.is_question(text):
            answer_question(turn, text)
            _repeat(turn, RESUMING)
        elif question.wants_file and "message" in turn.answers:
            # somebody who goes on writing has no file to send: what they add belongs to the message
            turn.state["answers"] = {**turn.answers, "message": f"{turn.answers['message']}\n{text.strip()}"}
            _answer(turn, question.key, "")
        else:
            _repeat(turn, refusal.message)
        return
    _answer(turn, question.key, value)


def _start_command(turn: Turn, code: str) -> None:
    if not code:
        turn.state = {}
        welcome(turn)
        return
    _sign_in_with(turn, code)


def _sign_in_with(turn: Turn, code: str) -> None:
    conversation = turn.conversation
    try:
        person = accept_code(turn.session, turn.house, code, conversation.channel, conversation.thread)
    except Refused as refusal:
        turn.say(refusal.message, main_menu(turn.person))
        return
    turn.state = {}
    turn.become(person)
    welcome(turn, signed_in=True)


def _sign_out(turn: Turn) -> None:
    conversation = turn.conversation
    unbind(turn.session, turn.house, conversation.channel, conversation.thread)
    turn.state = {}
    turn.become(None)
    turn.say("La connexion est fermée. À bientôt.", main_menu(None))


def _anytime(turn: Turn, intent: str) -> None:
    if intent == "help":
        turn.say(HELP, main_menu(turn.person))
        _repeat(turn, RESUMING)
    elif turn.flow is None:
        turn.say(f"Il n’y a rien en cours. Que puis-je faire pour vous{NBSP}?", main_menu(turn.person))
    elif intent == "cancel":
        _leave(turn)
        _repeat(turn, "C’est annulé, rien n’a été envoyé.")
    else:
        _go_back(turn)


def _go_back(turn: Turn) -> None:
    chat, _ = _replay(turn)
    given = [key for key in chat.asked if key in turn.answers and key not in _given(turn)]
    if not given:
        turn.say(f"C’est la première question. Pour tout arrêter, écrivez «{NBSP}annuler{NBSP}».")
    else:
        turn.state["answers"] = {key: value for key, value in turn.answers.items() if key != given[-1]}
    advance(turn)


def begin(turn: Turn, flow: str, answers: dict[str, str], *, is_told: bool = False) -> None:
    """Start a flow; what was under way is kept aside and resumed afterwards.

    What the person told in a sentence (`is_told`) can be gone back to, unlike what a button gave.
    """
    if flow in SIGNED_IN_ONLY and turn.person is None:
        turn.say("Pour cela, je dois d’abord savoir qui vous êtes.")
        flow, answers = "sign_in", {}
    former = {key: turn.state[key] for key in ("flow", "run", "answers", "given") if key in turn.state}
    stack = turn.state.get("stack")
    stacked = list(stack) if isinstance(stack, list) else []
    if former.get("flow") and (former["flow"] != flow or is_told) and former["flow"] not in {"ask", "sign_in"}:
        stacked = [*stacked, former][-MOST_STACKED:]
    kept = _kept(turn)
    turn.state = {
        **kept,
        "flow": flow,
        "run": secrets.token_urlsafe(6),
        "answers": dict(answers),
        "given": [] if is_told else list(answers),
        "stack": stacked,
    }
    advance(turn)


def advance(turn: Turn) -> None:
    """Run the flow: ask its next question, or perform what it decided."""
    chat, outcome = _replay(turn)
    if isinstance(outcome, Pending):
        _ask(turn, chat, outcome.question)
        return
    turn.look_again()
    try:
        # A sentence changes nothing: it needs no savepoint.
        with nullcontext() if isinstance(outcome, Say) else turn.session.begin_nested():
            done = perform(turn, outcome)
    except Refused as refusal:
        reopened = {refusal.reopen, "agree"}  # what was typed is kept: the summary is shown again, to correct it
        if reopened & set(turn.answers):
            turn.state["answers"] = {k: v for k, v in turn.answers.items() if k not in reopened}
            _repeat(turn, refusal.message)
        else:
            _leave(turn)
            _repeat(turn, refusal.message)
        return
    _leave(turn)
    if done.text:
        turn.say(done.text, done.buttons or (None if turn.flow else main_menu(turn.person)))
    _repeat(turn, RESUMING)


def _answer(turn: Turn, key: str, value: str) -> None:
    answers = {**turn.answers, key: value}
    turn.state["answers"] = completed(turn.register, answers) if turn.flow == "declare" else answers
    advance(turn)


def _replay(turn: Turn) -> tuple[Chat, Command | Pending]:
    while True:
        chat = Chat(turn.house.today(), turn.answers)
        try:
            return chat, FLOWS[str(turn.flow)](chat, turn.register)
        except Pending as pending:
            return chat, pending
        except Reopened as reopened:
            turn.state["answers"] = {k: v for k, v in turn.answers.items() if k not in reopened.keys}


def _pending(turn: Turn) -> Question | None:
    if turn.flow is None:
        return None
    _, outcome = _replay(turn)
    return outcome.question if isinstance(outcome, Pending) else None


def _ask(turn: Turn, chat: Chat, question: Question) -> None:
    run = turn.state["run"]
    buttons: list[tuple[str, Meaning]] = [
        (option.label, {"run": run, "key": question.key, "value": option.value}) for option in question.options
    ]
    if any(key not in _given(turn) for key in chat.asked):
        buttons.append(("Retour", {"do": "back"}))
    buttons.append(("Annuler", {"do": "cancel"}))
    turn.say("\n\n".join([*chat.said, question.text]), buttons)


def _repeat(turn: Turn, sentence: str = "") -> None:
    """Say a sentence, then ask the pending question again; without one, offer the menu."""
    if turn.flow is None:
        if sentence and sentence != RESUMING:
            turn.say(sentence, main_menu(turn.person))
        return
    chat, outcome = _replay(turn)
    if not isinstance(outcome, Pending):
        advance(turn)
        return
    if sentence:
        chat.said.insert(0, sentence)
    _ask(turn, chat, outcome.question)


def _leave(turn: Turn) -> None:
    """End the flow; resume the one that was kept aside, if any."""
    stack = turn.state.get("stack")
    stacked = list(stack) if isinstance(stack, list) else []
    kept = _kept(turn)
    former = stacked.pop() if stacked else {}
    turn.state = {**kept, **former, "stack": stacked} if former else kept


def _kept(turn: Turn) -> dict[str, object]:
    return {str(key): turn.state[key] for key in ("last_question", "proposed") if key in turn.state}


def _given(turn: Turn) -> list[str]:
    found = turn.state.get("given")
    return found if isinstance(found, list) else []
