import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.checker import GAP, Finding, Paragraph, Status, checked, paragraphs_of
from knowledge.checker.folding import folded
from knowledge.checker.items import Item, own_checklist

DRAFTS = Path(__file__).parent / "drafts"
MINIMUM = {"perimeter", "facilitator", "publics", "hours"}
ITEMS = [item.id for item in own_checklist().items]


def findings(text: str) -> dict[str, Finding]:
    return {finding.item: finding for finding in checked(paragraphs_of(text))}


def draft(name: str) -> str:
    return (DRAFTS / f"{name}.txt").read_text(encoding="utf-8")


def with_status(name: str, status: Status) -> set[str]:
    return {item for item, finding in findings(draft(name)).items() if finding.status == status}


@pytest.mark.parametrize(
    ("name", "present", "contradiction"),
    [
        ("complete_works", set(ITEMS), set()),
        (
            "framework_services",
            {*MINIMUM, "validation", "proofs", "frequency", "subcontracting", "penalty", "penalty_cap"},
            set(),
        ),
        ("one_sentence", {"hours"}, set()),
        ("article_in_contract", {*MINIMUM, "validation"}, set()),
        ("two_volumes", {"perimeter", "facilitator", "publics", "duration"}, {"hours"}),
        ("two_days", {"facilitator", "publics", "hours", "validation", "duration"}, {"frequency"}),
        ("blanks", {"frequency"}, set()),
        ("denials", {"perimeter", "publics", "hours"}, set()),
        ("no_insertion", set(), set()),
        ("phases", {"perimeter", "hours", "penalty"}, set()),
        ("old_contract", {*MINIMUM, "modalities", "validation", "proofs", "frequency", "penalty"}, set()),
        ("buyer_mail", {"publics", "hours", "frequency", "penalty", "formal_notice", "duration"}, set()),
        ("reference_only", {"publics"}, set()),
    ],
)
def test_each_draft_is_read_as_a_person_would(name: str, present: set[str], contradiction: set[str]) -> None:
    assert with_status(name, "present") == present
    assert with_status(name, "contradiction") == contradiction
    assert with_status(name, "missing") == set(ITEMS) - present - contradiction


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("path", sorted(DRAFTS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_quote_is_in_the_draft_word_for_word(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for finding in findings(text).values():
        assert all(plain(part) in plain(text) for part in finding.quote.split(GAP))


@pytest.mark.parametrize("path", sorted(DRAFTS.glob("*.txt")), ids=lambda path: path.stem)
def test_what_is_present_is_quoted_and_what_is_not_has_a_proposal(path: Path) -> None:
    for finding in findings(path.read_text(encoding="utf-8")).values():
        assert bool(finding.quote) or finding.status == "missing"
        assert bool(finding.proposal) == (finding.status != "present")
        assert finding.source.title


def test_a_contradiction_quotes_both_passages() -> None:
    hours = findings(draft("two_volumes"))["hours"]
    assert "500 heures" in hours.quote
    assert "560 heures" in hours.quote
    assert "140" not in hours.quote


def test_a_facilitator_without_contact_is_quoted_and_asked_for_one() -> None:
    found = findings("Clause d’insertion\nLe facilitateur accompagne le titulaire.")["facilitator"]
    assert (found.status, found.quote) == ("missing", "Le facilitateur accompagne le titulaire.")
    assert "courriel" in found.proposal


def test_a_penalty_without_amount_is_not_a_penalty() -> None:
    found = findings("Clause d’insertion\nDes pénalités sont appliquées si les heures ne sont pas faites.")["penalty"]
    assert found.status == "missing"
    assert "montant" in found.proposal


@pytest.mark.parametrize(
    "sentence",
    [
        "Le titulaire intervient dans les 48 heures et respecte la clause d’insertion.",
        "Les personnes en insertion travaillent 35 heures par semaine.",
        "La pénalité d’insertion est due pour 100 heures non réalisées.",
        "Par exemple, 200 heures d’insertion sur le lot 2.",
    ],
)
def test_hours_that_commit_to_nothing_are_no_volume(sentence: str) -> None:
    assert findings(f"Clause d’insertion\n{sentence}")["hours"].status == "missing"


@pytest.mark.parametrize(
    "sentence",
    [
        "Le titulaire réalise 1\u202f200 heures d’insertion.",
        "Le titulaire réalise 1.200 heures d’insertion.",
        "Le titulaire réalise cinq cents (500) heures d’insertion.",
        "Nombre d’heures d’insertion : 500",
        "Volume minimum : 87,5 h d’insertion",
        "10 % des heures du marché sont réservées à l’insertion.",
    ],
)
def test_a_volume_is_read_in_its_many_forms(sentence: str) -> None:
    assert findings(f"Clause d’insertion\n{sentence}")["hours"].status == "present"


@pytest.mark.parametrize(
    ("text", "contradicts"),
    [
        ("Lot 1 : 500 heures d’insertion.\nLot 1 : 500 heures d’insertion.", False),
        ("Lot 1 : 500 heures d’insertion.\nLot n° 1 : 501 heures d’insertion.", True),
        ("Lot 1 : 500 heures d’insertion.\nLot 11 : 300 heures d’insertion.", False),
        ("500 heures d’insertion pour le lot 1 et 300 heures pour le lot 2.\nLot 2 : 300 heures d’insertion.", False),
        ("500 heures d’insertion pour le lot 1 et 300 heures pour le lot 2.\nLot 2 : 500 heures d’insertion.", True),
        ("Le titulaire réalise 500 heures d’insertion.\nIl réalise 600 heures d’insertion.", True),
        ("Le titulaire réalise 500 heures d’insertion.\nLot 1 : 200 heures d’insertion.", False),
        ("Lots 1 et 2 : 500 heures d’insertion.\nLot 1 : 200 heures d’insertion.", False),
        ("Lot 1 : 500 heures d’insertion, dont 100 heures de contrats longs.\nLot 1 : 500 heures d’insertion.", False),
        ("Lot 1 : 400 heures d’insertion au lieu de 500 heures.\nLot 1 : 400 heures d’insertion.", False),
        (
            "Lot | Heures d’insertion\nLot 1 | 500\nLot 2 | 300\nLe titulaire du lot 1 réalise 450 heures d’insertion.",
            True,
        ),
        (
            "Lot | Heures d’insertion\nLot 1 | 500\nLot 2 | 300\nLe titulaire du lot 1 réalise 500 heures d’insertion.",
            False,
        ),
    ],
)
def test_only_two_volumes_of_the_same_lot_contradict_each_other(text: str, contradicts: bool) -> None:
    assert (findings(f"Clause d’insertion\n{text}")["hours"].status == "contradiction") == contradicts


@pytest.mark.parametrize(
    ("text", "contradicts"),
    [
        ("Il déclare avant le 5 du mois.\nIl déclare avant le 5 de chaque mois.", False),
        ("Il déclare avant le 5 du mois.\nIl déclare au plus tard le 15 du mois suivant.", True),
        ("Il déclare avant le 5 du mois.\nLe comité se réunit avant le 20 du mois.", False),
    ],
)
def test_two_reporting_days_contradict_each_other(text: str, contradicts: bool) -> None:
    assert (findings(f"Clause d’insertion\n{text}")["frequency"].status == "contradiction") == contradicts


def test_two_hourly_penalties_contradict_each_other() -> None:
    one, other = "Pénalité : 40 € par heure non réalisée.", "Pénalité de 60 € HT par heure d’insertion manquante."
    assert findings(f"Clause d’insertion\n{one}\n{other}")["penalty"].status == "contradiction"


def test_a_heading_styled_by_the_word_processor_opens_the_clause() -> None:
    paragraphs = (
        Paragraph("Prix", 1),
        Paragraph("Une pénalité de 10 € est due par jour de retard."),
        Paragraph("Clause d’insertion", 1),
        Paragraph("Publics", 2),
        Paragraph("Les bénéficiaires du RSA."),
        Paragraph("Pénalités", 2),
        Paragraph("45 € par heure non réalisée."),
        Paragraph("Litiges", 1),
        Paragraph("Toute difficulté d’exécution est portée devant le tribunal."),
    )
    found = {finding.item: finding for finding in checked(paragraphs)}
    assert found["penalty"].quote == f"Pénalités{GAP}45 € par heure non réalisée."
    assert found["publics"].status == "present"
    assert found["difficulties"].status == "missing"


def test_lines_cut_by_a_page_are_joined() -> None:
    assert [p.text for p in paragraphs_of("Le titulaire réalise\n500 heures\nd’insertion.\n\nFin.")] == [
        "Le titulaire réalise",
        "500 heures d’insertion.",
        "Fin.",
    ]


@given(st.text(max_size=200))
def test_folding_keeps_every_letter_in_its_place(text: str) -> None:
    assert len(folded(text)) == len(text)


@settings(max_examples=40)
@given(st.lists(st.sampled_from(re.split(r"(?<=[.;])\s", draft("complete_works"))), max_size=30))
def test_any_mixture_of_sentences_is_read_and_quoted_word_for_word(sentences: list[str]) -> None:
    text = "\n".join(sentences)
    for finding in findings(text).values():
        assert all(plain(part) in plain(text) for part in finding.quote.split(GAP))


def test_a_very_long_line_costs_little() -> None:
    assert len(findings("insertion professionnelle 1 1 1 1 heures " * 2_000)) == len(ITEMS)


@pytest.mark.parametrize("item", own_checklist().items, ids=lambda item: item.id)
def test_every_item_proposes_a_text_in_french(item: Item) -> None:
    assert len(item.proposal) > 60
    assert "'" not in item.proposal + item.partial
    assert bool(item.partial) == (item.needs is not None)
