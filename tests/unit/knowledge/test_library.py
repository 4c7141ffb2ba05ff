from datetime import date

import pytest

from knowledge import Library
from knowledge.decision import FEATURES, Calibration, Thresholds
from tests.unit.knowledge.shelf import TODAY, article, library, shelf

LAW = "Suis-je obligé de prévoir une clause sociale ?"
LAW_QUESTIONS = (
    "clause sociale obligatoire ou pas",
    "obligation de clause pour les acheteurs",
    "on est obliges de mettre une clause ?",
    "La clause est-elle imposée par la loi ?",
    "acheteur obligation sociale",
)


def constant(*, inside: float, right: float) -> Calibration:
    """A calibration that thinks the same of every question: the constants of its two regressions."""
    silent = (0.0,) * len(FEATURES)
    return Calibration((*silent, inside), (*silent, right), Thresholds(answer=0.5, human=0.1, sure=0.8, doubt=0.3), {})


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Quel document pour un bénéficiaire du RSA ?", "rsa"),
        ("etti c koi", "etti"),
        ("c kwa lintérim dinsertion", "etti"),
        ("on risque koi si on fait pas les hrs", "penalite"),
        ("avan kan fo declarer mes heures", "declarer"),
        ("What is a reserved contract?", "reserve"),
        ("le justificatiff pour le rsa", "rsa"),
    ],
)
def test_the_article_is_found_however_the_question_is_put(question: str, expected: str) -> None:
    assert library().rank(question).hits[0].article == expected


def test_an_answer_carries_its_sources_and_date() -> None:
    answer = library().ask("C'est quoi une ETTI ?", today=TODAY)
    assert answer.outcome == "answer"
    assert answer.article == "etti"
    assert answer.sources
    assert "Source\u00a0: Arrêté du 4 septembre 2025" in answer.text
    assert answer.text.endswith("Mis à jour le 23 novembre 2026")


def test_an_answer_begins_with_the_question_it_answers() -> None:
    assert library().ask("etti c koi").text.startswith("**Qu’est-ce qu’une ETTI ?**\n\nUne agence d’intérim")


def test_what_is_practice_is_said_so_with_what_to_check() -> None:
    text = library().shown("penalite", today=TODAY)
    assert "**À vérifier dans votre contrat\u00a0:** Le montant de la pénalité." in text
    assert "Pratique courante, à confirmer auprès du facilitateur" in text


def test_an_overdue_review_is_shown() -> None:
    assert (
        library()
        .shown("rsa", today=date(2027, 6, 1))
        .endswith("Cette fiche devait être relue avant le 23 mai 2027\u00a0: à confirmer auprès du facilitateur.")
    )


def test_an_unknown_article_raises() -> None:
    with pytest.raises(KeyError):
        library().article("absent")


def test_articles_of_the_other_audience_come_later_but_stay() -> None:
    asked = "À qui réserver un marché ?"
    buyer = library().rank(asked, audience="buyer").hits[0]
    company = next(hit for hit in library().rank(asked, audience="company").hits if hit.article == "reserve")
    assert company.score < buyer.score * 0.8


def test_a_follow_up_changes_only_the_person_asked_about() -> None:
    answer = library().ask("et pour une personne handicapée ?", previous="Quel justificatif pour le RSA ?")
    assert answer.article == "rqth"


def test_a_complete_question_forgets_the_one_before() -> None:
    answer = library().ask("C'est quoi une ETTI ?", previous="Quel justificatif pour le RSA ?")
    assert answer.article == "etti"


def test_two_questions_in_one_message_are_both_answered() -> None:
    answer = library().ask("C'est quoi une ETTI ? Et quel papier pour la RQTH ?", today=TODAY)
    assert answer.outcome == "answer"
    assert "agence d’intérim" in answer.text
    assert "La décision RQTH" in answer.text


def test_what_is_off_the_subject_in_a_message_is_said_after_the_answer() -> None:
    answer = library().ask("C'est quoi une ETTI ? Quel temps fera-t-il demain ?", today=TODAY)
    assert "agence d’intérim" in answer.text
    assert "**Pour le reste de votre message\u00a0:**" in answer.text


def test_politeness_does_not_change_the_answer() -> None:
    answer = library().ask("Bonjour, pouvez-vous me dire c'est quoi une ETTI svp ? Merci d'avance")
    assert answer.article == "etti"


def test_an_unsure_question_offers_two_to_four_articles() -> None:
    cautious = Library(shelf(), calibration=constant(inside=-1.0, right=0.5))
    answer = cautious.ask("quelle attestation faut-il")
    assert answer.outcome == "clarify"
    assert 2 <= len(answer.options) <= 4
    assert all(option.title in answer.text and option.answer for option in answer.options)
    assert answer.sources == ()


def test_an_answer_that_is_not_sure_is_followed_by_the_next_ones() -> None:
    bold = Library(shelf(), calibration=constant(inside=3.0, right=0.5))
    answer = bold.ask("quelle attestation faut-il", today=TODAY)
    assert answer.outcome == "answer"
    assert "**Si ce n’est pas tout à fait votre question\u00a0:**" in answer.text
    assert "- **Quel justificatif pour un bénéficiaire du RSA ?** Une attestation" in answer.text


def test_two_words_without_a_question_are_asked_back() -> None:
    bold = Library(shelf(), calibration=constant(inside=3.0, right=0.5))
    assert bold.ask("attestation et pénalités").outcome == "clarify"


def test_what_the_base_does_not_know_goes_to_the_facilitateur() -> None:
    answer = library().ask("Comment cultiver des tomates en serre chauffée ?")
    assert (answer.outcome, answer.article) == ("handover", None)
    assert "facilitateur" in answer.text


def test_the_law_that_answers_is_that_of_the_consultation() -> None:
    before = article("avant", LAW, "Non, c’est facultatif.", *LAW_QUESTIONS, valid_until="2026-08-21")
    after = article("apres", LAW, "Oui, au-dessus des seuils.", *LAW_QUESTIONS, valid_from="2026-08-22")
    both = Library({**shelf(), "avant": before, "apres": after})
    assert both.ask("La clause est-elle obligatoire ?", on=date(2026, 7, 1)).article == "avant"
    answer = both.ask("La clause est-elle obligatoire ?", on=date(2026, 9, 1))
    assert answer.article == "apres"
    assert "Consultation lancée le 1er septembre 2026\u00a0: nouveau régime" in answer.text


@pytest.mark.parametrize("message", ["", " ", "?!", "\n", "😀", "\x00", "a" * 20_000, "clause " * 3000, "' OR 1=1 --"])
def test_no_message_breaks_the_library(message: str) -> None:
    assert library().ask(message).text
