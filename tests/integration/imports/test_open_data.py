import json
import os
import tracemalloc
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.hours import NBSP
from core.house import House
from core.importing import DecpImported, import_contracts, import_decp
from core.models import Commitment
from core.purchases.comparison import Compared, compared, told_comparison
from core.terms import CommitmentStatus, ContractNature
from tests.integration.imports.tables import SCHOOL, changes, commitments, held, table
from tests.unit.imports.open_data import BUYER, CONCESSION, CONTRACT, FIRM, HEADER_2022, LINE_2022, OTHER_FIRM, xml_of

NOTHING = DecpImported(0, 0, 0, 0, 0, 0, 0, (), 0, 0)
PUBLISHED = Path(os.environ.get("CLAUSETTE_BENCH_DATA", Path(__file__).parents[4] / "shared")) / "decp"
NO_CLAUSE = {"considerationsSociales": {"considerationSociale": ["Pas de considération sociale"]}}


def imported(house: House, folder: Path, *records: dict[str, Any], **chosen: Any) -> DecpImported:
    path = folder / "decp.json"
    path.write_text(json.dumps({"marches": {"marche": records}}), "utf-8")
    return import_decp(house, path, **chosen)


def only(house: House) -> Commitment:
    (commitment,) = commitments(house)
    return commitment


