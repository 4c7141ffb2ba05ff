import pytest

from core.siret import is_siren, is_siret, read_siret, siren_of


def test_a_siret_is_read_with_or_without_spaces() -> None:
    assert read_siret(" 000 000 018 00010 ") == "00000001800010"


@pytest.mark.parametrize("text", ["00000001800011", "0000000180001", "000000018000100", "SIRET", "", "00000000000000"])
def test_a_siret_with_a_wrong_key_or_length_is_not_one(text: str) -> None:
    assert read_siret(text) is None


def test_establishments_of_la_poste_follow_their_own_rule() -> None:
    head_office, establishment = "35600000000048", "35600000009075"
    assert is_siret(head_office)
    assert is_siret(establishment)
    assert not is_siret("35600000009076")


def test_digits_of_other_scripts_are_not_a_siret() -> None:
    assert not is_siret("٠٠٠٠٠٠٠١٨٠٠٠١٠")


def test_the_siren_is_the_start_of_the_siret_and_has_its_own_key() -> None:
    assert siren_of("00000001800010") == "000000018"
    assert is_siren("000000018")
    assert not is_siren("000000019")
