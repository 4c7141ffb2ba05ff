"""Groups that name nobody: small ones are joined, whatever the numbers."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.breakdown import FEWEST, OTHERS, grouped
from core.models import Employment


def work_of(sizes: dict[str, int]) -> list[tuple[Employment, Decimal]]:
    """One person an employment, ten hours each, the job as label."""
    labels = [label for label, size in sizes.items() for _ in range(size)]
    return [(Employment(participant_id=place, job=label), Decimal(10)) for place, label in enumerate(labels)]


def shown(sizes: dict[str, int]) -> dict[str, tuple[int, Decimal]]:
    return {group.label: (group.people, group.hours) for group in grouped(work_of(sizes), lambda each: each.job)}


def test_groups_of_three_are_shown_and_smaller_ones_joined() -> None:
    assert shown({"a": 4, "b": 3, "c": 2, "d": 1}) == {
        "a": (4, Decimal(40)), "b": (3, Decimal(30)), OTHERS: (3, Decimal(30)),
    }  # fmt: skip


def test_one_person_alone_is_hidden_in_the_next_smallest_group() -> None:
    assert shown({"a": 5, "b": 3, "c": 1}) == {"a": (5, Decimal(50)), OTHERS: (4, Decimal(40))}


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=1), st.integers(1, 6), max_size=6))
def test_no_group_shown_is_small_unless_all_are_and_no_hour_is_lost(sizes: dict[str, int]) -> None:
    groups = grouped(work_of(sizes), lambda each: each.job)
    assert sum(group.hours for group in groups) == 10 * sum(sizes.values())
    assert sum(group.people for group in groups) == sum(sizes.values())
    if sum(sizes.values()) >= FEWEST:
        assert all(group.people >= FEWEST for group in groups)
    else:
        assert {group.label for group in groups} <= {OTHERS}
