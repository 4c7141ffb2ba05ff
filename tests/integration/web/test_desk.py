"""The facilitateur's pages: everything of a case for him, nothing for anybody else."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core.conversations import history
from core.house import House
from core.models import Audit, Case, CaseMessage, StoredFile
from core.people import issue_token
from core.terms import Author, Channel
from tests.cast import Cast
from tests.houses import FakeClock
from tests.integration.web.browser import Browser

QUESTION = "Le chantier est arrêté <b>deux</b> mois, que déclarer ?"


@pytest.fixture
def case_id(cast: Cast) -> int:
    """A case that Carole opened from the web chat, with a file."""
    talk = cast.talk(cast.carole, thread="carole-at-the-web")
    talk.says("parler à quelqu’un")
    talk.says("Chantier arrêté")
    talk.taps("2026-TX-014")
    talk.says(QUESTION)
    talk.sends_file("planning.pdf", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    with cast.house.database.reading() as session:
        return session.scalars(select(Case.id)).one()


def link_of(house: House, case_id: int) -> str:
    with house.database.transaction() as session:
        secret = issue_token(session, house, "case", case=session.get_one(Case, case_id))
    return f"/desk/cases/{case_id}/acces/{secret}"


def file_of(house: House) -> int:
    with house.database.reading() as session:
        return session.scalars(select(StoredFile.id)).one()


def answers(house: House) -> list[str]:
    with house.database.reading() as session:
        query = select(CaseMessage.text).where(CaseMessage.author == Author.FACILITATOR).order_by(CaseMessage.id)
        return list(session.scalars(query))


def test_the_mailed_link_opens_the_case_with_everything_in_it(browser: Browser, cast: Cast, case_id: int) -> None:
    link = link_of(cast.house, case_id)
    page = browser.opens(link)
    assert "Chantier arrêté" not in page, "a scanner that opens the link reads nothing"
    page = browser.posts(link)
    for expected in (
        "Chantier arrêté",
        QUESTION,
        "Carole Constructeur",
        "Bâti Nord",
        "carole.constructeur@exemple.fr",
        "planning.pdf",
        "2026-TX-014",
        "1 200 h",
        "pour le 25 novembre 2026",
    ):
        assert expected in page
    assert "Chantier arrêté" in browser.opens(link), "the same link goes on working in this browser"
    with cast.house.database.reading() as session:
        assert session.scalars(select(Audit).where(Audit.action == "read_case")).first() is not None


def test_the_answer_reaches_the_person_and_is_seen_in_the_case(browser: Browser, cast: Cast, case_id: int) -> None:
    link = link_of(cast.house, case_id)
    browser.opens(link)
    browser.posts(link)
    page = browser.posts(f"/desk/cases/{case_id}/reponse", text="Déclarez **zéro heure**.\nMerci.", action="answer")
    assert "Votre réponse est partie" in page
    assert "Déclarez zéro heure" in page
    assert "réponse envoyée" in page
    last = history(cast.house, Channel.WEB, "carole-at-the-web")[-1]
    assert last.author is Author.FACILITATOR
    assert "Déclarez **zéro heure**" in last.text


def test_an_answer_posted_twice_goes_once_and_another_one_goes_too(browser: Browser, cast: Cast, case_id: int) -> None:
    link = link_of(cast.house, case_id)
    browser.opens(link)
    browser.posts(link)
    for text in ("Zéro heure.", "Zéro heure. ", "Et prévenez l’acheteur."):
        browser.posts(f"/desk/cases/{case_id}/reponse", text=text, action="answer")
    assert answers(cast.house) == ["Zéro heure.", "Et prévenez l’acheteur."]


def test_answering_and_closing(browser: Browser, cast: Cast, case_id: int) -> None:
    browser.signs_in(cast.house, cast.fanny)
    assert "Chantier arrêté" in browser.opens("/desk/")
    browser.opens(f"/desk/cases/{case_id}")
    assert "clos" in browser.posts(f"/desk/cases/{case_id}/reponse", text="Zéro heure.", action="close")
    assert "Aucun dossier n’attend" in browser.opens("/desk/")


def test_an_empty_answer_is_refused_in_words(browser: Browser, cast: Cast, case_id: int) -> None:
    browser.signs_in(cast.house, cast.fanny)
    browser.opens(f"/desk/cases/{case_id}")
    assert "Votre réponse est vide" in browser.posts(f"/desk/cases/{case_id}/reponse", text=" \n", action="answer")
    assert browser.status == 422
    assert answers(cast.house) == []


def test_late_cases_are_shown_as_such(browser: Browser, cast: Cast, case_id: int, clock: FakeClock) -> None:
    browser.signs_in(cast.house, cast.fanny)
    assert "la date est passée" not in browser.opens("/desk/")
    clock.advance(days=3)
    assert "la date est passée" in browser.opens("/desk/")


@pytest.mark.parametrize("who", ["stranger", "outsider", "buyer", "owner"])
def test_nobody_else_reads_or_answers_a_case(browser: Browser, cast: Cast, case_id: int, who: str) -> None:
    """Not even the one who opened it: the page is the facilitateur's; the person has the conversation."""
    person = {"outsider": cast.outsider, "buyer": cast.alice, "owner": cast.carole}.get(who)
    if person is not None:
        browser.signs_in(cast.house, person)
    for path in ("/desk/", f"/desk/cases/{case_id}"):
        page = browser.opens(path)
        assert browser.status == 403
        assert "Chantier" not in page
        assert "Carole" not in page
    browser.posts(f"/desk/cases/{case_id}/reponse", text="Zéro heure.", action="answer")
    assert browser.status == 403
    assert answers(cast.house) == []


