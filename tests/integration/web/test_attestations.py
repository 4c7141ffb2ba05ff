"""Attestations in a browser: given at the desk, checked by anybody with the code, closed to everybody else."""

from collections.abc import Callable

from sqlalchemy import select

from core.attestations import code_of
from core.models import Attestation, Declaration
from core.terms import DeclarationStatus
from tests.cast import Cast
from tests.integration.web.browser import Browser


def test_the_facilitateur_gives_one_and_anybody_checks_it(
    cast: Cast, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    with cast.house.database.transaction() as session:
        session.merge(cast.fanny).is_facilitator = True
    browser.signs_in(cast.house, cast.fanny)
    page = browser.opens(f"/desk/attestations/{cast.school.id}")
    assert "À examiner d’abord : octobre 2026" in page.replace("\xa0", " ")
    assert "Délivrer l’attestation" not in page
    with cast.house.database.transaction() as session:
        for row in session.scalars(select(Declaration).where(Declaration.commitment_id == cast.school.id)):
            row.status = DeclarationStatus.ACCEPTED
    assert "Délivrer l’attestation" in browser.opens(f"/desk/attestations/{cast.school.id}")
    assert "est délivrée" in browser.posts(f"/desk/attestations/{cast.school.id}")
    with cast.house.database.reading() as session:
        code = code_of(session.get_one(Attestation, 1))

    passer_by = new_browser()
    page = passer_by.opens("/attestation/A-000001?code=0000-0000-0000-0000")
    assert "existe et n’a pas été modifiée" in page
    assert "Bâti Nord" not in page
    assert "Ce code n’est pas celui" in page
    page = passer_by.opens(f"/attestation/A-000001?code={code}").replace("\xa0", " ")
    assert "287,5 h d’insertion validées" in page
    assert "Leroy" not in page
    assert "Aucune attestation" in passer_by.opens("/attestation/A-000099")
    assert passer_by.status == 404


def test_the_desk_is_closed_to_companies(cast: Cast, browser: Browser) -> None:
    browser.signs_in(cast.house, cast.carole)
    for path in ("/desk/attestations", f"/desk/attestations/{cast.school.id}"):
        browser.opens(path)
        assert browser.status == 403
