"""What may be said by mail: questions, months, cases; each answered in its thread, or with the facilitateur."""

import io

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from core.house import House
from core.models import Case, Declaration, MailThread, Person, ReplyToken
from core.retention import purge
from core.subscriptions import accepts_reminders
from core.terms import Box
from tests.cast import Cast, gather
from tests.houses import FakeClock
from tests.integration.mail.letters import Writer, posted, received, text_of, with_mail

CAROLE, FANNY = "carole.constructeur@exemple.fr", "fanny.facilite@exemple.fr"


@pytest.fixture
def cast(sqlite_house: House) -> Cast:
    """The cast, in a house that reads mail."""
    return gather(with_mail(sqlite_house))


@pytest.fixture
def carole(cast: Cast) -> Writer:
    """Carole at her mail reader."""
    return Writer(cast.house, CAROLE)


def in_force(house: House, month: str) -> Declaration | None:
    """The version in force of a month of the school."""
    with house.database.reading() as session:
        query = select(Declaration).where(Declaration.month == month, Declaration.status == "submitted")
        return session.scalars(query).first()


def cases(house: House) -> list[Case]:
    """Every case."""
    with house.database.reading() as session:
        return list(session.scalars(select(Case).order_by(Case.id)).unique())


def test_six_mails_end_in_a_recorded_declaration(cast: Cast, carole: Writer) -> None:
    assert "Pour quel marché" in carole.writes("Bonjour,\n\nje déclare\n\nCordialement\nCarole", subject="Novembre")
    assert "novembre 2026" in carole.answers("1")
    assert "Que voulez-vous déclarer" in carole.answers("novembre")
    said = carole.answers("Marie Leroy 84 h, Karim rien (arrêt)")
    assert "Marie Leroy : 84 h" in said
    assert "1. Oui, je confirme" in said
    assert "Nous en étions là" in carole.answers("Qui décide des pénalités ?")
    assert "C’est enregistré : 84 h pour novembre 2026" in carole.answers("oui")
    assert in_force(cast.house, "2026-11") is not None
    subjects = {str(mail["Subject"]) for mail in posted(cast.house, CAROLE) if mail["In-Reply-To"]}
    assert subjects == {"Re: Novembre"}
    assert set(carole.boxes) == {Box.HANDLED}


def test_a_month_told_in_one_mail_whose_subject_names_it_is_read_back_then_confirmed(
    cast: Cast, carole: Writer
) -> None:
    said = carole.writes("Bonjour Fanny,\n\nLeroy 84 h, Karim 60,5 h\n", subject="Heures de novembre")
    assert "Total : 144,5 h" in said
    assert "C’est enregistré" in carole.answers("1")


def test_a_spreadsheet_of_the_payroll_service_forwarded_from_an_iphone_is_declared(cast: Cast, carole: Writer) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Novembre 2026"
    for row in (("Salarié", "Heures"), ("Marie LEROY", 84), ("Karim HADDAD", 60.5)):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    forwarded = (
        "Bonjour,\n\nVoir ci-dessous.\n\nCarole\nEnvoyé de mon iPhone\n\nDébut du message transféré :\n\n"
        "> De: Paie Exemple <paie@exemple.fr>\n> Date: 2 décembre 2026 à 09:12:00 UTC+1\n"
        "> À: Carole <carole.constructeur@exemple.fr>\n> Objet: heures novembre\n>\n> Ci-joint le relevé.\n"
    )
    said = carole.writes(forwarded, subject="Tr: heures novembre", files={"heures.xlsx": content.getvalue()})
    assert "Marie LEROY, 84 h, novembre 2026" in said
    assert "Total : 144,5 h" in carole.answers("oui\n\nEnvoyé de mon iPhone")
    assert "C’est enregistré : 144,5 h pour novembre 2026" in carole.answers("oui\n\nEnvoyé de mon iPhone")


def test_an_answer_to_an_older_letter_confirms_nothing(cast: Cast, carole: Writer) -> None:
    carole.writes("Novembre : Leroy 84 h, Karim rien", subject="Novembre")
    older = carole.latest
    carole.answers("non, 90 h pour Leroy")
    said = carole.writes("oui", reply_to=older)
    assert "message plus ancien" in said
    assert "Marie Leroy : 90 h" in said
    assert in_force(cast.house, "2026-11") is None
    assert "C’est enregistré : 90 h" in carole.answers("oui")


