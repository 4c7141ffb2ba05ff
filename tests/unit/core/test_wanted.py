"""What a sentence says of a need: read when said, left to be asked when not."""

from datetime import date

import pytest

from core.intents import start_of
from core.wanted import Wanted, read_month_wanted, read_wanted

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("J’ai besoin de deux maçons en janvier à Alençon", Wanted("candidates", "maçons", 2, "2027-01", "Alençon")),
        ("on cherche 3 agents d’entretien dès que possible", Wanted("candidates", "agents d’entretien", 3, "2026-11")),
        ("nous recherchons un couvreur pour décembre", Wanted("candidates", "couvreur", 1, "2026-12")),
        ("il nous faut quatre peintres à Saint-Lô", Wanted("candidates", "peintres", 4, "", "Saint-Lô")),
        ("deux maçons en janvier à Alençon", Wanted("candidates", "maçons", 2, "2027-01", "Alençon")),
        ("Besoin d’un coffreur en mars", Wanted("candidates", "coffreur", 1, "2027-03")),
        ("besoin de recrutement", Wanted("candidates")),
        ("il me faut deux personnes en mars 2028", Wanted("candidates", "", 2, "2028-03")),
        ("on cherche une formation à la sécurité pour trois personnes", Wanted("training", "sécurité", 3)),
    ],
)
def test_a_need_is_read_from_a_sentence(typed: str, expected: Wanted) -> None:
    assert read_wanted(typed, TODAY) == expected
    assert start_of(typed) == "need"


@pytest.mark.parametrize(
    "typed",
    ["il me faut une attestation", "j’ai besoin d’une réponse", "je cherche du travail", "j’ai besoin d’aide",
     "il me faut combien de gars pour 600 heures", "je cherche un conseil", "il me faut un reçu",
     "deux salariés en octobre : Leroy 84, Karim 60", "besoin d’aide", "un rappel en janvier", "besoin d’un reçu"],
)  # fmt: skip
def test_other_wishes_are_not_needs(typed: str) -> None:
    assert start_of(typed) != "need"


@pytest.mark.parametrize(
    ("typed", "month"),
    [("janvier", "2027-01"), ("Décembre", "2026-12"), ("novembre", "2026-11"), ("le mois prochain", "2026-12"),
     ("tout de suite", "2026-11"), ("mars 2028", "2028-03"), ("2027-02", "2027-02"), ("bientôt", None)],
)  # fmt: skip
def test_the_month_is_the_next_one_to_come(typed: str, month: str | None) -> None:
    assert read_month_wanted(typed, TODAY) == month
