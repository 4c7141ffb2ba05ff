"""What the law says of a purchase, read as a table: one line is one case, its article is its source."""

from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from knowledge.law import (
    UnknownThreshold,
    Verdict,
    changed_between,
    regime_of,
    rules_for,
    text_in_force,
    threshold,
)
from knowledge.rules import Buyer, Nature, Purchase

# Article, then: nature, buyer, value in euros, launch day, months (None: unknown), particulars, and what is expected.
CASES = """
L2112-2-1  services    local    215999.99  2026-08-22  12  -        no
L2112-2-1  services    local    216000     2026-08-22  12  -        yes
L2112-2-1  services    local    216000     2026-08-20  12  -        no
L2112-2-1  services    local    216000     2026-08-21  12  -        check
L2112-2-1  services    local    215999     2026-08-21  12  -        no
L2112-2-1  supplies    state    139999     2026-09-01  12  -        no
L2112-2-1  supplies    state    140000     2026-09-01  12  -        yes
L2112-2-1  supplies    utility  431999     2026-09-01  12  -        no
L2112-2-1  supplies    utility  432000     2026-09-01  12  -        yes
L2112-2-1  supplies    local    300000     2026-07-12  48  -        no
L2112-2-1  works       local    5403999    2026-11-23  18  -        no
L2112-2-1  works       local    5404000    2026-11-23  18  -        yes
L2112-2-1  works       state    5404000    2027-12-31  6   -        yes
L2112-2-1  works       utility  6000000    2026-11-23  5   -        no
L2112-2-1  works       local    6000000    2026-11-23  -   -        check
L2112-2-1  works       local    5000000    2026-11-23  -   -        no
L2112-2-1  works       local    6000000    2026-08-21  5   -        no
L2112-2-1  services    local    300000     2026-11-23  5   -        yes
L2112-2-1  services    state    900000     2026-11-23  24  defence  no
L2112-2-1  services    state    900000     2026-08-21  24  defence  no
L2112-2-1  services    local    300000     2026-11-23  24  social   check
L2112-2-1  services    local    100000     2026-11-23  24  social   no
L2112-2-1  services    local    300000     2028-01-01  12  -        check
L2112-2-1  services    state    300000     2028-01-01  12  defence  no
L2112-2-1  works       local    9000000    2025-05-05  24  -        no
L2184-1    services    local    216000     2026-08-22  12  -        yes
L2184-1    works       local    6000000    2026-11-23  5   -        yes
L2184-1    services    local    100000     2026-11-23  12  -        no
L2184-1    services    local    300000     2026-08-01  12  -        no
L2112-2    services    local    30000      2026-08-20  12  -        no
L2112-2    services    local    30000      2026-08-21  12  -        check
L2112-2    services    local    30000      2026-08-22  12  -        yes
L2112-2    supplies    state    500000     2026-08-22  12  defence  no
L2112-2    supplies    state    500000     2026-08-21  12  defence  no
L2111-2    works       local    80000      2026-08-22  3   -        yes
L2111-2    works       local    80000      2026-06-22  3   -        no
L2152-7    services    local    100000     2026-08-21  12  -        check
L2152-7    services    local    100000     2026-08-22  12  -        yes
R2152-7    services    local    100000     2026-08-20  12  -        no
R2152-7    services    local    100000     2026-08-21  12  -        check
R2152-7    services    local    100000     2026-08-22  12  -        yes
R2152-7    services    state    100000     2026-09-22  12  defence  no
L2312-1-1  services    state    100000     2026-09-22  12  defence  yes
L2125-1    services    local    300000     2026-11-23  48  -        check
L3114-2-1  concession  local    5403999    2026-08-22  120 -        no
L3114-2-1  concession  local    5404000    2026-08-22  120 -        yes
L3114-2-1  concession  local    5404000    2026-08-21  120 -        check
L3114-2-1  concession  local    5404000    2026-08-20  120 -        no
L3114-2-1  concession  local    9000000    2026-11-23  3   -        yes
L3114-2-1  concession  state    9000000    2026-11-23  60  defence  check
L3114-2    concession  state    9000000    2026-11-23  60  defence  no
L3114-2    concession  local    10000      2026-11-23  60  -        yes
L3124-5    concession  local    10000      2026-08-20  60  -        no
R3124-4    concession  local    10000      2026-08-22  60  -        yes
R3131-3    concession  local    10000      2026-08-22  60  -        yes
L3131-5    concession  local    10000      2026-05-22  60  -        no
L3113-3    concession  local    10000      2026-05-22  60  -        yes
R3131-1    concession  local    90000      2026-05-22  60  -        check
D2111-3    services    local    300000     2026-11-23  12  -        check
D2111-3    services    local    300000     2022-11-23  12  -        check
R2196-1    services    local    24999      2026-11-23  12  -        no
R2196-1    services    local    25000      2026-11-23  12  -        yes
R2196-1    services    local    40000      2026-11-23  12  -        yes
R2196-1    services    local    40000      2023-11-23  12  -        check
R2122-8    supplies    local    40000      2026-03-31  12  -        no
R2122-8    supplies    local    59999      2026-04-01  12  -        yes
R2122-8    supplies    local    60000      2026-04-01  12  -        no
R2122-8    supplies    local    39999      2025-12-31  12  -        yes
R2122-8    works       local    99999      2025-12-31  2   -        check
R2122-8    works       local    99999      2026-01-01  2   -        yes
R2122-8    works       local    100000     2026-01-01  2   -        no
R2132-2    services    local    40000      2026-03-31  12  -        yes
R2132-2    services    local    40000      2026-04-01  12  -        no
R2132-2    services    local    60000      2026-04-01  12  -        yes
R2131-12   services    local    89999      2026-11-23  12  -        no
R2131-12   services    local    90000      2026-11-23  12  -        yes
R2131-12   services    local    216000     2026-11-23  12  -        no
R2131-12   services    utility  100000     2026-11-23  12  -        check
R2112-1    services    local    24999.99   2026-11-23  12  -        no
R2112-1    services    local    25000      2026-11-23  12  -        yes
L2113-12   supplies    local    10000      2026-11-23  12  -        yes
L2113-13   works       local    6000000    2020-11-23  12  -        yes
L2113-13-1 supplies    utility  10000      2026-11-23  12  -        yes
L2113-14   supplies    local    10000      2026-11-23  12  defence  check
L2113-15   services    local    10000      2026-11-23  36  social   yes
L2113-15   services    utility  10000      2026-11-23  36  social   check
R2123-1    services    local    900000     2026-11-23  36  social   yes
"""


