"""Months of companies that behave at random, with outages: nobody is reminded wrongly, nobody is forgotten."""

from core.house import House
from tests.bench.replay import replay
from tests.houses import FakeClock


def test_reminders_over_months_of_random_behaviour_and_outages(sqlite_house: House, clock: FakeClock) -> None:
    """The full size, 24 months of 1,000 companies, is `python -m tests.bench replay`."""
    found = replay(sqlite_house, clock, companies=30, months=5, seed=11)
    assert found.posted > 50
    assert (found.to_declared, found.while_suspended, found.missed, found.doubled) == (0, 0, 0, 0)
