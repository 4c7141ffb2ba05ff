"""Which months are due: those begun, not declared, not suspended from one end to the other."""

from datetime import date

import pytest

from core.commitments import is_suspended, months_due
from core.models import Commitment
from core.terms import CommitmentStatus

TODAY = date(2026, 11, 23)


def commitment(*suspensions: list[str | None], status: CommitmentStatus = CommitmentStatus.ACTIVE) -> Commitment:
    """Return a commitment of September 2026 to August 2027."""
    return Commitment(
        starts_on=date(2026, 9, 14), ends_on=date(2027, 8, 31), suspensions=list(suspensions), status=status
    )


def months(of: Commitment) -> list[str]:
    """Return the months due, the latest on 23 November."""
    return [due.month for due in months_due(of, (), TODAY, 10)]


def test_the_months_begun_are_due_the_current_one_included() -> None:
    """November has begun."""
    assert months(commitment()) == ["2026-09", "2026-10", "2026-11"]


@pytest.mark.parametrize(
    ("since", "until", "left"),
    [
        ("2026-10-01", "2026-10-31", ["2026-09", "2026-11"]),
        ("2026-10-01", None, ["2026-09"]),
        ("2026-10-02", "2026-10-31", ["2026-09", "2026-10", "2026-11"]),  # one day of October was open
        ("2026-10-01", "2026-10-30", ["2026-09", "2026-10", "2026-11"]),
        ("2026-09-14", "2026-11-02", ["2026-11"]),  # the contract began on the 14th: September is suspended whole
    ],
)
def test_a_month_suspended_whole_is_not_due(since: str, until: str | None, left: list[str]) -> None:
    """A month of which one day was open is due."""
    assert months(commitment([since, until])) == left


def test_two_suspensions_that_touch_cover_a_month() -> None:
    """In whatever order they are written."""
    assert is_suspended(commitment(["2026-10-15", None], ["2026-10-01", "2026-10-14"]), "2026-10")
    assert not is_suspended(commitment(["2026-10-16", None], ["2026-10-01", "2026-10-14"]), "2026-10")


def test_what_came_before_a_suspension_is_still_due() -> None:
    """Even while it lasts; a suspension without dates asks nothing."""
    assert months(commitment(["2026-10-01", None], status=CommitmentStatus.SUSPENDED)) == ["2026-09"]
    assert months(commitment(status=CommitmentStatus.SUSPENDED)) == []
