import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.decp import Awardee, DecpContract, bought_by, latest, notified_since
from tests.unit.imports.open_data import BUYER, CONCESSION, CONTRACT, EXPECTED, FIRM, OTHER_FIRM, only, read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "donnees"


@pytest.mark.parametrize(
    "content",
    [
        {"marches": {"marche": [CONTRACT], "contrat-concession": []}},
        {"$schema": "x", "marches": {"contrat-concession": [], "marche": [CONTRACT]}, "autres": [{"id": 1}]},
        {"marches": {"marche": CONTRACT}},
        {"marches": [CONTRACT]},
        [CONTRACT],
        [[CONTRACT]],
    ],
)
def test_contracts_are_found_in_every_layout_of_the_file(path: Path, content: object) -> None:
    assert only(path, content) == EXPECTED


def test_a_concession_is_read_with_its_own_field_names(path: Path) -> None:
    contract = only(path, {"marches": {"contrat-concession": [CONCESSION]}})
    assert contract == DecpContract(
        position=1, buyer_siret=BUYER, reference="C-1", object="Piscine", nature="Concession de services",
        amount=Decimal(1_500_000), months=120, notified_on=date(2024, 4, 2), awardees=(Awardee(FIRM, "SIRET", None),),
        social=("Concession réservée",), concession=True,
    )  # fmt: skip
    assert not contract.has_social_clause


@pytest.mark.parametrize(
    "awardees",
    [
        [{"titulaire": {"typeIdentifiant": "SIRET", "id": FIRM}}, {"typeIdentifiant": "SIRET", "id": OTHER_FIRM}],
        [[[{"id": FIRM, "typeIdentifiant": "SIRET"}], [{"id": OTHER_FIRM}]]],
        {"titulaire": [{"id": FIRM}, {"id": OTHER_FIRM}, {"id": FIRM}]},
        [FIRM, OTHER_FIRM],
    ],
)
def test_awardees_are_found_wrapped_or_bare_and_nested_in_lists(path: Path, awardees: object) -> None:
    contract = only(path, [CONTRACT | {"titulaires": awardees}])
    assert contract.awardees == (Awardee(FIRM, "SIRET", None), Awardee(OTHER_FIRM, "SIRET", None))


def test_foreign_awardees_keep_their_kind_of_identifier_and_their_name(path: Path) -> None:
    foreign = {"id": "BE0000000000", "typeIdentifiant": "TVA", "denominationSociale": "Bâtisseurs d&#039;Exemple"}
    assert only(path, [CONTRACT | {"titulaires": [foreign]}]).awardees == (
        Awardee("BE0000000000", "TVA", "Bâtisseurs d'Exemple"),
    )


def test_the_format_of_2019_is_read_and_says_nothing_of_social_clauses(path: Path) -> None:
    record = {
        "_type": "Marché", "id": "202007", "acheteur.id": BUYER, "acheteur.nom": "Commune d’Exemple", "objet": "Préau",
        "lieuExecution.code": "19", "lieuExecution.typeCode": "CODE DEPARTEMENT", "dateNotification": "2020-07-30",
        "titulaires": [[{"typeIdentifiant": "SIRET", "id": FIRM, "denominationSociale": "Exemple"}]],
    }  # fmt: skip
    contract = only(path, {"marches": [record]})
    assert (contract.buyer_siret, contract.buyer_name) == (BUYER, "Commune d’Exemple")
    assert (contract.place, contract.place_kind) == ("19", "Code département")
    assert contract.social is None
    assert not contract.has_social_clause


@pytest.mark.parametrize(
    ("declared", "social"),
    [
        ({"considerationSociale": ["Clause sociale"]}, ("Clause sociale",)),
        ({"considerationSociale": "CLAUSE SOCIALE"}, ("Clause sociale",)),
        ("['Critère social', 'Clause sociale']", ("Clause sociale", "Critère social")),
        (["marché  réservé"], ("Marché réservé",)),
        ("Pas de considération sociale", ("Pas de considération sociale",)),
        ({"considerationSociale": []}, None),
        ("[]", None),
        ("MQ", None),
        (None, None),
    ],
)
def test_social_considerations_are_read_in_their_official_words(
    path: Path, declared: object, social: tuple[str, ...] | None
) -> None:
    assert only(path, [CONTRACT | {"considerationsSociales": declared}]).social == social


