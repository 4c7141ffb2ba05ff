"""Delegations: somebody else prepares months, the company declares; nothing counts before, rights end with it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.access import prepares
from core.declarations import Work, in_force, record
from core.delegations import Given, end, give, held_by
from core.models import Commitment, Delegation, Organisation, Outgoing, Person, PreparedMonth, Reminder
from core.people import bind, person_by_email
from core.preparations import prepare, prepared_for
from core.refusal import Refused
from core.reminders import remind
from core.terms import Channel, OrganisationKind
from tests.cast import Cast
from tests.houses import FakeClock
from tests.letters import letters_to
from tests.talk import Talk

TESSA = "tessa.interim@exemple.fr"
CAROLE = "carole.constructeur@exemple.fr"
NOVEMBER = "2026-11"


def given(cast: Cast, *, month: str | None = None, until_on: date | None = None) -> int:
    """Carole lets Tessa prepare the school's months."""
    with cast.house.database.transaction() as session:
        carole = session.get_one(Person, cast.carole.id)
        return give(session, cast.house, carole, Given(cast.school.id, "Tessa Interim", TESSA, month, until_on)).id


def tessa(cast: Cast) -> Talk:
    """Talk as Tessa, who followed her invitation."""
    with cast.house.database.transaction() as session:
        found = person_by_email(session, cast.house, TESSA)
        assert found is not None
        bind(session, cast.house, found, Channel.WEB, "tessa")
    return Talk(cast.house, Channel.WEB, "tessa")


def prepared(cast: Cast, hours: str = "84") -> None:
    """Tessa prepares November."""
    with cast.house.database.transaction() as session:
        who = person_by_email(session, cast.house, TESSA)
        assert who is not None
        lines = {cast.marie.id: Work(Decimal(hours)), cast.karim.id: Work(Decimal(60), Decimal(7))}
        prepare(session, cast.house, who, cast.school.id, NOVEMBER, lines)


