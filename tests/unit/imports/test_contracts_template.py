from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from core.contracts_sheet import read_contracts, write_template
from core.contracts_sheet.columns import COLUMNS, EXAMPLE_REFERENCES
from core.contracts_sheet.template import put
from core.siret import is_siret
from tests.unit.imports.samples import workbook


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "modele.xlsx"
    write_template(path)
    return path


def _sheet(path: Path) -> Worksheet:
    return cast(Worksheet, openpyxl.load_workbook(path)["Marchés"])


def test_the_untouched_template_only_says_that_its_examples_must_be_deleted(template: Path) -> None:
    sheet = read_contracts(template)
    assert (sheet.rows, sheet.notices) == ((), ())
    assert [str(problem) for problem in sheet.problems] == [
        "Les lignes 2 et 3 sont les exemples du modèle. Supprimez-les, puis écrivez vos marchés à leur place."
    ]


def test_the_examples_are_right_once_they_get_a_reference_of_their_own(template: Path, tmp_path: Path) -> None:
    rows = list(_sheet(template).iter_rows(values_only=True))
    place = [column.field for column in COLUMNS].index("reference")
    own = [[*row[:place], "2026-01", *row[place + 1 :]] for row in rows[1:]]
    sheet = read_contracts(workbook(tmp_path / "a.xlsx", rows[0], *own))
    assert sheet.problems == ()
    assert [(row.reference, row.lot, row.hours) for row in sheet.rows] == [
        ("2026-01", "1", Decimal(1200)),
        ("2026-01", "2", Decimal(210)),
    ]
    assert all(is_siret(row.awardee_siret or "") and is_siret(row.buyer_siret or "") for row in sheet.rows)


def test_one_example_left_among_real_lines_is_named(template: Path, tmp_path: Path) -> None:
    titles, first, _ = list(_sheet(template).iter_rows(values_only=True))
    real = ["2026-07" if cell in EXAMPLE_REFERENCES else cell for cell in first]
    (problem,) = read_contracts(workbook(tmp_path / "a.xlsx", titles, real, first)).problems
    assert str(problem).endswith("c’est un exemple du modèle. Supprimez cette ligne.")
    assert problem.line == 3


def test_the_template_opens_with_both_libraries_and_explains_each_column(template: Path) -> None:
    book = CalamineWorkbook.from_path(template)
    assert book.sheet_names == ["Marchés", "Mode d’emploi"]
    guide = [row[0] for row in book.get_sheet_by_name("Mode d’emploi").to_python()]
    assert [column.header for column in COLUMNS] == guide[-len(COLUMNS) :]
    assert book.get_sheet_by_name("Marchés").to_python()[0] == [column.header for column in COLUMNS]


def test_the_titles_are_bold_and_frozen_and_the_natures_offered(template: Path) -> None:
    sheet = _sheet(template)
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])
    (natures,) = sheet.data_validations.dataValidation
    assert natures.formula1 == '"travaux,services,fournitures,concession"'
    column = [column.field for column in COLUMNS].index("nature") + 1
    assert sheet.cell(2, column).coordinate in natures.sqref


def test_identifiers_are_texts_and_dates_are_dates_in_the_template(template: Path) -> None:
    line = {column.field: cell for column, cell in zip(COLUMNS, _sheet(template)[2], strict=True)}
    assert (line["awardee_siret"].value, line["awardee_siret"].number_format) == ("00000002600013", "@")
    assert cast(date, line["notified_on"].value).isoformat().startswith("2026-04-02")
    assert line["notified_on"].number_format == "DD/MM/YYYY"


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-5", "@SUM(A1)"])
def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path, text: str) -> None:
    book = openpyxl.Workbook()
    put(cast(Cell, cast(Worksheet, book.active)["A1"]), text)
    book.save(tmp_path / "a.xlsx")
    cell = cast(Worksheet, openpyxl.load_workbook(tmp_path / "a.xlsx").active)["A1"]
    assert (cell.data_type, cell.value) == ("s", text)
