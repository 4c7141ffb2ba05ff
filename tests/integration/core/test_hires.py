"""A hire told in one message or asked for, with only what the contract allows; completed later; its notice."""

import io
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from core.employments import Completion, complete
from core.files import read
from core.flows.hire_told import hire_told
from core.flows.register import Register
from core.models import Commitment, Conversation, Employment, StoredFile
from core.refusal import Refused
from core.staffing import send_notice
from core.terms import Criterion, EligibilityStatus, EmploymentKind, Modality
from core.turn import Turn
from tests.cast import Cast
from tests.letters import letters_to

ONLY_DIRECT = [str(Modality.DIRECT_HIRE)]


def hired(cast: Cast, name: str) -> Employment:
    """The employment of somebody just hired."""
    with cast.house.database.reading() as session:
        rows = session.scalars(select(Employment)).unique().all()
        return next(row for row in rows if row.participant.name == name)


@pytest.fixture
def direct(cast: Cast) -> Cast:
    """The cast, whose housing contract is over and whose school allows direct hires only."""
    with cast.house.database.transaction() as session:
        session.get_one(Commitment, cast.school.id).modalities = ONLY_DIRECT
        session.get_one(Commitment, cast.housing.id).awardee_id = cast.netto.id
    return cast


def test_a_hire_said_in_one_message_is_read_back_then_recorded(direct: Cast) -> None:
    talk = direct.talk(direct.carole)
    said = talk.says("Embauche de Nadia Benali le 12 en CDD maçon 35 h, RSA, jusqu’au 28/02/2027").replace("\xa0", " ")
    for line in (
        "**Embauche de Nadia Benali**", "Premier jour : 12 novembre 2026", "Fin prévue : 28 février 2027",
        "Contrat : CDD", "Poste : maçon (ROME F1703, Maçonnerie)", "Durée : 35 h par semaine",
        "Situation : bénéficiaire du RSA, à valider",
    ):  # fmt: skip
        assert line in said
    assert "C’est enregistré" in talk.says("oui")
    found = hired(direct, "Nadia Benali")
    assert (found.starts_on, found.ends_on, found.weekly_hours) == (date(2026, 11, 12), date(2027, 2, 28), Decimal(35))
    assert (found.kind, found.job, found.rome) == (EmploymentKind.CDD, "maçon", "F1703")
    assert (found.criterion, found.eligibility) == (Criterion.RSA, EligibilityStatus.PENDING)
    assert "Compléter l’embauche" not in talk.labels


def test_the_notice_goes_out_in_the_conversation_and_by_mail(direct: Cast) -> None:
    talk = direct.talk(direct.carole)
    talk.says("embauche de Nadia Benali le 12 en CDI, RSA")
    talk.says("oui")
    [file] = talk.shown[-1].files
    with direct.house.database.reading() as session:
        content = read(direct.house, session.get_one(StoredFile, file.id))
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
    text = text.replace("\xa0", " ").replace("’", "'")
    for said in ("Nadia Benali", "Bâti Nord", "à confirmer par le facilitateur", "CNIL", "sans votre nom"):
        assert said in text
    [letter] = letters_to(direct.house, "carole.constructeur@exemple.fr", "NoticeLetter")
    assert "Nadia Benali" in letter["title"]


