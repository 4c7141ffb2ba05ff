import re

from hypothesis import given
from hypothesis import strategies as st

from core.receipts import START, chained


def test_a_hash_is_64_hexadecimal_digits() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", chained(START, "contenu"))


@given(st.text(), st.text())
def test_two_contents_or_two_pasts_never_share_a_hash(one: str, other: str) -> None:
    one, other = one.encode("utf-8", "replace").decode(), other.encode("utf-8", "replace").decode()
    assert (chained(START, one) == chained(START, other)) is (one == other)
    assert chained(chained(START, one), "x") != chained(START, "x")
