"""A published article is given to people while the house is open; a withdrawn one no longer is."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from core.conversations import history
from core.drafts import Draft, concerns, drafted_from
from core.feedback import tell_correction
from core.house import House
from core.models import Audit, Case, Person
from core.proposals import publish, withdraw
from core.refusal import Refused
from core.shelf import Shelf, articles_folder, territory_name
from core.surroundings import names_around
from tests.cast import Cast, gather
from tests.waiting import eventually

QUESTION = "où garer la benne à clairval ?"
DRAFT = Draft(
    title="Où garer la benne du chantier à Clairval ?",
    questions="où garer la benne\nparking benne clairval\nstationnement des bennes\nbenne rue des Tilleuls\noù ranger",
    text="Devant la mairie, avec l’accord de la ville demandé la veille.",
    source="Arrêté municipal de stationnement",
    reference="article 4",
    audience="company",
    expires_on="2027-11-23",
)


@pytest.fixture
def shelved(sqlite_house: House) -> Cast:
    """The cast, in a house whose shelf follows the operator's folder."""
    house = sqlite_house
    shelf = Shelf(
        articles_folder(house.settings),
        territory=lambda: territory_name(house.database, house.settings),
        today=house.today,
        look_seconds=0,
    )
    return gather(replace(house, library=shelf))


def test_a_published_article_answers_until_it_is_withdrawn(shelved: Cast) -> None:
    house, talk = shelved.house, shelved.talk(shelved.carole)
    assert DRAFT.text not in talk.says(QUESTION)
    with house.database.transaction() as session:
        name = publish(session, house, DRAFT, by=session.get_one(Person, shelved.fanny.id)).id
    eventually(lambda: name in house.library().articles)
    said = talk.says(QUESTION)
    assert DRAFT.text in said
    assert "à confirmer auprès du facilitateur" in said
    assert "Arrêté municipal de stationnement" in said
    assert len(tell_correction(house, name, "La place a changé.")) == 1
    [again] = history(house, talk.channel, talk.thread)[-1].buttons
    with house.database.transaction() as session:
        withdraw(session, house, name, by=session.get_one(Person, shelved.fanny.id))
    eventually(lambda: name not in house.library().articles)
    assert DRAFT.text not in talk.says(QUESTION)
    assert "n’existe plus" in talk.sends_back(again.data)
    with house.database.reading() as session:
        actions = list(session.scalars(select(Audit.action).where(Audit.person_id == shelved.fanny.id)))
    assert actions == ["publish_article", "withdraw_article"]


@pytest.mark.parametrize("who", ["outsider", "alice", "carole", "lucas"])
def test_only_the_facilitateur_publishes_and_withdraws(shelved: Cast, who: str) -> None:
    house = shelved.house
    with house.database.transaction() as session:
        person = session.get_one(Person, getattr(shelved, who).id)
        with pytest.raises(Refused):
            publish(session, house, DRAFT, by=person)
        with pytest.raises(Refused):
            withdraw(session, house, "rsa", by=person)
    assert not articles_folder(house.settings).exists()


def test_the_draft_of_a_strangers_case_knows_no_name_and_still_sees_a_civility(cast: Cast) -> None:
    talk = cast.talk(None)
    for words in (
        "parler à quelqu’un",
        "Mme Haddad",
        "Bonjour, Mme Haddad compte-t-elle ?",
        "sans fichier",
        "jo@exemple.fr",
    ):
        talk.says(words)
    with cast.house.database.transaction() as session:
        case = session.scalars(select(Case)).unique().one()
        with pytest.raises(Refused):
            drafted_from(session, cast.house, case)
        assert names_around(session, case.person) == []


def test_what_a_buyer_asked_is_checked_against_the_buyers_people(cast: Cast) -> None:
    talk = cast.talk(cast.alice)
    for words in ("parler à quelqu’un", "Clause", "aucun en particulier", "Bonjour, une question", "sans fichier"):
        talk.says(words)
    with cast.house.database.reading() as session:
        case = session.scalars(select(Case)).unique().one()
        names = names_around(session, case.person)
    assert concerns(replace(DRAFT, text="Alice Achat l’a demandé pour la Ville de Clairval."), names) == (
        "Ce texte contient un nom\u00a0: Alice Achat, Ville de Clairval.",
    )