NATURES: dict[str, Nature] = {nature: nature for nature in get_args(Nature)}
BUYERS: dict[str, Buyer] = {buyer: buyer for buyer in get_args(Buyer)}


def purchase(
    value: str | int, launched: date, *, nature: str = "services", buyer: str = "local", months: int | None = 12
) -> Purchase:
    return Purchase(NATURES[nature], BUYERS[buyer], Decimal(value), launched, months)


def verdict(article: str, bought: Purchase) -> Verdict:
    (found,) = (one for one in rules_for(bought) if one.article == article)
    return found


@pytest.mark.parametrize("case", CASES.strip().splitlines(), ids=lambda case: "-".join(case.split()))
def test_each_case_is_decided_as_its_article_says(case: str) -> None:
    article, nature, buyer, value, launched, months, particular, expected = case.split()
    bought = Purchase(
        NATURES[nature],
        BUYERS[buyer],
        Decimal(value),
        date.fromisoformat(launched),
        None if months == "-" else int(months),
        defence=particular == "defence",
        social_services=particular == "social",
    )
    found = verdict(article, bought)
    assert (found.applies, found.source.article) == (expected, article)
    assert found.why.endswith(".")
    assert "{" not in found.why


def test_the_table_holds_at_least_sixty_cases() -> None:
    assert len(CASES.strip().splitlines()) >= 60


@pytest.mark.parametrize(
    ("nature", "buyer", "in_2025", "in_2026"),
    [
        ("services", "state", 143_000, 140_000),
        ("supplies", "local", 221_000, 216_000),
        ("services", "utility", 443_000, 432_000),
        ("works", "state", 5_538_000, 5_404_000),
        ("concession", "local", 5_538_000, 5_404_000),
    ],
)
def test_european_thresholds_change_on_the_first_of_january(
    nature: str, buyer: str, in_2025: int, in_2026: int
) -> None:
    asked = NATURES[nature], BUYERS[buyer]
    assert [threshold(*asked, day) for day in (date(2024, 1, 1), date(2025, 12, 31))] == [in_2025, in_2025]
    assert [threshold(*asked, day) for day in (date(2026, 1, 1), date(2027, 12, 31))] == [in_2026, in_2026]


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2028, 1, 1)])
def test_a_threshold_out_of_the_known_years_is_not_invented(day: date) -> None:
    with pytest.raises(UnknownThreshold):
        threshold("works", "local", day)


def test_unknown_thresholds_are_said_in_a_sentence() -> None:
    found = verdict("L2112-2-1", purchase(300_000, date(2028, 1, 1)))
    assert (found.applies, found.why.split("\u00a0:")[0]) == (
        "check",
        "Les seuils européens de cette date ne sont pas dans la base (2024 à 2027 seulement)",
    )


