"""The attestation: given on accepted hours only, told to both sides, verifiable by anybody, refused to the outsider."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import app
from core.access import attestation_for
from core.attestations import ASKED, FORGED, code_of, issue, said_by, sealed, unsealed
from core.cases import Request, open_case
from core.models import Attestation, Audit, Case, Declaration, Person
from core.papers.attestation import attestation_pdf
from core.refusal import Refused
from core.seal import public_key
from core.terms import CaseStatus, CommitmentStatus, DeclarationStatus
from tests.cast import Cast
from tests.integration.core.test_papers import sent_by, text_of


def examined(cast: Cast) -> None:
    """Let the facilitateur have accepted all that Bâti Nord declared."""
    with cast.house.database.transaction() as session:
        session.merge(cast.fanny).is_facilitator = True
        for row in session.scalars(select(Declaration).where(Declaration.commitment_id == cast.school.id)):
            row.status = DeclarationStatus.ACCEPTED


def given(cast: Cast) -> Attestation:
    """Give the attestation of the school."""
    with cast.house.database.transaction() as session:
        issue(session, cast.house, cast.school.id, session.get_one(Person, cast.fanny.id))
        return session.scalars(select(Attestation).order_by(Attestation.id.desc())).unique().first() or Attestation()


def test_hours_that_nobody_examined_are_not_attested(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        session.merge(cast.fanny).is_facilitator = True
    with pytest.raises(Refused, match="Examinez d’abord octobre 2026"):
        given(cast)


def test_it_says_what_is_accepted_and_names_nobody(cast: Cast) -> None:
    examined(cast)
    attestation = given(cast)
    said = said_by(attestation)
    assert (said.accepted, said.committed, said.training, said.people) == ("287.5", "1200", "7", 2)
    assert (said.first_month, said.last_month, said.issued_by) == ("2026-09", "2026-10", "Fanny Facilite")
    assert not said.is_complete
    for name in ("Leroy", "Haddad", "Carole"):
        assert name not in attestation.content


def test_company_and_buyer_are_told_and_find_it_in_their_documents(cast: Cast) -> None:
    examined(cast)
    company, buyer = cast.talk(cast.carole), cast.talk(cast.alice)
    company.says("bonjour")
    buyer.says("bonjour")
    attestation = given(cast)
    for talk in (company, buyer):
        assert "atteste 287,5" in talk.looks().replace("\xa0", " ")
        assert "A-000001" in talk.taps("L’attestation en PDF")
        shown = text_of(sent_by(talk)).replace("\xa0", " ")
        assert "287,5 h d’insertion validées" in shown
        assert code_of(attestation) in shown
        assert "Leroy" not in shown


def test_who_asked_is_answered_and_the_case_closed(cast: Cast) -> None:
    examined(cast)
    with cast.house.database.transaction() as session:
        open_case(session, cast.house, None, session.get_one(Person, cast.carole.id),
                  Request(ASKED, "Pour la banque.", cast.school.id))  # fmt: skip
    given(cast)
    with cast.house.database.reading() as session:
        assert session.scalars(select(Case)).unique().one().status is CaseStatus.CLOSED
        assert session.scalar(select(Audit.id).where(Audit.action == "attest"))


def test_the_same_is_not_attested_twice_and_more_replaces_it(cast: Cast) -> None:
    examined(cast)
    given(cast)
    with pytest.raises(Refused, match="A-000001 dit déjà la même chose"):
        given(cast)
    with cast.house.database.transaction() as session:
        september = session.scalars(select(Declaration).where(Declaration.month == "2026-09")).first()
        assert september is not None
        september.lines[0].worked += 10
    assert said_by(given(cast)).accepted == "297.5"


def test_only_the_facilitateur_of_the_territory_gives_one(cast: Cast) -> None:
    examined(cast)
    for person in (cast.carole, cast.alice, cast.outsider):
        with cast.house.database.transaction() as session, pytest.raises(Refused):
            issue(session, cast.house, cast.school.id, session.get_one(Person, person.id))


def test_the_outsider_and_the_stranger_do_not_get_it(cast: Cast) -> None:
    examined(cast)
    number = given(cast).id
    with cast.house.database.reading() as session:
        for person in (cast.outsider, cast.david, cast.bernard, cast.lucas, None):
            with pytest.raises(Refused):
                attestation_for(session, person, number)
        assert attestation_for(session, cast.claude, number).id == number


def test_the_file_inside_proves_it_without_the_house(cast: Cast, tmp_path: Path) -> None:
    examined(cast)
    attestation, key = given(cast), public_key(cast.house.keys)
    number, said = unsealed(sealed(cast.house, attestation), key)
    assert (number, said.accepted) == (1, "287.5")
    forged = json.loads(sealed(cast.house, attestation))
    forged["content"] = forged["content"].replace("287.5", "999")
    with pytest.raises(Refused, match=FORGED):
        unsealed(json.dumps(forged), key)
    pdf, pem = tmp_path / "attestation.pdf", tmp_path / "cle.pem"
    pdf.write_bytes(attestation_pdf(cast.house, attestation))
    pem.write_text(key, encoding="ascii")
    checked = CliRunner().invoke(app, ["receipts", "check", str(pdf), "--key", str(pem)])
    assert checked.exit_code == 0
    assert "Attestation A-000001" in checked.output
    assert "287,5" in checked.output


def test_the_summary_of_an_ended_commitment_is_its_final_one(cast: Cast) -> None:
    examined(cast)
    with cast.house.database.transaction() as session:
        session.merge(cast.school).status = CommitmentStatus.ENDED
    talk = cast.talk(cast.alice)
    talk.says("mes documents")
    talk.taps("Un relevé de mes heures")
    talk.taps("2026-TX-014 lot\u00a01")
    shown = text_of(sent_by(talk)).replace("\xa0", " ")
    assert "Bilan final des heures d’insertion" in shown
    assert "RSA" not in shown  # two people are too few to say what they have in common
