"""A spreadsheet sent in a conversation becomes the month: columns confirmed once, then remembered for the company."""

import io
from pathlib import Path

from openpyxl import load_workbook
from sqlalchemy import select

from core.files import read
from core.models import Declaration, SheetLayout, StoredFile
from core.terms import DeclarationStatus
from tests.cast import Cast
from tests.talk import Talk
from tests.unit.timesheets.workbooks import Rows, workbook

NOVEMBER: Rows = [
    ["Salarié", "Heures travaillées", "Heures payées"],
    ["LEROY Marie", 84, 90],
    ["HADDAD Karim", 60.5, 65],
]


def content_of(rows: Rows, tmp_path: Path, title: str = "Novembre 2026") -> bytes:
    return workbook(tmp_path / "heures.xlsx", (title, rows)).read_bytes()


def declared(cast: Cast, month: str) -> dict[int, str]:
    """Return the total hours of a month of the school's commitment, by employment."""
    with cast.house.database.reading() as session:
        query = select(Declaration).where(
            Declaration.commitment_id == cast.school.id,
            Declaration.month == month,
            Declaration.status == DeclarationStatus.SUBMITTED,
        )
        row = session.scalars(query).one()
        return {line.employment_id: str((line.worked + line.training).normalize()) for line in row.lines}


def talk_of(cast: Cast) -> Talk:
    return cast.talk(cast.carole)


def test_the_columns_are_confirmed_then_the_month_is_read_back_and_recorded(cast: Cast, tmp_path: Path) -> None:
    talk = talk_of(cast)
    said = talk.sends_file("heures.xlsx", content_of(NOVEMBER, tmp_path)).replace("\xa0", " ")
    assert "personnes : colonne A (« Salarié »)" in said
    assert "heures : colonne B (« Heures travaillées »)" in said
    assert "Première ligne : LEROY Marie, 84 h, novembre 2026." in said
    summary = talk.taps("Oui, c’est bien cela").replace("\xa0", " ")
    assert "Marie Leroy : 84 h" in summary
    assert "Total : 144,5 h" in summary
    assert "C’est enregistré" in talk.says("oui")
    assert declared(cast, "2026-11") == {cast.marie.id: "84", cast.karim.id: "60.5"}


def test_the_next_file_of_the_same_make_is_read_without_asking(cast: Cast, tmp_path: Path) -> None:
    talk = talk_of(cast)
    talk.sends_file("heures.xlsx", content_of(NOVEMBER, tmp_path))
    talk.taps("Oui")
    talk.says("annuler")
    said = talk.sends_file("heures.xlsx", content_of(NOVEMBER, tmp_path)).replace("\xa0", " ")
    assert "Voici comment je lis" not in said
    assert "Total : 144,5 h" in said


def test_another_company_is_asked_for_itself(cast: Cast, tmp_path: Path) -> None:
    talk = talk_of(cast)
    talk.sends_file("heures.xlsx", content_of(NOVEMBER, tmp_path))
    talk.taps("Oui")
    other = cast.talk(cast.outsider)
    said = other.sends_file("heures.xlsx", content_of([NOVEMBER[0], ["GIRARD Paul", 35, 40]], tmp_path))
    assert "Voici comment je lis" in said
    with cast.house.database.reading() as session:
        assert session.scalars(select(SheetLayout.organisation_id)).all() == [cast.bati.id]


def test_the_hours_may_be_in_another_column(cast: Cast, tmp_path: Path) -> None:
    talk = talk_of(cast)
    talk.sends_file("heures.xlsx", content_of(NOVEMBER, tmp_path))
    said = talk.taps("Les heures sont dans une autre colonne").replace("\xa0", " ")
    assert "Total : 155 h" in said  # the only other column of numbers: 90 + 65


def test_a_file_that_is_left_declares_nothing(cast: Cast, tmp_path: Path) -> None:
    talk = talk_of(cast)
    talk.sends_file("heures.xlsx", content_of(NOVEMBER, tmp_path))
    assert "Je laisse ce fichier" in talk.taps("Laisser ce fichier")
    with cast.house.database.reading() as session:
        assert session.scalars(select(SheetLayout)).all() == []


