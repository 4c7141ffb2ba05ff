"""What a turn answers: buttons, the words that work at any moment, the flow under way, or a question.

Everything here runs in the turn's transaction, after `core.understanding`.
"""

from dataclasses import replace

from core import intents
from core.amendment_told import read_amendment
from core.answering import answer_question, show_article, take_rating
from core.cases import case_for, rate_case
from core.dialogue import Question
from core.exchange import Inbound
from core.files import sent_in
from core.flows import PURCHASE_TOOLS
from core.flows.amendment import answers_of
from core.flows.exits import exits_told
from core.flows.filling import with_first_hours
from core.flows.hire_told import hire_told
from core.flows.leaving import leaving_told
from core.flows.told import amended, drafts_of
from core.hours import NBSP, plain
from core.limits import allowed
from core.menus import HELP, main_menu, menu_for, welcome_text
from core.messages import Meaning, button_typed, last_shown, meaning_of
from core.months import in_french
from core.people import accept_code, looks_like_code, unbind
from core.purchase_told import takes_purchase
from core.receiving import receive_files
from core.refusal import Refused
from core.replay import RESUMING, advance, begin, begin_told, give, go_back, leave, missed, pending, repeat
from core.subscriptions import stop
from core.terms import Channel, LetterKind
from core.turn import Turn
from core.understanding import LONGEST_MESSAGE, Understood
from core.wanted import read_wanted

LONGEST_QUESTION = 400  # beyond, a text that begins or ends like a question is the answer to what was asked
LONGEST_CHOICE = 40
NO_MORE, BACK = "no_more", "back"
OLDER = f"Vous avez répondu à un message plus ancien. Voici où nous en sommes{NBSP}:"
NOT_YET = f"Pas encore{NBSP}: rien n’est enregistré tant que vous n’avez pas répondu."
ALWAYS_FREE = frozenset({"message", "subject", "reach"})  # whatever is typed there is the answer, questions included


def welcome(turn: Turn, *, signed_in: bool = False) -> None:
    """Open a conversation, or greet somebody who has just signed in."""
    turn.say(welcome_text(turn.register, signed_in=signed_in), menu_for(turn.register))
    turn.save()


def declare_month(turn: Turn, commitment_id: int, month: str) -> None:
    """Start declaring a month of a commitment; when it is declared already, say so."""
    register = turn.register
    row = next((row for row in register.declarable if row.id == commitment_id), None)
    ready = register.awaiting.of(commitment_id, month)
    if row is not None and register.in_force(row, month) is not None:
        turn.say(f"{in_french(month).capitalize()} est déjà déclaré, merci. Il n’y a rien d’autre à faire.",
                 main_menu(turn.person))  # fmt: skip
    elif ready is not None:
        begin(turn, "declare", register.awaiting.answers_of(ready))
    else:
        begin(turn, "declare", {"commitment": str(commitment_id), "month": month})
    turn.save()


def respond(turn: Turn, inbound: Inbound, understood: Understood) -> None:
    """Answer one message."""
    turn.understood, turn.hours_file = understood.answer, understood.hours_file
    turn.reading, turn.papers, turn.has_read = understood.reading, understood.papers, understood.has_read
    try:
        _respond(turn, inbound)
    except Refused as refusal:
        repeat(turn, refusal.message)
    turn.save()


def _respond(turn: Turn, inbound: Inbound) -> None:
    if not allowed(turn.house, "message", f"{inbound.channel}:{inbound.thread}"):
        raise Refused("Vous écrivez très vite. Attendez une minute, puis reprenez. Votre message est conservé.")
    for sentence in inbound.refused_files:
        turn.say(sentence)
    here = turn.conversation
    if inbound.files:
        inbound = replace(inbound, files=sent_in(turn.session, turn.house, here.channel, here.thread, inbound.files))
    if inbound.button:
        _tapped(turn, inbound.button)
    elif inbound.files:
        receive_files(turn, inbound, turn.hours_file)
    elif inbound.text.strip() and _answers_an_older_question(turn, inbound):
        repeat(turn, OLDER)
    elif inbound.text.strip():
        _typed(turn, inbound.text)
    elif inbound.refused_files:
        repeat(turn)
    else:
        raise Refused("Je n’ai rien reçu à lire. Écrivez votre demande en quelques mots.")


def _answers_an_older_question(turn: Turn, inbound: Inbound) -> bool:
    """Tell whether « oui » or « 2 » answers a letter that is not the latest: it would be taken for another answer."""
    if inbound.asked is None or len(inbound.text) > LONGEST_CHOICE or intents.anytime(inbound.text):
        return False
    return inbound.asked < last_shown(turn.session, turn.conversation.id)


