"""A delegate tells a company's months in every way the company can, and the company says yes in one tap or one word."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from core.declarations import in_force
from core.delegations import Given, end, give
from core.house import House
from core.models import Commitment, Delegation, Employment, Person, PreparedHire, PreparedMonth, Proof, SheetLayout
from core.people import bind, person_by_email
from core.proofs import Sent, send
from core.refusal import Refused
from core.reminders import remind
from core.retention import preview, purge
from core.terms import Channel, NilReason, ProofKind
from tests.cast import Cast, gather
from tests.houses import FakeClock
from tests.integration.mail.letters import Writer, posted, text_of, with_mail
from tests.photos import photo
from tests.talk import Talk
from tests.unit.timesheets.workbooks import Rows, workbook

TESSA, CAROLE = "tessa.interim@exemple.fr", "carole.constructeur@exemple.fr"
NOVEMBER = "2026-11"


@pytest.fixture
def cast(sqlite_house: House) -> Cast:
    """The cast, in a house that reads mail; Tessa prepares the school's months for Bâti Nord."""
    made = gather(with_mail(sqlite_house))
    given(made)
    return made


def given(cast: Cast, month: str | None = None, name: str = "Tessa Interim", email: str = TESSA) -> int:
    with cast.house.database.transaction() as session:
        carole = session.get_one(Person, cast.carole.id)
        return give(session, cast.house, carole, Given(cast.school.id, name, email, month)).id


def talk_of(cast: Cast, email: str = TESSA) -> Talk:
    with cast.house.database.transaction() as session:
        who = person_by_email(session, cast.house, email)
        assert who is not None
        bind(session, cast.house, who, Channel.WEB, email)
    return Talk(cast.house, Channel.WEB, email)


def company(cast: Cast) -> Talk:
    talk = cast.talk(cast.carole)
    talk.says("bonjour")
    return talk


def declared(cast: Cast, month: str = NOVEMBER) -> dict[str, str] | None:
    """Return the hours declared in a month of the school's, by name; None when it is not declared."""
    with cast.house.database.reading() as session:
        found = in_force(session, cast.school.id, month)
        if found is None:
            return None
        lines = {line.employment_id: f"{line.worked + line.training:.0f}" for line in found.lines}
        names = {row.id: row.participant.name for row in session.scalars(select(Employment)).unique()}
        return {names[number]: hours for number, hours in lines.items()}


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def test_a_month_told_in_one_sentence_is_two_messages_for_the_delegate_and_one_tap_for_the_company(cast: Cast) -> None:
    carole, tessa = company(cast), talk_of(cast)
    said = plain(tessa.says("Novembre : Leroy 84 h, Karim 60 h + 7 formation"))
    assert "Total : 151 h" in said
    assert "Bâti Nord le vérifiera et le validera" in said
    assert "Il restera" not in said
    assert "à valider" not in said
    assert "est envoyé à **Bâti Nord**" in plain(tessa.says("oui"))
    assert declared(cast) is None
    told = plain(carole.looks())
    assert "**Tessa Interim** a préparé novembre 2026" in told
    assert "Karim Haddad : 67 h (dont 7 h de formation)" in told
    assert "Préparé par Tessa Interim" in told
    assert "C’est enregistré : 151 h pour novembre 2026" in plain(carole.taps("Oui, valider novembre 2026"))
    assert declared(cast) == {"Marie Leroy": "84", "Karim Haddad": "67"}
    assert "**Bâti Nord** a validé novembre 2026" in plain(tessa.looks())


def test_the_company_answers_oui_in_the_chat_or_by_mail(cast: Cast) -> None:
    tessa = talk_of(cast)
    tessa.says("novembre : Leroy 84, Karim rien")
    tessa.says("oui")
    carole = Writer(cast.house, CAROLE)
    assert "Novembre 2026 est préparé, à valider" in str(carole.latest["Subject"])
    assert "Marie Leroy : 84 h" in text_of(carole.latest)
    assert "C’est enregistré : 84 h pour novembre 2026" in carole.answers("oui")
    assert declared(cast) == {"Marie Leroy": "84", "Karim Haddad": "0"}


def test_oui_typed_under_the_message_of_the_chat_validates(cast: Cast) -> None:
    carole, tessa = company(cast), talk_of(cast)
    tessa.says("novembre : Leroy 84, Karim rien")
    tessa.says("oui")
    carole.looks()
    assert "C’est enregistré" in carole.says("oui")


