"""Questions about my contract, answered from the register, to those who may read it."""

import pytest

from core.eligibility import decide
from core.house import House
from core.terms import EligibilityStatus
from tests.cast import gather


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ("combien il me reste ?", "912,5 h"),
        ("c’est quoi ma pénalité ?", "40 € par heure non faite"),
        ("c’est quoi ma pénalité ?", "c’est l’acheteur qui décide"),
        ("quand dois-je déclarer ?", "Novembre 2026** est à déclarer avant le 10 décembre 2026"),
        ("combien d’heures je dois faire ?", "1 200 h"),
        ("est-ce que Marie Leroy compte encore ?", "Éligibilité validée"),
        ("Haddad est validé ?", "Éligibilité à valider"),
    ],
)
def test_the_company_reads_its_own_figures(house: House, asked: str, holds: str) -> None:
    cast = gather(house)
    said = cast.talk(cast.carole).says(asked).replace("\N{NO-BREAK SPACE}", " ")
    assert holds in said
    if "Marie" not in asked and "Haddad" not in asked:
        assert "CCAP, article 12" in said or "déclarer" in asked


def test_until_when_somebody_counts_is_said_with_what_prolongs(sqlite_house: House) -> None:
    cast = gather(sqlite_house)
    with cast.house.database.transaction() as session:
        decide(session, cast.house, cast.karim.id, EligibilityStatus.ACCEPTED, "", session.merge(cast.fanny))
    said = cast.talk(cast.carole).says("jusqu’à quand Karim compte ?").replace("\N{NO-BREAK SPACE}", " ")
    assert "Ses heures comptent jusqu’au 4 octobre 2028" in said
    assert "Ce qui prolonge" in said
    assert "Haddad" not in cast.talk(cast.outsider).says("jusqu’à quand Karim compte ?")


@pytest.mark.parametrize("asked", ["combien il me reste ?", "c’est quoi ma pénalité ?", "Leroy est validée ?"])
def test_the_outsider_and_the_stranger_read_nothing_of_it(house: House, asked: str) -> None:
    cast = gather(house)
    for person in (cast.outsider, None):
        said = cast.talk(person).says(asked).replace("\N{NO-BREAK SPACE}", " ")
        assert "912,5" not in said
        assert "Gros œuvre" not in said
        assert "Éligibilité validée" not in said


def test_a_stranger_is_offered_to_sign_in(house: House) -> None:
    talk = gather(house).talk(None)
    talk.says("combien d’heures il me reste à faire ?")
    assert "Me connecter" in talk.labels


def test_a_buyer_is_told_no_name(house: House) -> None:
    cast = gather(house)
    said = cast.talk(cast.alice).says("est-ce que Marie Leroy compte encore ?")
    assert "Éligibilité" not in said.split("Source")[0] or "Leroy" not in said
