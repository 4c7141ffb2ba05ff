"""A purchase told in asking for its hours or its clause is taken as it is said, and nothing else is."""

import pytest

from core.purchases.asked import purchase_asked
from core.purchases.lots import lots_of, total_of

PURCHASES = {
    "marché de nettoyage 400k sur 4 ans, combien d'heures ?": ("services", "nettoyage", 400_000, "48"),
    "je veux une clause pour un marché de travaux 2M€ 14 mois": ("works", None, 2_000_000, "14"),
    "Combien d’heures pour 300 000 € d’espaces verts sur trois ans ?": ("services", "espaces verts", 300_000, "36"),
    "on voudrait mettre une clause, peinture de l'école, 80 000 euros": ("works", "peinture", 80_000, None),
    "calculer les heures, travaux de voirie 1,2 million d'euros HT": ("works", "voirie", 1_200_000, None),
    "combien d'heures à 35 € de l'heure pour 500 k€ de gardiennage": ("services", "gardiennage", 500_000, None),
    "nettoyage 400 k€, un an renouvelable 3 fois, combien d'heures ?": ("services", "nettoyage", 400_000, None),
    "nettoyage 100k par an sur 4 ans, combien d'heures ?": ("services", "nettoyage", None, "48"),
    "3 lots de travaux à 400k, combien d'heures d'insertion ?": ("works", None, None, None),
    "travaux 480 000 € sur 0 mois, combien d'heures ?": ("works", None, 480_000, None),
    "travaux 480 000 € TTC, combien d'heures ?": ("works", None, None, None),
}
OTHERWISE = (
    "combien d'heures pour un marché de nettoyage ?",
    "suis-je obligé de mettre une clause dans un marché de travaux de 2 M€ ?",
    "puis-je mettre une clause sociale sous 90 000 € ?",
    "on a gagné un marché de 400k, combien d'heures ?",
    "combien d'heures je dois faire pour un marché de 400 000 € ?",
    "combien d'heures il me reste sur le marché à 400 000 € ?",
    "combien d'heures pour 14 mois",
    "la pénalité est de 45 € par heure, combien d'heures manquent ?",
    "combien d'heures à 35 € de l'heure ?",
    "mon marché de travaux fait 2M€ et dure 14 mois",
)


@pytest.mark.parametrize("text", PURCHASES)
def test_a_purchase_is_taken_as_it_is_told(text: str) -> None:
    found = purchase_asked(text)
    assert found is not None
    amount = total_of(lots_of(found["lots"])) if "lots" in found else None
    assert (found.get("nature"), found.get("trade"), amount, found.get("months")) == PURCHASES[text]


@pytest.mark.parametrize("text", OTHERWISE)
def test_what_has_an_article_or_is_about_a_contract_won_is_left_to_them(text: str) -> None:
    assert purchase_asked(text) is None
