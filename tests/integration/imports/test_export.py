import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from core.contracts_sheet import read_contracts
from core.contracts_sheet.columns import COLUMNS
from core.exporting import SHEET, TO_COMPLETE, export_contracts
from core.hours import NBSP
from core.house import House
from core.importing import ContractsImported, import_contracts
from core.models import Audit, Contract
from core.siret import is_siret
from core.terms import CommitmentStatus, Modality
from tests.cast import Cast
from tests.houses import make_house
from tests.integration.imports.tables import PAINT, SCHOOL, commitments, held, table
from tests.integration.imports.test_open_data import imported as open_data_imported
from tests.unit.imports.open_data import CONTRACT


def sheet_of(path: Path, title: str = SHEET) -> Worksheet:
    return cast(Worksheet, openpyxl.load_workbook(path)[title])


def test_what_is_exported_can_be_imported_again_and_changes_nothing(house: House, tmp_path: Path) -> None:
    undated = SCHOOL | {"Référence du marché": "2026-05", "date de début": "", "date de fin": "", "nature": ""}
    import_contracts(house, table(tmp_path, SCHOOL, PAINT, undated | {"date de notification": ""}))
    path = tmp_path / "export.xlsx"
    assert export_contracts(house, path) == 3
    before = held(house)
    done = import_contracts(house, path)
    assert (done.unchanged, done.created, done.updated, done.problems) == (3, 0, 0, ())
    assert held(house) == before


def test_a_table_comes_back_as_it_was_read(house: House, tmp_path: Path) -> None:
    original = table(tmp_path, SCHOOL, PAINT | {"montant HT": ""})
    import_contracts(house, original)
    export_contracts(house, tmp_path / "export.xlsx")
    (school, _), again = read_contracts(original).rows, read_contracts(tmp_path / "export.xlsx")
    assert again.problems == ()
    assert again.rows[0] == school


def test_an_export_fills_an_empty_register_with_the_same_contracts(
    cast: Cast, sqlite_template: Path, tmp_path: Path
) -> None:
    export_contracts(cast.house, tmp_path / "export.xlsx")
    copied = shutil.copy(sqlite_template, tmp_path / "other.sqlite3")
    other = make_house(f"sqlite:///{copied}", tmp_path / "other")
    done = import_contracts(other, tmp_path / "export.xlsx")
    assert (done.created, done.problems) == (5, ())
    assert owed(other) == [each for each in owed(cast.house) if each[2] is not None]
    other.database.close()


def owed(house: House) -> list[tuple[str, str, Decimal | None, str, CommitmentStatus]]:
    return sorted(
        (each.contract.reference, each.lot, each.committed_hours, each.awardee.name, each.status)
        for each in commitments(house)
    )


def test_the_leads_of_open_data_stand_apart_until_their_hours_are_known(house: House, tmp_path: Path) -> None:
    import_contracts(house, table(tmp_path, SCHOOL))
    open_data_imported(house, tmp_path, CONTRACT)
    path = tmp_path / "export.xlsx"
    assert export_contracts(house, path) == 2
    done = import_contracts(house, path)
    assert (done.unchanged, done.problems) == (1, ())
    assert [notice.replace(NBSP, " ") for notice in done.notices] == [
        "Seule la feuille « Marchés » a été lue, pas « À compléter »."
    ]
    book = openpyxl.load_workbook(path)
    lead = [cell.value for cell in book[TO_COMPLETE][2]]
    lead[[column.field for column in COLUMNS].index("hours")] = 300
    book[SHEET].append(lead)
    book.save(path)
    assert import_contracts(house, path) == ContractsImported(updated=1, unchanged=1, notices=done.notices)
    assert [each.status for each in commitments(house)] == [CommitmentStatus.ACTIVE, CommitmentStatus.ENDED]


def test_texts_stay_texts_and_dates_dates_in_the_export(house: House, tmp_path: Path) -> None:
    import_contracts(house, table(tmp_path, SCHOOL))
    with house.database.transaction() as session:
        session.scalars(select(Contract)).one().object = "=1+1"
    export_contracts(house, tmp_path / "export.xlsx")
    titles, line = sheet_of(tmp_path / "export.xlsx").iter_rows()
    cells = {column.field: cell for column, cell in zip(COLUMNS, line, strict=True)}
    assert [cell.value for cell in titles] == [column.header for column in COLUMNS]
    assert (cells["object"].data_type, cells["object"].value) == ("s", "=1+1")
    assert (cells["buyer_siret"].value, cells["buyer_siret"].number_format) == ("00000001800010", "@")
    assert str(cells["ends_on"].value).startswith(date(2027, 8, 31).isoformat())


def test_an_export_is_audited(house: House, tmp_path: Path) -> None:
    import_contracts(house, table(tmp_path, SCHOOL))
    export_contracts(house, tmp_path / "export.xlsx")
    with house.database.reading() as session:
        lines = session.scalars(select(Audit).where(Audit.action == "export_contracts")).all()
    assert [line.detail for line in lines] == ["1 lines"]


def test_every_modality_is_exported_in_words_that_the_import_understands(house: House, tmp_path: Path) -> None:
    for number, modality in enumerate(Modality, start=1):
        line = SCHOOL | {"modalités admises": modality.label, "lot (numéro)": number}
        import_contracts(house, table(tmp_path, line))
    export_contracts(house, tmp_path / "export.xlsx")
    rows = read_contracts(tmp_path / "export.xlsx").rows
    assert [row.modalities for row in rows] == [(modality,) for modality in Modality]


def test_a_number_that_is_no_siret_is_left_out_of_the_export(house: House, tmp_path: Path) -> None:
    open_data_imported(house, tmp_path, CONTRACT | {"acheteur": {"id": "12345678901234"}})
    export_contracts(house, tmp_path / "export.xlsx")
    line = sheet_of(tmp_path / "export.xlsx", TO_COMPLETE)[2]
    cells = {column.field: cell.value for column, cell in zip(COLUMNS, line, strict=True)}
    assert not is_siret("12345678901234")
    assert (cells["buyer"], cells["buyer_siret"]) == ("SIRET 12345678901234", None)
