import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from knowledge.checker import checked, paragraphs_of
from knowledge.drafting import Answers, WrongAnswers, as_text, drafted, read_answers, social_considerations
from knowledge.drafting.document import Bullets, Heading, Table, Text

PROPOSALS = Path(__file__).parent / "proposals"
VARIANTS = sorted(path.stem for path in PROPOSALS.glob("*.json"))


def values(name: str, **changes: Any) -> dict[str, Any]:
    return {**json.loads((PROPOSALS / f"{name}.json").read_text(encoding="utf-8")), **changes}


def works(**changes: Any) -> Answers:
    return read_answers(values("works_lots", **changes))


def framework(**changes: Any) -> Answers:
    return read_answers(values("services_framework", **changes))


def concession(**changes: Any) -> Answers:
    chosen = {"nature": "concession", "ccag": "none", "lots": None, "hours": 600, **changes}
    return works(**chosen)


def wrong(given: object) -> tuple[str, ...]:
    with pytest.raises(WrongAnswers) as error:
        read_answers(given)
    return error.value.lines


def without(name: str, field: str) -> dict[str, Any]:
    kept = values(name)
    del kept[field]
    return kept


@pytest.mark.parametrize("name", VARIANTS)
def test_the_whole_proposal_is_the_stored_one(name: str) -> None:
    text = as_text(drafted(read_answers(values(name))))
    assert text == (PROPOSALS / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("answers", [works(), framework(), concession()], ids=["works", "framework", "concession"])
def test_every_paragraph_says_what_it_rests_on_and_no_place_is_left_unfilled(answers: Answers) -> None:
    text = as_text(drafted(answers))
    assert "{" not in text
    assert "}" not in text
    paragraphs = [block for block in drafted(answers).blocks if isinstance(block, Text)]
    assert len(paragraphs) > 20
    assert all(block.basis.startswith("Fondement\u00a0: ") for block in paragraphs)
    assert "'" not in text.replace("considerationsSociales", "")


def test_a_full_proposal_passes_the_checker() -> None:
    found = {finding.item: finding.status for finding in checked(paragraphs_of(as_text(drafted(works()))))}
    assert set(found.values()) == {"present"}


def test_what_the_buyer_leaves_out_is_what_the_checker_misses() -> None:
    text = as_text(drafted(framework())).split("ARTICLE À INSÉRER")[1]
    missing = {f.item for f in checked(paragraphs_of("Article 1 – Insertion" + text)) if f.status == "missing"}
    assert missing == {"facilitator", "penalty", "formal_notice", "penalty_cap"}


def test_the_same_hours_stand_in_every_part() -> None:
    parts = as_text(drafted(works())).split("\n\n")
    told = [part for part in parts if "1\u00a0050" in part]
    assert len(told) == 3  # article, consultation rules, commitment
    assert any(part.startswith("Lot | Désignation") for part in told)


def test_a_reserved_lot_carries_no_hours_and_is_announced_with_its_article() -> None:
    text = as_text(drafted(works()))
    assert "Le lot 3 (Espaces verts) est réservé aux structures d’insertion" in text
    assert "L.\u00a02113-13" in text
    assert "Lot 3 |" not in text


def test_a_whole_contract_may_be_reserved_without_a_clause() -> None:
    answers = works(lots=None, reserved="handicap")
    text = as_text(drafted(answers))
    assert "Le marché est réservé aux entreprises adaptées" in text
    assert "heures d’insertion" not in text
    assert social_considerations(answers) == ("Marché réservé",)


def test_a_reservation_to_the_social_economy_says_its_own_conditions_and_not_the_half_of_workers() -> None:
    text = as_text(drafted(read_answers(values("reserved_ess"))))
    assert "L.\u00a02113-15" in text
    assert "trois ans au plus" in text
    assert "50\u00a0%" not in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"months": 37}, "36 mois au plus"), ({"nature": "works", "ccag": "travaux"}, "que sur des services")],
)
def test_a_reservation_to_the_social_economy_is_for_services_and_three_years(
    changes: dict[str, Any], said: str
) -> None:
    assert any(said in line for line in wrong(values("reserved_ess", **changes)))


def test_a_concession_has_its_own_articles_and_no_commitment_form() -> None:
    text = as_text(drafted(concession()))
    assert "La présente concession" in text
    assert "L.\u00a03114-2" in text
    assert "R.\u00a03131-3" in text
    assert "CONTRAT DE CONCESSION" in text
    assert "acte d’engagement" not in text
    assert "L.\u00a02112-2" not in text
    assert "CCAG" not in text


@pytest.mark.parametrize(
    ("answers", "published"),
    [
        (works(), ("Clause sociale", "Marché réservé")),
        (framework(), ("Clause sociale", "Critère social")),
        (framework(social_criterion=False), ("Clause sociale",)),
        (concession(hours=None, reserved="siae"), ("Concession réservée",)),
    ],
)
def test_the_open_data_follow_the_answers(answers: Answers, published: tuple[str, ...]) -> None:
    assert social_considerations(answers) == published


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (works(), "Lot 2\u00a0: 140\u00a0h font moins d’un mois"),
        (works(facilitator=None), "Aucun facilitateur n’est désigné"),
        (works(ccag="none"), "Aucun CCAG n’est visé"),
        (works(ccag="moe"), "l’article d’insertion du CCAG-MOE est à vérifier"),
        (works(months=2), "2 mois d’exécution"),
        (works(penalties=None), "rien ne pourra être appliqué"),
        (works(penalties={"per_hour": 45, "formal_notice_days": 15}), "pas de plafond"),
        (works(), "100 heures non réalisées donneraient 4\u00a0500\u00a0€"),
        (works(publics=["districts"]), "quartiers prioritaires"),
        (framework(), "tranche de 100\u00a0000\u00a0€"),
    ],
)
def test_what_to_check_first_is_said(answers: Answers, said: str) -> None:
    checks = drafted(answers).checks
    assert "relire par le facilitateur" in checks[0]
    assert any(said in check for check in checks)


