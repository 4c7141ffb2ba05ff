"""The board of months: for the facilitateur only; every state in words."""

from sqlalchemy import update

from core.board import MonthState, board_of
from core.declarations import record
from core.house import House
from core.models import Commitment, Declaration, Person, Territory
from core.people import territory
from core.terms import DeclarationStatus, NilReason
from tests.cast import Cast
from tests.integration.web.browser import Browser


def states(house: House, month: str) -> dict[str, MonthState]:
    """Return the state of each commitment for a month, by "reference/lot"."""
    with house.database.transaction() as session:
        place = session.get_one(Territory, territory(session, house).id)
        return {f"{row.contract}/{row.lot}": row.state for row in board_of(session, house, place, month).rows}


def test_each_state_of_a_month(cast: Cast) -> None:
    """Netto has not declared October; Bâti Nord and Voirie Plus have; the housing had not begun."""
    assert states(cast.house, "2026-10") == {
        "2026-TX-014/1": MonthState.DECLARED,
        "2026-TX-014/2": MonthState.DECLARED,
        "HL-2026-03/": MonthState.LATE,
    }
    assert states(cast.house, "2026-09")["2026-TX-014/1"] is MonthState.ACCEPTED
    assert states(cast.house, "2026-11") == dict.fromkeys(
        ["2026-TX-014/1", "2026-TX-014/2", "HL-2026-03/", "HL-2026-07/"], MonthState.DUE
    )
    assert states(cast.house, "2026-12") == {}


def test_nil_returned_and_suspended_months(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        record(session, cast.house, session.get_one(Person, cast.david.id), cast.cleaning.id, "2026-10", {},
               nil_reason=NilReason.NO_NEED)  # fmt: skip
        session.execute(
            update(Declaration)
            .where(Declaration.commitment_id == cast.roads.id)
            .values(status=DeclarationStatus.RETURNED)
        )
        session.get_one(Commitment, cast.housing.id).suspensions = [["2026-11-01", None]]
    assert states(cast.house, "2026-10")["HL-2026-03/"] is MonthState.NIL
    assert states(cast.house, "2026-10")["2026-TX-014/2"] is MonthState.RETURNED
    assert states(cast.house, "2026-11")["HL-2026-07/"] is MonthState.SUSPENDED


def test_the_facilitateur_reads_the_board_and_nobody_else(browser: Browser, cast: Cast) -> None:
    browser.opens("/desk/echeances")
    assert browser.status == 403
    browser.signs_in(cast.house, cast.carole)
    browser.opens("/desk/echeances")
    assert browser.status == 403
    browser.signs_in(cast.house, cast.fanny)
    page = browser.opens("/desk/echeances")
    assert "Octobre 2026" in page
    assert "Netto Services" in page
    assert "En retard" in page
    assert "Septembre 2026" in browser.opens("/desk/echeances?mois=2026-09")
    assert "Octobre 2026" in browser.opens("/desk/echeances?mois=n'importe quoi")


def test_the_late_months_of_other_months_are_shown_too(browser: Browser, cast: Cast) -> None:
    browser.signs_in(cast.house, cast.fanny)
    page = browser.opens("/desk/echeances?mois=2026-11")
    assert "En retard sur d’autres mois" in page
    assert "octobre 2026" in page
