from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from core.dialogue import Chat, Option, Pending, Question, Reopened
from core.hours import NBSP
from core.refusal import Refused

TODAY = date(2026, 11, 23)
COLOURS = (Option("red", "Rouge vif"), Option("green", "Vert pomme"), Option("blue", "Bleu nuit"))


def chat_with(**answers: str) -> Chat:
    return Chat(TODAY, {key.replace("__", "."): value for key, value in answers.items()})


def asked(ask: Callable[[Chat], object], **answers: str) -> Question:
    with pytest.raises(Pending) as pending:
        ask(chat_with(**answers))
    return pending.value.question


def order(chat: Chat) -> str:
    colour = chat.choose("colour", "Quelle couleur ?", COLOURS)
    hours = chat.hours("hours", "Combien ?")
    chat.agree("agree", f"{hours} en {colour}", change=(Option("hours", "Les heures"), Option("colour", "La couleur")))
    return f"{hours} {colour}"


def play(flow: Callable[[Chat], str], *typed: str) -> str:
    """Play a flow as the turn does: each text answers the question that waits."""
    answers: dict[str, str] = {}
    for text in (*typed, None):
        while True:
            try:
                return flow(Chat(TODAY, answers))
            except Reopened as reopened:
                answers = {key: value for key, value in answers.items() if key not in reopened.keys}
            except Pending as pending:
                if text is None:
                    raise AssertionError(pending.question.text) from None
                answers[pending.question.key] = pending.question.read(text)
                break
    raise AssertionError("unreachable")


def test_a_flow_reads_like_its_conversation() -> None:
    assert play(order, "vert", "7h30", "oui") == "7.50 green"


def test_the_first_question_without_an_answer_is_the_one_asked() -> None:
    assert asked(order).key == "colour"
    assert asked(order, colour="red").key == "hours"
    assert asked(order, hours="7").key == "colour"  # answered ahead: kept, and not asked later
    assert asked(order, colour="red", hours="7").key == "agree"


def test_an_answer_that_is_no_longer_possible_is_asked_again() -> None:
    assert asked(order, colour="purple", hours="7").key == "colour"


def test_a_question_added_by_a_new_version_of_the_flow_is_asked_and_nothing_else_is_lost() -> None:
    def longer(chat: Chat) -> str:
        chat.choose("size", "Quelle taille ?", (Option("s", "Petit"), Option("l", "Grand")))
        return order(chat)

    question = asked(longer, colour="red", hours="7")
    assert question.key == "size"
    assert asked(longer, size="s", colour="red", hours="7").key == "agree"


def test_a_single_option_is_taken_without_asking_unless_told() -> None:
    only = [Option("7", "Le seul")]
    assert chat_with().choose("which", "Lequel ?", only) == "7"
    assert asked(lambda chat: chat.choose("which", "Lequel ?", only, ask_even_one=True)).key == "which"


@pytest.mark.parametrize(("typed", "value"), [("2", "green"), ("Vert pomme", "green"), ("vert", "green"),
                                              ("BLEU", "blue"), ("nuit", "blue"), ("１", "red")])  # fmt: skip
def test_an_option_is_chosen_by_its_number_or_its_words(typed: str, value: str) -> None:
    assert asked(order).read(typed) == value


@pytest.mark.parametrize("typed", ["0", "4", "-1", "", "e", "violet", "👍", "9" * 5000, "፩", "²³"])
def test_what_chooses_nothing_is_refused_with_the_numbers(typed: str) -> None:
    with pytest.raises(Refused, match="de 1 à 3"):
        asked(order).read(typed)


@pytest.mark.parametrize("typed", ["oui", "Ok", "d’accord", "c’est bon", "1", "Oui, je confirme"])
def test_agreement_is_told_in_many_ways(typed: str) -> None:
    question = asked(order, colour="red", hours="7")
    assert question.read(typed) == question.options[0].value


def test_what_was_agreed_to_is_asked_again_when_it_changed_meanwhile() -> None:
    digest = asked(order, colour="red", hours="7").read("oui")
    assert order(chat_with(colour="red", hours="7", agree=digest)) == "7 red"
    assert asked(order, colour="red", hours="8", agree=digest).key == "agree"
    assert asked(order, colour="blue", hours="7", agree=digest).key == "agree"


def test_the_same_words_about_another_state_of_things_are_agreed_to_again() -> None:
    def flow(chat: Chat, basis: str) -> None:
        chat.agree("agree", "Aucune heure ce mois-ci.", basis=basis)

    digest = asked(lambda chat: flow(chat, "version 1")).read("oui")
    flow(chat_with(agree=digest), "version 1")
    assert asked(lambda chat: flow(chat, "version 2"), agree=digest).key == "agree"


def test_saying_no_asks_what_to_correct_then_only_that_again() -> None:
    assert play(order, "rouge", "7", "non", "Les heures", "8", "oui") == "8.00 red"


