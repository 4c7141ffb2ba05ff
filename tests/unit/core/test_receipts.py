import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.receipts import START, chained, read_number


def test_a_hash_is_64_hexadecimal_digits() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", chained(START, "contenu"))


@given(st.text(), st.text())
def test_two_contents_or_two_pasts_never_share_a_hash(one: str, other: str) -> None:
    one, other = one.encode("utf-8", "replace").decode(), other.encode("utf-8", "replace").decode()
    assert (chained(START, one) == chained(START, other)) is (one == other)
    assert chained(chained(START, one), "x") != chained(START, "x")


@pytest.mark.parametrize("typed", ["R-000042", "r-42", "R 42", "42", " R-42 ", "r000042"])
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert read_number(typed) == 42


@pytest.mark.parametrize("typed", ["", "R-", "0", "R-0", "42a", "quarante-deux", "R-1234567890123", "²", "-42x"])
def test_what_is_not_a_number_is_none(typed: str) -> None:
    assert read_number(typed) is None