def test_a_company_delegates_in_conversation_and_the_delegate_is_invited(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("déléguer ma déclaration")
    talk.taps("2026-TX-014")
    assert "À qui" in talk.taps("Tous les mois")
    assert "adresse e-mail" in talk.says("l’agence du coin")
    talk.says("Tessa.Interim@exemple.fr")
    talk.says("Tessa Interim")
    said = talk.taps("Jusqu’à ce que je l’arrête")
    assert "Vous les vérifierez et les validerez vous-même" in said
    assert "peut préparer 2026-TX-014" in talk.says("oui").replace("\xa0", " ")
    [letter] = letters_to(cast.house, TESSA, "NoticeLetter")
    assert letter["title"] == "Bâti Nord vous confie la préparation de ses mois"
    assert len(letters_to(cast.house, TESSA, "InvitationLetter")) == 1


def test_a_known_structure_is_found_by_its_name(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        agency = Organisation(name="Intérim Insertion du Val", kind=OrganisationKind.SIAE,
                              territory_id=cast.fanny.territory_id)  # fmt: skip
        session.add(agency)
        session.flush()
        session.add(
            Person(name="Tessa Interim", email=TESSA, organisation_id=agency.id, territory_id=agency.territory_id,
                   created_at=cast.house.now())
        )  # fmt: skip
    talk = cast.talk(cast.carole)
    talk.says("déléguer")
    talk.taps("2026-TX-014")
    talk.taps("Tous les mois")
    assert "Qui est-ce" in talk.says("interim insertion")
    talk.says("Tessa Interim")
    assert TESSA in talk.taps("Jusqu’à ce que")


def test_the_delegate_prepares_and_the_company_validates_in_one_tap(cast: Cast) -> None:
    company = cast.talk(cast.carole)
    company.says("bonjour")
    given(cast)
    talk = tessa(cast)
    assert "Bâti Nord" in talk.greeted()
    assert "Que préparez-vous en novembre 2026 pour **Bâti Nord**" in talk.says("préparer un mois").replace("\xa0", " ")
    assert "Marie Leroy" in talk.taps("Saisir les heures")
    talk.says("84")
    said = talk.says("60 + 7 formation").replace("\xa0", " ")
    assert "Total : 151 h" in said
    assert "reste" not in said
    assert "est envoyé à **Bâti Nord**" in talk.says("oui").replace("\xa0", " ")
    told = company.looks().replace("\xa0", " ")
    assert "**Tessa Interim** a préparé novembre 2026" in told
    assert "Karim Haddad : 67 h" in told
    assert "Rien n’est compté" in told
    assert "Total : 151 h" in told
    with cast.house.database.reading() as session:
        assert in_force(session, cast.school.id, NOVEMBER) is None
    assert "C’est enregistré" in company.taps("Oui, valider novembre 2026")
    with cast.house.database.reading() as session:
        declared = in_force(session, cast.school.id, NOVEMBER)
        assert declared is not None
        assert declared.declared_by_id == cast.carole.id
        assert prepared_for(session, [cast.school.id]) == []
    assert "aucun mois à préparer" in talk.says("préparer un mois")


def test_the_month_waits_in_my_obligations_and_is_replaced_when_prepared_again(cast: Cast) -> None:
    given(cast)
    prepared(cast, "80")
    prepared(cast, "84")
    with cast.house.database.reading() as session:
        rows = session.scalars(select(PreparedMonth).order_by(PreparedMonth.id)).all()
        assert [row.settled_at is None for row in rows] == [False, True]
    talk = cast.talk(cast.carole)
    talk.says("mes obligations")
    assert "Marie Leroy : 84 h" in talk.taps("Vérifier novembre 2026").replace("\xa0", " ")


def test_what_is_prepared_and_not_declared_ends_with_the_delegation(cast: Cast) -> None:
    number = given(cast)
    prepared(cast)
    talk = cast.talk(cast.carole)
    talk.says("arrêter la délégation")
    talk.taps("Tessa Interim")
    assert "est arrêtée" in talk.says("oui")
    with cast.house.database.reading() as session:
        assert prepared_for(session, [cast.school.id]) == []
        assert session.get_one(Delegation, number).ended_by_id == cast.carole.id
    assert "Vérifier" not in " ".join(talk.labels)
    other = tessa(cast)
    said = other.says("préparer un mois")
    assert "Aucun marché n’attend" in said
    assert "Leroy" not in said
    with pytest.raises(Refused, match="ne vous est pas confié"):
        prepared(cast)
    assert letters_to(cast.house, TESSA, "NoticeLetter")[-1]["title"] == "Fin de votre délégation\u00a0: Bâti Nord"


def test_the_delegate_sees_nothing_but_the_names_of_the_month(cast: Cast) -> None:
    given(cast, month=NOVEMBER)
    talk = tessa(cast)
    questions = ("mes obligations", "combien d’heures il nous reste ?", "mes documents",
                 "est-ce que Mme Leroy compte encore ?")  # fmt: skip
    for asked in questions:
        said = talk.says(asked)
        for hidden in ("1 200", "287,5", "Leroy", "Haddad", "40 €", "R-000"):
            assert hidden not in said.replace("\xa0", " ")
    talk.says("annuler")
    talk.says("Karim est parti le 12")
    talk.says("embauche de Nadia Benali le 12 en CDI, RSA")
    with cast.house.database.reading() as session:
        assert session.get_one(Commitment, cast.school.id).awardee_id == cast.bati.id
        who = person_by_email(session, cast.house, TESSA)
        [held] = held_by(session, who, cast.house.today())
        assert prepares(who, held, NOVEMBER, cast.house.today())
        assert not prepares(who, held, "2026-10", cast.house.today())
        assert not prepares(cast.olivia, held, NOVEMBER, cast.house.today())
        assert not prepares(None, held, NOVEMBER, cast.house.today())
    with cast.house.database.transaction() as session:
        who = person_by_email(session, cast.house, TESSA)
        assert who is not None
        with pytest.raises(Refused, match="n’est pas suivi par votre organisation"):
            record(session, cast.house, who, cast.school.id, NOVEMBER, {cast.marie.id: Work(Decimal(84))})


def test_a_delegation_ends_on_its_last_day(cast: Cast, clock: FakeClock) -> None:
    given(cast, until_on=date(2026, 11, 30))
    clock.now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    with pytest.raises(Refused, match="ne l’est plus"):
        prepared(cast)


@pytest.mark.parametrize("who", ["olivia", "alice", "david", "lucas", "fanny"])
def test_nobody_else_delegates_ends_or_prepares(cast: Cast, who: str) -> None:
    number = given(cast)
    with cast.house.database.transaction() as session:
        other = session.get_one(Person, getattr(cast, who).id)
        with pytest.raises(Refused):
            give(session, cast.house, other, Given(cast.school.id, "Zoé Autre", "zoe.autre@exemple.fr"))
        with pytest.raises(Refused):
            end(session, cast.house, other, number)
        with pytest.raises(Refused):
            prepare(session, cast.house, other, cast.school.id, NOVEMBER, {cast.marie.id: Work(Decimal(1))})


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("claude.chantier@exemple.fr", "déclare déjà pour votre entreprise"),
        ("alice.achat@exemple.fr", "ne peut pas recevoir"),
        (TESSA, "déjà délégué"),
        ("pas une adresse", "pas une adresse"),
    ],
)
def test_who_may_not_hold_it_is_refused(cast: Cast, address: str, said: str) -> None:
    given(cast)
    with cast.house.database.transaction() as session, pytest.raises(Refused, match=said):
        give(session, cast.house, session.merge(cast.carole), Given(cast.school.id, "Zoé Autre", address))


