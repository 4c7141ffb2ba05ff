"""Jobs as people write them, with the codes of the ROME that they may be."""

import re

import pytest

from core.trades import CODE, TRADES, job_in, matching


@pytest.mark.parametrize(
    ("job", "codes"),
    [
        ("maçon", {"F1703"}),
        ("Aide-maçon", {"F1704"}),
        ("manœuvre", {"F1704"}),
        ("Agente d’entretien", {"K2204"}),
        ("ouvrière paysagiste", {"A1203"}),
        ("plaquiste", {"F1601", "F1604"}),
        ("peintres", {"F1606"}),
        ("F1703", {"F1703"}),
        ("préparatrice de commandes", {"N1103"}),
        ("agent de propreté urbaine", {"K2303"}),
        ("astronaute", set()),
        ("", set()),
    ],
)
def test_a_job_has_the_codes_of_its_longest_word(job: str, codes: set[str]) -> None:
    assert {trade.code for trade in matching(job)} == codes


@pytest.mark.parametrize(
    ("text", "job"),
    [
        ("embauche de Karim Haddad le 12 en CDD maçon 35 h, RSA", "maçon"),
        ("embauche de Léa Roy comme agente d’entretien, RSA", "agente d’entretien"),
        ("embauche de Paul Morin le 12", ""),
    ],
)
def test_a_sentence_holds_a_job(text: str, job: str) -> None:
    assert job_in(text) == job


def test_codes_are_those_of_the_rome_and_each_stands_once() -> None:
    codes = [trade.code for trade in TRADES]
    assert len(set(codes)) == len(codes)
    assert all(CODE.fullmatch(code.lower()) for code in codes)
    assert all(re.fullmatch(r"[a-z' ]+", word) for trade in TRADES for word in trade.words)
