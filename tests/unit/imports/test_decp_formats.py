import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.decp import Awardee, DecpContract, DecpProblem, latest, read_decp
from tests.unit.imports.open_data import (
    BUYER,
    CONCESSION,
    CONTRACT,
    EXPECTED,
    FIRM,
    HEADER_2022,
    LINE_2022,
    OTHER_FIRM,
    only,
    read,
    xml_of,
)  # fmt: skip

PUBLISHED = Path(os.environ.get("CLAUSETTE_BENCH_DATA") or Path(__file__).parents[4] / "shared") / "decp"
published = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="published open data are not on this machine")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "donnees"


def test_xml_says_the_same_as_json(path: Path) -> None:
    content = f"<marches>{xml_of('marche', CONTRACT)}{xml_of('contrat-concession', CONCESSION)}</marches>"
    contracts, problems = read(path, content)
    assert problems == []
    assert contracts[0] == EXPECTED
    assert (contracts[1].concession, contracts[1].amount) == (True, Decimal(1_500_000))


@pytest.mark.parametrize("declared", ["UTF-8", "ISO-8859-1"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_xml_is_read_whatever_its_encoding_and_what_it_declares(path: Path, declared: str, encoding: str) -> None:
    content = f'\n<?xml version="1.0" encoding="{declared}"?>\n<marches>{xml_of("marche", CONTRACT)}</marches>'
    assert only(path, content.encode(encoding)) == EXPECTED


def test_xml_with_a_namespace_is_read(path: Path) -> None:
    assert only(path, f'<marches xmlns="urn:x">{xml_of("marche", CONTRACT)}</marches>') == EXPECTED


def test_xml_cut_in_the_middle_keeps_what_was_read_and_says_the_line(path: Path) -> None:
    record = xml_of("marche", CONTRACT)
    contracts, problems = read(path, f"<marches>\n{record}\n{record[:200]}")
    assert contracts == [EXPECTED]
    assert problems == ["Enregistrement 2 : le fichier XML est abîmé ou coupé à la ligne 3, la suite n’est pas lue."]


def test_xml_that_declares_entities_is_not_read(path: Path) -> None:
    bomb = '<!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    contracts, (problem,) = read(path, f"{bomb}<marches>{xml_of('marche', CONTRACT | {'objet': '&b;'})}</marches>")
    assert contracts == []
    assert "déclarations qui ne sont pas admises" in problem


def test_the_flat_file_of_2022_is_read(path: Path) -> None:
    contract = only(path, f"\ufeff{HEADER_2022}\n{LINE_2022}\n")
    assert contract == DecpContract(
        position=2, buyer_siret=BUYER, reference="2024-07", object="D’un préau", nature="Marché",
        amount=Decimal("27364.50"), months=9, notified_on=date(2024, 12, 12), published_on=date(2024, 12, 31),
        cpv="45214200", place="57280", place_kind="Code postal", awardees=(Awardee(FIRM, "SIRET", None),),
        social=("Clause sociale", "Critère social"),
    )  # fmt: skip


def test_a_modification_of_the_flat_file_gives_the_present_state(path: Path) -> None:
    line = LINE_2022.replace(";CDL;CDL;CDL;CDL;CDL;CDL", f";1;30000;12;{OTHER_FIRM};SIRET;2025-02-01")
    contract = only(path, f"{HEADER_2022}\n{line}\n")
    assert (contract.amount, contract.months) == (Decimal(30000), 12)
    assert contract.awardees == (Awardee(OTHER_FIRM, "SIRET", None),)
    assert contract.modifications[0].notified_on == date(2025, 2, 1)


def test_the_flat_file_of_2019_knows_the_names_and_nothing_of_social_clauses(path: Path) -> None:
    header = (
        "titulaire_denominationSociale_1;titulaire_id_1;titulaire_typeIdentifiant_1;titulaire_denominationSociale_2;"
        "titulaire_id_2;titulaire_typeIdentifiant_2;id;acheteur.id;acheteur.nom;montant;considerationsSociales;"
        "booleanModification;objetModification;dureeMoisModification;montantModification"
    )
    line = f"Exemple;{FIRM};SIRET;Autre;{OTHER_FIRM};SIRET;202007;{BUYER};Ville;13568.0;;1;AVENANT 1;48;23440.0"
    contract = only(path, f"{header}\n{line}\n".encode("cp1252"))
    assert contract.awardees == (Awardee(FIRM, "SIRET", "Exemple"), Awardee(OTHER_FIRM, "SIRET", "Autre"))
    assert (contract.amount, contract.months, contract.buyer_name) == (Decimal(23440), 48, "Ville")
    assert contract.social is None


def test_the_tabular_file_gathers_the_awardees_of_the_present_version(path: Path) -> None:
    rows = [
        "id,acheteur_id,titulaire_id,titulaire_typeIdentifiant,montant,modification_id,donneesActuelles",
        f"7,{BUYER},{FIRM},SIRET,100,0,false",
        f"7,{BUYER},{FIRM},SIRET,150,1,true",
        f"7,{BUYER},{OTHER_FIRM},SIRET,150,1,true",
        f"8,{BUYER},{FIRM},SIRET,80,0,true",
    ]
    contracts, problems = read(path, "\n".join(rows))
    assert problems == []
    assert [(contract.reference, contract.amount, len(contract.awardees)) for contract in contracts] == [
        ("7", Decimal(150), 2), ("8", Decimal(80), 1),
    ]  # fmt: skip


def test_a_line_with_too_many_cells_is_refused_and_the_others_kept(path: Path) -> None:
    contracts, problems = read(path, f"{HEADER_2022}\n{LINE_2022};de trop\n{LINE_2022}\n")
    assert [contract.position for contract in contracts] == [3]
    assert problems == ["Enregistrement 2 : il a plus de cases que de titres, il n’est pas repris."]


def test_a_flat_file_without_identifiers_is_not_open_data(path: Path) -> None:
    contracts, (problem,) = read(path, "nom;prénom\nExemple;Camille\n")
    assert contracts == []
    assert "aucune colonne « id »" in problem


@published
@pytest.mark.parametrize(
    ("name", "contracts", "kept", "with_clause", "problems"),
    [
        ("Marche.xml", 2, 1, 2, 0),
        ("Contrat-concession.xml", 2, 1, 2, 2),
        ("concessions.json", 2, 2, 2, 2),
        ("marches_avec_modifications.json", 2, 2, 2, 3),
        ("marches_concessions.json", 4, 4, 4, 5),
        ("real/buyer_profile_2024-07-09.json", 5, 5, 0, 0),
        ("real/decp_consolidated_2019.csv", 9, 9, 0, 0),
        ("real/decp_consolidated_2022.csv", 9, 9, 1, 2),
    ],
)
def test_published_files_are_read_whole(name: str, contracts: int, kept: int, with_clause: int, problems: int) -> None:
    found = list(read_decp(PUBLISHED / name))
    read_contracts = [item for item in found if isinstance(item, DecpContract)]
    assert len(read_contracts) == contracts
    assert len(latest(read_contracts)) == kept
    assert sum(contract.has_social_clause for contract in read_contracts) == with_clause
    said = [item for item in found if isinstance(item, DecpProblem)]
    assert len(said) == problems
    assert all(problem.kept for problem in said)


@published
def test_the_official_examples_in_xml_read_right() -> None:
    contract = next(read_decp(PUBLISHED / "Marche.xml"))
    assert isinstance(contract, DecpContract)
    assert (contract.reference, contract.amount, contract.months, contract.cpv) == (
        "TEST2022", Decimal(575000), 48, "45000000",
    )  # fmt: skip
    concession = next(read_decp(PUBLISHED / "Contrat-concession.xml"))
    assert isinstance(concession, DecpContract)
    assert (concession.concession, concession.notified_on) == (True, date(2024, 4, 2))
    assert [awardee.kind for awardee in concession.awardees] == ["SIRET", "SIRET"]


@published
def test_the_one_clause_of_the_real_flat_file_is_found() -> None:
    found = [
        item for item in read_decp(PUBLISHED / "real/decp_consolidated_2022.csv") if isinstance(item, DecpContract)
    ]
    (lead,) = [contract for contract in found if contract.has_social_clause]
    assert (lead.reference, lead.amount, lead.months) == ("24-1065297-2", Decimal(27364), 9)


@published
def test_empty_social_columns_of_2019_are_unknown() -> None:
    found = [
        item for item in read_decp(PUBLISHED / "real/decp_consolidated_2019.csv") if isinstance(item, DecpContract)
    ]
    assert {contract.social for contract in found} == {None}
