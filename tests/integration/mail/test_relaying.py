"""The facilitateur by mail: his answer reaches the person on their channel; his orders are carried out, or none."""

import pytest
from sqlalchemy import select

from core.cases import answer
from core.house import House
from core.models import Audit, Case, CaseMessage, Commitment, Employment, Outgoing, Person, Territory
from core.people import enrol
from core.terms import CaseStatus, Channel, EligibilityStatus
from tests.cast import Cast, gather
from tests.houses import FakeClock
from tests.integration.mail.letters import Writer, posted, text_of, with_mail
from tests.talk import Talk

CAROLE, FANNY, GASTON = "carole.constructeur@exemple.fr", "fanny.facilite@exemple.fr", "gaston.guide@exemple.fr"


@pytest.fixture
def cast(sqlite_house: House) -> Cast:
    """The cast, in a house that reads mail; a second facilitateur."""
    made = gather(with_mail(sqlite_house))
    with made.house.database.transaction() as session:
        enrol(session, made.house, name="Gaston Guide", email=GASTON, is_facilitator=True)
    return made


@pytest.fixture
def talk(cast: Cast) -> Talk:
    """Carole on Telegram, with a case open about the school."""
    made = cast.talk(cast.carole, Channel.TELEGRAM, "4242")
    for text in ("humain", "Une difficulté sur le marché", "1", "La grue est en panne, que deviennent nos heures ?"):
        made.says(text)
    made.says("Sans fichier")
    return made


@pytest.fixture
def fanny(cast: Cast, talk: Talk) -> Writer:
    """Fanny, who got the escalation letter."""
    return Writer(cast.house, FANNY)


def case_of(house: House) -> Case:
    """The only case."""
    with house.database.reading() as session:
        return session.scalars(select(Case)).unique().one()


def on_telegram(house: House) -> list[str]:
    """What waits to leave to the phone."""
    with house.database.reading() as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.channel == Channel.TELEGRAM).order_by(Outgoing.id))
        return [(row.body or b"").decode() for row in rows]


def test_a_case_opened_on_telegram_answered_by_mail_arrives_on_telegram(cast: Cast, fanny: Writer) -> None:
    assert (
        fanny.answers(
            "Bonjour,\n\nVos heures sont suspendues le temps de la panne.\n\n-- \nFanny Facilite\nPôle insertion"
        )
        == ""
    )
    told = on_telegram(cast.house)[-1]
    assert "Vos heures sont suspendues le temps de la panne." in told
    for kept_back in ("Pôle insertion", "a écrit", "grue est en panne", FANNY):
        assert kept_back not in told
    case = case_of(cast.house)
    assert case.status is CaseStatus.ANSWERED
    assert case.assigned_to_id == cast.fanny.id


def test_a_case_opened_by_mail_answered_at_the_desk_arrives_by_mail_in_the_thread(cast: Cast) -> None:
    carole = Writer(cast.house, CAROLE)
    carole.writes("La grue du lot 3 est tombée sur la base vie ce matin.", subject="Accident")
    with cast.house.database.transaction() as session:
        case = session.scalars(select(Case)).unique().one()
        answer(session, cast.house, case.id, "Je vous appelle à midi.", person_id=cast.fanny.id)
    letter = carole.latest
    assert letter["Subject"] == "Re: Accident"
    assert "ordinateur.exemple.fr" in letter["References"]
    assert "Je vous appelle à midi." in text_of(letter)
    carole.answers("Merci, à midi.")
    assert [each.text for each in case_of(cast.house).messages][-1] == "Merci, à midi."
    fanny = Writer(cast.house, FANNY)
    fanny.answers("À tout à l’heure.")
    assert "À tout à l’heure." in text_of(carole.latest)


def test_a_note_is_kept_and_not_relayed(cast: Cast, fanny: Writer) -> None:
    fanny.answers("#note rappeler le maître d’œuvre\n\nJe me renseigne.")
    assert "Je me renseigne." in on_telegram(cast.house)[-1]
    assert not any("maître d’œuvre" in each for each in on_telegram(cast.house))
    with cast.house.database.reading() as session:
        notes = session.scalars(select(CaseMessage).where(CaseMessage.is_note)).all()
    assert [note.text for note in notes] == ["rappeler le maître d’œuvre"]
    before = len(on_telegram(cast.house))
    fanny.answers("#note\nNe pas relancer avant lundi.\nIls sont en congés.")
    assert len(on_telegram(cast.house)) == before


def test_closing_asks_whether_it_helped_and_no_opens_the_case_again(cast: Cast, fanny: Writer, talk: Talk) -> None:
    fanny.answers("#fermer\nLe report est accordé.")
    assert case_of(cast.house).status is CaseStatus.CLOSED
    assert "est-elle réglée" in on_telegram(cast.house)[-1]
    assert "Merci" in talk.says("Oui, c’est réglé")
    assert case_of(cast.house).solved is True
    fanny.answers("#fermer\nTout est dit.")
    assert "rouvert" in talk.says("2")
    case = case_of(cast.house)
    assert case.status is CaseStatus.OPENED
    assert case.solved is False
    assert "pas réglée" in text_of(fanny.latest)


