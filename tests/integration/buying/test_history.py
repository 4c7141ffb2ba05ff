"""A programme made from what a buyer published: on the page, in the conversation, on the command line."""

import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from core.files import read
from core.house import House
from core.models import StoredFile
from core.purchases.habits import Habits
from core.purchases.history import programme_of_history, stored_siren
from core.refusal import Refused
from tests.cast import Cast
from tests.integration.buying.files import sheet
from tests.integration.buying.published import PLANNED, PUBLISHED, SIREN, publish

HABITS = Habits(Decimal(35), Decimal("0.05"))
TODAY = date(2026, 11, 23)


@pytest.fixture
def published(house: House) -> House:
    publish(house, *PUBLISHED)
    return house


def test_what_recurs_comes_again_at_its_end_and_works_are_an_example(published: House) -> None:
    with published.database.reading() as session:
        found = programme_of_history(session, SIREN, HABITS, TODAY).operations
    told = {each.planned.object: (each.verdict, each.planned.starts_on) for each in found}
    assert told == {
        "Nettoyage des locaux": ("oui", date(2027, 3, 1)),
        "Peinture des écoles": ("oui", None),
        "Fourniture de mobilier": ("non", date(2027, 1, 1)),
    }
    assert "Marché notifié le 1er mars 2023, sans clause sociale." in found[-1].why
    assert "avec une clause sociale, travaux pris comme exemple." in found[1].why


def test_an_unknown_buyer_or_a_wrong_number_is_refused(published: House) -> None:
    with published.database.reading() as session, pytest.raises(Refused, match="aucun marché publié"):
        programme_of_history(session, "000000026", HABITS, TODAY)
    assert stored_siren("000 000 018 00010") == SIREN
    for wrong in ("", "12", "000000019", "clairval"):
        with pytest.raises(Refused, match="SIREN"):
            stored_siren(wrong)


def workbook_in(cast: Cast, number: int) -> list[str]:
    with cast.house.database.reading() as session:
        content = read(cast.house, session.get_one(StoredFile, number))
    return load_workbook(io.BytesIO(content)).sheetnames


def test_a_signed_in_buyer_starts_from_what_they_published(cast: Cast) -> None:
    publish(cast.house, *PUBLISHED)
    talk = cast.talk(cast.alice)
    talk.says("préparer un achat")
    assert "D’où partons-nous" in talk.taps("Étudier un programme")
    assert "3 opérations lues" in talk.taps("Nos marchés publiés")
    (file,) = talk.shown[-1].files
    assert workbook_in(cast, file.id) == ["Opérations", "Synthèse", "Mois par mois"]


def test_a_spreadsheet_sent_at_any_time_is_offered_to_be_studied(cast: Cast) -> None:
    talk = cast.talk(None)
    talk.sends_file("achats 2027.xlsx", PLANNED)
    assert "Étudier ce programme d’achats" in talk.labels
    told = talk.taps("Étudier ce programme").replace("\u00a0", " ")
    assert "Se prêtent à une clause : 1 (500 000 € HT, 500 h)" in told
    assert "Ligne 3 : montant illisible (« cher »)." in told
    assert talk.shown[-1].files[0].name == "Programme d’achats et clauses.xlsx"


def test_the_tool_waits_for_the_spreadsheet_and_says_what_is_wrong_with_another(cast: Cast) -> None:
    talk = cast.talk(cast.bernard)
    talk.says("/achat")
    assert "objet" in talk.taps("Étudier un programme")
    assert "montant HT" in talk.sends_file("autre.xlsx", sheet((("ville", "couleur"), ("Clairval", "bleu"))))
    assert "2 opérations lues" in talk.sends_file("achats.xlsx", PLANNED)


def test_a_company_is_not_offered_to_study_its_hours_as_a_programme(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.sends_file("achats.xlsx", PLANNED)
    assert "Étudier ce programme d’achats" not in talk.labels
