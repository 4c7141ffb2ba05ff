"""A buyer's file is read before the turn, never while its transaction holds the database, however it is named."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete

from core import readings
from core.documents import read_document
from core.house import House
from core.models import StoredFile
from core.purchases.habits import Habits
from core.purchases.programme_sheet import read_programme
from tests.cast import gather
from tests.integration.buying.files import docx
from tests.integration.buying.published import PLANNED
from tests.photos import photo

CLAUSE = docx(["# Clause d’insertion", "Le titulaire réalise 500 heures d’insertion."])


@pytest.fixture
def locked(sqlite_house: House, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each file read, whether the writers' lock was held."""
    seen: list[bool] = []

    def document(data: bytes) -> object:
        seen.append(sqlite_house.database._writing.locked())
        return read_document(data)

    def programme(path: Path, habits: Habits, today: date) -> object:
        seen.append(sqlite_house.database._writing.locked())
        return read_programme(path, habits, today)

    monkeypatch.setattr(readings, "read_document", document)
    monkeypatch.setattr(readings, "read_programme", programme)
    return seen


@pytest.mark.parametrize(
    ("name", "content", "button", "said"),
    [
        ("clause.docx", CLAUSE, "Contrôler cette clause", "500 heures d’insertion"),
        ("achats.xlsx", PLANNED, "Étudier ce programme d’achats", "2 opérations lues"),
    ],
)
def test_a_file_sent_first_and_used_later_is_read_outside_the_transaction(
    sqlite_house: House, locked: list[bool], name: str, content: bytes, button: str, said: str
) -> None:
    talk = gather(sqlite_house).talk(None)
    talk.sends_file(name, content)
    assert said in talk.taps(button)
    talk.sends_file(name, content)
    assert said in talk.says(button)  # as a terminal or a mail does
    assert locked == [False] * 4


def test_a_file_that_a_tool_waits_for_is_read_outside_the_transaction(sqlite_house: House, locked: list[bool]) -> None:
    talk = gather(sqlite_house).talk(None)
    talk.says("contrôler une clause")
    assert "500 heures d’insertion" in talk.sends_file("clause.docx", CLAUSE)
    assert locked == [False]


def test_a_picture_or_a_spreadsheet_is_no_clause(sqlite_house: House, locked: list[bool]) -> None:
    talk = gather(sqlite_house).talk(None)
    talk.says("contrôler une clause")
    assert "Je n’ai pas pu lire ce fichier" in talk.sends_file("a.png", photo(form="PNG"))
    assert "Ce fichier est un tableau" in talk.sends_file("achats.xlsx", PLANNED)
    assert "Collez ici l’article" in talk.shown[-1].text
    assert locked == [False]


def test_the_button_of_a_file_that_is_gone_opens_nothing(sqlite_house: House) -> None:
    talk = gather(sqlite_house).talk(None)
    talk.sends_file("clause.docx", CLAUSE)
    with sqlite_house.database.transaction() as session:
        session.execute(delete(StoredFile))
    assert "Je n’ai pas pu lire ce fichier" in talk.taps("Contrôler cette clause")
