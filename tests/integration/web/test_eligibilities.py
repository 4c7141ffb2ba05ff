"""The desk's hires in a browser without JavaScript: decided, asked to complete, prolonged; closed to everybody else."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.eligibility import decide, latest
from core.models import Eligibility, Employment, Territory
from core.terms import EligibilityStatus
from tests.cast import Cast
from tests.integration.web.browser import Browser


@pytest.fixture
def desk(browser: Browser, cast: Cast) -> Browser:
    """The facilitateur at her desk."""
    with cast.house.database.transaction() as session:
        session.merge(cast.fanny).is_facilitator = True
    browser.signs_in(cast.house, cast.fanny)
    return browser


def held(cast: Cast, employment: Employment) -> Eligibility:
    """The decision in force."""
    with cast.house.database.reading() as session:
        return latest(session, [employment.id])[employment.id]


def test_the_oldest_hire_comes_first_with_what_a_decision_needs(desk: Browser, cast: Cast) -> None:
    assert "Éligibilités" in desk.opens("/desk/")
    with cast.house.database.transaction() as session:
        session.get_one(Employment, cast.paul.id).created_at -= timedelta(days=1)
    page = desk.opens("/desk/eligibilites")
    assert page.index("Paul Girard") < page.index("Karim Haddad") < page.index("Sonia Petit")
    assert "Marie Leroy" not in page
    assert "Bénéficiaire du RSA" in page
    assert "Aucun justificatif reçu" in page
    assert "Embauche du 5 octobre 2026" in page
    page = desk.opens(f"/desk/eligibilites/{cast.karim.id}")
    assert "Bâti Nord" in page
    assert "24 mois, règle du territoire" in page
    assert 'value="2028-10-04"' in (desk.seen.text if desk.seen else "")


def test_it_is_accepted_until_the_day_that_the_facilitateur_gives(desk: Browser, cast: Cast) -> None:
    talk = cast.talk(cast.carole, thread="carole-elsewhere")
    talk.says("bonjour")
    path = f"/desk/eligibilites/{cast.karim.id}"
    desk.opens(path)
    page = desk.posts(path, action="accept", until_on="2027-06-30", proof_seen="1")
    assert "L’éligibilité est validée" in page
    assert "Karim Haddad" not in page
    found = held(cast, cast.karim)
    assert (found.until_on, found.proof_seen) == (date(2027, 6, 30), True)
    assert "Ses heures comptent jusqu’au 30 juin 2027" in talk.looks()


def test_a_refusal_keeps_its_reason_at_the_desk(desk: Browser, cast: Cast) -> None:
    talk = cast.talk(cast.carole, thread="carole-elsewhere")
    talk.says("bonjour")
    path = f"/desk/eligibilites/{cast.karim.id}"
    desk.opens(path)
    assert "Écrivez pourquoi" in desk.posts(path, action="refuse", reason=" ")
    assert desk.status == 422
    desk.opens(path)
    assert "sans votre raison" in desk.posts(path, action="refuse", reason="inscrit depuis <b>six mois</b>")
    assert "inscrit depuis <b>six mois</b>" in desk.opens(path)
    told = talk.looks()
    assert "🔴" in told
    assert "six mois" not in told
    shown = talk.says("mes obligations").replace("\u00a0", " ")
    assert "**Karim Haddad** : 🔴 éligibilité refusée" in shown
    assert "six mois" not in shown


def test_what_is_missing_is_asked_of_the_company_and_comes_back_when_given(desk: Browser, cast: Cast) -> None:
    talk = cast.talk(cast.carole, thread="carole-elsewhere")
    talk.says("bonjour")
    path = f"/desk/eligibilites/{cast.karim.id}"
    desk.opens(path)
    page = desk.posts(path, action="ask", reason="l’attestation RSA de moins de trois mois")
    assert "En attente de l’entreprise" in page
    assert "l’attestation RSA de moins de trois mois" in talk.looks()
    assert "🟠 à compléter" in talk.says("mes obligations")
    talk.taps("Compléter l’embauche")
    assert "Avez-vous donné ce qui manquait" in talk.shown[-1].text
    talk.taps("Oui, c’est fait")
    page = desk.opens("/desk/eligibilites")
    assert "Complété par l’entreprise" in page
    assert "En attente de l’entreprise" not in page


def test_what_ends_soon_is_listed_and_prolonged(desk: Browser, cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        session.get_one(Territory, cast.fanny.territory_id).eligibility_months = 3
        decide(session, cast.house, cast.karim.id, EligibilityStatus.ACCEPTED, "", session.merge(cast.fanny))
    assert "Jusqu’au 4 janvier 2027" in desk.opens("/desk/eligibilites")
    path = f"/desk/eligibilites/{cast.karim.id}"
    desk.opens(path)
    assert 'value="2027-08-31"' in (desk.seen.text if desk.seen else "")  # the end of the contract
    assert "Écrivez ce qui justifie" in desk.posts(path, action="prolong", until_on="2027-08-31", reason="")
    desk.opens(path)
    assert "prolongée" in desk.posts(path, action="prolong", until_on="2027-08-31", reason="formation en cours")
    assert held(cast, cast.karim).until_on == date(2027, 8, 31)
    assert "Fins proches" not in desk.opens("/desk/eligibilites")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"action": "accept", "until_on": "demain"}, "Donnez le dernier jour"),
        ({"action": "accept", "until_on": "2026-10-04"}, "doit suivre l’embauche"),
        ({"action": "prolong", "until_on": ""}, "Donnez le nouveau dernier jour"),
        ({"action": "prolong", "until_on": "2028-01-01", "reason": "x"}, "Validez d’abord"),
        ({"action": "ask", "reason": ""}, "Écrivez ce qui manque"),
        ({"action": "delete"}, "Choisissez une des décisions"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    desk: Browser, cast: Cast, fields: dict[str, str], said: str
) -> None:
    path = f"/desk/eligibilites/{cast.karim.id}"
    desk.opens(path)
    assert said in desk.posts(path, None, **fields)
    assert desk.status == 422
    with cast.house.database.reading() as session:
        assert session.scalars(select(Eligibility.id)).all() == []


def test_it_is_closed_to_everybody_else(new_browser: Callable[[], Browser], cast: Cast) -> None:
    for who in (None, cast.carole, cast.olivia, cast.alice):
        browser = new_browser()
        browser.opens("/")
        if who is not None:
            browser.signs_in(cast.house, who)
        for path in ("/desk/eligibilites", f"/desk/eligibilites/{cast.karim.id}"):
            page = browser.opens(path)
            assert browser.status == 403
            assert "Karim" not in page
        browser.posts(f"/desk/eligibilites/{cast.karim.id}", action="accept")
        assert browser.status == 403
    with cast.house.database.reading() as session:
        assert session.scalars(select(Eligibility.id)).all() == []


def test_a_facilitateur_of_elsewhere_sees_nobody(browser: Browser, cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        elsewhere = Territory(name="Autre Val", created_at=cast.house.now())
        session.add(elsewhere)
        session.flush()
        fanny = session.merge(cast.fanny)
        fanny.is_facilitator, fanny.territory_id = True, elsewhere.id
    browser.signs_in(cast.house, cast.fanny)
    assert "Karim Haddad" not in browser.opens("/desk/eligibilites")
    browser.opens(f"/desk/eligibilites/{cast.karim.id}")
    assert browser.status == 403
