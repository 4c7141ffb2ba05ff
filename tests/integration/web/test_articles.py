"""An answer becomes an article; what the base lacks, what is withdrawn, who is told: for the facilitateur only."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from core.cases import answer
from core.conversations import history
from core.models import AnswerLog, Audit, Case
from core.people import issue_token
from core.terms import Channel
from knowledge.articles import read_file
from tests.cast import Cast
from tests.houses import FakeClock
from tests.integration.web.browser import Browser

ASKED = "Où garer la benne de Marie Leroy ? Joignez-moi au 06 12 34 56 78."
REPLY = "Devant la mairie, avec l’accord de la ville demandé la veille."
QUESTIONS = "\n".join(
    (
        "Où garer la benne du chantier ?",
        "parking benne clairval",
        "- stationnement des bennes à Clairval",
        "puis-je laisser la benne rue des Tilleuls",
        "place pour la benne à clairval",
    )
)
FIELDS = {
    "title": "Où garer la benne du chantier à Clairval ?",
    "questions": QUESTIONS,
    "text": REPLY,
    "source": "Arrêté municipal de stationnement",
    "reference": "article 4",
    "url": "",
    "audience": "company",
    "territory": "here",
    "expires_on": "2027-11-23",
}


@pytest.fixture
def folder(cast: Cast) -> Path:
    """The operator's articles."""
    return cast.house.settings.data_dir / "articles"


@pytest.fixture
def case_id(cast: Cast) -> int:
    """A case that Carole opened and the facilitateur answered."""
    talk = cast.talk(cast.carole, thread="carole-at-the-web")
    for words in ("parler à quelqu’un", "La benne de Marie Leroy"):
        talk.says(words)
    talk.taps("2026-TX-014")
    talk.says(ASKED)
    talk.says("sans fichier")
    with cast.house.database.transaction() as session:
        number = session.scalars(select(Case.id)).one()
        answer(session, cast.house, number, REPLY, person_id=cast.fanny.id)
    return number


def field(page: Browser, name: str) -> str:
    """The value of a field, as the form shows it."""
    html = page.seen.text if page.seen is not None else ""
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', html) or re.search(
        rf'<textarea[^>]*name="{name}"[^>]*>([^<]*)</textarea>', html
    )
    assert found is not None, name
    return unescape(found[1])


def test_the_form_is_filled_from_the_case_without_any_name(browser: Browser, cast: Cast, case_id: int) -> None:
    browser.signs_in(cast.house, cast.fanny)
    assert "En faire une fiche" in browser.opens(f"/desk/cases/{case_id}")
    page = browser.opens(f"/desk/fiches/nouvelle?dossier={case_id}")
    assert "Département du Val" in page
    assert field(browser, "title") == "La benne de cette personne"
    assert field(browser, "questions") == "Où garer la benne de cette personne ?"
    assert field(browser, "text") == REPLY
    assert field(browser, "expires_on") == "2027-11-23"


