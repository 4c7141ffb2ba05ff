from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from core import hours_export
from core.commitments import progress_of
from core.declarations import record
from core.hours_export import HEADS, LINES, TOTAL_HEADS, TOTALS, export_hours
from core.models import Audit, Commitment, DeclarationLine, Employment, Participant
from core.terms import NilReason
from tests.bench.exports import exported
from tests.cast import PARTICIPANTS, Cast

Line = dict[str, Any]


def lines_of(path: Path, title: str = LINES) -> list[Line]:
    sheet = cast(Worksheet, openpyxl.load_workbook(path)[title])
    heads, *rows = sheet.iter_rows(values_only=True)
    assert heads == (HEADS if title == LINES else TOTAL_HEADS)
    return [dict(zip(cast(tuple[str, ...], heads), row, strict=True)) for row in rows]


def whose(line: Line) -> tuple[object, object]:
    return line["Marché"], line["Attributaire"]


def test_the_lines_that_count_add_up_to_the_hours_done(cast: Cast, tmp_path: Path) -> None:
    with cast.house.database.transaction() as session:
        session.scalars(select(DeclarationLine).order_by(DeclarationLine.id)).all()[0].is_returned = True
    written = export_hours(cast.house, tmp_path / "hours.xlsx")
    lines, totals = lines_of(tmp_path / "hours.xlsx"), lines_of(tmp_path / "hours.xlsx", TOTALS)
    assert written == len(lines) == 4
    counted: Counter[tuple[object, object]] = Counter()
    for line in lines:
        if line["Comptées"] == "oui":
            counted[whose(line)] += line["Heures travaillées"] + line["Heures de formation"]
    assert {whose(total): total["Heures réalisées"] for total in totals if total["Heures réalisées"]} == counted
    with cast.house.database.reading() as session:
        commitments = session.scalars(select(Commitment)).all()
        done = sum(each.done for each in progress_of(session, commitments).values())
    assert sum(counted.values()) == done > 0
    assert len(totals) == len(commitments)


def test_nobody_is_named_unless_asked(cast: Cast, tmp_path: Path) -> None:
    export_hours(cast.house, tmp_path / "without.xlsx")
    export_hours(cast.house, tmp_path / "with.xlsx", with_names=True)
    without, named = lines_of(tmp_path / "without.xlsx"), lines_of(tmp_path / "with.xlsx")
    with cast.house.database.reading() as session:
        numbers = {str(each.id): each.name for each in session.scalars(select(Participant))}
    assert not any(name in str(value) for line in without for value in line.values() for name in PARTICIPANTS)
    assert [numbers[line["Personne"]] for line in without] == [line["Personne"] for line in named]
    with cast.house.database.reading() as session:
        actions = session.scalars(select(Audit.action).where(Audit.action.startswith("export_hours"))).all()
    assert actions == ["export_hours", "export_hours_with_names"]


def test_only_the_months_asked_are_written_and_the_totals_stay_whole(cast: Cast, tmp_path: Path) -> None:
    export_hours(cast.house, tmp_path / "all.xlsx")
    export_hours(cast.house, tmp_path / "october.xlsx", since="2026-10", until="2026-10")
    assert {line["Mois"] for line in lines_of(tmp_path / "all.xlsx")} == {"2026-09", "2026-10"}
    assert {line["Mois"] for line in lines_of(tmp_path / "october.xlsx")} == {"2026-10"}
    assert lines_of(tmp_path / "all.xlsx", TOTALS) == lines_of(tmp_path / "october.xlsx", TOTALS)


def test_a_month_without_hours_has_its_reason_and_its_receipt(cast: Cast, tmp_path: Path) -> None:
    with cast.house.database.transaction() as session:
        record(session, cast.house, cast.david, cast.cleaning.id, "2026-10", {}, nil_reason=NilReason.RECRUITING)
    export_hours(cast.house, tmp_path / "hours.xlsx")
    (nil,) = [line for line in lines_of(tmp_path / "hours.xlsx") if line["Sans heures"]]
    assert (nil["Sans heures"], nil["Personne"], nil["Heures travaillées"]) == ("recrutement en cours", None, None)
    assert nil["Reçu n°"] == max(line["Reçu n°"] for line in lines_of(tmp_path / "hours.xlsx"))


def test_an_employer_that_looks_like_a_formula_stays_a_text(cast: Cast, tmp_path: Path) -> None:
    with cast.house.database.transaction() as session:
        session.get_one(Employment, cast.marie.id).employer = "=HYPERLINK(1)"
    export_hours(cast.house, tmp_path / "hours.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "hours.xlsx")[LINES]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=HYPERLINK(1)"]
    assert {cell.data_type for cell in cells} == {"s"}


def test_memory_does_not_follow_the_size_of_the_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hours_export, "_AT_ONCE", 10)
    folders = tmp_path / "small", tmp_path / "large"
    for folder in folders:
        folder.mkdir()
    small, large = exported(folders[0], 12), exported(folders[1], 48)
    assert large[0] > 3 * small[0]
    assert large[2] < Decimal("1.25") * small[2]