def test_oui_to_a_letter_that_no_longer_holds_declares_nothing(cast: Cast) -> None:
    tessa = talk_of(cast)
    tessa.says("novembre : Leroy 84, Karim rien")
    tessa.says("oui")
    carole = Writer(cast.house, CAROLE)
    first = carole.latest
    assert "Marie Leroy : 90 h" in plain(tessa.says("en fait 90 h pour Leroy"))
    assert "est envoyé" in tessa.says("oui")
    assert "n’attend plus votre accord" in carole.writes("oui", reply_to=first)
    assert declared(cast) is None
    assert "C’est enregistré : 90 h" in carole.writes("oui", reply_to=posted(cast.house, CAROLE)[-2])


def test_a_month_without_hours_is_prepared_with_its_reason(cast: Cast) -> None:
    carole, tessa = company(cast), talk_of(cast)
    tessa.says("rien en novembre, travaux arrêtés")
    assert "est envoyé" in tessa.says("oui")
    assert "Raison : travaux arrêtés" in plain(carole.looks())
    assert "C’est enregistré" in carole.taps("Oui, valider")
    with cast.house.database.reading() as session:
        found = in_force(session, cast.school.id, NOVEMBER)
        assert found is not None
        assert found.nil_reason is NilReason.SUSPENDED


def test_like_last_month_reads_the_month_before_when_it_is_delegated_too(cast: Cast) -> None:
    tessa = talk_of(cast)
    said = plain(tessa.says("novembre comme le mois dernier"))
    assert "Marie Leroy : 120,5 h" in said
    assert "Karim Haddad : 67 h" in said