def test_a_total_that_does_not_add_up_is_asked_about(cast: Cast, tmp_path: Path) -> None:
    rows: Rows = [*NOVEMBER, ["TOTAL", 150, 155]]
    talk = talk_of(cast)
    talk.sends_file("heures.xlsx", content_of(rows, tmp_path))
    said = talk.taps("Oui").replace("\xa0", " ")
    assert "un total de 150 h, mais la somme des lignes fait 144,5 h" in said


def test_a_file_of_somebody_else_s_people_declares_nothing_of_theirs(cast: Cast, tmp_path: Path) -> None:
    others: Rows = [[f"Autre {name}", 151, 151] for name in ("Un", "Deux", "Trois", "Quatre")]
    rows: Rows = [NOVEMBER[0], *others, NOVEMBER[1]]
    talk = talk_of(cast)
    talk.sends_file("heures.xlsx", content_of(rows, tmp_path))
    said = talk.taps("Oui").replace("\xa0", " ")
    assert "4 (Autre Un, Autre Deux, Autre Trois, Autre Quatre)" in said
    talk.taps("Continuer sans elles")
    talk.says("0")  # Karim, of whom the file says nothing
    talk.says("oui")
    assert declared(cast, "2026-11") == {cast.marie.id: "84", cast.karim.id: "0"}


def test_what_is_no_table_of_hours_is_said_and_may_go_to_the_facilitateur(cast: Cast, tmp_path: Path) -> None:
    talk = talk_of(cast)
    for name, content in (
        ("notes.csv", b"a;b\n1;2\n"),
        ("prix.xlsx", content_of([["Produit", "Prix"], ["Sable", 12]], tmp_path)),
    ):
        assert "Je n’y trouve pas de tableau d’heures" in talk.sends_file(name, content)
        assert "L’envoyer au facilitateur" in [button.label for button in talk.shown[-1].buttons]


def test_a_stranger_s_file_is_not_even_read(cast: Cast, tmp_path: Path) -> None:
    said = cast.talk(None).sends_file("heures.xlsx", content_of(NOVEMBER, tmp_path))
    assert "Pour qui est ce fichier" in said


def test_a_table_to_fill_in_holds_the_months_due_and_the_names(cast: Cast) -> None:
    talk = talk_of(cast)
    talk.says("mes documents")
    assert "renvoyez-le-moi" in talk.taps("Un tableau à remplir")
    file = talk.shown[-1].files[0]
    with cast.house.database.reading() as session:
        content = read(cast.house, session.get_one(StoredFile, file.id))
    book = load_workbook(io.BytesIO(content))
    rows = [[cell.value for cell in row] for row in book["Heures"].iter_rows(max_col=4)]
    assert rows[1:] == [
        ["2026-TX-014", "1", "novembre 2026", "Marie Leroy"],
        ["2026-TX-014", "1", "novembre 2026", "Karim Haddad"],
    ]
    for row, hours in ((2, 84), (3, 60)):
        book["Heures"].cell(row, 5, hours)
    filled = io.BytesIO()
    book.save(filled)
    said = talk.sends_file("heures-a-declarer.xlsx", filled.getvalue()).replace("\xa0", " ")
    assert "Voici comment je lis" not in said  # our own table is known
    assert "Total : 144 h" in said


def test_the_outsider_cannot_declare_with_somebody_else_s_file(cast: Cast, tmp_path: Path) -> None:
    talk, other = talk_of(cast), cast.talk(cast.outsider)
    talk.sends_file("heures.xlsx", content_of(NOVEMBER, tmp_path))
    with cast.house.database.reading() as session:
        stolen = session.scalars(select(StoredFile.id)).one()
    other.says("voici", files=(stolen,))
    with cast.house.database.reading() as session:
        assert session.scalars(select(SheetLayout)).all() == []
    assert not any("LEROY" in shown.text for shown in other.shown)
