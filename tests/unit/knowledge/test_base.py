"""The product's own articles: all valid, and found when asked for plainly."""

from datetime import date

import pytest

from knowledge import Library
from knowledge.articles import OWN_FOLDER
from knowledge.outside import own_outside


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load()


def test_every_article_of_the_product_is_valid_and_sourced(library: Library) -> None:
    assert len(library.articles) >= 150
    assert all(article.sources for article in library.articles.values())


@pytest.mark.parametrize(
    ("audience", "question", "expected"),
    [
        ("company", "qui est éligible ?", "public-eligibles"),
        ("company", "je connais quelqu'un au chômage je peux le prendre ?", "recrutement-personne-connue"),
        ("company", "on risque koi si on fait pas les hrs", "penalite-heures-manquantes"),
        ("company", "zéro heure ce mois ci faut le dire ?", "declaration-mois-a-zero"),
        ("company", "rqth kel papier", "public-rqth"),
        ("buyer", "La clause sociale est-elle obligatoire en 2026 ?", "droit-obligation-2026"),
        ("buyer", "À quoi sert un marché réservé ?", "levier-marche-reserve"),
        ("buyer", "cmt on calcule les heures d'insertion", "calcul-formule"),
        ("participant", "combien je vais gagner ?", "participant-salaire"),
        ("company", "What is a social clause?", "definition-clause-sociale"),
        ("buyer", "6 million euro works contract, how many hours?", "calcul-mon-marche"),
        ("company", "on bosse pas l'hiver, mes heures je les fais quand", "entreprise-saison"),
        ("company", "On nous envoie un senior tout juste inscrit au chômage. Est-ce qu'il compte ?", "public-senior"),
    ],
)
def test_plain_questions_are_answered(library: Library, audience: str, question: str, expected: str) -> None:
    answer = library.ask(question, audience=audience)
    assert (answer.outcome, answer.article) == ("answer", expected)


@pytest.mark.parametrize(
    ("previous", "question", "expected"),
    [
        ("quelle pénalité si je ne fais pas mes heures ?", "et qui la décide ?", "penalite-qui-decide"),
        ("les heures de formation comptent ?", "et les congés ?", "heures-conges-arrets"),
        ("combien de temps compte une personne en CDI ?", "et en CDD ?", "public-duree"),
        ("c'est quoi une ETTI ?", "et un GEIQ ?", "acteur-geiq"),
    ],
)
def test_the_new_words_of_a_follow_up_lead(library: Library, previous: str, question: str, expected: str) -> None:
    assert library.ask(question, audience="company", previous=previous).article == expected


@pytest.mark.parametrize(
    ("question", "launched_on", "expected"),
    [
        ("quels sont les seuils européens ?", date(2025, 5, 1), "seuil-europeens-2024"),
        ("quels sont les seuils européens ?", date(2026, 11, 1), "seuil-europeens-2026"),
        ("quels sont les seuils européens en 2026 ?", date(2025, 5, 1), "seuil-europeens-2026"),
    ],
)
def test_figures_of_a_year_are_those_of_the_consultation(
    library: Library, question: str, launched_on: date, expected: str
) -> None:
    assert library.ask(question, audience="buyer", on=launched_on).article == expected


def test_out_of_base_questions_are_hardly_ever_answered(library: Library) -> None:
    examples = own_outside().examples
    answered = [question for question in examples if library.ask(question).outcome == "answer"]
    assert len(answered) <= 0.04 * len(examples), answered


def test_no_rule_keeps_a_question_of_an_article_from_being_answered(library: Library) -> None:
    asked = [
        (question, article.audience)
        for article in library.articles.values()
        for question in (article.title, *article.questions)
        if library.outside.check(question, library.lexicon)
    ]
    assert len(asked) <= 10, asked
    lost = [question for question, audience in asked if library.ask(question, audience=audience).outcome == "handover"]
    assert lost == ["je veux causer a une vraie personne", "rappelez moi svp"]


def test_the_articles_kept_from_before_answer_as_those_read_now(library: Library) -> None:
    fresh = Library.load(OWN_FOLDER)
    assert dict(fresh.articles) == dict(library.articles)
    for article in list(library.articles.values())[::9]:
        assert library.rank(article.questions[-1]) == fresh.rank(article.questions[-1])


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Si nous refusons la clause dans notre réponse, l’offre est-elle rejetée ?", "offre-accepter"),
        ("cette pénalité est injuste, je veux la contester, comment je m’y prends ?", "penalite-contester"),
    ],
)
def test_a_rule_gives_way_to_an_article_that_is_nearly_sure(library: Library, question: str, article: str) -> None:
    answer = library.ask(question, audience="company")
    assert (answer.outcome, answer.article) == ("answer", article)


@pytest.mark.parametrize(
    "question",
    [
        "Je conteste ma pénalité de 2 400 euros, faites le nécessaire",
        "Est-ce que je garde mon RSA si je reprends un travail ?",
        "Comment remplir le cadre E du DC4 pour l’acceptation du sous-traitant ?",
        "Notre clause d’insertion est-elle légale ? Je vous la copie ici",
        "Mme Diallo est au RSA depuis 4 mois, elle rentre dans la clause ?",
    ],
)
def test_a_rule_does_not_give_way_to_an_article_that_is_only_near(library: Library, question: str) -> None:
    assert library.ask(question, audience="company").outcome == "handover"


def test_several_answers_in_one_message_are_not_followed_by_others(library: Library) -> None:
    answer = library.ask(
        "Les heures de formation comptent-elles ? Et que risque-t-on en cas de retard de déclaration ?",
        audience="company",
    )
    assert (answer.outcome, answer.reason) == ("answer", "several")
    assert "Si ce n’est pas" not in answer.text
    assert answer.text.count("Sources") == 2
