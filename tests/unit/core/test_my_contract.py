"""What counts as a question about one's own contract."""

import pytest

from core.my_contract import topic_of


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("combien il me reste ?", "remaining"),
        ("Combien d’heures me reste-t-il à faire", "remaining"),
        ("il nous reste combien d'heures", "remaining"),
        ("où j’en suis", "remaining"),
        ("c'est quoi ma pénalité ?", "penalty"),
        ("combien je risque si je ne fais pas mes heures", "penalty"),
        ("quand dois-je déclarer ?", "deadline"),
        ("c est quoi la date limite pr declarer mes heures", "deadline"),
        ("combien d'heures je dois faire", "owed"),
        ("mon marché se termine quand ?", "end"),
        ("quels publics pour mon marché ?", "rules"),
    ],
)
def test_a_question_on_my_contract_is_recognised(asked: str, topic: str) -> None:
    assert topic_of(asked) == topic


@pytest.mark.parametrize(
    "asked",
    [
        "c’est quoi une pénalité ?",
        "Comment est calculé le nombre d’heures ?",
        "Qui décide des pénalités ?",
        "combien d'heures compte un apprenti ?",
        "je peux prendre un stagiaire ?",
        "quand une personne est-elle éligible ?",
    ],
)
def test_a_general_question_is_left_to_the_articles(asked: str) -> None:
    assert topic_of(asked) is None