def _tapped(turn: Turn, data: str) -> None:
    meaning = meaning_of(turn.session, turn.conversation.id, data)
    if meaning is None:
        repeat(turn, "Ce bouton n’est plus actif.")
    else:
        _follow(turn, meaning)


def _follow(turn: Turn, meaning: Meaning) -> None:
    if "start" in meaning:
        given = meaning.get("answers")
        begin(turn, str(meaning["start"]), given if isinstance(given, dict) else {})
    elif "article" in meaning:
        show_article(turn, meaning)
        repeat(turn, RESUMING)
    elif "rate" in meaning:
        take_rating(turn, meaning)
        repeat(turn, RESUMING)
    elif "solved" in meaning:
        case = case_for(turn.session, turn.person, int(str(meaning["case"])), turn.conversation.id)
        turn.say(rate_case(turn.session, turn.house, case, solved=meaning["solved"] == "yes"), main_menu(turn.person))
        repeat(turn, RESUMING)
    elif "do" in meaning:
        _anytime(turn, str(meaning["do"]))
    else:
        _tapped_answer(turn, meaning)


def _tapped_answer(turn: Turn, meaning: Meaning) -> None:
    question = pending(turn)
    current = question is not None and meaning.get("run") == turn.state.get("run")
    if question is not None and current and meaning.get("key") == question.key:
        give(turn, question.key, str(meaning.get("value", "")))
        return
    if current:
        repeat(turn, f"Vous avez déjà répondu à cette question. Pour changer, écrivez «{NBSP}retour{NBSP}».")
    else:
        repeat(turn, "Ce bouton n’est plus actif.")


def _typed(turn: Turn, text: str) -> None:
    if len(text) > LONGEST_MESSAGE:
        raise Refused(
            f"Votre message est trop long pour être lu ici (20{NBSP}000 caractères au maximum). "
            "Envoyez-le en plusieurs fois, ou en fichier."
        )
    intent = _word_for_any_time(turn, text)
    if intent:
        _anytime(turn, intent)
        return
    if not intents.has_words(text):
        raise Refused("Je ne lis que les mots et les chiffres. Écrivez votre demande, ou choisissez un bouton.")
    if text.startswith("/start"):
        _start_command(turn, text.removeprefix("/start").strip())
        return
    question = pending(turn)
    if question is not None and question.key in ALWAYS_FREE:
        give(turn, question.key, question.read(text))
        return
    if (question is None and _is_button(turn, text)) or takes_purchase(turn, text):
        return
    start = _start_of(turn, text)
    is_in_flow = start in {None, "ask"} or (start == "hire" and turn.flow == "declare")
    if question is not None and (is_in_flow or _is_chosen(question, text, own=start == turn.flow)):
        _typed_in_flow(turn, question, text)
    elif start in {None, "declare"} and not looks_like_code(text) and _is_told(turn, text):
        pass
    elif start in {BACK, "sign_out"}:
        (go_back if start == BACK else _sign_out)(turn)
    elif start is not None:
        wanted = read_wanted(text, turn.house.today()).answers if start == "need" else {}
        begin(turn, start, wanted or intents.given_with(start, text))
    elif looks_like_code(text):
        _sign_in_with(turn, text)
    else:
        answer_question(turn, text)


def _is_button(turn: Turn, text: str) -> bool:
    """Take the label or the number of a button for a tap on it; say whether it was one."""
    meaning = button_typed(turn.session, turn.conversation.id, text)
    if meaning is not None:
        _follow(turn, meaning)
    return meaning is not None


def _is_told(turn: Turn, text: str) -> bool:
    """Take a sentence that tells a hire, a departure, hours, what changes in a contract; say whether it did."""
    text = intents.respaced(text)
    amendment = read_amendment(text, turn.house.today()) if turn.register.declarable else None
    if amendment is not None and amendment.is_between_companies:
        begin(turn, "amendment", answers_of(amendment, text), is_told=True)
    elif (told := hire_told(turn.register, text)) is not None:
        begin(turn, "hire", told, is_told=True)
    elif (told := leaving_told(turn.register, text)) is not None:
        begin(turn, "leave", told, is_told=True)
    elif drafts := drafts_of(turn.register, text):
        begin_told(turn, drafts)
    elif (told := exits_told(turn.register, text)) is not None:
        begin(turn, "exits", told, is_told=True)
    elif amendment is not None:
        begin(turn, "amendment", answers_of(amendment, text), is_told=True)
    elif turn.register.declarable and intents.tells_work(text):
        turn.say("Je n’ai reconnu personne dans votre message. Voyons ces heures ensemble.")
        begin(turn, "declare", {}, is_told=True)
    else:
        return False
    return True


