"""What is read in mails as real programs write them: the .eml files of `mails/`, each with its expectation."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.reading import Kind, Verdict, read
from mailer.reading.reader import understood
from tests.fuzz.mail import broken_promise, mails, tried
from tests.mails import RECEIVER, Sample, as_expected, samples

TABLE = samples()
LIGHT = mails()
ALWAYS_SAID: dict[str, object] = {
    "files": [],
    "token": None,
    "bounced": None,
    "left_out": "",
}  # what a mail does not hold


@pytest.mark.parametrize("sample", TABLE, ids=lambda sample: sample.name)
def test_a_mail_is_read_as_its_writer_meant_it(sample: Sample) -> None:
    read_in_it = as_expected(understood(sample.raw, RECEIVER))
    expected = ALWAYS_SAID | sample.expected
    about = str(expected.pop("left_out"))
    said = str(read_in_it.pop("left_out"))
    assert {key: read_in_it[key] for key in expected} == expected
    assert (about in said) if about else not said


def test_the_table_is_what_it_says() -> None:
    assert len(TABLE) >= 120
    assert Counter(sample.name.split("/")[0] for sample in TABLE)["held_out"] == 20
    assert {str(sample.expected["kind"]) for sample in TABLE} == {str(kind) for kind in Kind}


def test_the_same_bytes_are_always_read_the_same() -> None:
    for sample in TABLE:
        assert read(sample.raw, RECEIVER) == read(sample.raw, RECEIVER), sample.name


def test_a_mail_with_unix_line_ends_is_read_the_same() -> None:
    for sample in TABLE:
        unix = sample.raw.replace(b"\r\n", b"\n")
        assert as_expected(read(unix, RECEIVER)) == as_expected(read(sample.raw, RECEIVER)), sample.name


def test_without_a_trusted_server_nobody_is_authenticated() -> None:
    for sample in TABLE:
        assert read(sample.raw).verdict in {Verdict.NONE, Verdict.FAIL}, sample.name


@settings(max_examples=150, deadline=None, derandomize=True)
@given(number=st.integers(min_value=1_000_000_000))
def test_an_altered_mail_keeps_every_promise_of_a_reading(number: int) -> None:
    assert tried(number, LIGHT) == ""


@settings(max_examples=100, deadline=None, derandomize=True)
@given(data=st.binary(max_size=2000))
def test_any_bytes_are_read(data: bytes) -> None:
    assert broken_promise(understood(data, RECEIVER)) == ""