def test_assigning_gives_the_whole_case_to_a_colleague_who_then_answers(cast: Cast, fanny: Writer) -> None:
    said = fanny.answers("#assigner Guide")
    assert "confié à Gaston Guide" in said
    gaston = Writer(cast.house, GASTON)
    assert "grue est en panne" in text_of(gaston.latest)
    gaston.answers("Je prends le relais.")
    assert "Je prends le relais." in on_telegram(cast.house)[-1]


def test_a_colleague_in_copy_keeps_the_thread_and_a_stranger_in_copy_enters_nothing(cast: Cast, fanny: Writer) -> None:
    letter = fanny.latest
    Writer(cast.house, GASTON).writes("Réponse du collègue.", reply_to=letter)
    assert "Réponse du collègue." in on_telegram(cast.house)[-1]
    before = on_telegram(cast.house)
    Writer(cast.house, "ami@ailleurs.exemple.fr").writes("Réponse d’un inconnu.", reply_to=letter)
    Writer(cast.house, CAROLE).writes("#fermer", reply_to=letter)
    assert on_telegram(cast.house) == before
    assert case_of(cast.house).status is CaseStatus.ANSWERED


def test_eligibility_is_decided_in_one_line_and_only_by_a_proven_sender(cast: Cast, fanny: Writer) -> None:
    def karim() -> EligibilityStatus:
        with cast.house.database.reading() as session:
            return session.get_one(Employment, cast.karim.id).eligibility

    unproven = Writer(cast.house, FANNY, verdict="")
    assert "Rien n’a été fait" in unproven.answers("#eligible oui")
    assert karim() is EligibilityStatus.PENDING
    assert "Rien n’a été fait" in fanny.answers("#eligible peut-être")
    assert "validée" in fanny.answers("#eligible oui")
    assert karim() is EligibilityStatus.ACCEPTED
    assert "Personne n’attend" in fanny.answers("#eligible non pièce périmée")


def test_an_order_that_is_not_understood_relays_nothing(cast: Cast, fanny: Writer) -> None:
    before = on_telegram(cast.house)
    said = fanny.answers("#fermr\nBonne journée !")
    assert "Je ne connais pas « #fermr »" in said
    assert on_telegram(cast.house) == before


def test_an_article_is_prepared_from_the_case(fanny: Writer, cast: Cast) -> None:
    assert f"/desk/fiches/nouvelle?dossier={case_of(cast.house).id}" in fanny.answers(
        "#fiche\nOui, les heures comptent."
    )


def test_an_address_that_the_territory_hides_is_taken_out(cast: Cast, fanny: Writer) -> None:
    with cast.house.database.transaction() as session:
        session.scalars(select(Territory)).one().shows_facilitator_address = False
    fanny.answers(f"Écrivez-moi à {FANNY}.")
    assert FANNY not in on_telegram(cast.house)[-1]


def test_an_absent_facilitateur_is_replaced_by_his_deputy(cast: Cast, clock: FakeClock) -> None:
    with cast.house.database.transaction() as session:
        fanny = session.get_one(Person, cast.fanny.id)
        fanny.absent_from, fanny.absent_until = cast.house.today(), cast.house.today()
        fanny.deputy_id = session.scalars(select(Person).where(Person.is_facilitator, Person.id != fanny.id)).one().id
    Writer(cast.house, CAROLE).writes("La grue du lot 3 est tombée sur la base vie ce matin.", subject="Accident")
    assert posted(cast.house, GASTON)
    assert not posted(cast.house, FANNY)
    clock.advance(days=1)
    Writer(cast.house, CAROLE).writes("La grue du lot 3 est encore tombée sur la base vie ce matin.", subject="Grue")
    assert posted(cast.house, FANNY)


def test_each_relay_is_audited(cast: Cast, fanny: Writer) -> None:
    fanny.answers("D’accord.")
    with cast.house.database.reading() as session:
        assert session.scalar(select(Audit.person_id).where(Audit.action == "answer_case")) == cast.fanny.id


def test_an_amendment_is_signed_or_declined_by_mail(cast: Cast) -> None:
    asking = cast.talk(cast.carole, Channel.TELEGRAM, "4343")
    for hours in ("300", "100"):
        asking.says(f"avenant : {hours} heures de moins")
        asking.taps("2026-TX-014")
        asking.taps("Je ne l’ai pas")
        asking.says("oui")
        fanny = Writer(cast.house, FANNY)
        fanny.answers("#avenant oui" if hours == "300" else "#avenant non l’acheteur n’est pas d’accord")
    assert "L’avenant n’est pas retenu. l’acheteur n’est pas d’accord" in on_telegram(cast.house)[-1]
    assert any("L’avenant est signé" in each for each in on_telegram(cast.house))
    with cast.house.database.reading() as session:
        assert session.get_one(Commitment, cast.school.id).committed_hours == 900


def test_an_amendment_is_not_signed_from_a_case_that_asks_for_none(cast: Cast, fanny: Writer) -> None:
    fanny.answers("#avenant oui")
    assert "ne demande aucun avenant" in text_of(fanny.latest)