def test_a_clause_declared_together_with_none_is_a_lead_and_a_problem(path: Path) -> None:
    both = {"considerationSociale": ["Pas de considération sociale", "Clause sociale"]}
    (contract,), problems = read(path, [CONTRACT | {"considerationsSociales": both}])
    assert contract.has_social_clause
    assert problems == [
        "Enregistrement 1 (marché 2024-07) : considérations sociales : "
        "« Pas de considération sociale » est déclaré avec une autre."
    ]


@pytest.mark.parametrize(
    ("field", "raw", "attribute", "expected"),
    [
        ("dureeMois", "NC", "months", None),
        ("dureeMois", "24 mois", "months", 24),
        ("dureeMois", 12.0, "months", 12),
        ("montant", "27 364,50 €", "amount", Decimal("27364.50")),
        ("montant", "CDL", "amount", None),
        ("dateNotification", "2024-04-02+02:00", "notified_on", date(2024, 4, 2)),
        ("dateNotification", "2024-04-02T00:00:00Z", "notified_on", date(2024, 4, 2)),
        ("dateNotification", "02/04/2024", "notified_on", date(2024, 4, 2)),
        ("codeCPV", "INX 45214200-2", "cpv", "45214200"),
        ("codeCPV", 3000000, "cpv", "03000000"),
        ("id", "INX 2024 7", "reference", "2024 7"),
        ("id", 202407, "reference", "202407"),
        ("objet", "Lot 2 :\nD&#8217;un&nbsp;préau \u0000", "object", "Lot 2 : D’un préau"),
        ("acheteur", {"id": 1800010}, "buyer_siret", None),
        ("acheteur", {"id": "000 000 018 00010"}, "buyer_siret", BUYER),
    ],
)
def test_fields_are_read_as_publishers_write_them(
    path: Path, field: str, raw: object, attribute: str, expected: object
) -> None:
    contracts, problems = read(path, [CONTRACT | {field: raw}])
    if attribute == "buyer_siret" and expected is None:
        assert (contracts, len(problems)) == ([], 1)
    else:
        assert (getattr(contracts[0], attribute), problems) == (expected, [])


