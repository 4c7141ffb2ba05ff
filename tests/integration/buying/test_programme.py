import io
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import typer
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from typer.testing import CliRunner

from bot.cli.programming import register
from core.purchases.habits import Habits
from core.purchases.programme_sheet import read_programme
from core.refusal import Refused

APP = typer.Typer()
register(APP)
APP.callback()(lambda: None)
HABITS = Habits(Decimal(35), Decimal("0.05"))
ROWS = (
    ("Programme 2027", "", "", "", ""),
    ("Intitulé de l’opération", "Nature", "Budget prévisionnel HT", "Durée", "Lancement prévu"),
    ("Peinture du collège", "Travaux", 500_000, 10, date(2027, 1, 4)),
    ("Nettoyage des écoles", "Services", "1,2 M€", "2 ans", "01/03/2027"),
    ("Fourniture de papier", "Fournitures", 90_000, 12, ""),
    ("Carrelage du gymnase", "Travaux", 60_000, 2, ""),
    ("=1+1", "Travaux", "beaucoup", "", ""),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    book = Workbook()
    for row in ROWS:
        book.worksheets[0].append(list(row))
        for cell in book.worksheets[0][book.worksheets[0].max_row]:
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    book.save(tmp_path / "programme.xlsx")
    return tmp_path / "programme.xlsx"


def test_each_operation_is_judged_with_its_reason_and_its_hours(file: Path) -> None:
    judged = read_programme(file, HABITS, date(2026, 11, 23))
    told = [(each.planned.line, each.verdict, int(each.hours)) for each in judged.operations]
    assert told == [
        (3, "oui", 500), (4, "oui", 1371), (5, "non", 0), (6, "non", 0), (7, "non", 0),
    ]  # fmt: skip
    assert "moins d’un mois" in judged.operations[3].why
    assert judged.notices == ("Ligne 7\u00a0: montant illisible («\u00a0beaucoup\u00a0»).",)
    months = judged.by_month()
    assert months["2027-01"] == Decimal(50)
    assert round(sum(months.values())) == 1871


def test_the_workbook_has_its_chart_and_no_formula_of_somebody_else(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "sortie.xlsx"
    result = CliRunner().invoke(APP, ["programme", str(file), "--out", str(out)])
    assert result.exit_code == 0, result.stderr
    assert "5 opérations lues, 2 se prêtent à une clause" in result.stdout
    book = load_workbook(io.BytesIO(out.read_bytes()))
    assert book.sheetnames == ["Opérations", "Synthèse", "Mois par mois", "À vérifier"]
    assert [(cell.value, cell.data_type) for cell in book["Opérations"]["B"]][-1] == ("=1+1", "s")
    assert [cell.value for cell in book["Synthèse"]["B"]][:4] == ["Opérations", 2, 0, 3]


def test_libre_office_opens_it(file: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is absent: apt-get install libreoffice-calc")
    out = tmp_path / "sortie.xlsx"
    CliRunner().invoke(APP, ["programme", str(file), "--out", str(out)])
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shown = " ".join(page.extract_text() for page in PdfReader(tmp_path / "sortie.pdf").pages)
    for words in ("Peinture du collège", "=1+1", "Opérations selon", "Heures d’insertion à venir", "Ligne 7"):
        assert words in " ".join(shown.split())


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rien", b"a;b\n1;2\n"])
def test_what_is_no_programme_is_refused_in_one_line(content: bytes, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(content)
    result = CliRunner().invoke(APP, ["programme", str(bad), "--out", str(tmp_path / "o.xlsx")])
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert not (tmp_path / "o.xlsx").exists()


def test_a_table_without_amounts_says_which_titles_it_needs(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ville;couleur\nClairval;bleu\n", "utf-8")
    with pytest.raises(Refused, match="montant HT"):
        read_programme(tmp_path / "a.csv", HABITS, date(2026, 11, 23))


def test_every_cell_that_cannot_be_read_is_named_with_its_line_and_totals_are_left_out(tmp_path: Path) -> None:
    lines = ("objet;montant HT;durée;date de lancement", "Peinture;300000;longtemps;un jour", "Ménage;;12;01/02/2027",
             "TOTAL;300000;;", ";;;")  # fmt: skip
    (tmp_path / "a.csv").write_text("\n".join(lines), "utf-8")
    judged = read_programme(tmp_path / "a.csv", HABITS, date(2026, 11, 23))
    assert [each.planned.object for each in judged.operations] == ["Peinture", "Ménage"]
    assert [notice.replace("\u00a0", " ") for notice in judged.notices] == [
        "Ligne 2 : durée illisible (« longtemps »).",
        "Ligne 2 : date illisible (« un jour »).",
        "Ligne 3 : montant absent.",
    ]


def test_titles_without_a_line_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("objet;montant HT\n", "utf-8")
    with pytest.raises(Refused, match="aucune ligne"):
        read_programme(tmp_path / "a.csv", HABITS, date(2026, 11, 23))
