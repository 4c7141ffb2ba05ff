"""Ten spreadsheets as payroll tools, temp agencies and site managers make them, read line by line."""

from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.sheets import UnreadableSheet, read_sheets
from core.tellings import Known, MonthTold, Place, Telling, Unclear
from core.timesheets import read_timesheet, told_by
from core.timesheets.layout import Layout, letter_of
from core.timesheets.template import Expected, template_of
from tests.unit.timesheets.workbooks import Rows, delimited, workbook

TODAY = date(2026, 11, 23)
MARIE, KARIM, SONIA, PAUL = 1, 2, 3, 4
PEOPLE = (
    Known(MARIE, "Marie Leroy"),
    Known(KARIM, "Karim Haddad"),
    Known(SONIA, "Sonia Petit"),
    Known(PAUL, "Paul Petit"),
)
SCHOOL, HOUSING = 10, 11
PLACES = (Place(SCHOOL, ("2026-tx-014 lot 1",)), Place(HOUSING, ("hl-2026-07",)))


def told(path: Path, *, name: str = "", hours: dict[str, int] | None = None) -> Telling:
    timesheet = read_timesheet(read_sheets(path), TODAY, file_name=name or path.name, hours=hours)
    return told_by(timesheet, PEOPLE, PLACES)


def layout(path: Path) -> Layout:
    [found] = read_timesheet(read_sheets(path), TODAY).layouts
    return found


def hours_in(month: MonthTold) -> dict[int, tuple[str, str]]:
    """Return worked and training hours by person; "?" when they are to be asked."""
    return {
        line.person: (
            str(line.hours.worked.normalize()) if line.hours and line.hours.worked is not None else "?",
            str(line.hours.training.normalize()) if line.hours else "0",
        )
        for line in month.lines
    }


def test_a_payroll_export_with_names_apart_rates_and_a_total(tmp_path: Path) -> None:
    heads = [
        "Matricule",
        "Nom",
        "Prénom",
        "Date d'entrée",
        "Taux horaire",
        "Heures travaillées",
        "Heures suppl.",
        "Commentaire",
    ]
    rows: Rows = [
        ["État des heures"],
        [],
        heads,
        ["0012", "LEROY", "Marie", date(2026, 9, 1), 12.5, 120.5, 3, ""],
        ["0013", "HADDAD", "Karim", date(2026, 10, 5), 12.5, 60, 0, "arrêt le 20"],
        ["", "TOTAL", "", None, None, 180.5, 3, ""],
    ]
    [month] = told(workbook(tmp_path / "paie.xlsx", ("Octobre 2026", rows))).months
    assert (month.month, month.total) == ("2026-10", Decimal("180.5"))
    assert hours_in(month) == {MARIE: ("120.5", "0"), KARIM: ("6E+1", "0")}
    assert month.lines[1].note == "arrêt le 20"
    assert month.doubts == ()


def test_a_temp_agency_statement_by_week_and_site(tmp_path: Path) -> None:
    rows: Rows = [
        ["Agence d’intérim", "", "", "", ""],
        ["Semaine", "Intérimaire", "Chantier", "Nb heures", "Montant HT"],
        ["S40", "Mme LEROY Marie", "2026-TX-014 lot 1", 35, 700],
        ["S41", "Mme LEROY Marie", "2026-TX-014 lot 1", 35, 700],
        ["S40", "M. HADDAD K.", "2026-TX-014 lot 1", 28, 500],
        ["S40", "M. DURAND Luc", "Gymnase de Brou", 35, 800],
        ["", "Total général", "", 133, 2700],
    ]
    [month] = told(workbook(tmp_path / "a.xlsx", ("Relevé", rows)), name="releve_octobre_2026.xlsx").months
    assert (month.month, month.place, month.total) == ("2026-10", SCHOOL, None)
    assert hours_in(month) == {MARIE: ("7E+1", "0"), KARIM: ("28", "0")}
    assert [(doubt.kind, doubt.passage) for doubt in month.doubts] == [(Unclear.ELSEWHERE, "gymnase de brou")]


def test_a_table_of_people_by_month(tmp_path: Path) -> None:
    rows: Rows = [
        ["Salarié", "sept-26", "oct-26", date(2026, 11, 1), "Total"],
        ["Marie Leroy", 100, 120.5, None, 220.5],
        ["Karim Haddad", None, 60, 0, 60],
        ["Total", 100, 180.5, 0, 280.5],
    ]
    september, october, november = told(workbook(tmp_path / "a.xlsx", ("2026", rows))).months
    assert [each.month for each in (september, october, november)] == ["2026-09", "2026-10", "2026-11"]
    assert hours_in(september) == {MARIE: ("1E+2", "0")}
    assert hours_in(october) == {MARIE: ("120.5", "0"), KARIM: ("6E+1", "0")}
    assert hours_in(november) == {KARIM: ("0", "0")}


