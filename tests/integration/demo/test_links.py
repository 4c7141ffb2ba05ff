"""The links that the demo prints: they let in the right person, once, for as long as a demonstration lasts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.demo import furnish
from core.house import House
from core.models import Person, Token
from core.people import consume_token, person_by_email
from core.refusal import Refused
from core.tokens import LIFETIMES, issue_token, peek_token
from tests.houses import FakeClock


def _secret(link: str) -> str:
    return link.rpartition("/")[2]


def test_an_hour_later_each_link_still_lets_in_the_right_person(house: House, clock: FakeClock) -> None:
    demo = furnish(house)
    links = demo.links(house)
    clock.advance(hours=1)
    with house.database.transaction() as session:
        for role, email in (
            ("company", demo.company_email),
            ("buyer", demo.buyer_email),
            ("desk", demo.facilitator_email),
        ):
            assert links[role].startswith(house.link("/connexion/"))
            person = person_by_email(session, house, email)
            assert person is not None
            assert consume_token(session, house, "sign_in", _secret(links[role])).person_id == person.id
            with pytest.raises(Refused):
                consume_token(session, house, "sign_in", _secret(links[role]))
        case = peek_token(session, house, "case", _secret(links["case"]))
    assert case is not None
    assert case.case_id == demo.case_id
    assert links["case"].startswith(house.link(f"/desk/cases/{demo.case_id}/acces/"))
    assert links["stranger"] == house.link("/")


def test_the_links_end_within_a_day_and_fresh_ones_are_made(house: House, clock: FakeClock) -> None:
    demo = furnish(house)
    links = demo.links(house)
    clock.advance(days=1)
    with house.database.reading() as session:
        assert peek_token(session, house, "sign_in", _secret(links["company"])) is None
        assert peek_token(session, house, "case", _secret(links["case"])) is None
    fresh = furnish(house).links(house)
    with house.database.reading() as session:
        assert peek_token(session, house, "sign_in", _secret(fresh["company"])) is not None


def test_the_announcement_gives_every_link_and_the_folder_of_mails(sqlite_house: House) -> None:
    announced = furnish(sqlite_house).announcement(sqlite_house)
    lines = [line.strip() for line in announced.splitlines()]
    assert sum(line.startswith(sqlite_house.link("/connexion/")) for line in lines) == 3
    assert sum(line.startswith(sqlite_house.link("/desk/cases/")) for line in lines) == 1
    assert sqlite_house.link("/") in lines
    assert str(sqlite_house.settings.data_dir / "outgoing") in lines


@pytest.mark.parametrize("purpose", sorted(LIFETIMES))
def test_a_token_lives_as_long_as_its_purpose_unless_told_otherwise(sqlite_house: House, purpose: str) -> None:
    furnish(sqlite_house)
    with sqlite_house.database.transaction() as session:
        person = session.scalars(select(Person).limit(1)).unique().one()
        issue_token(session, sqlite_house, purpose, person=person)
        issue_token(session, sqlite_house, purpose, person=person, lifetime=timedelta(hours=3))
        session.flush()
        usual, asked = session.scalars(select(Token).order_by(Token.id.desc()).limit(2)).all()[::-1]
    assert usual.expires_at - usual.created_at == LIFETIMES[purpose]
    assert asked.expires_at - asked.created_at == timedelta(hours=3)