def test_a_case_without_an_answer_makes_no_article(browser: Browser, cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    for words in ("parler à quelqu’un", "Chantier", "aucun en particulier", "Bonjour à vous", "sans fichier"):
        talk.says(words)
    browser.signs_in(cast.house, cast.fanny)
    with cast.house.database.reading() as session:
        number = session.scalars(select(Case.id)).one()
    assert "En faire une fiche" not in browser.opens(f"/desk/cases/{number}")
    assert "Répondez d’abord" in browser.opens(f"/desk/fiches/nouvelle?dossier={number}")
    assert browser.status == 422


def test_an_answer_becomes_an_article(browser: Browser, cast: Cast, case_id: int, folder: Path) -> None:
    browser.signs_in(cast.house, cast.fanny)
    browser.opens(f"/desk/fiches/nouvelle?dossier={case_id}")
    page = browser.posts(f"/desk/fiches/nouvelle?dossier={case_id}", None, **FIELDS)
    assert "La fiche est publiée" in page
    assert FIELDS["title"] in page
    [path] = folder.iterdir()
    article = read_file(path)
    assert article.id == "ou-garer-la-benne-du-chantier-a-clairval"
    assert article.questions[2] == "stationnement des bennes à Clairval"
    assert (article.certainty, article.territory, article.audience) == ("practice", "Département du Val", "company")
    assert (article.checked_on, article.expires_on) == (date(2026, 11, 23), date(2027, 11, 23))
    with cast.house.database.reading() as session:
        [line] = session.scalars(select(Audit).where(Audit.action == "publish_article"))
        assert (line.person_id, line.subject, line.detail) == (
            cast.fanny.id,
            f"article:{article.id}",
            f"case:{case_id}",
        )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": " "}, "Donnez un titre"),
        ({"questions": "une seule ?"}, "Il faut au moins 5 façons"),
        ({"questions": QUESTIONS.replace("parking benne clairval", "Où garer la benne du chantier ?")}, "est répétée"),
        ({"text": ""}, "Écrivez la réponse"),
        ({"text": "mot " * 400}, "1200 au plus"),
        ({"source": ""}, "Donnez la source"),
        ({"reference": ""}, "Précisez la source"),
        ({"url": "http://exemple.fr"}, "doit commencer par https://"),
        ({"audience": "everybody"}, "Choisissez à qui"),
        ({"expires_on": "demain"}, "Donnez une date comme"),
        ({"expires_on": "2026-11-23"}, "doit être à venir"),
    ],
)
def test_what_is_wrong_is_said_by_its_field_and_nothing_typed_is_lost(
    browser: Browser, cast: Cast, folder: Path, changed: dict[str, str], said: str
) -> None:
    browser.signs_in(cast.house, cast.fanny)
    browser.opens("/desk/fiches/nouvelle")
    assert said in browser.posts("/desk/fiches/nouvelle", None, **{**FIELDS, **changed})
    assert browser.status == 422
    [name] = changed
    assert f'id="{name if name != "reference" else "source"}-error"' in (browser.seen.text if browser.seen else "")
    kept = {**FIELDS, **changed}
    assert [field(browser, name).strip() for name in ("title", "text", "source", "expires_on")] == [
        kept[name].strip() for name in ("title", "text", "source", "expires_on")
    ]
    assert not folder.exists()


def test_a_question_that_another_article_answers_is_refused(browser: Browser, cast: Cast, folder: Path) -> None:
    taken = next(iter(cast.house.library().articles.values()))
    browser.signs_in(cast.house, cast.fanny)
    browser.opens("/desk/fiches/nouvelle")
    page = browser.posts("/desk/fiches/nouvelle", None, **{**FIELDS, "questions": f"{QUESTIONS}\n{taken.questions[0]}"})
    assert f"est déjà dans « {taken.id} »" in page
    assert not folder.exists()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Écrivez à mairie@exemple.fr.", "adresse e-mail"),
        ("Appelez le 01 99 00 00 09.", "numéro de téléphone"),
        ("Comme pour Leroy, devant la mairie.", "Marie Leroy"),
        ("Comme Bâti Nord, devant la mairie.", "Bâti Nord"),
        ("Carole Constructeur l’a fait.", "Carole Constructeur"),
    ],
)
def test_what_names_somebody_is_published_only_once_read_again(
    browser: Browser, cast: Cast, case_id: int, folder: Path, text: str, what: str
) -> None:
    browser.signs_in(cast.house, cast.fanny)
    address = f"/desk/fiches/nouvelle?dossier={case_id}"
    browser.opens(address)
    page = browser.posts(address, None, **{**FIELDS, "text": text})
    assert what in page
    assert "J’ai relu" in page
    assert not folder.exists()
    assert "La fiche est publiée" in browser.posts(address, None, **{**FIELDS, "text": text, "relu": "1"})


def test_a_form_sent_twice_publishes_one_article(browser: Browser, cast: Cast, folder: Path) -> None:
    browser.signs_in(cast.house, cast.fanny)
    browser.opens("/desk/fiches/nouvelle")
    browser.posts("/desk/fiches/nouvelle", None, **FIELDS)
    assert "est déjà dans" in browser.posts("/desk/fiches/nouvelle", None, **FIELDS)
    assert len(list(folder.glob("*"))) == 1


def test_a_withdrawn_article_leaves_the_list_and_its_file_is_kept(browser: Browser, cast: Cast, folder: Path) -> None:
    browser.signs_in(cast.house, cast.fanny)
    browser.opens("/desk/fiches/nouvelle")
    browser.posts("/desk/fiches/nouvelle", None, **FIELDS)
    [name] = [path.stem for path in folder.glob("*.md")]
    assert "La fiche est retirée" in browser.posts(f"/desk/fiches/{name}/retrait")
    assert list(folder.glob("*.md")) == []
    assert len(list((folder / "retirees").iterdir())) == 1
    assert "n’existe plus" in browser.posts(f"/desk/fiches/{name}/retrait")