def test_a_question_gets_its_sourced_answer_in_the_thread(carole: Writer) -> None:
    said = carole.writes("C'est quoi une clause sociale d'insertion ?", subject="Question")
    assert "Source" in said
    assert carole.latest["Subject"] == "Re: Question"


def test_what_is_not_understood_becomes_a_case_and_is_completed_in_the_thread(cast: Cast, carole: Writer) -> None:
    said = carole.writes("La grue du lot 3 est tombée sur la base vie ce matin.", subject="Accident")
    assert "dossier D-2026-00001" in said
    carole.answers("Personne n’est blessé.")
    (case,) = cases(cast.house)
    assert case.subject == "Accident"
    assert [message.text for message in case.messages][1] == "Personne n’est blessé."
    assert "grue" in text_of(posted(cast.house, FANNY)[0])
    assert "Personne n’est blessé" in text_of(posted(cast.house, FANNY)[1])


def test_stop_stops_reminders_and_says_what_goes_on(cast: Cast, carole: Writer) -> None:
    assert "plus de rappels" in carole.writes("STOP", subject="Rappel")
    with cast.house.database.reading() as session:
        assert not accepts_reminders(session, session.get_one(Person, cast.carole.id))


def test_a_stranger_gets_general_answers_and_nothing_about_a_contract(cast: Cast) -> None:
    paul = Writer(cast.house, "paul@ailleurs.exemple.fr", verdict="")
    assert "Source" in paul.writes("C'est quoi une clause sociale d'insertion ?", subject="Question")
    said = paul.writes("mes obligations", subject="2026-TX-014")
    assert "je dois d’abord savoir qui vous êtes" in said
    assert "Jean-Zay" not in said


def test_a_stranger_gets_five_automatic_mails_an_hour(cast: Cast) -> None:
    paul = Writer(cast.house, "paul@ailleurs.exemple.fr", verdict="")
    for number in range(7):
        paul.writes(f"C'est quoi une clause sociale d'insertion, version {number} ?", subject=f"Question {number}")
    assert len(posted(cast.house, paul.address)) == 5
    assert paul.boxes[-2:] == [Box.ROBOTS] * 2


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<liste.exemple.fr>"},
        {"Return_Path": "<>"},
        {"sender": "Clausette <clausette@exemple.fr>"},
    ],
    ids=lambda header: next(iter(header)),
)
def test_robots_are_never_answered(cast: Cast, carole: Writer, header: dict[str, str]) -> None:
    assert carole.writes("C'est quoi une clause sociale ?", subject="Question", headers=header) == ""
    assert carole.boxes == [Box.ROBOTS]


def test_an_assistant_that_says_nothing_of_itself_is_answered_twice(cast: Cast, carole: Writer) -> None:
    text = "Nous avons bien reçu votre message et nous vous répondrons dans les meilleurs délais. " * 4
    carole.writes(text, subject="Re: votre message")
    for _ in range(4):
        carole.answers(text)
    assert len(posted(cast.house, CAROLE)) <= 2
    assert len(posted(cast.house, FANNY)) <= 2
    assert carole.boxes[-1] is Box.ROBOTS


def test_what_is_old_is_erased_without_a_trace_left_behind(cast: Cast, carole: Writer, clock: FakeClock) -> None:
    carole.writes("La grue du lot 3 est tombée sur la base vie ce matin.", subject="Accident")
    Writer(cast.house, CAROLE, verdict="dmarc=fail").writes("mes obligations", subject="Marché")
    held = cast.house.files_dir / "mail"
    assert list(held.rglob("*/*"))
    clock.advance(days=31)
    purge(cast.house)
    assert not list(held.rglob("*/*"))
    assert len(received(cast.house)) == 2
    clock.advance(days=400)
    purge(cast.house)
    assert received(cast.house) == []
    with cast.house.database.reading() as session:
        assert session.scalars(select(MailThread)).all() == []
        assert session.scalars(select(ReplyToken)).all() == []