def test_a_contract_with_a_clause_becomes_a_commitment_to_complete(house: House, tmp_path: Path) -> None:
    assert imported(house, tmp_path, CONTRACT) == replace(NOTHING, read=1, kept=1, created=1)
    lead = only(house)
    assert (lead.committed_hours, lead.status, lead.lot) == (None, CommitmentStatus.TO_COMPLETE, "")
    assert (lead.starts_on, lead.ends_on) == (date(2024, 12, 12), date(2025, 9, 11))
    assert (lead.awardee.siret, lead.awardee.name) == (FIRM, f"SIRET {FIRM}")
    contract = lead.contract
    assert (contract.buyer.siret, contract.reference, contract.decp_id) == (BUYER, "2024-07", f"{BUYER}2024-07")
    assert (contract.object, contract.amount) == ("Préau de l’école", Decimal("27364.50"))
    assert (contract.notified_on, contract.cpv, contract.place) == (date(2024, 12, 12), "45214200", "57280")


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"marches": {"marche": [CONTRACT]}}),
        f"<marches>{xml_of('marche', CONTRACT)}</marches>",
        f"{HEADER_2022}\n{LINE_2022}\n",
    ],
    ids=["json", "xml", "csv"],
)
def test_each_format_enters_and_importing_it_again_changes_nothing(
    sqlite_house: House, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "decp"
    path.write_text(content, "utf-8")
    assert import_decp(sqlite_house, path) == replace(NOTHING, read=1, kept=1, created=1)
    before = held(sqlite_house)
    assert import_decp(sqlite_house, path) == replace(NOTHING, read=1, kept=1, unchanged=1)
    assert held(sqlite_house) == before


def test_contracts_without_clause_or_of_which_nothing_is_said_are_counted_apart(house: House, tmp_path: Path) -> None:
    unknown = {key: value for key, value in CONTRACT.items() if key != "considerationsSociales"} | {"id": "2"}
    done = imported(house, tmp_path, CONTRACT, unknown, CONTRACT | NO_CLAUSE | {"id": "3"}, CONCESSION)
    assert done == replace(NOTHING, read=4, kept=1, created=1, without_clause=2, unknown_social=1)
    assert held(house).contracts == 1


def test_each_awardee_of_a_group_owes_apart_and_a_concession_is_one(house: House, tmp_path: Path) -> None:
    group = [{"concessionnaire": {"typeIdentifiant": "SIRET", "id": each}} for each in (FIRM, OTHER_FIRM)]
    clause = {"considerationSociale": ["Clause sociale"]}
    imported(house, tmp_path, CONCESSION | {"concessionnaires": group, "considerationsSociales": clause})
    leads = commitments(house)
    assert [lead.awardee.siret for lead in leads] == [FIRM, OTHER_FIRM]
    assert {lead.contract.nature for lead in leads} == {ContractNature.CONCESSION}


def test_an_awardee_without_siret_is_named_by_its_identifier_and_found_again(house: House, tmp_path: Path) -> None:
    foreign = {"typeIdentifiant": "TVA", "id": "BE0000000000", "denominationSociale": "Bâtisseurs d’Exemple"}
    named = {"denominationSociale": "Maçonnerie Exemple"}
    record = CONTRACT | {"titulaires": [foreign, named]}
    imported(house, tmp_path, record)
    names = [lead.awardee.name for lead in commitments(house)]
    assert names == ["Bâtisseurs d’Exemple (TVA BE0000000000)", "Maçonnerie Exemple"]
    assert imported(house, tmp_path, record).unchanged == 1


def test_the_last_version_wins_wherever_it_stands_and_importing_again_changes_nothing(
    house: House, tmp_path: Path
) -> None:
    newer = CONTRACT | {"objet": "Préau et cour", "datePublicationDonnees": "2025-02-01"}
    others = [CONTRACT | {"id": f"autre-{number}"} for number in range(600)]
    records = [newer, CONTRACT | {"objet": "ancien"}, *others, CONTRACT]
    done = imported(house, tmp_path, *records)
    assert (done.read, done.kept, done.created) == (603, 601, 601)
    assert commitments(house)[0].contract.object == "Préau et cour"
    before = held(house)
    assert imported(house, tmp_path, *records).unchanged == 601
    assert held(house) == before


def test_a_clause_withdrawn_by_a_later_version_is_no_lead(house: House, tmp_path: Path) -> None:
    withdrawn = CONTRACT | NO_CLAUSE | {"datePublicationDonnees": "2025-02-01"}
    assert imported(house, tmp_path, withdrawn, CONTRACT).kept == 0
    assert held(house).contracts == 0


def test_a_later_publication_updates_what_nobody_completed(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, CONTRACT)
    longer = {"dateNotificationModification": "2025-02-01", "dureeMois": 12, "montant": 30000}
    assert imported(house, tmp_path, CONTRACT | {"modifications": [longer]}).updated == 1
    assert (only(house).ends_on, only(house).contract.amount) == (date(2025, 12, 11), Decimal(30000))
    assert changes(house, "contract") == ["amount 27364.5 → 30000"]


def test_open_data_never_overwrites_what_the_facilitateur_gave(house: House, tmp_path: Path) -> None:
    own = SCHOOL | {"attributaire_siret": FIRM, "Référence du marché": "2024-07", "montant HT": ""}
    import_contracts(house, table(tmp_path, own))
    assert imported(house, tmp_path, CONTRACT).updated == 1
    commitment = only(house)
    assert (commitment.committed_hours, commitment.starts_on) == (Decimal(1200), date(2026, 5, 4))
    assert commitment.contract.object == "Réhabilitation du groupe scolaire"
    assert (commitment.contract.amount, commitment.contract.cpv) == (Decimal("27364.50"), "45214200")
    assert imported(house, tmp_path, CONTRACT).unchanged == 1


def test_a_table_completes_the_lead_of_the_open_data(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, CONTRACT)
    own = SCHOOL | {"attributaire_siret": FIRM, "Référence du marché": "2024-07", "date de début": ""}
    assert import_contracts(house, table(tmp_path, own)).updated == 1
    completed = only(house)
    assert (completed.lot, completed.committed_hours, completed.status) == ("1", Decimal(1200), CommitmentStatus.ACTIVE)
    assert (completed.awardee.name, completed.contract.buyer.name) == ("Bâti Nord", "Ville de Clairval")
    assert completed.starts_on == date(2024, 12, 12)
    assert imported(house, tmp_path, CONTRACT).unchanged == 1
    assert len(commitments(house)) == 1


def test_the_buyer_and_the_day_choose_what_is_kept(house: House, tmp_path: Path) -> None:
    other = CONTRACT | {"id": "autre", "acheteur": {"id": OTHER_FIRM}}
    old = CONTRACT | {"id": "ancien", "dateNotification": "2023-12-31"}
    done = imported(house, tmp_path, CONTRACT, other, old, buyer="000000018", since=date(2024, 1, 1))
    assert (done.read, done.kept, done.created) == (3, 1, 1)
    assert only(house).contract.reference == "2024-07"


def test_bad_records_are_reported_with_their_place_and_the_good_ones_kept(house: House, tmp_path: Path) -> None:
    nobody = CONTRACT | {"id": "2", "acheteur": None}
    bad_amount = CONTRACT | {"id": "3", "montant": "voir acte"}
    irrelevant = CONTRACT | NO_CLAUSE | {"id": "4", "montant": "voir acte"}
    done = imported(house, tmp_path, CONTRACT, nobody, bad_amount, irrelevant)
    assert (done.created, done.bad_count, done.left_out) == (2, 2, 1)
    assert [str(problem).replace(NBSP, " ") for problem in done.bad] == [
        "Enregistrement 2 (marché 2) : il n’a pas d’acheteur, il n’est pas repris.",
        "Enregistrement 3 (marché 3) : montant : « voir acte » n’est pas un montant.",
    ]


def test_a_file_cut_in_the_middle_gives_what_comes_before(house: House, tmp_path: Path) -> None:
    path = tmp_path / "decp.json"
    path.write_text(json.dumps([CONTRACT, CONTRACT | {"id": "2"}])[:-40], "utf-8")
    done = import_decp(house, path)
    assert (done.created, done.bad_count, done.left_out) == (1, 1, 1)


def test_references_that_differ_only_by_spaces_are_two_contracts_in_open_data(house: House, tmp_path: Path) -> None:
    records = CONTRACT | {"id": "2024 7"}, CONTRACT | {"id": "20247"}
    assert imported(house, tmp_path, *records).created == 2
    assert imported(house, tmp_path, *records).unchanged == 2


def test_memory_stays_small_whatever_the_size_of_the_file(sqlite_house: House, tmp_path: Path) -> None:
    path = tmp_path / "decp.json"
    with path.open("w", encoding="utf-8") as file:
        file.write('{"marches": {"marche": [')
        for number in range(2_000):
            social = {} if number % 10 == 0 else NO_CLAUSE
            record = CONTRACT | social | {"id": f"2024-{number}", "description": "préau, cour et clôture " * 500}
            file.write(json.dumps(record) + ("," if number < 1_999 else "]}}"))
    tracemalloc.start()
    try:
        done = import_decp(sqlite_house, path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (done.read, done.created, done.without_clause) == (2_000, 200, 1_800)
    assert peak < path.stat().st_size / 3


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Marche.xml", 1), ("Contrat-concession.xml", 1), ("concessions.json", 2), ("marches_concessions.json", 4),
        ("marches_avec_modifications.json", 2), ("real/decp_consolidated_2022.csv", 1),
        ("real/decp_consolidated_2019.csv", 0), ("real/buyer_profile_2024-07-09.json", 0),
    ],
)  # fmt: skip
def test_published_files_enter_and_enter_again(house: House, name: str, kept: int) -> None:
    if not PUBLISHED.is_dir():
        pytest.skip("no published open data here: set CLAUSETTE_BENCH_DATA")
    done = import_decp(house, PUBLISHED / name)
    assert (done.kept, done.created, done.left_out) == (kept, kept, 0)
    before = held(house)
    again = import_decp(house, PUBLISHED / name)
    assert (again.unchanged, again.bad) == (kept, done.bad)
    assert held(house) == before


