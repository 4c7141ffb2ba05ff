"""The flow under way, run again from its first line: what it asks, what it decided, what is kept aside meanwhile."""

import secrets
from collections.abc import Sequence
from contextlib import nullcontext

from core import recollection
from core.acts import perform
from core.dialogue import Chat, Pending, Question, Refilled, Reopened
from core.flows import FLOWS, SIGNED_IN_ONLY, USUAL
from core.flows.commands import Command, Say
from core.flows.filling import Answers, completed
from core.flows.told import MOST_DRAFTS
from core.hours import NBSP
from core.menus import CONTACT, main_menu
from core.messages import Meaning
from core.refusal import Refused
from core.savepoint import savepoint
from core.turn import Turn

MOST_STACKED = 3 + MOST_DRAFTS
MANY_MISSED = 2
RESUMING = f"Nous en étions là{NBSP}:"


def begin(turn: Turn, flow: str, answers: dict[str, str], *, is_told: bool = False) -> None:
    """Start a flow; what was under way is kept aside and resumed afterwards.

    What the person told in a sentence (`is_told`) can be gone back to, unlike what a button gave.
    """
    if flow == "new_purchase":
        recollection.forget(turn, answers.get("forget", ""))
        flow, answers = answers.get("then", "purchase"), {}
    else:
        recollection.remember(turn)
    if flow in SIGNED_IN_ONLY and turn.person is None:
        turn.say("Pour cela, je dois d’abord savoir qui vous êtes.")
        flow, answers = "sign_in", {}
    former = {key: turn.state[key] for key in ("flow", "run", "answers", "given") if key in turn.state}
    stack = turn.state.get("stack")
    stacked = list(stack) if isinstance(stack, list) else []
    if former.get("flow") and (former["flow"] != flow or is_told) and former["flow"] not in {"ask", "sign_in"}:
        stacked = [*stacked, former][-MOST_STACKED:]
    kept, reused, usual = _kept(turn), recollection.taken_over(turn, flow), USUAL.get(flow, {})
    turn.state = {
        **kept,
        "flow": flow,
        "run": secrets.token_urlsafe(6),
        "answers": {**usual, **reused, **answers},
        "given": [] if is_told else [*usual, *answers],
        "stack": stacked,
    }
    advance(turn)


def begin_told(turn: Turn, drafts: Sequence[Answers]) -> None:
    """Hold the declarations that a message told, one after the other."""
    stack = turn.state.get("stack")
    later = [
        {"flow": "declare", "run": secrets.token_urlsafe(6), "answers": draft, "given": []} for draft in drafts[1:]
    ]
    turn.state["stack"] = [*(stack if isinstance(stack, list) else []), *reversed(later)]
    begin(turn, "declare", drafts[0], is_told=True)


def advance(turn: Turn) -> None:
    """Run the flow: ask its next question, or perform what it decided."""
    chat, outcome = _replay(turn)
    if isinstance(outcome, Pending):
        _ask(turn, chat, outcome.question)
        return
    turn.look_again()
    try:
        # A sentence changes nothing: it needs no savepoint.
        with nullcontext() if isinstance(outcome, Say) else savepoint(turn.session):
            done = perform(turn, outcome)
    except Refused as refusal:
        reopened = {refusal.reopen, "agree"}  # what was typed is kept: the summary is shown again, to correct it
        if reopened & set(turn.answers):
            turn.state["answers"] = {k: v for k, v in turn.answers.items() if k not in reopened}
            repeat(turn, refusal.message)
        else:
            leave(turn)
            repeat(turn, refusal.message)
        return
    leave(turn)
    if done.told:
        begin_told(turn, done.told)
        return
    if done.text:
        turn.say(done.text, done.buttons or (None if turn.flow else main_menu(turn.person)), files=done.files)
    repeat(turn, RESUMING)


def give(turn: Turn, key: str, value: str) -> None:
    """Give the flow an answer, then go on."""
    answers = {**turn.answers, key: value}
    turn.state.pop("missed", None)
    turn.state["answers"] = completed(turn.register, answers) if turn.flow == "declare" else answers
    advance(turn)


def _replay(turn: Turn) -> tuple[Chat, Command | Pending]:
    while True:
        chat = Chat(turn.house.today(), turn.answers)
        try:
            return chat, FLOWS[str(turn.flow)](chat, turn.register)
        except Pending as question:
            return chat, question
        except Reopened as reopened:
            turn.state["answers"] = {k: v for k, v in turn.answers.items() if k not in reopened.keys}
        except Refilled as refilled:
            turn.state["answers"] = {**turn.answers, **refilled.answers}


def pending(turn: Turn) -> Question | None:
    """Return the question that waits for its answer."""
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
    if _times_missed(turn) >= MANY_MISSED and turn.flow != CONTACT[1]["start"]:
        buttons.append(CONTACT)
    turn.say("\n\n".join([*chat.said, question.text]), buttons)


def repeat(turn: Turn, sentence: str = "") -> None:
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


def missed(turn: Turn, sentence: str) -> None:
    """Say why an answer was not understood, and ask again; from the second time on, offer somebody."""
    turn.state["missed"] = _times_missed(turn) + 1
    repeat(turn, sentence)


def _times_missed(turn: Turn) -> int:
    found = turn.state.get("missed")
    return found if isinstance(found, int) else 0


def leave(turn: Turn) -> None:
    """End the flow; resume the one that was kept aside, if any."""
    recollection.remember(turn)
    stack = turn.state.get("stack")
    stacked = list(stack) if isinstance(stack, list) else []
    kept = _kept(turn)
    former = stacked.pop() if stacked else {}
    turn.state = {**kept, **former, "stack": stacked} if former else kept


def go_back(turn: Turn) -> None:
    """Ask again the last question that the person answered."""
    chat, _ = _replay(turn)
    given = [key for key in chat.asked if key in turn.answers and key not in _given(turn)]
    if not given:
        turn.say(f"C’est la première question. Pour tout arrêter, écrivez «{NBSP}annuler{NBSP}».")
    else:
        turn.state["answers"] = {key: value for key, value in turn.answers.items() if key != given[-1]}
    advance(turn)


def _kept(turn: Turn) -> dict[str, object]:
    return {str(key): turn.state[key] for key in ("last_question", "proposed", "purchase") if key in turn.state}


def _given(turn: Turn) -> list[str]:
    found = turn.state.get("given")
    return found if isinstance(found, list) else []
