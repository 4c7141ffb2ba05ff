"""Looking for candidates: a need told in a sentence, passed on, answered by a partner, kept in the good-faith file."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import app
from core.efforts import SAID, SEEN, steps_of
from core.importing import import_partners, write_partners_template
from core.models import Case, Commitment, Forward, Need, Outgoing, Partner, Person
from core.needs import answer, close, forward, need_for, partners_for, secret_of
from core.refusal import Refused
from core.retention import purge
from core.terms import NeedStatus
from tests.cast import Cast
from tests.houses import FakeClock
from tests.integration.core.test_papers import sent_by, text_of
from tests.talk import Talk

LINES = [
    ["Nom", "SIRET", "Type", "Contact", "E-mail", "Zone", "Publics", "Métiers"],
    ["Élan Intérim", "", "ETTI", "Inès Intérim", "ines@exemple.fr", "Clairval, Alençon", "RSA", "maçon, coffreur"],
    ["Mission locale du Lac", "", "Prescripteur", "Paul Local", "paul@exemple.fr", "Le Lac", "jeunes", "tous métiers"],
]


def sheet(path: Path, lines: list[list[str]]) -> Path:
    book = Workbook()
    for line in lines:
        book.worksheets[0].append(line)
    book.save(path)
    return path


@pytest.fixture
def partners(cast: Cast, tmp_path: Path) -> Cast:
    """The cast, with two partners and the facilitateur."""
    import_partners(cast.house, sheet(tmp_path / "partenaires.xlsx", LINES))
    with cast.house.database.transaction() as session:
        session.merge(cast.fanny).is_facilitator = True
    return cast


def asked(cast: Cast) -> Talk:
    """Carole asks for two masons in one sentence, then what was left unsaid."""
    talk = cast.talk(cast.carole)
    talk.says("J’ai besoin de deux maçons en janvier à Alençon")
    talk.taps("2026-TX-014")
    said = talk.says("Permis B utile")
    assert "2 × maçons, à partir de janvier 2027, Alençon" in said
    assert "dossier" in talk.says("oui")
    return talk


def sent(cast: Cast) -> Forward:
    """The facilitateur passes the need on to the partners that suit it."""
    with cast.house.database.transaction() as session:
        fanny = session.get_one(Person, cast.fanny.id)
        need = session.scalars(select(Need)).one()
        suited = [
            partner.organisation_id for partner, suits in partners_for(session, fanny.territory_id, need) if suits
        ]
        assert forward(session, cast.house, need.id, suited, fanny) == 1
        return session.scalars(select(Forward)).one()


def test_a_sentence_becomes_a_need_and_a_case_with_its_profile(partners: Cast) -> None:
    asked(partners)
    with partners.house.database.reading() as session:
        need, case = session.scalars(select(Need)).one(), session.scalars(select(Case)).unique().one()
        assert (need.places, need.what, need.month, need.place) == (2, "maçons", "2027-01", "Alençon")
        assert need.details == "Permis B utile"
        assert case.id == need.case_id
        assert case.subject.replace("\xa0", " ") == "Besoin de recrutement : 2 × maçons"


def test_the_partner_that_suits_gets_a_letter_and_its_answer_reaches_the_company(partners: Cast) -> None:
    talk = asked(partners)
    row = sent(partners)
    with partners.house.database.reading() as session:
        assert session.scalars(select(Outgoing.peer)).all().count("ines@exemple.fr") == 1
    with partners.house.database.transaction() as session:
        answer(session, partners.house, secret_of(partners.house, row), 2, "Inès, 01 02 03 04 05")
    heard = talk.looks()
    assert "**Élan Intérim** vous répond" in heard
    assert "2 candidats proposés" in heard
    assert "Inès, 01 02 03 04 05" in heard
    assert "Noter la suite" in talk.labels


def test_the_file_says_who_did_what_when_and_who_says_so(partners: Cast) -> None:
    talk = asked(partners)
    row = sent(partners)
    with partners.house.database.transaction() as session:
        answer(session, partners.house, secret_of(partners.house, row), 0, "")
    talk.says("noter une démarche")
    talk.taps("2026-TX-014")
    talk.taps("Offre d’emploi publiée")
    talk.says("12/11/2026")
    assert "C’est noté au 12 novembre 2026" in talk.says("Deux postes de maçon, France Travail").replace("\xa0", " ")
    with partners.house.database.reading() as session:
        steps = steps_of(session, partners.house, session.get_one(Commitment, partners.school.id))
    assert [(f"{step.day:%d/%m}", step.what, step.source.startswith(SAID)) for step in steps] == [
        ("12/11", "Offre d’emploi publiée", True),
        ("23/11", "Besoin de recrutement signalé", False),
        ("23/11", "Besoin transmis à un partenaire", False),
        ("23/11", "Réponse du partenaire", False),
    ]
    assert all(step.source == SEEN for step in steps[1:])
    talk.taps("Le dossier en PDF")
    shown = text_of(sent_by(talk)).replace("\xa0", " ")
    assert "Dossier des démarches" in shown
    assert "aucun candidat à proposer" in shown
    assert "Deux postes de maçon, France Travail" in shown


@pytest.mark.parametrize("who", ["alice", "olivia"])
def test_neither_buyer_nor_outsider_reads_the_file(partners: Cast, who: str) -> None:
    asked(partners)
    talk = partners.talk(getattr(partners, who))
    talk.says("mes documents")
    if "Le dossier de mes démarches" in talk.labels:  # Olivia has her own
        talk.taps("Le dossier de mes démarches")
        assert "maçons" not in text_of(sent_by(talk))
    else:
        assert who == "alice"


def test_a_need_is_closed_to_the_facilitateur_of_elsewhere_and_to_companies(partners: Cast) -> None:
    asked(partners)
    with partners.house.database.transaction() as session:
        number = session.scalars(select(Need.id)).one()
        for person in (partners.carole, partners.alice, partners.outsider):
            with pytest.raises(Refused):
                need_for(session, session.get_one(Person, person.id), number)


def test_a_link_that_was_not_made_here_or_is_over_changes_nothing(partners: Cast) -> None:
    asked(partners)
    row = sent(partners)
    secret = secret_of(partners.house, row)
    with partners.house.database.transaction() as session:
        for wrong in (f"{row.id + 1}-{secret.partition('-')[2]}", "1-x", ""):
            with pytest.raises(Refused, match="n’est pas reconnu"):
                answer(session, partners.house, wrong, 1, "moi")
        with pytest.raises(Refused, match="qui l’entreprise peut joindre"):
            answer(session, partners.house, secret, 1, " ")
        close(session, partners.house, row.need_id, session.get_one(Person, partners.fanny.id))
        with pytest.raises(Refused, match="clos"):
            answer(session, partners.house, secret, 1, "moi")
        assert session.scalars(select(Need.status)).one() is NeedStatus.CLOSED


def test_a_partner_is_written_to_once_about_a_need(partners: Cast) -> None:
    asked(partners)
    row = sent(partners)
    with partners.house.database.transaction() as session, pytest.raises(Refused, match="au moins un partenaire"):
        forward(session, partners.house, row.need_id, [row.partner_id], session.get_one(Person, partners.fanny.id))


def test_who_looks_for_work_is_not_asked_for_a_contract(partners: Cast) -> None:
    said = partners.talk(None).says("je cherche deux heures de ménage")
    assert "Pour quel marché" not in said


def test_partners_are_imported_whole_or_not_at_all_and_again_without_doubling(cast: Cast, tmp_path: Path) -> None:
    bad = [LINES[0], LINES[1], ["Sans adresse", "123", "", "", "pas une adresse", "", "", ""]]
    done = import_partners(cast.house, sheet(tmp_path / "faux.xlsx", bad))
    assert [problem.line for problem in done.problems] == [3, 3]
    assert "E-mail" in str(done.problems[0])
    with cast.house.database.reading() as session:
        assert not session.scalars(select(Partner)).unique().all()
    path = sheet(tmp_path / "bon.xlsx", LINES)
    assert import_partners(cast.house, path).created == 2
    again = import_partners(cast.house, path)
    assert (again.created, again.updated) == (0, 2)


def test_an_address_of_somebody_else_refuses_the_sheet(cast: Cast, tmp_path: Path) -> None:
    taken = [LINES[0], ["Élan Intérim", "", "", "", "carole.constructeur@exemple.fr", "", "", ""]]
    done = import_partners(cast.house, sheet(tmp_path / "pris.xlsx", taken))
    assert "autre organisation" in str(done.problems[0])


def test_the_template_is_what_the_import_reads(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "modele.xlsx"
    write_partners_template(path)
    assert [problem.fault for problem in import_partners(cast.house, path).problems] == [
        "il n’y a aucune ligne sous les titres"
    ]
    assert "partners" in CliRunner().invoke(app, ["import", "--help"]).output


def test_efforts_and_needs_are_erased_five_years_after_the_contract(partners: Cast, clock: FakeClock) -> None:
    asked(partners)
    sent(partners)
    label = "démarches et besoins de recrutement (5 ans après la fin du marché)"
    clock.advance(days=365 * 5)
    assert dict(purge(partners.house))[label] == 0  # it ended in August 2027
    clock.advance(days=365)
    assert dict(purge(partners.house))[label] == 1
    with partners.house.database.reading() as session:
        assert not session.scalars(select(Need)).all()
        assert not session.scalars(select(Forward)).all()