@pytest.mark.parametrize(
    ("field", "raw", "attribute", "reason"),
    [
        ("montant", 1e17, "amount", "montant : « 100000000000000000 » n’est pas un montant plausible"),
        ("montant", 0, "amount", "montant : « 0 » n’est pas un montant plausible"),
        ("montant", "voir acte", "amount", "montant : « voir acte » n’est pas un montant"),
        ("montant", {"total": 1}, "amount", "montant : ce n’est pas un texte"),
        ("dureeMois", 0, "months", "durée : « 0 » n’est pas une durée en mois"),
        ("dureeMois", "1,5", "months", "durée : « 1,5 » n’est pas une durée en mois"),
        ("dateNotification", "2024-02-31", "notified_on", "date de notification : « 2024-02-31 » n’est pas une date"),
        ("dateNotification", "0204-02-01", "notified_on",
         "date de notification : « 0204-02-01 » n’est pas une date plausible"),
        ("codeCPV", "travaux", "cpv", "code CPV : « travaux » n’est pas un code CPV"),
        ("lieuExecution", {"code": "50129", "typeCode": "Code département"}, "place_kind",
         "lieu : « 50129 » n’est pas un code de département"),
        ("considerationsSociales", "peut-être", "social",
         "considérations sociales : « peut-etre » n’est pas une considération sociale connue"),
    ],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_reported_and_left_out(
    path: Path, field: str, raw: object, attribute: str, reason: str
) -> None:
    (contract,), problems = read(path, [CONTRACT | {field: raw}])
    assert problems == [f"Enregistrement 1 (marché 2024-07) : {reason}."]
    changes: dict[str, Any] = {attribute: None} | ({"place": "50129"} if attribute == "place_kind" else {})
    assert contract == replace(EXPECTED, **changes)


def test_an_awardee_with_a_wrong_siret_is_kept_without_its_kind(path: Path) -> None:
    wrong = [{"id": "868768687576575", "typeIdentifiant": "SIRET"}]
    (contract,), (problem,) = read(path, [CONTRACT | {"titulaires": wrong}])
    assert contract.awardees == (Awardee("868768687576575", "", None),)
    assert problem.endswith("attributaire : « 868768687576575 » n’est pas un SIRET valide.")


def test_an_awardee_known_by_its_name_only_is_kept(path: Path) -> None:
    named = [{"id": None, "typeIdentifiant": "SIRET", "denominationSociale": "Maçonnerie Exemple"}]
    assert only(path, [CONTRACT | {"titulaires": named}]).awardees == (Awardee("", "", "Maçonnerie Exemple"),)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "Enregistrement 2 : il n’a pas d’identifiant, il n’est pas repris."),
        ({"id": "NC"}, "Enregistrement 2 : il n’a pas d’identifiant, il n’est pas repris."),
        ({"acheteur": None}, "Enregistrement 2 (marché 2024-07) : il n’a pas d’acheteur, il n’est pas repris."),
        (
            {"acheteur": {"id": "Ville"}},
            "Enregistrement 2 (marché 2024-07) : acheteur : l’acheteur « Ville » n’est pas désigné par un SIRET "
            "de 14 chiffres, il n’est pas repris.",
        ),
    ],
)
def test_a_record_without_identifier_or_buyer_is_refused_and_the_others_kept(
    path: Path, change: dict[str, Any], reason: str
) -> None:
    contracts, problems = read(path, [CONTRACT, CONTRACT | change, CONTRACT | {"id": "2024-08"}])
    assert [contract.reference for contract in contracts] == ["2024-07", "2024-08"]
    assert problems == [reason]


def test_a_notification_in_the_future_is_reported_and_left_out(path: Path) -> None:
    (contract,), (problem,) = read(path, [CONTRACT], today=date(2024, 12, 11))
    assert contract.notified_on is None
    assert problem.endswith("date de notification : 12/12/2024 est dans le futur.")
    assert only(path, [CONTRACT], today=date(2024, 12, 12)).notified_on == date(2024, 12, 12)


@pytest.mark.parametrize("wrapped", [True, False])
def test_modifications_give_the_present_state_by_their_dates(path: Path, wrapped: bool) -> None:
    changes: list[dict[str, Any]] = [
        {"id": 2, "dateNotificationModification": "2025-06-01", "dureeMois": 14},
        {"id": 1, "dateNotificationModification": "2025-02-01", "dureeMois": 12, "montant": 30000,
         "titulaires": [{"titulaire": {"id": OTHER_FIRM, "typeIdentifiant": "SIRET"}}]},
    ]  # fmt: skip
    published = [{"modification": change} for change in changes] if wrapped else changes
    contract = only(path, [CONTRACT | {"modifications": published}])
    assert (contract.months, contract.amount) == (14, Decimal(30000))
    assert contract.awardees == (Awardee(OTHER_FIRM, "SIRET", None),)
    assert [change.months for change in contract.modifications] == [14, 12]


def test_modifications_without_dates_apply_in_their_order(path: Path) -> None:
    contract = only(path, [CONTRACT | {"modifications": [{"dureeMois": 14}, {"dureeMois": 12}, {"montant": 1}]}])
    assert (contract.months, contract.amount) == (12, Decimal(1))


def test_the_latest_version_of_a_contract_wins(path: Path) -> None:
    changed = [{"dateNotificationModification": "2025-02-01", "datePublicationDonneesModification": "2025-02-20"}]
    versions = [
        CONTRACT | {"objet": "modifié", "modifications": changed},
        CONTRACT | {"objet": "premier"},
        CONTRACT | {"objet": "corrigé", "datePublicationDonnees": "2025-01-15"},
        CONTRACT | {"objet": "autre acheteur", "acheteur": {"id": FIRM}},
    ]
    contracts, _ = read(path, versions)
    assert [contract.object for contract in latest(contracts)] == ["modifié", "autre acheteur"]
    assert [contract.object for contract in latest(contracts[1:3])] == ["corrigé"]
    same = [contracts[1], replace(contracts[1], object="relu")]
    assert [contract.object for contract in latest(same)] == ["relu"]