def _start_of(turn: Turn, text: str) -> str | None:
    if turn.flow in PURCHASE_TOOLS and plain(text).strip(" .!") == "corriger":
        return BACK  # what was just said of the purchase, not a month of hours
    if turn.flow is None and turn.person is not None and intents.asks_if_done(text):
        return "follow"  # after the receipt: what was received last
    start = intents.start_of(text)
    # who looks for people without being an awardee asks a question like another
    return None if start == "need" and not turn.register.declarable else start


def _is_chosen(question: Question, text: str, *, own: bool) -> bool:
    """Tell whether a text answers the pending question: « corriger » does, under a summary."""
    if not own:
        words = plain(text).strip(" .!")
        return any(f"{plain(option.label)} ".startswith(f"{words} ") for option in question.options)
    try:
        question.read(text)
    except Refused:
        return False
    return True


def _told_in_flow(turn: Turn, text: str) -> bool:
    """Take a sentence that tells hours while a declaration is under way; say whether it did."""
    filled = amended(turn.register, turn.answers, text)
    if filled is not None:
        turn.state["answers"] = filled
        advance(turn)
    elif drafts := drafts_of(turn.register, text):
        begin_told(turn, drafts)
    else:
        return False
    return True


def _first_hours(turn: Turn, question: Question, text: str) -> bool:
    """Take the hours of the first person, typed where the way to declare is asked; say whether they were."""
    filled = with_first_hours(turn.register, turn.answers, text) if question.key == "way" else None
    if filled is None:
        return False
    turn.state["answers"] = filled
    advance(turn)
    return True


def _typed_in_flow(turn: Turn, question: Question, text: str) -> None:
    may_ask = question.key != "question" and len(text) <= LONGEST_QUESTION
    if question.free_text and not (may_ask and intents.is_question(text)):
        give(turn, question.key, question.read(text))
        return
    try:
        value = question.read(text)
    except Refused as refusal:
        if turn.flow == "declare" and (_first_hours(turn, question, text) or _told_in_flow(turn, text)):
            return
        if intents.asks_if_done(text):
            repeat(turn, NOT_YET)
            return
        is_question = intents.is_question(text)
        if not is_question and intents.may_be_a_sentence(text) and _is_told(turn, text):
            return
        if is_question or _is_answered(turn):
            answer_question(turn, text)
            repeat(turn, RESUMING)
        elif question.wants_file and "message" in turn.answers:
            # somebody who goes on writing has no file to send: what they add belongs to the message
            turn.state["answers"] = {**turn.answers, "message": f"{turn.answers['message']}\n{text.strip()}"}
            give(turn, question.key, "")
        else:
            missed(turn, refusal.message)
        return
    give(turn, question.key, value)


def _is_answered(turn: Turn) -> bool:
    """Tell whether a sentence that does not read like a question has an answer all the same."""
    return turn.understood is not None and turn.understood.outcome == "answer"


def _word_for_any_time(turn: Turn, text: str) -> str | None:
    by_mail = turn.conversation.channel is Channel.EMAIL
    return NO_MORE if turn.flow is None and intents.wants_no_more(text, by_mail=by_mail) else intents.anytime(text)


def _no_more(turn: Turn) -> None:
    if turn.person is None:
        turn.say("Vous ne recevez aucun rappel de notre part.", main_menu(None))
        return
    stop(turn.session, turn.house, turn.person, LetterKind.REMINDER)
    turn.say(
        "C’est noté, vous ne recevrez plus de rappels par e-mail. Vos reçus et les réponses du facilitateur vous "
        "parviennent toujours, et vos échéances ne changent pas.",
        main_menu(turn.person),
    )


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
    if intent == NO_MORE:
        _no_more(turn)
    elif intent == "help":
        turn.say(HELP, main_menu(turn.person))
        repeat(turn, RESUMING)
    elif turn.flow is None:
        turn.say(f"Il n’y a rien en cours. Que puis-je faire pour vous{NBSP}?", main_menu(turn.person))
    elif intent == "cancel":
        leave(turn)
        repeat(turn, "C’est annulé, rien n’a été envoyé.")
    else:
        go_back(turn)