def test_a_verified_article_asks_for_no_verification() -> None:
    text = as_text(drafted(works(ccag="tic")))
    assert "à vérifier sur Légifrance" not in text
    assert "art.\u00a016.1" in text


def test_globalisation_review_and_penalties_appear_only_when_wanted() -> None:
    with_all, without_any = as_text(drafted(works())), as_text(drafted(framework()))
    for words in ("peut demander que ses heures soient globalisées", "Clause de réexamen", "Après une mise en demeure"):
        assert words in with_all
        assert words not in without_any


def test_blocks_are_titles_paragraphs_lists_and_tables() -> None:
    blocks = drafted(works()).blocks
    assert {type(block) for block in blocks} == {Heading, Text, Bullets, Table}
    assert all(len({len(row) for row in block.rows}) == 1 for block in blocks if isinstance(block, Table))


@pytest.mark.parametrize(
    "field",
    [
        *("nature", "buyer", "object", "months", "ccag", "publics", "modalities", "reporting_day"),
        *("penalties", "facilitator", "globalisation", "review"),
    ],
)
def test_a_missing_answer_is_one_line_that_names_its_field(field: str) -> None:
    (line,) = wrong(without("works_lots", field))
    assert line.startswith(f"{field}\u00a0: manque")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"nature": "travaux"}, "nature\u00a0: «\u00a0travaux\u00a0» inconnu (works, services"),
        ({"buyer": ""}, "buyer\u00a0: doit être un texte"),
        ({"buyer": "x" * 301}, "buyer\u00a0: dépasse 300"),
        ({"object": "Réfection\x00"}, "object\u00a0: contient des caractères"),
        ({"object": "\ud800"}, "object\u00a0: contient des caractères"),
        ({"months": 0}, "months\u00a0: «\u00a00\u00a0» n’est pas"),
        ({"months": True}, "months"),
        ({"months": "14"}, "months"),
        ({"ccag": "CCAG"}, "ccag"),
        ({"publics": []}, "publics\u00a0: liste vide"),
        ({"publics": "rsa"}, "publics\u00a0: «\u00a0rsa\u00a0» inconnu"),
        ({"publics": ["rsa", "amis"]}, "publics\u00a0: «\u00a0amis\u00a0» inconnu"),
        ({"publics": [{}]}, "publics"),
        ({"reporting_day": 31}, "reporting_day"),
        ({"globalisation": "oui"}, "globalisation\u00a0: doit être true ou false"),
        ({"proofs": "contrat"}, "proofs\u00a0: doit être une liste"),
        ({"proofs": [3]}, "proofs[0]\u00a0: doit être un texte"),
        ({"lots": {}}, "lots\u00a0: doit être une liste"),
        ({"lots": [3]}, "lots[0]\u00a0: doit être un objet"),
        ({"lots": [{"number": 1, "title": "A"}]}, "lots[0].hours\u00a0: manque"),
        ({"lots": [{"number": 1, "title": "A", "hours": -5}]}, "lots[0].hours"),
        ({"lots": [{"number": 1, "title": "A", "hours": 5, "colour": 2}]}, "lots[0].colour\u00a0: champ inconnu"),
        ({"lots": [{"number": 1, "title": "A", "hours": 5}] * 2}, "lots\u00a0: deux lots portent le même numéro"),
        ({"hours": 5}, "hours\u00a0: avec des lots"),
        ({"lots": None}, "hours\u00a0: manque"),
        ({"penalties": "45"}, "penalties\u00a0: doit être un objet"),
        ({"penalties": {"per_hour": "-4", "formal_notice_days": 15}}, "penalties.per_hour"),
        ({"penalties": {"per_hour": 0, "formal_notice_days": 15}}, "penalties.per_hour\u00a0: doit dépasser"),
        ({"penalties": {"per_hour": 45}}, "penalties.formal_notice_days\u00a0: manque"),
        ({"penalties": {"per_hour": 45, "formal_notice_days": 15, "cap": "200 %"}}, "penalties.cap"),
        ({"penalties": {"per_hour": 45, "formal_notice_days": 15, "cap": "0,05"}}, "penalties.cap"),
        ({"facilitator": {"organisation": "MDE", "email": "sans arobase"}}, "facilitator.email"),
        ({"facilitator": {"email": "a@exemple.fr"}}, "facilitator.organisation\u00a0: manque"),
        ({"color": "red"}, "color\u00a0: champ inconnu"),
    ],
)
def test_a_wrong_answer_is_said_by_its_field(changes: dict[str, Any], line: str) -> None:
    lines = wrong(values("works_lots", **changes))
    assert any(told.startswith(line) for told in lines), lines
    assert all("\n" not in told for told in lines)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"ccag": "travaux"}, "ccag\u00a0: aucun CCAG"),
        ({"framework_agreement": True}, "framework_agreement"),
        ({"reserved": "both"}, "reserved\u00a0: une concession"),
    ],
)
def test_what_a_concession_cannot_be_is_refused(changes: dict[str, Any], line: str) -> None:
    given = values("works_lots", **{"nature": "concession", "ccag": "none", "lots": None, "hours": 600, **changes})
    assert any(told.startswith(line) for told in wrong(given))


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert len(wrong({})) == 13
    assert len(wrong([])) == 1


def test_a_buyers_own_words_are_never_taken_for_places_to_fill() -> None:
    given = deepcopy(values("works_lots"))
    given["buyer"] = "Ville {hours}"
    assert "Ville {hours}" in as_text(drafted(read_answers(given)))
