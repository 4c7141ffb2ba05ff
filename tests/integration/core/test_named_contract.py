"""A buyer asks about one of their contracts in words; nobody else's is ever told, nor a participant's name."""

import pytest

from tests.cast import PARTICIPANTS, Cast


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Où en est le lot 1 du groupe scolaire ?", "287,5 h"),
        ("où en est le lot 2 de 2026-TX-014 ?", "300 h"),
        ("Combien d’heures sur le lot voirie ?", "Voirie Plus"),
        ("Où en est le marché de l’école Jean-Zay, lot 1 ?", "Bâti Nord"),
    ],
)
def test_a_buyer_is_told_of_the_contract_that_they_name(cast: Cast, asked: str, said: str) -> None:
    told = cast.talk(cast.alice).says(asked)
    assert said in told.replace("\u00a0", " ")
    assert not any(name in told for name in PARTICIPANTS)


def test_several_contracts_of_that_name_become_buttons(cast: Cast) -> None:
    talk = cast.talk(cast.alice)
    assert "De quel marché parlez-vous" in talk.says("Où en est le groupe scolaire ?")
    assert talk.labels[:2] == ["2026-TX-014 lot\u00a01 (Gros œuvre)", "2026-TX-014 lot\u00a02 (Voirie)"]
    assert "Voirie Plus" in talk.taps("2026-TX-014 lot\u00a02")


@pytest.mark.parametrize("who", ["bernard", "david", "olivia", None])
def test_the_contract_of_another_buyer_is_told_to_nobody(cast: Cast, who: str | None) -> None:
    told = cast.talk(getattr(cast, who) if who else None).says("Où en est le lot 1 du groupe scolaire Jean-Zay ?")
    assert "287,5" not in told
    assert "Bâti Nord" not in told


def test_a_button_of_another_buyers_contract_opens_nothing(cast: Cast) -> None:
    alice, bernard = cast.talk(cast.alice), cast.talk(cast.bernard)
    alice.says("Où en est le groupe scolaire ?")
    stolen = alice.button("2026-TX-014 lot\u00a01").data
    assert "n’est plus actif" in bernard.sends_back(stolen)