def test_the_real_clause_of_the_published_file_is_a_lead(house: House) -> None:
    if not PUBLISHED.is_dir():
        pytest.skip("no published open data here: set CLAUSETTE_BENCH_DATA")
    import_decp(house, PUBLISHED / "real/decp_consolidated_2022.csv")
    lead = only(house)
    assert (lead.contract.reference, lead.contract.amount) == ("24-1065297-2", Decimal(27364))
    assert lead.status is CommitmentStatus.TO_COMPLETE


def test_every_contract_is_kept_to_compare_with_whatever_it_says_of_social_clauses(
    house: House, tmp_path: Path
) -> None:
    without = {**CONTRACT, **NO_CLAUSE, "id": "2024-08", "montant": 50_000}
    silent = {**CONTRACT, "id": "2024-09", "montant": 100_000, "considerationsSociales": None}
    imported(house, tmp_path, CONTRACT, without, silent)
    imported(house, tmp_path, {**CONTRACT, "montant": 30_000}, without, silent)
    with house.database.reading() as session:
        assert compared(session, "45") == Compared("45", 3, Decimal(50_000), Decimal(9), told=2, clauses=1)
        assert compared(session, "90") is None
    assert len(commitments(house)) == 1
    said = told_comparison(Compared("45", 3, Decimal(50_000), Decimal(9), told=2, clauses=1))
    assert "1 sur 2 déclarent une clause sociale (50\u00a0%)" in said
    assert "ne sont jamais publiées" in said