def test_a_time_sheet_with_a_column_for_each_day(tmp_path: Path) -> None:
    rows: Rows = [
        ["Pointage du mois d’octobre 2026"],
        ["Nom et prénom", *range(1, 32)],
        ["Leroy Marie", *[7] * 10, *[None] * 21],
        ["Petit", 7, 7, *[None] * 29],
    ]
    [month] = told(workbook(tmp_path / "a.xlsx", ("Feuil1", rows))).months
    assert hours_in(month) == {MARIE: ("7E+1", "0")}
    [doubt] = month.doubts
    assert (doubt.kind, doubt.people) == (Unclear.NAMESAKES, (SONIA, PAUL))
    assert doubt.hours is not None
    assert doubt.hours.worked == 14


def test_merged_headers_that_name_the_months_over_hours_and_training(tmp_path: Path) -> None:
    rows: Rows = [
        ["", "Octobre 2026", "", "Novembre 2026", ""],
        ["Bénéficiaire", "Heures", "Formation", "Heures", "Formation"],
        ["Marie Leroy", 100, 7, 50, 0],
        ["Karim Haddad", "60,5", "", "12h30", ""],
    ]
    path = workbook(tmp_path / "a.xlsx", ("Feuil1", rows), merged=["B1:C1", "D1:E1"])
    october, november = told(path).months
    assert hours_in(october) == {MARIE: ("1E+2", "7"), KARIM: ("60.5", "0")}
    assert hours_in(november) == {MARIE: ("5E+1", "0"), KARIM: ("12.5", "0")}


def test_a_daily_csv_in_windows_letters_with_dates_as_text_and_comma_decimals(tmp_path: Path) -> None:
    rows = [
        ["Date", "Collaborateur", "Durée travail", "Chantier"],
        ["01/10/2026", "LEROY MARIE", "7,00", "2026-TX-014 lot 1"],
        ["02/10/2026", "LEROY MARIE", "7,50", "2026-TX-014 lot 1"],
        ["02/11/2026", "Haddad Karim", "7h30", "HL-2026-07"],
    ]
    october, november = told(delimited(tmp_path / "a.csv", rows, encoding="cp1252")).months
    assert (october.month, october.place, hours_in(october)) == ("2026-10", SCHOOL, {MARIE: ("14.5", "0")})
    assert (november.month, november.place, hours_in(november)) == ("2026-11", HOUSING, {KARIM: ("7.5", "0")})


def test_hours_that_the_spreadsheet_keeps_as_durations(tmp_path: Path) -> None:
    rows: Rows = [
        ["Salarié", "Temps de travail"],
        ["Marie Leroy", timedelta(hours=84, minutes=30)],
        ["Karim Haddad", time(7, 30)],
    ]
    [month] = told(workbook(tmp_path / "a.xlsx", ("Octobre", rows))).months
    assert hours_in(month) == {MARIE: ("84.5", "0"), KARIM: ("7.5", "0")}


def test_the_whole_payroll_of_a_company_where_two_people_are_followed(tmp_path: Path) -> None:
    others: Rows = [[f"{name} Autre", 151.67] for name in ("Alain", "Bruno", "Chloé", "Denis", "Emma", "Farid")]
    rows: Rows = [["Salarié", "Heures payées"], *others, ["Marie Leroy", 151.67]]
    [month] = told(workbook(tmp_path / "a.xlsx", ("Paie", rows))).months
    assert hours_in(month) == {MARIE: ("151.67", "0")}
    [doubt] = month.doubts
    assert doubt.kind is Unclear.OTHERS
    assert doubt.passage.startswith("6 (Alain Autre, Bruno Autre")


def test_two_sheets_of_which_one_sums_up_the_other_do_not_count_twice(tmp_path: Path) -> None:
    summary: Rows = [["Nom", "Heures"], ["Marie Leroy", 84], ["Karim Haddad", 10]]
    detail: Rows = [
        ["Date", "Nom", "Heures"],
        [date(2026, 10, 1), "Marie Leroy", 42],
        [date(2026, 10, 2), "Marie Leroy", 42],
        [date(2026, 10, 2), "Karim Haddad", 12],
    ]
    path = workbook(tmp_path / "a.xlsx", ("Récap octobre 2026", summary), ("Détail", detail))
    [month] = told(path).months
    assert hours_in(month) == {MARIE: ("84", "0"), KARIM: ("?", "0")}  # Karim: 10 or 12, it is asked
    assert month.lines[1].hours is not None
    assert month.lines[1].hours.passage == "10 h, 12 h"


def test_a_merged_name_goes_on_over_the_days_below(tmp_path: Path) -> None:
    rows: Rows = [
        ["Salarié", "Date", "Heures"],
        ["Marie Leroy", date(2026, 10, 1), 7],
        [None, date(2026, 10, 2), 7],
        ["Sous-total", None, 14],
        ["Karim Haddad", date(2026, 10, 2), 5],
    ]
    [month] = told(workbook(tmp_path / "a.xlsx", ("H", rows))).months
    assert hours_in(month) == {MARIE: ("14", "0"), KARIM: ("5", "0")}