def test_like_last_month_shows_nothing_of_a_month_that_is_not_delegated(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        session.execute(update(Delegation).values(month=NOVEMBER))
    tessa = talk_of(cast)
    said = plain(tessa.says("novembre comme le mois dernier"))
    assert "120,5" not in said
    assert "Combien d’heures pour **Marie Leroy**" in said
    tessa.says("annuler")
    assert "ne vous est pas confié" in plain(tessa.says("octobre : Leroy 84, Karim 10"))
    assert "120,5" not in plain(tessa.says("annuler"))


def test_a_spreadsheet_of_the_delegate_is_confirmed_once_and_remembered_for_them(cast: Cast, tmp_path: Path) -> None:
    rows: Rows = [["Salarié", "Heures travaillées", "Heures payées"], ["LEROY Marie", 84, 90], ["HADDAD Karim", 60, 65]]
    content = workbook(tmp_path / "heures.xlsx", ("Novembre 2026", rows)).read_bytes()
    tessa = talk_of(cast)
    assert "Voici comment je lis" in plain(tessa.sends_file("heures.xlsx", content))
    assert "Total : 144 h" in plain(tessa.taps("Oui"))
    tessa.says("annuler")
    assert "Total : 144 h" in plain(tessa.sends_file("heures.xlsx", content))
    with cast.house.database.reading() as session:
        [layout] = session.scalars(select(SheetLayout)).all()
        assert layout.organisation_id is None
        assert layout.person_id is not None


def test_the_empty_table_of_a_delegate_names_only_what_is_delegated(cast: Cast) -> None:
    tessa = talk_of(cast)
    assert "Remplissez les heures" in tessa.says("mes documents")
    assert tessa.shown[-1].files[0].name == "heures-a-declarer.xlsx"


def test_a_hire_told_by_the_delegate_is_the_companys_to_validate(cast: Cast) -> None:
    carole, tessa = company(cast), talk_of(cast)
    said = plain(tessa.says("embauche de Nadia Benali le 12/11/2026 en CDI, RSA, embauche directe"))
    assert "Embauche de Nadia Benali" in said
    assert "Bâti Nord le vérifiera" in said
    assert "est envoyée à **Bâti Nord**" in plain(tessa.says("oui"))
    assert "Nadia" not in str(declared(cast))
    told = plain(carole.looks())
    assert "**Tessa Interim** a préparé l’embauche de Nadia Benali" in told
    assert "Nadia Benali**, depuis le 12 novembre 2026" in plain(carole.taps("Oui, valider l’embauche"))
    with cast.house.database.reading() as session:
        [row] = session.scalars(select(PreparedHire)).all()
        assert row.settled_at is not None
    assert "n’attend plus votre accord" in plain(carole.taps("Oui, valider l’embauche"))


def test_a_hire_outside_the_month_delegated_is_refused(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        session.execute(update(Delegation).values(month=NOVEMBER))
    tessa = talk_of(cast)
    tessa.says("embauche de Nadia Benali le 12/10/2026 en CDI, RSA, embauche directe")
    assert "ne vous est pas confié" in plain(tessa.says("oui"))
    tessa.says("annuler")
    tessa.says("embauche de Nadia Benali le 12/11/2026 en CDI, RSA, embauche directe")
    assert "est envoyée" in plain(tessa.says("oui"))


def test_a_month_with_a_new_hire_waits_whole(cast: Cast) -> None:
    carole, tessa = company(cast), talk_of(cast)
    tessa.says("Novembre : Leroy 84 h, Karim rien, nouvelle embauche Nadia Benali le 12, 60 h, CDD, RSA")
    for _ in range(4):
        if "le vérifiera" in tessa.shown[-1].text:
            break
        tessa.sends_back(tessa.shown[-1].buttons[0].data)
    assert "Nadia Benali (embauche du 12 novembre 2026) : 60 h" in plain(tessa.shown[-1].text)
    tessa.says("oui")
    carole.looks()
    assert "C’est enregistré : 144 h" in plain(carole.taps("Oui, valider"))
    assert declared(cast) == {"Marie Leroy": "84", "Karim Haddad": "0", "Nadia Benali": "60"}


def test_unusual_hours_are_asked_of_the_company_itself(cast: Cast) -> None:
    carole, tessa = company(cast), talk_of(cast)
    tessa.says("Novembre : Leroy 170 h, Karim rien")
    tessa.taps("Oui, c’est exact")
    tessa.says("oui")
    assert "151,67" in plain(carole.looks())
    carole.taps("Oui, c’est exact")
    assert "C’est enregistré : 170 h" in plain(carole.says("oui"))


def test_the_company_corrects_before_it_declares(cast: Cast) -> None:
    carole, tessa = company(cast), talk_of(cast)
    tessa.says("Novembre : Leroy 84 h, Karim rien")
    tessa.says("oui")
    carole.looks()
    carole.taps("Corriger")
    carole.taps("Heures de Marie")
    assert "Marie Leroy : 86 h" in plain(carole.says("86"))
    assert "C’est enregistré : 86 h" in plain(carole.says("oui"))
    assert "après l’avoir corrigé" in tessa.looks()


def test_what_i_owe_tells_that_it_is_prepared_on_both_sides(cast: Cast) -> None:
    tessa = talk_of(cast)
    assert "à préparer : novembre 2026" in plain(tessa.says("qu’est-ce que je dois ?"))
    tessa.says("Novembre : Leroy 84 h, Karim rien")
    tessa.says("oui")
    assert "chez l’entreprise, à valider : novembre 2026" in plain(tessa.says("mes obligations"))
    carole = cast.talk(cast.carole)
    said = plain(carole.says("qu’est-ce que je dois"))
    assert "Novembre 2026 est préparé par Tessa Interim : il ne reste qu’à valider" in said
    assert "Marie Leroy : 84 h" in plain(carole.taps("Vérifier novembre 2026"))
    carole.says("annuler")
    carole.says("déclarer un mois")
    carole.taps("2026-TX-014")
    carole.says("novembre")
    assert "Marie Leroy : 84 h" in plain(carole.taps("Voir ce qui est préparé"))


def test_proofs_sent_by_the_delegate_are_of_the_people_delegated_only(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        session.execute(update(Delegation).values(month="2026-09"))
    tessa = talk_of(cast)
    tessa.sends_file("contrat.jpg", photo())
    assert tessa.labels[0] == "Marie Leroy"
    assert "Karim Haddad" not in tessa.labels
    tessa.taps("Marie")
    assert "Bâti Nord aura sa réponse" in plain(tessa.taps("Contrat"))
    writer = Writer(cast.house, TESSA)
    said = writer.writes("Voici le contrat de Marie", subject="Contrat", files={"autre.jpg": photo(70, 30)})
    assert "contrat de travail" in said
    assert "Marie Leroy" in said
    with cast.house.database.reading() as session:
        rows = session.scalars(select(Proof)).unique().all()
        assert {row.employment_id for row in rows} == {cast.marie.id}
        assert len(rows) == 2


@pytest.mark.parametrize(("who", "of"), [(TESSA, "karim"), (TESSA, "paul"), ("olivia.outsider@exemple.fr", "marie")])
def test_a_document_about_somebody_not_delegated_is_refused(cast: Cast, who: str, of: str) -> None:
    with cast.house.database.transaction() as session:
        session.execute(update(Delegation).values(month="2026-09"))
        person = person_by_email(session, cast.house, who)
        assert person is not None
        with pytest.raises(Refused, match="n’est pas suivi par votre organisation"):
            send(session, cast.house, person, "", Sent(getattr(cast, of).id, ProofKind.WORK_CONTRACT, (1,)))


def test_nothing_of_another_contract_is_read_or_prepared(cast: Cast) -> None:
    tessa = talk_of(cast)
    for told in ("novembre : Paul Girard 35 h", "HL-2026-07 novembre : Leroy 10 h", "novembre : Sonia Petit 20 h"):
        said = plain(tessa.says(told))
        assert "Total" not in said or "Girard" not in said
        tessa.says("annuler")
    for asked in ("mes documents", "mes obligations", "combien il me reste ?", "qui est employé ?"):
        said = plain(tessa.says(asked))
        for hidden in ("Girard", "Petit", "HL-2026-07", "1 200", "650 h", "lot 2"):
            assert hidden not in said
        tessa.says("annuler")


def test_rights_end_with_the_delegation(cast: Cast) -> None:
    carole, tessa = company(cast), talk_of(cast)
    tessa.says("novembre : Leroy 84, Karim rien")
    tessa.says("oui")
    tessa.says("embauche de Nadia Benali le 12/11/2026 en CDI, RSA, embauche directe")
    with cast.house.database.transaction() as session:
        row = session.scalars(select(Delegation)).one()
        end(session, cast.house, session.get_one(Person, cast.carole.id), row.id)
    assert "Leroy" not in plain(tessa.says("oui"))
    carole.looks()
    assert "n’attend plus votre accord" in plain(carole.taps("Oui, valider novembre"))
    assert declared(cast) is None
    assert "Leroy" not in plain(tessa.says("novembre : Leroy 84, Karim rien"))
    with cast.house.database.reading() as session:
        assert session.scalars(select(PreparedHire)).all() == []


def test_a_reminder_says_that_the_month_only_waits_for_validation(cast: Cast, clock: FakeClock) -> None:
    tessa = talk_of(cast)
    tessa.says("novembre : Leroy 84, Karim rien")
    tessa.says("oui")
    carole = company(cast)
    with cast.house.database.transaction() as session:
        session.execute(update(Commitment).values(welcomed_at=clock.now - timedelta(days=90)))
    clock.now = clock.now.replace(month=12, day=10, hour=9)
    remind(cast.house)
    letter = next(mail for mail in posted(cast.house, CAROLE) if "à déclarer" in str(mail["Subject"]))
    assert "préparé par Tessa Interim" in text_of(letter)
    assert "préparé par Tessa Interim" in plain(carole.looks())
    assert "Marie Leroy : 84 h" in plain(carole.taps("Vérifier novembre 2026"))
    assert "C’est enregistré" in carole.says("oui")


def test_what_was_prepared_is_erased_three_months_after_it_is_settled(cast: Cast, clock: FakeClock) -> None:
    tessa = talk_of(cast)
    tessa.says("novembre : Leroy 84, Karim rien")
    tessa.says("oui")
    label = "mois et embauches préparés par un délégué, une fois réglés (90 jours)"
    clock.now += timedelta(days=200)
    assert dict(preview(cast.house))[label] == 0
    with cast.house.database.transaction() as session:
        row = session.scalars(select(Delegation)).one()
        end(session, cast.house, session.get_one(Person, cast.carole.id), row.id)
    clock.now += timedelta(days=91)
    assert dict(preview(cast.house))[label] == 1
    purge(cast.house)
    with cast.house.database.reading() as session:
        assert session.scalars(select(PreparedMonth)).all() == []


def test_who_is_outside_prepares_no_hire(cast: Cast) -> None:
    talk = cast.talk(cast.outsider)
    talk.says("embauche de Nadia Benali le 12/11/2026 en CDI, RSA, embauche directe")
    talk.says("oui")
    with cast.house.database.reading() as session:
        assert session.scalars(select(PreparedHire)).all() == []
        assert date(2026, 11, 12) not in {
            row.starts_on
            for row in session.scalars(select(Employment).where(Employment.commitment_id == cast.school.id)).unique()
        }
