import zipfile
from datetime import date
from pathlib import Path

import pytest

from core.sheets import UnreadableSheet, read_sheets
from tests.unit.imports.samples import NAMESPACE, ods, ods_row, with_part, workbook, zipped

CSV = "Objet;Montant\nPréau de l’école;12,5\n\nCrèche « Les Lutins »;\n"


def _refusal(path: Path) -> str:
    with pytest.raises(UnreadableSheet) as refused:
        read_sheets(path)
    return refused.value.message


def test_rows_keep_the_number_that_the_person_sees(tmp_path: Path) -> None:
    sheet = read_sheets(workbook(tmp_path / "a.xlsx", [], ["Objet", 3, date(2026, 3, 12)], [], ["fin"]))[0]
    assert [(row.number, row.cells[:3]) for row in sheet.rows] == [
        (2, ("Objet", 3.0, date(2026, 3, 12))),
        (4, ("fin", "", "")),
    ]


def test_an_ods_workbook_is_read_like_an_xlsx_one(tmp_path: Path) -> None:
    sheet = read_sheets(ods(tmp_path / "a.ods", ods_row("Objet", "Lot") + ods_row("Préau", "1")))[0]
    assert (sheet.name, [row.cells for row in sheet.rows]) == ("Marchés", [("Objet", "Lot"), ("Préau", "1")])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_file_is_read_in_the_encodings_of_french_offices(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CSV.encode(encoding))
    rows = read_sheets(path)[0].rows
    assert [(row.number, row.cells) for row in rows] == [
        (1, ("Objet", "Montant")),
        (2, ("Préau de l’école", "12,5")),
        (4, ("Crèche « Les Lutins »", "")),
    ]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_separator_of_a_csv_file_is_recognised(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(separator.join(("Objet", "Lot")) + "\n" + separator.join(('"Préau, cour; et mur"', "2")), "utf-8")
    assert read_sheets(path)[0].rows[1].cells == ("Préau, cour; et mur", "2")


def test_the_separator_line_of_excel_is_not_a_row_but_counts_as_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=,\nObjet,Lot;bis\n", "utf-8")
    assert [(row.number, row.cells) for row in read_sheets(path)[0].rows] == [(2, ("Objet", "Lot;bis"))]


def test_the_content_decides_and_not_the_name_of_the_file(tmp_path: Path) -> None:
    path = workbook(tmp_path / "marches.csv", ["Objet"], ["Préau"])
    assert read_sheets(path)[0].rows[1].cells == ("Préau",)


def test_hidden_sheets_are_left_out(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["visible"])
    with zipfile.ZipFile(path) as archive:
        book = archive.read("xl/workbook.xml").replace(b'state="visible"', b'state="hidden"')
    assert "vide" in _refusal(with_part(path, "xl/workbook.xml", book))


def test_a_workbook_with_macros_is_read_and_its_macros_are_not_opened(tmp_path: Path) -> None:
    path = with_part(workbook(tmp_path / "a.xlsm", ["Objet"]), "xl/vbaProject.bin", b"not a macro at all")
    assert read_sheets(path)[0].rows[0].cells == ("Objet",)


def test_an_empty_file_and_an_empty_table_are_said_to_be_empty(tmp_path: Path) -> None:
    nothing = tmp_path / "a.csv"
    nothing.touch()
    assert _refusal(nothing).startswith("Ce fichier est vide.")
    assert _refusal(workbook(tmp_path / "a.xlsx", [])).startswith("Ce tableau est vide")


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 ...", b"\x89PNG\r\n", b"<html><table></table></html>", b"{\\rtf1", b"a\x00b\x00\x01"]
)
def test_what_is_not_a_table_is_refused_with_what_to_send_instead(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "marches.xlsx"
    path.write_bytes(content)
    assert _refusal(path) == (
        "Ce fichier n’est pas un tableau. Enregistrez-le au format .xlsx, .ods ou .csv, puis envoyez-le à nouveau."
    )


def test_a_text_document_is_not_a_table(tmp_path: Path) -> None:
    assert "n’est pas un tableau" in _refusal(zipped(tmp_path / "a.docx", {"word/document.xml": b"<a/>"}))
    odt = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}
    assert "n’est pas un tableau" in _refusal(zipped(tmp_path / "a.odt", odt))


def test_a_password_is_recognised_in_both_kinds_of_workbook(tmp_path: Path) -> None:
    xlsx = tmp_path / "a.xlsx"
    xlsx.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    assert "mot de passe" in _refusal(xlsx)
    locked = '<manifest:file-entry><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>'
    assert "mot de passe" in _refusal(ods(tmp_path / "a.ods", ods_row("x"), manifest=locked))


def test_an_old_workbook_is_refused_with_the_format_to_choose(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "ancien format" in _refusal(path)


def test_a_zip_bomb_is_refused_before_it_is_unzipped(tmp_path: Path) -> None:
    path = with_part(workbook(tmp_path / "a.xlsx", ["x"]), "xl/media/huge.xml", bytes(51_000_000))
    assert path.stat().st_size < 100_000
    assert "trop gros" in _refusal(path)


def test_a_workbook_whose_zip_lies_about_its_size_is_damaged(tmp_path: Path) -> None:
    path = with_part(workbook(tmp_path / "a.xlsx", ["x"]), "xl/lie.xml", b"<a>" + b" " * 1_000_000 + b"</a>")
    content = path.read_bytes()
    declared = (1_000_007).to_bytes(4, "little")
    assert content.count(declared) == 2
    path.write_bytes(content.replace(declared, (64).to_bytes(4, "little")))
    assert "abîmé" in _refusal(path)


def test_two_cells_at_the_ends_of_the_grid_do_not_exhaust_the_memory(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    part = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{cells}</sheetData></worksheet>'.encode()
    path = with_part(workbook(tmp_path / "a.xlsx", ["x"]), "xl/worksheets/sheet1.xml", part)
    assert "très loin" in _refusal(path)
    assert "très loin" in _refusal(ods(tmp_path / "a.ods", ods_row("b", repeated=1_000_000, cell_repeated=16_000)))


def test_styled_but_empty_cells_at_the_ends_of_the_grid_are_harmless(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    part = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{cells}</sheetData></worksheet>'.encode()
    path = with_part(workbook(tmp_path / "a.xlsx", ["x"]), "xl/worksheets/sheet1.xml", part)
    assert [row.cells for row in read_sheets(path)[0].rows] == [(1.0,)]
    empty_end = '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
    assert len(read_sheets(ods(tmp_path / "a.ods", ods_row("b") + empty_end))[0].rows) == 1


def test_a_workbook_that_declares_entities_is_damaged(tmp_path: Path) -> None:
    part = f'<!DOCTYPE a [<!ENTITY b "c">]><worksheet xmlns="{NAMESPACE}"><sheetData/></worksheet>'.encode()
    path = with_part(workbook(tmp_path / "a.xlsx", ["x"]), "xl/worksheets/sheet1.xml", part)
    assert "abîmé" in _refusal(path)


def test_a_csv_file_with_an_open_quote_says_after_which_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Objet;Lot\nPréau;1\n"Crèche;2\n' + "x;y\n" * 40_000, "utf-8")
    assert "abîmé après la ligne 2" in _refusal(path)