def test_a_correction_forgets_its_answers_and_the_agreement() -> None:
    with pytest.raises(Reopened) as reopened:
        order(chat_with(colour="red", hours="7", agree="change", agree__change="hours"))
    assert set(reopened.value.keys) == {"hours", "agree", "agree.change"}


def test_no_is_no_answer_where_nothing_can_be_corrected() -> None:
    question = asked(lambda chat: chat.agree("agree", "Tout est prêt."))
    with pytest.raises(Refused):
        question.read("non")


def test_only_what_was_said_since_the_last_answer_goes_out() -> None:
    def talkative(chat: Chat) -> None:
        chat.say("Bonjour.")
        chat.confirm("first", "Un ?")
        chat.say("Bien.")
        chat.confirm("second", "Deux ?")

    chat = chat_with(first="yes")
    with pytest.raises(Pending):
        talkative(chat)
    assert chat.said == ["Bien."]
    assert chat.asked == ["first"]


@pytest.mark.parametrize("typed", ["", "Li", "Marie", "Marie Leroy ?", "Marie L3roy", "a@b.fr c", "👍 👍", "x " * 60])
def test_what_is_not_a_name_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="le prénom et le nom"):
        asked(lambda chat: chat.name("name", "Qui ?")).read(typed)


@pytest.mark.parametrize("typed", ["Marie Leroy", "  Jean-Noël   D’Aubigné ", "Li Wu", "Nguyễn Thị Hoa", "محمد علي"])
def test_names_of_everywhere_are_names(typed: str) -> None:
    assert asked(lambda chat: chat.name("name", "Qui ?")).read(typed) == " ".join(typed.split())


def test_hours_worked_and_in_training_are_two_figures() -> None:
    question = asked(lambda chat: chat.work("work", "Combien ?"))
    assert chat_with(work=question.read("84 + 7 formation")).work("work", "Combien ?") == (Decimal(84), Decimal(7))


def test_a_day_stays_between_its_limits() -> None:
    first, last = date(2026, 9, 1), date(2026, 10, 31)
    question = asked(lambda chat: chat.day("day", "Quand ?", first=first, last=last))
    assert question.read("12/10") == "2026-10-12"
    assert question.read("1er septembre") == "2026-09-01"
    for typed, reason in (("31/08/2026", "comprise entre"), ("1/11/2026", "comprise entre"), ("un jour", "reconnu")):
        with pytest.raises(Refused, match=reason):
            question.read(typed)


def test_a_month_is_one_that_is_offered_or_another_one_that_is_possible() -> None:
    def ask(chat: Chat) -> str:
        offered = [Option("2026-09", "septembre 2026"), Option("2026-10", "octobre 2026")]
        return chat.month("month", "Quel mois ?", offered, refuse=lambda m: "Trop tard." if m < "2026-01" else None)

    question = asked(ask)
    assert question.read("octobre") == "2026-10"
    assert question.read("août 2026") == "2026-08"
    with pytest.raises(Refused, match="Trop tard"):
        question.read("10/2025")
    with pytest.raises(Refused):
        question.read("bientôt")
    assert asked(ask, month="2025-10").key == "month"


@pytest.mark.parametrize("typed", ["", "   ", "\n"])
def test_an_empty_text_is_not_an_answer(typed: str) -> None:
    with pytest.raises(Refused, match="rien reçu"):
        asked(lambda chat: chat.text("text", "Quoi ?")).read(typed)


def test_a_text_over_the_limit_is_refused_with_both_figures() -> None:
    with pytest.raises(Refused, match=f"4{NBSP}001 caractères, 4000 au maximum"):
        asked(lambda chat: chat.text("text", "Quoi ?")).read("a" * 4001)


def test_a_file_is_waited_for_or_declined() -> None:
    question = asked(lambda chat: chat.file("file", "Un fichier ?", none="Sans fichier"))
    assert question.wants_file
    assert question.read("non") == question.read("Sans fichier") == question.read("1") == ""
    with pytest.raises(Refused, match="J’attends un fichier"):
        question.read("le voici")
    assert chat_with(file="").file("file", "Un fichier ?", none="Sans fichier") is None
    assert chat_with(file="12").file("file", "Un fichier ?", none="Sans fichier") == "12"


def test_a_suggestion_is_chosen_by_its_number_and_another_text_is_kept() -> None:
    question = asked(lambda chat: chat.text("reason", "Pourquoi ?", suggestions=COLOURS))
    assert question.read("2.") == "green"
    assert question.read("Le chef l’a voulu") == "Le chef l’a voulu"


def test_options_go_by_number_unless_a_number_is_an_answer_in_itself() -> None:
    assert asked(lambda chat: chat.choose("colour", "Laquelle ?", COLOURS)).goes_by_number
    assert asked(lambda chat: chat.agree("agree", "D’accord ?")).goes_by_number
    how_many = asked(lambda chat: chat.value("count", "Combien ?", str, suggestions=COLOURS))
    assert not how_many.goes_by_number