def test_impossible_hours_and_one_name_twice_are_asked_never_taken(tmp_path: Path) -> None:
    rows: Rows = [
        ["Salarié", "Heures"],
        ["Marie Leroy", -3],
        ["Karim Haddad", "environ 60"],
        ["Sonia Petit", 10],
        ["Sonia Petit", 20],
    ]
    [month] = told(workbook(tmp_path / "a.xlsx", ("Octobre 2026", rows))).months
    assert hours_in(month) == {MARIE: ("?", "0"), KARIM: ("?", "0"), SONIA: ("?", "0")}


def test_a_mistyped_name_and_an_unknown_one_are_asked(tmp_path: Path) -> None:
    rows: Rows = [["Salarié", "Heures", "Date d'embauche"], ["Marie Lerov", 84, ""], ["Léo Neuf", 30, "12/10/2026"]]
    [month] = told(workbook(tmp_path / "a.xlsx", ("Octobre 2026", rows))).months
    near, new = month.doubts
    assert (near.kind, near.people) == (Unclear.NAMESAKES, (MARIE,))
    assert (new.kind, new.passage, new.starts_on) == (Unclear.STRANGER, "Léo Neuf", date(2026, 10, 12))


def test_twenty_thousand_lines_add_up(tmp_path: Path) -> None:
    rows: list[list[str | float | date]] = [["Date", "Salarié", "Heures"]]
    rows += [[date(2026, 10, 1 + number % 30), "Marie Leroy", 0.01] for number in range(20_000)]
    [month] = told(workbook(tmp_path / "a.xlsx", ("H", rows))).months
    assert hours_in(month) == {MARIE: ("2E+2", "0")}


def test_a_formula_gives_its_last_value_and_is_never_computed(tmp_path: Path) -> None:
    rows: Rows = [["Salarié", "Heures"], ["Marie Leroy", "=40+44"], ["Karim Haddad", 60]]
    [month] = told(workbook(tmp_path / "a.xlsx", ("Octobre 2026", rows))).months
    assert hours_in(month) == {KARIM: ("6E+1", "0")}  # written without a value: nothing is made up


@pytest.mark.parametrize(
    "rows",
    [
        [["Produit", "Prix"], ["Sable", 12]],
        [["Salarié", "Montant HT"], ["Marie Leroy", 1200]],
        [["Nom", "Taux horaire"], ["Marie Leroy", 12.5]],
        [["Heures"], [12]],
    ],
)
def test_what_is_no_table_of_hours_gives_nothing(tmp_path: Path, rows: Rows) -> None:
    timesheet = read_timesheet(read_sheets(workbook(tmp_path / "a.xlsx", ("X", rows))), TODAY)
    assert (timesheet.lines, timesheet.layouts) == ((), ())


def test_a_damaged_or_locked_file_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 pas un classeur")
    with pytest.raises(UnreadableSheet) as refusal:
        read_sheets(tmp_path / "a.xlsx")
    assert refusal.value.message.endswith(".")


def test_the_hours_are_taken_where_somebody_confirmed_them(tmp_path: Path) -> None:
    rows: Rows = [["Salarié", "Heures prestées", "Heures facturées"], ["Marie Leroy", 84, 90]]
    path = workbook(tmp_path / "a.xlsx", ("Octobre 2026", rows))
    found = layout(path)
    assert (found.hours, [letter_of(column) for column in found.numeric]) == ((1,), ["B", "C"])
    [month] = told(path, hours={found.signature: 2}).months
    assert hours_in(month) == {MARIE: ("9E+1", "0")}


def test_the_next_month_of_the_same_tool_has_the_same_signature(tmp_path: Path) -> None:
    october = workbook(tmp_path / "a.xlsx", ("X", [["Salarié", "oct-26"], ["Marie Leroy", 84]]))
    november = workbook(tmp_path / "b.xlsx", ("X", [["Salarié", "nov-26"], ["Karim Haddad", 60], ["Marie Leroy", 4]]))
    other = workbook(tmp_path / "c.xlsx", ("X", [["Salarié", "Heures"], ["Marie Leroy", 84]]))
    assert layout(october).signature == layout(november).signature != layout(other).signature


def test_our_own_table_is_read_back_with_the_hours_filled_in(tmp_path: Path) -> None:
    expected = [Expected("2026-TX-014", "1", "2026-10", "Marie Leroy"), Expected("HL-2026-07", "", "2026-11", "=1+1")]
    (tmp_path / "a.xlsx").write_bytes(template_of(expected))
    [sheet] = read_sheets(tmp_path / "a.xlsx")
    assert sheet.rows[1].cells[:4] == ("2026-TX-014", "1", "octobre 2026", "Marie Leroy")
    assert sheet.rows[2].cells[3] == "=1+1"  # a text, whatever it begins with
    filled: Rows = [
        list(map(str, sheet.rows[0].cells)),
        ["2026-TX-014", "1", "octobre 2026", "Marie Leroy", 84, 7, "ok"],
    ]
    [month] = told(workbook(tmp_path / "b.xlsx", ("Heures", filled))).months
    assert (month.month, month.place, hours_in(month)) == ("2026-10", SCHOOL, {MARIE: ("84", "7")})