def test_a_hire_declared_with_its_month_has_its_notice_too(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("novembre : Leroy 84, Karim 60, nouvelle embauche Nadia Petit le 12, CDD, RSA, 60 h")
    talk.taps("Embauche directe")
    talk.says("oui")
    assert [file.name for file in talk.shown[-1].files] == [f"notice-information-{hired(cast, 'Nadia Petit').id}.pdf"]
    assert "Compléter l’embauche de Nadia Petit" in talk.labels


def test_only_the_contracts_that_go_with_the_way_are_offered(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("déclarer une embauche")
    talk.taps("HL-2026-07")
    talk.says("Nadia Benali")
    talk.says("9/11")
    talk.taps("Mise à disposition")
    talk.says("Intérim Insertion du Val")
    assert "Contrat de mission (intérim)" in talk.labels
    assert "Contrat d’insertion (CDDI)" not in talk.labels
    talk.taps("Contrat de mission")
    talk.taps("Bénéficiaire du RSA")
    assert "Vous pourrez compléter plus tard" in talk.shown[-1].text


def test_what_was_left_out_is_completed_from_my_obligations(direct: Cast) -> None:
    talk = direct.talk(direct.carole)
    talk.says("embauche de Nadia Benali le 12 en CDD, RSA")
    talk.says("oui")
    talk.says("mes obligations")
    assert "Quel poste" in talk.taps("Compléter l’embauche de Nadia Benali")
    assert "ROME" in talk.says("plaquiste")
    talk.taps("Montage d’agencements")
    assert "par semaine" in talk.shown[-1].text
    assert "par exemple 35" in talk.says("0")
    assert "Jusqu’à quel jour" in talk.says("35 h par semaine")
    assert "doit suivre le premier jour" in talk.says("1/11/2026")
    assert "est à jour" in talk.taps("Plus tard")
    found = hired(direct, "Nadia Benali")
    assert (found.job, found.rome, found.weekly_hours, found.ends_on) == ("plaquiste", "F1604", Decimal(35), None)


def test_a_correction_asks_again_for_what_had_been_left(direct: Cast) -> None:
    talk = direct.talk(direct.carole)
    talk.says("embauche de Nadia Benali le 12 en CDI, RSA")
    talk.taps("Corriger")
    assert "Quel poste" in talk.taps("Le poste")
    assert "Poste : agent d’entretien (ROME K2204" in talk.says("agent d’entretien").replace("\xa0", " ")


TOLD = {
    "embauche de Karim Saïdi le 12 en CDD maçon 35 h, RSA":
        "Karim Saïdi|2026-11-12|cdd|rsa|35|maçon",
    "nouvelle embauche : Léa Roy, CDI, RQTH, depuis le 2/11": "Léa Roy|2026-11-02|cdi|disabled_worker||",
    "J’ai embauché Paul Morin hier": "Paul Morin|2026-11-22||||",
    "on a recruté Awa N’Diaye le 3 novembre en contrat de professionnalisation, QPV":
        "Awa N'Diaye|2026-11-03|professionalisation|priority_district||",
    "embauche d’Ahmed Ben Ali comme aide-maçon, 24 h par semaine, longue durée":
        "Ahmed Ben Ali|||long_term_jobseeker|24|aide maçon",
    "embauche de Jean Macon le 28": "Jean Macon|||||",  # the 28th of which month?
    "embauche de Nadia en CDD": "?Nadia||cdd|||",
    "Bonjour, nous avons embauché Mme Sonia Petit le 20 octobre, intérim": "Sonia Petit|2026-10-20|temporary|||",
    "embauche de Tom Vidal en CDD ou CDI, RSA": "Tom Vidal|||rsa||",
    "embauche de Luc Assante, assistant, CDI": "Luc Assante||cdi|||",
    # not hires alone: hours of a month, questions, other things
    "nouvelle embauche Nadia Petit le 12/10, 60 h": None,
    "nouvelle embauche Nadia Petit le 12, 35 h": None,
    "Octobre : embauche de Karim Saïdi le 5, CDD, RSA, 63 h": None,
    "embauche de qui ?": None,
    "j’ai embauché quelqu’un, que dois-je faire ?": None,
    "embauche de 12 personnes": None,
    "embauche de Karim le 12 84 h et Léa le 13 60 h": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TOLD.items())
def test_a_sentence_is_read_or_left_to_the_questions(cast: Cast, text: str, expected: str | None) -> None:
    with cast.house.database.reading() as session:
        told = hire_told(Register(session, cast.house, session.merge(cast.carole), None), text)
    if expected is None:
        assert told is None
        return
    assert told is not None
    keys = ("starts_on", "kind", "criterion", "weekly", "job")
    name = told.get("name") or "?" + told["called"]
    assert "|".join([name, *(told.get(key, "") for key in keys)]) == expected


def test_somebody_there_already_is_not_hired_twice(direct: Cast) -> None:
    talk = direct.talk(direct.carole)
    assert "Vous avez embauché" in talk.says("embauche de Nadia en CDI")
    assert "déjà employé" in talk.says("Karim Haddad")


@pytest.mark.parametrize("who", ["olivia", "alice", "david", "lucas", "fanny"])
def test_nobody_else_declares_or_completes_a_hire(cast: Cast, who: str) -> None:
    with cast.house.database.transaction() as session, pytest.raises(Refused, match="pas suivi par votre"):
        complete(session, cast.house, session.merge(getattr(cast, who)), Completion(cast.karim.id, job="maçon"))
    if who in {"alice", "fanny"}:
        talk = cast.talk(getattr(cast, who))
        assert "Aucun marché en cours" in talk.says("déclarer une embauche")
        assert "Il ne manque rien" in talk.says("compléter les embauches")


def test_a_decided_criterion_is_not_changed_and_dates_must_follow(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        carole = session.merge(cast.carole)
        with pytest.raises(Refused, match="déjà décidée"):
            complete(session, cast.house, carole, Completion(cast.marie.id, criterion=Criterion.SENIOR))
        with pytest.raises(Refused, match="avant son premier jour"):
            complete(session, cast.house, carole, Completion(cast.marie.id, ends_on=date(2026, 8, 1)))


def test_an_outsider_finds_no_name_of_the_hires(cast: Cast) -> None:
    talk = cast.talk(cast.outsider)
    said = talk.says("mes obligations")
    assert "Karim" not in said
    assert not any("Karim" in label for label in talk.labels)


def test_a_notice_is_given_again_among_the_documents_and_to_nobody_else(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("mes documents")
    talk.taps("La notice d’information")
    assert "Voici la notice" in talk.taps("Karim Haddad")
    assert [file.name for file in talk.shown[-1].files] == [f"notice-information-{cast.karim.id}.pdf"]
    for other in (cast.olivia, cast.alice):
        talk = cast.talk(other)
        talk.says("mes documents")
        with cast.house.database.transaction() as session:
            here = session.get_one(Conversation, talk.last.conversation_id)
            turn = Turn(cast.house, session, here, session.merge(other))
            with pytest.raises(Refused, match="pas suivi par votre"):
                send_notice(turn, cast.karim.id)
