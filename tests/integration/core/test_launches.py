"""The launch day of somebody's contracts chooses the text of the law."""

from datetime import date

import pytest

from core.house import House
from core.launches import launch_day_of
from core.models import Contract, Person
from tests.cast import Cast, gather

BEFORE, SOON_BEFORE, AFTER = date(2026, 3, 2), date(2026, 7, 12), date(2026, 9, 14)


def launched(cast: Cast, school: date | None, housing: date | None) -> None:
    """Give the contracts of Bâti Nord their launch days."""
    with cast.house.database.transaction() as session:
        for commitment, day in ((cast.school, school), (cast.housing, housing)):
            session.get_one(Contract, commitment.contract_id).consultation_launched_on = day


@pytest.mark.parametrize(
    ("school", "housing", "expected"),
    [
        (BEFORE, SOON_BEFORE, SOON_BEFORE),
        (AFTER, AFTER, AFTER),
        (BEFORE, AFTER, None),
        (BEFORE, None, None),
        (None, None, None),
    ],
)
def test_one_law_for_all_the_contracts_or_none(
    house: House, school: date | None, housing: date | None, expected: date | None
) -> None:
    cast = gather(house)
    launched(cast, school, housing)
    with house.database.reading() as session:
        assert launch_day_of(session, session.get(Person, cast.carole.id)) == expected
        assert launch_day_of(session, session.get(Person, cast.alice.id)) is None
        assert launch_day_of(session, None) is None


def test_a_company_is_answered_with_the_law_of_its_contract(house: House) -> None:
    cast = gather(house)
    launched(cast, SOON_BEFORE, SOON_BEFORE)
    talk = cast.talk(cast.carole)
    said = talk.says("une clause sociale est-elle obligatoire depuis le 22 août 2026 ?")
    if "Est-ce l’une de ces questions" in said:
        said = talk.sends_back(talk.shown[-1].buttons[0].data)
    assert "12 juillet 2026" in said
