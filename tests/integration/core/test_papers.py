"""Receipts and summaries in PDF: asked for in a conversation, readable by a PDF reader, refused to the outsider."""

import io
import json
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import app
from core.access import receipt_for
from core.files import read
from core.models import Audit, Receipt, StoredFile
from core.papers.receipt import receipt_pdf
from core.papers.summary import summary_pdf
from core.receipt_check import check, code_of, sealed, unsealed
from core.refusal import Refused
from core.seal import public_key
from tests.cast import Cast
from tests.talk import Talk


def sent_by(talk: Talk) -> PdfReader:
    """Return the last file shown in a conversation, opened."""
    file = next(file for shown in reversed(talk.shown) for file in shown.files)
    with talk.house.database.reading() as session:
        return PdfReader(io.BytesIO(read(talk.house, session.get_one(StoredFile, file.id))))


def text_of(pdf: PdfReader) -> str:
    return " ".join("\n".join(page.extract_text() for page in pdf.pages).split())


def october_of(cast: Cast) -> Receipt:
    """The receipt of Bâti Nord's October, the second of the house."""
    with cast.house.database.reading() as session:
        return session.get_one(Receipt, 2)


def test_a_company_gets_its_receipt_with_names_and_a_file_that_proves_it(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    said = talk.says("mes documents")
    assert "Quel document voulez-vous" in said
    assert "R-000002" in talk.taps("Reçu R-000002")
    pdf = sent_by(talk)
    shown = text_of(pdf)
    assert "Reçu de déclaration R-000002" in shown
    assert "Marie Leroy 120,5 h" in shown
    assert "187,5 h" in shown
    assert code_of(october_of(cast)) in shown
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Reçu de déclaration R-000002"
    said_inside = unsealed(pdf.attachments["recu.json"][0].decode(), public_key(cast.house.keys))
    assert (said_inside.number, said_inside.month, str(said_inside.total)) == (2, "2026-10", "187.5")


def test_the_button_after_a_declaration_sends_its_receipt(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("déclarer")
    talk.taps("2026-TX-014")
    talk.says("novembre")
    talk.taps("Rien ce mois-ci")
    talk.taps("Recrutement")
    talk.says("oui")
    assert "R-000004" in talk.taps("Le reçu en PDF")
    assert "Aucune heure : recrutement en cours" in text_of(sent_by(talk)).replace("\xa0", " ")


def test_a_buyer_reads_a_receipt_and_a_summary_without_names(cast: Cast) -> None:
    talk = cast.talk(cast.alice)
    talk.says("mes documents")
    talk.taps("Reçu R-000002")
    receipt = text_of(sent_by(talk))
    assert "Personne 1 120,5 h" in receipt
    talk.says("mes documents")
    talk.taps("Un relevé de mes heures")
    talk.taps("2026-TX-014 lot\xa01")
    summary = text_of(sent_by(talk)).replace("\xa0", " ")
    assert "1 200 h" in summary.replace("\u202f", " ")
    assert "287,5 h (24 %)" in summary.replace("\u202f", " ")
    for text in (receipt, summary):
        assert "Leroy" not in text
        assert "Haddad" not in text


def test_the_outsider_gets_no_document_of_somebody_else(cast: Cast) -> None:
    talk = cast.talk(cast.outsider)
    said = talk.says("mes documents")
    assert "R-000003" in " ".join(button.label for button in talk.shown[-1].buttons) + said
    assert "R-000002" not in " ".join(button.label for button in talk.shown[-1].buttons)
    with cast.house.database.reading() as session:
        with pytest.raises(Refused):
            receipt_for(session, cast.outsider, 2)
        with pytest.raises(Refused):
            receipt_for(session, None, 2)
        with pytest.raises(Refused):
            receipt_for(session, cast.carole, 999)


def test_a_stranger_is_asked_to_sign_in(cast: Cast) -> None:
    talk = cast.talk(None)
    talk.says("mes documents")
    assert not any(shown.files for shown in talk.shown)


def test_printing_is_audited_without_a_name(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("mes documents")
    talk.taps("Reçu R-000002")
    with cast.house.database.reading() as session:
        [row] = session.scalars(select(Audit).where(Audit.action == "print"))
    assert (row.subject, row.person_id, row.detail) == ("receipt:2", cast.carole.id, "")


def test_an_attestation_is_asked_of_the_facilitateur(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("je voudrais une attestation")
    talk.taps("Une attestation")
    assert "dossier **D-2026-" in talk.taps("2026-TX-014")


def test_a_number_alone_says_that_the_receipt_exists_and_nothing_more(cast: Cast) -> None:
    with cast.house.database.reading() as session:
        alone = check(session, 2)
        wrong = check(session, 2, "AAAA-BBBB-CCCC-DDDD")
        right = check(session, 2, code_of(october_of(cast)).lower().replace("-", " "))
        assert check(session, 99) is None
    assert alone is not None
    assert wrong is not None
    assert right is not None
    assert (alone.is_sound, alone.said, wrong.said) == (True, None, None)
    assert right.said is not None
    assert (right.said.contract, right.said.people) == ("2026-TX-014", 2)


def test_a_corrected_month_says_which_receipt_replaced_the_first(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("en fait 92 h pour Marie Leroy en octobre")
    talk.says("oui")
    with cast.house.database.reading() as session:
        former = check(session, 2)
    assert former is not None
    assert former.replaced_by == 4


def test_a_changed_receipt_is_seen_online_and_offline(cast: Cast) -> None:
    receipt = october_of(cast)
    proof = json.loads(sealed(cast.house.keys, receipt))
    proof["content"] = proof["content"].replace("120.5", "220.5")
    with pytest.raises(Refused, match="pas authentique"):
        unsealed(json.dumps(proof), public_key(cast.house.keys))
    with cast.house.database.transaction() as session:
        changed = session.get_one(Receipt, 2)
        changed.content = changed.content.replace("120.5", "220.5")
    with cast.house.database.reading() as session:
        found = check(session, 2)
    assert found is not None
    assert not found.is_sound


def test_the_command_checks_a_pdf_without_a_database(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cast.house.database.reading() as session:
        pdf = receipt_pdf(session, cast.house, session.get_one(Receipt, 2), with_names=True)
        summary = summary_pdf(session, cast.house, cast.school)
    (tmp_path / "recu.pdf").write_bytes(pdf)
    (tmp_path / "releve.pdf").write_bytes(summary)
    (tmp_path / "cle.pem").write_text(public_key(cast.house.keys), encoding="ascii")
    monkeypatch.setenv("CLAUSETTE_DATA_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("CLAUSETTE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["receipts", "check", *arguments])
        return done.exit_code, done.output.replace("\xa0", " ")

    code, said = run(str(tmp_path / "recu.pdf"), "--key", str(tmp_path / "cle.pem"))
    assert code == 0
    assert "Reçu R-000002 : authentique." in said
    assert "187,5 h pour octobre 2026" in said
    assert run(str(tmp_path / "recu.pdf"))[0] == 1  # another house's key
    code, said = run(str(tmp_path / "releve.pdf"), "--key", str(tmp_path / "cle.pem"))
    assert (code, "ne contient pas de reçu" in said) == (1, True)
    assert run(str(tmp_path / "recu.pdf"), "--key", str(tmp_path / "recu.pdf"))[0] == 2
    assert run(str(tmp_path / "absent.pdf"))[0] == 2
