"""Counting the inclusive structures of a spreadsheet."""

from pathlib import Path

import pytest

from core.models import Territory
from core.purchases.structures import kind_of, read_structures, structures_of
from core.refusal import Refused


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("EI", "ei"), ("Entreprise d’insertion", "ei"), ("Entreprise de travail temporaire d'insertion (ETTI)", "etti"),
        ("aci", "aci"), ("Atelier et chantier d’insertion", "aci"), ("Association intermédiaire", "ai"), ("EATT", "ea"),
        ("Entreprise adaptée", "ea"), ("ESAT", "esat"), ("GEIQ", "geiq"), ("Régie de quartier", "regie"),
        ("Entreprise", None), ("", None), ("SARL", None),
    ],
)  # fmt: skip
def test_a_kind_is_read_by_its_sigle_or_its_name(said: str, kind: str | None) -> None:
    assert kind_of(said) == kind


def test_structures_are_counted_once_and_lines_that_say_nothing_known_are_named(tmp_path: Path) -> None:
    lines = ("Annuaire 2026", "Nom;Type;SIRET", "Un;EI;00000003400017", "Deux;ETTI;00000004200010",
             "Deux encore;ETTI;000 000 042 00010", "Trois;ESAT;", "Quatre;SARL;", ";;")  # fmt: skip
    (tmp_path / "a.csv").write_text("\n".join(lines), "utf-8")
    counts, notices = read_structures(tmp_path / "a.csv")
    assert counts == {"ei": 1, "etti": 1, "esat": 1}
    assert notices == ("Ligne 7\u00a0: «\u00a0SARL\u00a0» n’est pas une sorte connue.",)


@pytest.mark.parametrize("text", ["Nom;Ville\nUn;Clairval\n", "Nom;Type\nUn;SARL\n", "Nom;Type\n"])
def test_a_table_without_any_kind_says_which_title_it_needs(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(text, "utf-8")
    with pytest.raises(Refused, match="type"):
        read_structures(tmp_path / "a.csv")


@pytest.mark.parametrize(
    "damaged", [None, {}, {"structures": []}, {"structures": {"ei": "4", "x": 3, "turnover": "?"}}]
)
def test_what_was_damaged_counts_for_nothing(damaged: dict[str, object] | None) -> None:
    known = structures_of(Territory(offer=damaged))
    assert (known.reservable, known.told, known.turnover) == (0, "", None)


def test_structures_are_told_by_family() -> None:
    known = structures_of(Territory(offer={"structures": {"ei": 5, "aci": 3, "ea": 4, "geiq": 1}}))
    assert (known.reservable, known.told) == (12, "8 SIAE, 4 EA et ESAT")