def test_a_case_that_does_not_exist_is_refused_in_the_same_words(browser: Browser, cast: Cast, case_id: int) -> None:
    assert browser.opens("/desk/cases/999") == browser.opens(f"/desk/cases/{case_id}")
    assert browser.status == 403


def test_a_link_opens_its_own_case_only(browser: Browser, cast: Cast, case_id: int) -> None:
    other = cast.talk(cast.outsider, thread="olivia")
    for words in ("parler à quelqu’un", "Voirie", "aucun en particulier", "Bonjour à vous", "sans fichier"):
        other.says(words)
    with cast.house.database.reading() as session:
        [second] = session.scalars(select(Case.id).where(Case.id != case_id)).all()
    link = link_of(cast.house, case_id)
    browser.opens(link)
    browser.posts(link)
    browser.opens(f"/desk/cases/{second}")
    assert browser.status == 403
    value = browser.client.cookies.get("clausette_case", path=f"/desk/cases/{case_id}")
    browser.client.cookies.set("clausette_case", str(value), domain="clausette.exemple.fr", path="/")
    browser.opens(f"/desk/cases/{second}")
    assert browser.status == 403
    wrong = link_of(cast.house, second).replace(f"/cases/{second}/", f"/cases/{case_id}/")
    browser.client.cookies.clear()
    browser.opens(wrong)
    assert browser.status == 410


def test_a_case_link_and_its_cookie_end_after_two_weeks(
    browser: Browser, new_browser: Callable[[], Browser], cast: Cast, case_id: int, clock: FakeClock
) -> None:
    link = link_of(cast.house, case_id)
    browser.opens(link)
    browser.posts(link)
    clock.advance(days=15)
    browser.opens(f"/desk/cases/{case_id}")
    assert browser.status == 403
    page = new_browser().opens(link)
    assert "valable 14 jours" in page


# Files


def test_a_file_of_a_case_is_downloaded_never_shown(browser: Browser, cast: Cast, case_id: int) -> None:
    link = link_of(cast.house, case_id)
    browser.opens(link)
    browser.posts(link)
    reply = browser.client.get(f"/desk/cases/{case_id}/fichiers/{file_of(cast.house)}")
    assert reply.status_code == 200
    assert reply.content.startswith(b"%PDF")
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.headers["content-disposition"].startswith('attachment; filename="planning.pdf"')
    assert reply.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_who_opened_the_case_downloads_her_file_and_others_do_not(
    new_browser: Callable[[], Browser], cast: Cast, case_id: int
) -> None:
    path = f"/fichiers/{file_of(cast.house)}"
    expected = {cast.carole: 200, cast.fanny: 200, cast.outsider: 403, cast.claude: 403, cast.alice: 403}
    for person, status in expected.items():
        reader = new_browser()
        reader.opens("/")
        reader.signs_in(cast.house, person)
        assert reader.client.get(path).status_code == status, person.name
    stranger = new_browser()
    missing = stranger.client.get("/fichiers/999")
    refused = stranger.client.get(path)
    assert refused.status_code == missing.status_code == 403
    assert refused.text == missing.text


def test_a_file_not_attached_yet_is_served_to_nobody(browser: Browser, cast: Cast) -> None:
    browser.sends(files={"file": ("cv.pdf", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")})
    assert browser.client.get(f"/fichiers/{file_of(cast.house)}").status_code == 403
