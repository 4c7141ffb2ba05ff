"""Files damaged at random: whatever the bytes, a reader answers with records and sentences, never with a crash."""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.contracts_sheet import read_contracts, write_template
from core.decp import DecpContract, DecpProblem, read_decp
from core.sheets import UnreadableSheet
from core.siret import is_siret
from tests.unit.imports.open_data import CONCESSION, CONTRACT, HEADER_2022, LINE_2022, xml_of
from tests.unit.imports.samples import HEADERS, LINE, workbook

T = TypeVar("T")
JSON = json.dumps({"marches": {"marche": [CONTRACT] * 2, "contrat-concession": [CONCESSION]}}).encode()
XML = f"<marches>{xml_of('marche', CONTRACT)}{xml_of('contrat-concession', CONCESSION)}</marches>".encode()
CSV = f"{HEADER_2022}\n{LINE_2022}\n{LINE_2022}\n".encode()
HURTFUL = [
    b"", b"\x00", b"\xff\xfe", b"\xe9", b'"', b"'", b"{", b"]", b"<", b";", b"\n", b"[[[[", b"-", b"\xef\xbb\xbf",
    b"&#0;", b"&amp;#8217;", b"\\ud800", b"9" * 5000, b"1e99999999", b"NaN", b"null", b"<!ENTITY a 'b'>",
]  # fmt: skip

Damage = tuple[float, int, bytes]
damages = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(HURTFUL) | st.binary(max_size=8)), max_size=6
)
scalars = st.sampled_from(
    [None, True, 0, -1, 10**40, 1e17, float("inf"), float("nan"), "", "NC", "\ud800", "é’\x00", "1e9999"]
)
anything = scalars | st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "titulaire"]), inner, max_size=2)
    ),
    max_leaves=4,
)
quick = settings(max_examples=80, deadline=None, derandomize=True, database=None)


def _damaged(content: bytes, damage: list[Damage]) -> bytes:
    for where, removed, added in damage:
        place = int(where * len(content))
        content = content[:place] + added + content[place + removed :]
    return content


def _with_file(content: bytes, read: Callable[[Path], T]) -> T:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "donnees"
        path.write_bytes(content)
        return read(path)


def _holds(content: bytes) -> None:
    found = _with_file(content, lambda path: list(read_decp(path)))
    assert found
    for item in found:
        assert isinstance(item, DecpContract | DecpProblem)
        str(item).encode()
        if isinstance(item, DecpContract):
            assert item.reference
            assert len(item.buyer_siret) == 14
            assert all(is_siret(awardee.id) for awardee in item.awardees if awardee.kind == "SIRET")
            assert item.amount is None or item.amount > 0


@quick
@given(content=st.sampled_from([JSON, XML, CSV]), damage=damages)
def test_damaged_open_data_gives_contracts_and_problems(content: bytes, damage: list[Damage]) -> None:
    _holds(_damaged(content, damage))


@quick
@given(changes=st.dictionaries(st.sampled_from([*CONTRACT, "modifications"]), anything, max_size=6))
def test_any_value_in_any_field_gives_contracts_and_problems(changes: dict[str, object]) -> None:
    _holds(json.dumps({"marches": [CONTRACT | changes, CONTRACT]}).encode())


@quick
@given(content=st.binary(max_size=200))
def test_any_bytes_give_contracts_and_problems(content: bytes) -> None:
    _holds(content)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("books")
    write_template(folder / "modele.xlsx")
    table = workbook(folder / "table.xlsx", HEADERS, LINE)
    text = f"{';'.join(HEADERS)}\n{';'.join(map(str, LINE))}\n".encode()
    return [(folder / "modele.xlsx").read_bytes(), table.read_bytes(), text]


@settings(quick, max_examples=60)
@given(which=st.integers(0, 2), damage=damages)
def test_a_damaged_table_is_refused_or_read_with_its_problems(
    books: list[bytes], which: int, damage: list[Damage]
) -> None:
    def outcome(path: Path) -> list[str]:
        try:
            sheet = read_contracts(path)
        except UnreadableSheet as refused:
            return [refused.message]
        return [str(problem) for problem in sheet.problems] or [row.reference for row in sheet.rows]

    said = _with_file(_damaged(books[which], damage), outcome)
    assert said
    assert all(sentence.encode() for sentence in said)
