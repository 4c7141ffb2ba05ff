"""A buyer asks about one of their contracts in words; nobody else's is ever told, nor a participant's name."""

from decimal import Decimal

import pytest

from core.declarations import Work, record
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


def test_a_buyer_reads_what_is_owed_done_accepted_late_and_foreseen_without_any_name(cast: Cast) -> None:
    told = cast.talk(cast.alice).says("Où en est le lot 2 du groupe scolaire ?").replace("\u00a0", " ")
    assert "À faire : 300 h. Faites : 35 h (dont 0 h validées). Reste : 265 h" in told.replace("**", "")
    assert "Mois en retard : septembre 2026" in told
    assert "l’entreprise ne les a pas déclarés" in told
    assert "À déclarer dès que possible" not in told
    assert not any(part in told for name in PARTICIPANTS for part in name.split())


def test_the_list_of_a_buyers_contracts_says_which_months_are_late(cast: Cast) -> None:
    told = cast.talk(cast.alice).says("mes marchés").replace("\u00a0", " ")
    assert "reste 265 h sur 300 h, **1 mois en retard**" in told
    assert not any(name in told for name in PARTICIPANTS)


def test_the_forecast_is_told_to_a_buyer_once_there_is_one(cast: Cast) -> None:
    house, marie = cast.house, cast.marie
    with house.database.transaction() as session:
        record(session, house, cast.carole, cast.school.id, "2026-11", {marie.id: Work(Decimal(100))})
    told = cast.talk(cast.alice).says("Où en est le lot 1 du groupe scolaire ?")
    assert "Prévision\u00a0:" in told
    assert "% de risque" in told