def test_hours_that_cannot_be_are_refused_and_so_is_a_declared_month(cast: Cast) -> None:
    given(cast)
    with pytest.raises(Refused, match="maximum"):
        prepared(cast, "400")
    with cast.house.database.transaction() as session:
        who = person_by_email(session, cast.house, TESSA)
        assert who is not None
        with pytest.raises(Refused, match="vient d’être déclaré"):
            prepare(session, cast.house, who, cast.school.id, "2026-10", {cast.marie.id: Work(Decimal(1))})
        with pytest.raises(Refused, match="n’est plus suivie"):
            prepare(session, cast.house, who, cast.school.id, NOVEMBER, {cast.paul.id: Work(Decimal(1))})


def test_reminders_go_to_the_delegate_too_until_it_is_prepared_and_the_company_stays_owing(
    cast: Cast, clock: FakeClock
) -> None:
    with cast.house.database.transaction() as session:
        session.get_one(Commitment, cast.school.id).welcomed_at = cast.house.now()
    given(cast)
    clock.now = datetime(2026, 12, 10, 9, tzinfo=UTC)
    remind(cast.house)
    [letter] = letters_to(cast.house, TESSA, "ReminderLetter")
    assert "Bâti Nord vous confie la préparation de ses mois" in letter["why"]
    assert len(letters_to(cast.house, CAROLE, "ReminderLetter")) == 1
    talk = tessa(cast)
    assert "Bâti Nord vous confie la préparation" in talk.says("pourquoi ce rappel ?")
    with cast.house.database.reading() as session:
        who = session.scalars(select(Reminder.person_id).where(Reminder.person_id.is_not(None))).all()
        assert len(set(who)) == 3  # Carole, Claude, Tessa
        assert session.scalars(select(Outgoing.id).where(Outgoing.person_id == cast.olivia.id)).all() == []
    prepared(cast)
    clock.now = datetime(2026, 12, 17, 9, tzinfo=UTC)
    remind(cast.house)
    assert len(letters_to(cast.house, TESSA, "ReminderLetter")) == 1
    assert len(letters_to(cast.house, CAROLE, "ReminderLetter")) == 2
    assert "aucun mois" not in talk.says("préparer un mois")


def test_invitations_to_typed_addresses_are_limited(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        carole = session.get_one(Person, cast.carole.id)
        for number in range(20):
            made = give(session, cast.house, carole, Given(cast.school.id, "Zoé Autre", f"zoe{number}@exemple.fr"))
            end(session, cast.house, carole, made.id)
        with pytest.raises(Refused, match="Attendez une heure"):
            give(session, cast.house, carole, Given(cast.school.id, "Zoé Autre", "zoe@exemple.fr"))