def test_contracts_are_chosen_by_buyer_and_by_date() -> None:
    assert bought_by(EXPECTED, "000 000 018")
    assert not bought_by(EXPECTED, "000000026")
    assert notified_since(EXPECTED, date(2024, 12, 12))
    assert not notified_since(EXPECTED, date(2024, 12, 13))
    assert notified_since(replace(EXPECTED, notified_on=None), date(2024, 12, 31))
    assert notified_since(replace(EXPECTED, notified_on=None, published_on=None), date(2030, 1, 1))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_json_is_read_in_other_encodings_and_with_raw_line_feeds(path: Path, encoding: str) -> None:
    text = json.dumps([CONTRACT], ensure_ascii=False).replace("Préau de", "Préau\nde")
    assert only(path, text.encode(encoding)) == EXPECTED


def test_a_number_that_json_does_not_know_is_an_unknown_value(path: Path) -> None:
    text = json.dumps([CONTRACT | {"montant": float("nan"), "dureeMois": 9}])
    (contract,), _ = read(path, text)
    assert (contract.amount, contract.months) == (None, 9)


def test_json_cut_in_the_middle_keeps_what_was_read_and_says_where_it_stops(path: Path) -> None:
    whole = json.dumps({"marches": {"marche": [CONTRACT, CONTRACT | {"id": "2"}, CONTRACT | {"id": "3"}]}})
    contracts, problems = read(path, whole[: whole.index('"3"')])
    assert [contract.reference for contract in contracts] == ["2024-07", "2"]
    assert problems == ["Enregistrement 3 : le fichier JSON est abîmé ou coupé à cet endroit, la suite n’est pas lue."]


def test_json_that_is_malformed_further_on_keeps_what_was_read(path: Path) -> None:
    contracts, problems = read(path, f"[{json.dumps(CONTRACT)}, {{'id': 2}}, {json.dumps(CONTRACT)}]")
    assert len(contracts) == 1
    assert problems == ["Enregistrement 2 : le fichier JSON est abîmé ou coupé à cet endroit, la suite n’est pas lue."]


def test_records_longer_than_what_is_read_at_once_are_whole(path: Path) -> None:
    many = [CONTRACT | {"id": str(number), "description": "x" * 70_000} for number in range(12)]
    contracts, problems = read(path, {"marches": {"marche": [*many, CONTRACT | {"autre": "y" * 900_000}]}})
    assert [contract.reference for contract in contracts] == [*map(str, range(12)), "2024-07"]
    assert problems == []


@pytest.mark.parametrize(
    "content",
    [b"[" * 200_000, b'[{"a":' * 100_000, b'[{"id":' + b"9" * 20_000 + b"}]", b'[{"id":"1","montant":1e9999999999999}]',
     b"<a>" * 200_000, b"<marches><marche>" + b"<a>" * 100_000],
)  # fmt: skip
def test_absurd_depths_and_numbers_end_in_a_problem(path: Path, content: bytes) -> None:
    contracts, problems = read(path, content)
    assert contracts == []
    assert problems


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"marches": []}', b"<marches></marches>", b"id;acheteur.id\n"]
)
def test_a_file_without_any_contract_says_so(path: Path, content: bytes) -> None:
    contracts, (problem,) = read(path, content)
    assert contracts == []
    assert problem.startswith("Enregistrement 1 : a")


def test_an_archive_is_to_be_unpacked_first(path: Path) -> None:
    assert read(path, b"PK\x03\x04rest")[1] == [
        "Enregistrement 1 : ce fichier n’est ni JSON, ni XML, ni CSV (décompressez-le s’il s’agit d’une archive), "
        "la suite n’est pas lue."
    ]
