"""Each rule on declared hours, on both sides of its limit."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core import checks
from core.checks import CONFIRMATIONS, FLAGGING, LABELS, REFUSALS, Facts, doubts_about, flags_of, refuse
from core.refusal import Refused
from core.terms import EligibilityStatus, ProofKind


def facts(hours: str = "100", training: str = "0", **more: Any) -> Facts:
    """Hours of Marie Leroy in October 2026, employed since 14 September on a contract of a year."""
    usual = Facts(
        "Marie Leroy",
        "2026-10",
        Decimal(hours),
        Decimal(training),
        starts_on=date(2026, 9, 14),
        contract_starts_on=date(2026, 9, 1),
        contract_ends_on=date(2027, 8, 31),
    )
    return replace(usual, **more)


def test_ordinary_hours_raise_nothing() -> None:
    refuse(facts())
    assert doubts_about(facts()) == ()
    assert flags_of(facts()) == ()


def test_every_rule_has_its_source_and_what_is_kept_with_a_line_its_label() -> None:
    for rule in (*REFUSALS, checks.said_twice, *CONFIRMATIONS.values(), *FLAGGING.values()):
        assert "Source: " in (rule.__doc__ or ""), rule.__name__
    assert set(LABELS) == {*CONFIRMATIONS, *FLAGGING}


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (facts("-1"), "négatives"),
        (facts("8", "-0.5"), "négatives"),
        (facts("310.01"), "maximum possible en un mois"),
        (facts("300", "10.5"), "maximum possible en un mois"),
        (facts(starts_on=date(2026, 11, 1)), "n’était pas sous contrat ce mois-là (à partir du 1er novembre 2026)"),
        (facts(ends_on=date(2026, 9, 30)), "jusqu’au 30 septembre 2026"),
    ],
)
def test_what_cannot_be_is_refused(about: Facts, said: str) -> None:
    with pytest.raises(Refused) as refused:
        refuse(about, reopen="hours.7")
    assert said in refused.value.message
    assert refused.value.reopen == "hours.7"


@pytest.mark.parametrize(
    "about",
    [
        facts("310"),
        facts("0", starts_on=date(2026, 11, 1)),
        facts(starts_on=date(2026, 10, 31)),
        facts(ends_on=date(2026, 10, 1)),
    ],
)
def test_what_may_be_is_not_refused(about: Facts) -> None:
    refuse(about)


def test_one_line_for_each_person() -> None:
    assert checks.said_twice(["Marie Leroy", "Karim Haddad"]) is None
    assert "Marie Leroy est deux fois" in (checks.said_twice(["Marie Leroy", "Karim Haddad", "Marie Leroy"]) or "")


@pytest.mark.parametrize(
    ("about", "rules"),
    [
        (facts("151.67"), []),
        (facts("151.68"), ["above_full_time"]),
        (facts("140", "12"), ["above_full_time"]),
        (facts("120", former=(Decimal(80), Decimal(60))), []),  # half as much again, no more
        (facts("121", former=(Decimal(80), Decimal(60))), ["unusual_jump"]),
        (facts("45", former=(Decimal(20),)), []),  # less than a week more
        (facts("55", former=(Decimal(20),)), ["unusual_jump"]),
        (facts("20", former=(Decimal(120),)), []),  # fewer hours are nobody's error to fear
        (facts("160", former=(Decimal(70),)), ["above_full_time", "unusual_jump"]),
    ],
)
def test_what_the_company_confirms(about: Facts, rules: list[str]) -> None:
    found = doubts_about(about)
    assert [doubt.rule for doubt in found] == rules
    assert all("Marie Leroy" in doubt.sentence and "Est-ce exact" in doubt.sentence for doubt in found)


@pytest.mark.parametrize(
    ("about", "flag"),
    [
        (facts("220.5"), "more_than_220_hours"),
        (facts(contract_ends_on=date(2026, 9, 30)), "outside_contract_dates"),
        (facts(contract_starts_on=date(2026, 11, 1)), "outside_contract_dates"),
        (facts(contract_starts_on=date(2026, 10, 20), ends_on=date(2026, 10, 10)), "outside_contract_dates"),
        (facts(contract_ends_on=date(2026, 10, 10), starts_on=date(2026, 10, 20)), "outside_contract_dates"),
        (facts(eligibility=EligibilityStatus.PENDING), "eligibility_not_accepted"),
        (facts(eligibility=EligibilityStatus.REFUSED), "eligibility_refused"),
        (facts(counts_until=date(2026, 9, 30)), "eligibility_ended"),
        (facts(elsewhere=(Decimal(60), Decimal("60.5"))), "too_much_elsewhere"),
        (facts(elsewhere=(Decimal(100),)), "same_hours_elsewhere"),
        (facts(missing=(ProofKind.WORK_CONTRACT,)), "proof_missing"),
    ],
)
def test_what_the_facilitateur_looks_at(about: Facts, flag: str) -> None:
    assert flags_of(about) == (flag,)


@pytest.mark.parametrize(
    "about",
    [
        facts("220"),
        facts(contract_ends_on=date(2026, 10, 1), starts_on=date(2026, 10, 1)),
        facts(counts_until=date(2026, 10, 1)),
        facts(elsewhere=(Decimal(120),)),
        facts("0", elsewhere=(Decimal(0),), missing=(ProofKind.WORK_CONTRACT,), counts_until=date(2026, 9, 30)),
        facts("0", eligibility=EligibilityStatus.PENDING, contract_ends_on=date(2026, 9, 30)),
    ],
)
def test_what_is_on_the_right_side_is_not_flagged(about: Facts) -> None:
    assert flags_of(about) == ()
