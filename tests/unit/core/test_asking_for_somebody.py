"""Who wants a human is heard, in anger too; who asks a question about people is answered."""

import pytest

from core.intents import start_of


@pytest.mark.parametrize(
    "typed",
    [
        "je veux un humain maintenant",
        "c'est nul votre truc, je veux qu'on me rappelle",
        "rappelez-moi au 01 99 00 00 12",
        "ça marche pas",
        "parler à quelqu’un",
        "je voudrais parler à une vraie personne",
        "comment joindre le facilitateur",
        "pouvez-vous me rappeler demain",
    ],
)
def test_a_human_is_asked_for(typed: str) -> None:
    assert start_of(typed) == "contact"


@pytest.mark.parametrize(
    "typed",
    [
        "qui contacter pour trouver une personne en insertion ?",
        "comment ça marche ?",
        "faut-il appeler la mission locale pour une personne ?",
        "que fait le facilitateur ?",
    ],
)
def test_a_question_is_not_a_call(typed: str) -> None:
    assert start_of(typed) is None