def test_the_sentence_gives_the_value_the_threshold_and_what_was_before() -> None:
    why = verdict("L2112-2-1", purchase("216000.50", date(2026, 8, 22))).why
    assert "216\u00a0000,50\u00a0€\u00a0HT atteint le seuil européen de 216\u00a0000\u00a0€\u00a0HT" in why
    assert why.endswith("Avant le 22 août 2026, c’était facultatif.")


def test_markets_have_four_exceptions_and_concessions_two() -> None:
    day = date(2026, 11, 23)
    market = verdict("L2112-2-1", purchase(6_000_000, day, nature="works", months=18))
    assert len(market.exceptions) == 4
    assert any("travaux de moins de six mois" in exception for exception in market.exceptions)
    assert len(verdict("L3114-2-1", purchase(6_000_000, day, nature="concession")).exceptions) == 2


def test_what_does_not_apply_has_no_exception() -> None:
    assert verdict("L2112-2-1", purchase(100, date(2026, 11, 23))).exceptions == ()


def test_a_market_hears_nothing_of_concessions_and_conversely() -> None:
    day = date(2026, 11, 23)
    of_market = {one.article for one in rules_for(purchase(300_000, day))}
    of_concession = {one.article for one in rules_for(purchase(300_000, day, nature="concession"))}
    assert not of_market & of_concession


def test_the_21_of_august_only_doubts_what_the_reform_changes() -> None:
    day = date(2026, 8, 21)
    eve, doubt, after = (
        {one.article: one.applies for one in rules_for(purchase(300_000, day + timedelta(days=shift)))}
        for shift in (-1, 0, 1)
    )
    assert eve.keys() == doubt.keys() == after.keys()
    assert all(doubt[article] == ("check" if eve[article] != after[article] else after[article]) for article in doubt)
    assert doubt["R2196-1"] == "yes"


@pytest.mark.parametrize(
    ("article", "day", "expected"),
    [
        ("L2112-2", date(2026, 8, 21), "marche-conditions-avant"),
        ("L2112-2", date(2026, 8, 22), "marche-conditions"),
        ("L2112-2-1", date(2026, 8, 21), None),
        ("L2112-2-1", date(2026, 8, 22), "marche-condition-sociale"),
        ("R2152-7", date(2026, 8, 20), "marche-critere-decret-avant"),
        ("R2152-7", date(2026, 8, 21), "marche-critere-decret"),
        ("D2111-3", date(2022, 12, 31), "spaser-avant"),
        ("D2111-3", date(2023, 1, 1), "spaser"),
        ("L9999-9", date(2026, 8, 22), None),
    ],
)
def test_the_text_in_force_is_that_of_the_day(article: str, day: date, expected: str | None) -> None:
    text = text_in_force(article, day)
    assert (text.id if text else None) == expected


@pytest.mark.parametrize(
    ("article", "a", "b", "expected"),
    [
        ("L2112-2-1", date(2026, 7, 12), date(2026, 11, 23), ["marche-condition-sociale"]),
        ("L2112-2-1", date(2026, 11, 23), date(2026, 7, 12), ["marche-condition-sociale"]),
        ("L2112-2-1", date(2026, 8, 22), date(2026, 11, 23), []),
        ("R2122-8", date(2025, 6, 1), date(2026, 6, 1), ["achat-direct-hiver-2026", "achat-direct"]),
        ("R2196-1", date(2020, 1, 1), date(2026, 6, 1), []),
    ],
)
def test_what_changed_between_two_days_is_known(article: str, a: date, b: date, expected: list[str]) -> None:
    assert [text.id for text in changed_between(article, a, b)] == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 7, 12), "Consultation lancée le 12 juillet 2026\u00a0: ancien régime (avant le 22 août 2026)"),
        (date(2026, 8, 20), "Consultation lancée le 20 août 2026\u00a0: ancien régime"),
        (date(2026, 8, 21), "Consultation lancée le 21 août 2026\u00a0: cas limite"),
        (date(2026, 8, 22), "Consultation lancée le 22 août 2026\u00a0: nouveau régime (depuis le 22 août 2026)"),
        (date(2027, 3, 1), "Consultation lancée le 1er mars 2027\u00a0: nouveau régime"),
    ],
)
def test_the_regime_of_a_day_is_said_in_one_sentence(day: date, expected: str) -> None:
    sentence = regime_of(day)
    assert sentence.startswith(expected)
    assert sentence.count(".") == 1
