"""The desk's documents in a browser without JavaScript; a file is served to who may see it and to nobody else."""

import pytest
from sqlalchemy import select

from core.models import Audit, Proof, Territory
from core.proofs import require
from core.refusal import Refused
from core.terms import ProofVerdict
from tests.cast import Cast
from tests.integration.web.browser import Browser
from tests.photos import photo


@pytest.fixture
def proof(cast: Cast) -> Proof:
    """Karim's contract, sent by Carole."""
    talk = cast.talk(cast.carole)
    talk.sends_file("contrat.jpg", photo(), text="contrat de Karim")
    return latest(cast)


def latest(cast: Cast) -> Proof:
    with cast.house.database.reading() as session:
        return session.scalars(select(Proof).order_by(Proof.id.desc())).unique().all()[0]


def signed_in(browser: Browser, cast: Cast, who: str) -> Browser:
    browser.signs_in(cast.house, getattr(cast, who))
    return browser


def test_a_document_is_looked_at_then_accepted(browser: Browser, cast: Cast, proof: Proof) -> None:
    desk = signed_in(browser, cast, "fanny")
    assert "Justificatifs" in desk.opens("/desk/")
    assert ", contrat de travail ou de mise à disposition" in desk.opens("/desk/justificatifs")
    page = desk.opens(f"/desk/justificatifs/{proof.id}")
    assert "Situation déclarée" in page
    assert "Il manque encore pour Karim Haddad : justificatif d’éligibilité" in page
    served = desk.client.get(f"/fichiers/{proof.file_id}")
    assert (served.status_code, served.headers["content-type"]) == (200, "image/jpeg")
    assert "Le document est accepté" in desk.posts(f"/desk/justificatifs/{proof.id}", action="accept")
    assert latest(cast).verdict is ProofVerdict.ACCEPTED
    with cast.house.database.reading() as session:
        noted = {(row.action, row.subject) for row in session.scalars(select(Audit))}
    assert {("read_file", f"file:{proof.file_id}"), ("read_proof", f"proof:{proof.id}")} <= noted


def test_a_refusal_needs_a_reason_and_what_is_seen_is_served_no_more(
    browser: Browser, cast: Cast, proof: Proof
) -> None:
    desk = signed_in(browser, cast, "fanny")
    desk.opens(f"/desk/justificatifs/{proof.id}")
    assert "Écrivez pourquoi le document est refusé" in desk.posts(f"/desk/justificatifs/{proof.id}", action="refuse")
    assert latest(cast).verdict is ProofVerdict.PENDING
    assert "son fichier est effacé" in desk.posts(f"/desk/justificatifs/{proof.id}", action="seen")
    assert "seul le verdict est gardé" in desk.opens(f"/desk/justificatifs/{proof.id}")
    assert desk.client.get(f"/fichiers/{proof.file_id}").status_code == 403


@pytest.mark.parametrize("who", ["olivia", "alice", "david", None])
def test_the_outsider_opens_neither_the_file_nor_its_page(
    browser: Browser, cast: Cast, proof: Proof, who: str | None
) -> None:
    browser.opens("/")
    if who is not None:
        signed_in(browser, cast, who)
    for path in (f"/fichiers/{proof.file_id}", "/desk/justificatifs", f"/desk/justificatifs/{proof.id}"):
        assert browser.client.get(path).status_code == 403, path
    assert browser.client.post(f"/desk/justificatifs/{proof.id}", data={"action": "seen"}).status_code == 403
    assert latest(cast).file_id == proof.file_id


def test_colleagues_of_who_sent_it_may_read_it_and_decide_nothing(browser: Browser, cast: Cast, proof: Proof) -> None:
    signed_in(browser, cast, "claude")
    assert browser.client.get(f"/fichiers/{proof.file_id}").status_code == 200
    assert browser.client.get(f"/desk/justificatifs/{proof.id}").status_code == 403


def test_the_facilitateur_sets_which_documents_are_asked_for(browser: Browser, cast: Cast) -> None:
    desk = signed_in(browser, cast, "fanny")
    page = desk.opens("/desk/justificatifs")
    assert "Documents demandés aux entreprises" in page
    assert "Les documents demandés sont enregistrés" in desk.posts("/desk/justificatifs/demandes", timesheet="1")
    with cast.house.database.reading() as session:
        assert session.scalars(select(Territory)).one().required_proofs == ["timesheet"]
        assert "require_proofs" in {row.action for row in session.scalars(select(Audit))}
    talk = cast.talk(cast.carole)
    assert "contrat de travail" not in talk.says("mes obligations")


@pytest.mark.parametrize("who", ["carole", "olivia", "alice"])
def test_nobody_else_sets_them_and_a_forged_form_is_refused(browser: Browser, cast: Cast, who: str) -> None:
    other = signed_in(browser, cast, who)
    asked = other.client.post("/desk/justificatifs/demandes", data={"timesheet": "1"})
    assert asked.status_code in {400, 403}
    with cast.house.database.transaction() as session, pytest.raises(Refused):
        require(session, cast.house, session.merge(getattr(cast, who)), ["timesheet"])
    with cast.house.database.reading() as session:
        assert len(session.scalars(select(Territory)).one().required_proofs) == 2
