"""The desk's amendments: signed on the case's page, entered on the contract's, for the facilitateur only."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from core.models import Amendment, Commitment
from core.terms import AmendmentKind, AmendmentStatus
from tests.cast import Cast
from tests.integration.web.browser import Browser
from tests.talk import Talk


@pytest.fixture
def talk(cast: Cast) -> Talk:
    """Carole, who asks for 300 hours less on the school, on Telegram."""
    opened = cast.talk(cast.carole)
    opened.says("avenant : 300 heures de moins")
    opened.taps("2026-TX-014")
    opened.taps("Je ne l’ai pas")
    opened.says("oui")
    return opened


def school(cast: Cast) -> Commitment:
    with cast.house.database.reading() as session:
        return session.get_one(Commitment, cast.school.id)


def rows(cast: Cast) -> list[tuple[AmendmentKind, AmendmentStatus]]:
    with cast.house.database.reading() as session:
        return [(row.kind, row.status) for row in session.scalars(select(Amendment).order_by(Amendment.id))]


def test_the_facilitateur_sees_before_and_after_and_signs_in_one_click(
    browser: Browser, cast: Cast, talk: Talk
) -> None:
    browser.signs_in(cast.house, cast.fanny)
    listed = browser.opens("/desk/avenants")
    assert "300" in listed
    assert "Bâti Nord" in listed
    page = browser.opens("/desk/cases/1")
    for expected in ("Signer l’avenant", "1 200 h", "900 h", "612,5 h"):
        assert expected in page
    page = browser.posts("/desk/cases/1/avenant", action="sign")
    assert "Signer l’avenant" not in page
    assert school(cast).committed_hours == Decimal(900)
    assert "L’avenant est signé" in talk.looks()
    browser.posts("/desk/cases/1/avenant", action="sign")
    assert browser.status == 422


def test_declining_needs_words(browser: Browser, cast: Cast, talk: Talk) -> None:
    browser.signs_in(cast.house, cast.fanny)
    browser.opens("/desk/cases/1")
    browser.posts("/desk/cases/1/avenant", action="decline", why="")
    assert browser.status == 422
    browser.posts("/desk/cases/1/avenant", action="decline", why="L’acheteur ne l’a pas signé.")
    assert rows(cast) == [(AmendmentKind.HOURS, AmendmentStatus.DECLINED)]
    assert "L’acheteur ne l’a pas signé." in talk.looks()


def test_an_amendment_is_entered_on_the_contract_s_page(browser: Browser, cast: Cast) -> None:
    browser.signs_in(cast.house, cast.fanny)
    assert "HL-2026-07" not in browser.opens("/desk/avenants?q=jean-zay")
    path = f"/desk/avenants/{cast.school.id}"
    browser.opens(path)
    page = browser.posts(path, kind="hours", effective_on="2026-11-23", hours="beaucoup")
    assert "reconnu un nombre" in page
    page = browser.posts(path, kind="hours", effective_on="2026-11-23", hours="-3000", reason="Réduction")
    assert "moins d’heures que vous n’en retirez" in page
    assert "Réduction" in page, "nobody types twice"
    page = browser.posts(path, kind="tranche", effective_on="2026-11-20", hours="450,5", ends_on="2028-01-31")
    assert "tranche affermie" in page
    assert "1 650,5 h" in page
    assert "au départ" in page
    assert rows(cast) == [(AmendmentKind.TRANCHE, AmendmentStatus.SIGNED)]


def test_a_transfer_names_the_company_that_takes_over(browser: Browser, cast: Cast) -> None:
    browser.signs_in(cast.house, cast.fanny)
    path = f"/desk/avenants/{cast.school.id}"
    browser.opens(path)
    assert "Aucune organisation" in browser.posts(
        path, kind="transfer", effective_on="2026-11-23", awardee="Inconnue SA"
    )
    assert "cession à Netto Services" in browser.posts(
        path, kind="transfer", effective_on="2026-11-23", awardee="netto services"
    )
    with cast.house.database.reading() as session:
        taken = session.scalars(select(Commitment).where(Commitment.awardee_id == cast.netto.id)).unique().all()
        assert [row.committed_hours for row in taken if row.lot == "1"] == [Decimal("912.5")]


def test_a_share_and_a_common_count_are_entered_on_the_contract_s_page(browser: Browser, cast: Cast) -> None:
    browser.signs_in(cast.house, cast.fanny)
    path = f"/desk/avenants/{cast.school.id}"
    browser.opens(path)
    page = browser.posts(path, kind="share", effective_on="2026-11-23", awardee="netto services", hours="300")
    for expected in ("300 h confiées à Netto Services (sous-traitant)", "Ensemble", "287,5 h faites sur 1 200 h"):
        assert expected in page
    assert "pas un seul engagement" in browser.posts(
        path, kind="pooling", effective_on="2026-11-23", members="HL-2026-03"
    )
    page = browser.posts(path, kind="pooling", effective_on="2026-11-23", members="HL-2026-07")
    assert "Heures comptées ensemble sur 2 marchés" in page
    assert "287,5 h faites sur 1 550 h" in page


def test_nobody_else_reads_or_enters(browser: Browser, cast: Cast, talk: Talk) -> None:
    path = f"/desk/avenants/{cast.school.id}"
    for person in (None, cast.carole, cast.outsider, cast.alice):
        if person is not None:
            browser.signs_in(cast.house, person)
        for page in ("/desk/avenants", path):
            browser.opens(page)
            assert browser.status == 403
        if person is not None:
            browser.opens("/")
            browser.posts(path, kind="hours", effective_on="2026-11-23", hours="-300")
            assert browser.status == 403
            browser.opens("/")
            browser.posts("/desk/cases/1/avenant", action="sign")
            assert browser.status == 403
    assert rows(cast) == [(AmendmentKind.HOURS, AmendmentStatus.PROPOSED)]