def test_a_faulty_file_and_one_past_its_day_are_pointed_at(
    browser: Browser, cast: Cast, folder: Path, clock: FakeClock
) -> None:
    browser.signs_in(cast.house, cast.fanny)
    browser.opens("/desk/fiches/nouvelle")
    browser.posts("/desk/fiches/nouvelle", None, **{**FIELDS, "expires_on": "2026-12-24"})
    (folder / "main.md").write_text("---\nid: main\n---\nSans titre", encoding="utf-8")
    assert "main.md : champ « title » : il est obligatoire" in browser.opens("/desk/fiches")
    clock.advance(days=40)
    assert "sa date de fin est passée" in browser.opens("/desk/fiches")


def test_an_article_of_another_territory_is_neither_listed_nor_withdrawn(
    browser: Browser, cast: Cast, folder: Path
) -> None:
    browser.signs_in(cast.house, cast.fanny)
    browser.opens("/desk/fiches/nouvelle")
    browser.posts("/desk/fiches/nouvelle", None, **FIELDS)
    [path] = folder.glob("*.md")
    path.write_text(path.read_text(encoding="utf-8").replace("Département du Val", "Ailleurs"), encoding="utf-8")
    assert FIELDS["title"] not in browser.opens("/desk/fiches").partition("Prévenir d’une correction")[0]
    assert "n’est pas de votre territoire" in browser.posts(f"/desk/fiches/{path.stem}/retrait")
    assert path.exists()


def test_the_page_shows_what_the_base_lacks(browser: Browser, cast: Cast) -> None:
    cast.talk(None).says("Quel plombier répare les trottinettes violettes ?")
    browser.signs_in(cast.house, cast.fanny)
    page = browser.opens("/desk/fiches")
    assert "Quel plombier répare les trottinettes violettes ?" in page
    assert "1 fois · sans réponse" in page


def test_people_are_told_of_a_correction_from_the_page(browser: Browser, cast: Cast) -> None:
    cast.talk(cast.carole, thread="carole").says("C’est quoi un QPV ?")
    with cast.house.database.reading() as session:
        name = str(session.scalars(select(AnswerLog.article)).one())
    browser.signs_in(cast.house, cast.fanny)
    browser.opens("/desk/fiches")
    assert "1 conversation prévenue" in browser.posts("/desk/fiches/correction", fiche=name, changement="Un mot.")
    assert "Personne n’a reçu" in browser.posts("/desk/fiches/correction", fiche=name, changement="Un mot.")
    assert "Un mot." in history(cast.house, Channel.WEB, "carole")[-1].text
    assert "Écrivez en une phrase" in browser.posts("/desk/fiches/correction", fiche=name, changement=" ")
    assert "Choisissez la fiche" in browser.posts("/desk/fiches/correction", fiche="aucune", changement="Un mot.")


@pytest.mark.parametrize("who", ["stranger", "outsider", "buyer", "owner", "by the mailed link"])
def test_nobody_else_sees_or_keeps_articles(browser: Browser, cast: Cast, case_id: int, folder: Path, who: str) -> None:
    person = {"outsider": cast.outsider, "buyer": cast.alice, "owner": cast.carole}.get(who)
    if person is not None:
        browser.signs_in(cast.house, person)
    if who == "by the mailed link":
        with cast.house.database.transaction() as session:
            secret = issue_token(session, cast.house, "case", case=session.get_one(Case, case_id))
        browser.opens(f"/desk/cases/{case_id}/acces/{secret}")
        browser.posts(f"/desk/cases/{case_id}/acces/{secret}")
    folder.mkdir()
    (folder / "main.md").write_text("---\nid: main\n---\nSans titre", encoding="utf-8")
    for address in ("/desk/fiches", "/desk/fiches/nouvelle", f"/desk/fiches/nouvelle?dossier={case_id}"):
        page = browser.opens(address)
        assert browser.status == 403, address
        assert REPLY not in page
    for address in ("/desk/fiches/nouvelle", "/desk/fiches/main/retrait", "/desk/fiches/correction"):
        browser.posts(address, None, **FIELDS, fiche="rsa", changement="Un mot.")
        assert browser.status == 403, address
    assert [path.name for path in folder.iterdir()] == ["main.md"]


def test_a_form_of_another_browser_is_refused(
    browser: Browser, new_browser: Callable[[], Browser], cast: Cast, folder: Path
) -> None:
    browser.signs_in(cast.house, cast.fanny)
    other = new_browser()
    other.opens("/")
    browser.csrf = other.csrf
    browser.posts("/desk/fiches/nouvelle", None, **FIELDS)
    assert browser.status == 403
    assert not folder.exists()
