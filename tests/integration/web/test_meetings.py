"""The desk's meetings: proposed, moved and cancelled on a plain page, by the facilitateur only."""

from collections.abc import Callable

from tests.cast import Cast
from tests.integration.web.browser import Browser
from tests.letters import letters_to

FIELDS = {"kind": "review", "day": "2026-12-03", "hour": "14:30", "minutes": "60", "place": "En visio", "note": ""}


def test_the_facilitateur_proposes_moves_and_cancels_a_meeting(browser: Browser, cast: Cast) -> None:
    browser.signs_in(cast.house, cast.fanny)
    page = f"/desk/reunions/{cast.school.id}"
    browser.opens("/desk/echeances")
    assert browser.seen is not None
    assert f'href="{page}"' in browser.seen.text
    seen = browser.opens(page)
    assert "Alice Achat, Ville de Clairval" in seen
    assert "Carole Constructeur, Bâti Nord" in seen
    assert "L’invitation est partie" in browser.posts(page, None, **FIELDS)
    assert "3 décembre 2026 à 14 h 30" in browser.opens(page)
    (invited,) = letters_to(cast.house, "alice.achat@exemple.fr", "MeetingLetter")
    assert invited["title"] == "Point trimestriel"
    moved = {"day": "2026-12-04", "hour": "10:00", "place": "Sur le chantier", "action": "move"}
    assert "La réunion est déplacée" in browser.posts(f"{page}/1", None, **moved)
    assert "4 décembre 2026 à 10 h 00" in browser.opens(page)
    assert "La réunion est annulée" in browser.posts(f"{page}/1", action="cancel")
    assert "Réunions à venir" not in browser.opens(page)


def test_what_is_wrong_is_said_and_what_was_typed_stays(browser: Browser, cast: Cast) -> None:
    browser.signs_in(cast.house, cast.fanny)
    page = f"/desk/reunions/{cast.school.id}"
    browser.opens(page)
    seen = browser.posts(page, None, **{**FIELDS, "hour": "", "place": "Mairie, salle 2"})
    assert browser.status == 422
    assert "Donnez le jour et l’heure" in seen
    assert browser.seen is not None
    assert 'value="Mairie, salle 2"' in browser.seen.text
    browser.posts(page, None, **{**FIELDS, "minutes": "0"})
    assert browser.status == 422
    browser.posts(f"{page}/999", action="cancel")
    assert browser.status == 422


def test_nobody_else_sees_or_proposes_a_meeting(new_browser: Callable[[], Browser], cast: Cast) -> None:
    page = f"/desk/reunions/{cast.school.id}"
    for person in (cast.outsider, cast.carole, cast.alice, None):
        browser = new_browser()
        browser.opens("/")
        if person is not None:
            browser.signs_in(cast.house, person)
        browser.opens(page)
        assert browser.status == 403
        browser.posts(page, None, **FIELDS)
        assert browser.status == 403
    assert letters_to(cast.house, "alice.achat@exemple.fr", "MeetingLetter") == []
