"""What of a text says who somebody is."""

import pytest

from core.masking import MASK, addresses_in, masked, names_in, phones_in, without_names

WORDS = (
    "je dois faire quoi pour compte encore est ce que le la les de d un une et qui petit boulanger a son sa mon numero "
    "appelez heures penalite il elle nouveau pas doit comment declarer travaille chez lundi"
)
FRENCH = set(WORDS.split())
TRADE = {"rsa", "qpv", "declarer", "heures", "penalite", "cdd", "etti", "article"}


def sent(text: str, *names: str) -> str:
    return masked(text, names, is_french=FRENCH.__contains__, is_trade=TRADE.__contains__)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Karim compte encore pour le RSA ?", "Karim"),
        ("est-ce que karim haddad compte encore ?", "haddad"),
        ("est-ce que Mme Petit compte encore ?", "Petit"),
        ("est-ce que monsieur boulanger compte ?", "boulanger"),
        ("que dois je faire pour Petit ?", "Petit"),
        ("que dois je faire pour Jean-Pierre ?", "Pierre"),
        ("appelez le 06 12 34 56 78", "12"),
        ("appelez le +33612345678", "612345678"),
        ("mon numero est 123 456 789 00012", "456"),
        ("j.dupont@exemple.fr doit declarer", "dupont"),
        ("le nouveau de chez Bâti-Nord", "Nord"),
        ("il doit 1 200 heures", "200"),
    ],
)
def test_what_leaves_the_house_names_nobody(text: str, secret: str) -> None:
    assert secret not in sent(text)
    assert MASK in sent(text)


def test_the_question_itself_leaves_whole() -> None:
    question = "Que dit l’article L2112-2 ? Comment declarer les heures de RSA, QPV et CDD ?"
    assert masked(question, (), is_french=lambda word: True, is_trade=lambda word: True) == question


def test_a_name_of_the_register_is_masked_even_when_it_is_a_word_of_the_trade() -> None:
    assert sent("petit doit declarer", "Sonia Petit") == f"{MASK} doit declarer"
    assert sent("petit doit declarer") == "petit doit declarer"


def test_addresses_and_phones_are_found() -> None:
    text = (
        "Écrivez à (fanny@exemple.fr), ou au 01 99 00 00 01, ou au 01.99.00.00.02. Marché 2026-014, 35 heures, 12/2026."
    )
    assert addresses_in(text) == ["fanny@exemple.fr"]
    assert phones_in(text) == ["01 99 00 00 01", "01.99.00.00.02"]


def test_names_are_found_in_full_or_when_written_like_a_name() -> None:
    cast = ["Sonia Petit", "Karim Haddad", "Bâti Nord"]
    assert names_in("Un petit chantier au nord", cast) == []
    assert names_in("Pour Petit, rien ne change", cast) == ["Sonia Petit"]
    assert names_in("karim haddad ou KARIM  HADDAD", cast) == ["Karim Haddad"]
    assert names_in("bâti-nord n’a rien déclaré", cast) == ["Bâti Nord"]


def test_a_question_without_names_still_reads() -> None:
    cast = ["Marie Leroy", "Bâti Nord"]
    text = "Est-ce que Marie Leroy (marie@exemple.fr, 06 12 34 56 78) compte encore ? Et Mme Haddad ? Un petit doute."
    said = without_names(text, cast)
    assert said == f"Est-ce que cette personne ({MASK}, {MASK}) compte encore ? Et cette personne ? Un petit doute."
