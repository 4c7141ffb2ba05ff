import json
from datetime import date
from decimal import Decimal

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from bot.cli.buying import register
from knowledge.figures import Unreadable, read_euros, read_share
from knowledge.law import rules_for
from knowledge.rules import Purchase, typeset
from knowledge.sizing import Basis, Sizing, own_tables, penalty, rounded, sized, trade_named

APP = typer.Typer()
register(APP)

TV1 = ("1000000", "50", "5", "30")
OPTIONS = ("--amount", "--labour-share", "--rate", "--hourly-cost")


def basis(amount: str, labour: str, rate: str, cost: str) -> Basis:
    return Basis(Decimal(amount), Decimal(labour) / 100, Decimal(rate) / 100, Decimal(cost))


def run(*arguments: str, case: tuple[str, ...] = TV1) -> Result:
    given_options = [part for pair in zip(OPTIONS, case, strict=True) for part in pair]
    return CliRunner().invoke(APP, ["hours", *given_options, *arguments])


def answer(*arguments: str, case: tuple[str, ...] = TV1) -> dict[str, object]:
    result = run("--json", *arguments, case=case)
    assert result.exit_code == 0, result.stderr
    record = json.loads(result.stdout)
    assert isinstance(record, dict)
    return record


@pytest.mark.parametrize(
    ("case", "exact", "hours"),
    [
        pytest.param(TV1, "833.33", 833, id="TV1"),
        pytest.param(("1000000", "50", "5", "25"), "1000.00", 1000, id="TV2"),
        pytest.param(("500000", "70", "5", "35"), "500.00", 500, id="TV3"),
        pytest.param(("240000", "60", "7", "38"), "265.26", 265, id="TV4"),
        pytest.param(("120000", "80", "10", "28"), "342.86", 343, id="TV5"),
        pytest.param(("80000", "30", "5", "40"), "30.00", 30, id="TV6"),
        pytest.param(("5404000", "40", "5", "42"), "2573.33", 2573, id="TV7"),
        pytest.param(("300000", "75", "10", "26"), "865.38", 865, id="TV8"),
    ],
)
def test_the_formula_gives_the_known_hours(case: tuple[str, ...], exact: str, hours: int) -> None:
    found = sized(basis(*case))
    assert round(found.exact, 2) == Decimal(exact)
    assert found.hours == hours


def test_the_first_case_shows_the_labour_and_the_effort() -> None:
    working = "\n".join(sized(basis(*TV1)).working)
    assert "500\u00a0000\u00a0€" in working
    assert "25\u00a0000\u00a0€ d’effort" in working
    assert "833,33" in working


def test_the_fifth_case_keeps_the_exact_hours_for_who_rounds_down() -> None:
    assert int(sized(basis("120000", "80", "10", "28")).exact) == 342


def test_thirty_hours_are_below_what_makes_sense() -> None:
    (warning,) = sized(basis("80000", "30", "5", "40")).warnings
    assert "moins d’un mois de travail" in warning
    assert "globalisation" in warning


def test_the_works_threshold_is_reached_at_5404000_euros() -> None:
    purchase = Purchase("works", "local", Decimal(5404000), date(2026, 11, 23), months=18)
    assert {verdict.article: verdict.applies for verdict in rules_for(purchase)}["L2112-2-1"] == "yes"


def test_833_hours_are_half_a_job_and_five_months() -> None:
    found = sized(basis(*TV1))
    assert (round(found.fte, 3), round(found.months, 2)) == (Decimal("0.518"), Decimal("5.49"))
    assert "0,458 en heures payées" in "\n".join(found.working)


@pytest.mark.parametrize(
    ("units", "per_unit", "due"),
    [
        pytest.param(100, 60, 6000, id="TV10"),
        pytest.param(10, 100, 1000, id="TV11"),
        pytest.param(5, 300, 1500, id="TV12"),
    ],
)
def test_a_penalty_is_so_much_an_hour_or_a_day(units: int, per_unit: int, due: int) -> None:
    assert penalty(Decimal(units), Decimal(per_unit)) == due


def test_a_penalty_stops_at_its_cap() -> None:
    assert penalty(Decimal(100), Decimal(60), cap=Decimal(5000)) == 5000
    assert penalty(Decimal(10), Decimal(60), cap=Decimal(5000)) == 600


@pytest.mark.parametrize(
    ("hours", "step", "expected"),
    [("833.33", 35, 840), ("833.33", 7, 833), ("833.33", 5, 835), ("0.5", 1, 1), ("17.49", 35, 0), ("17.5", 35, 35)],
)
def test_hours_are_rounded_to_the_nearest_multiple(hours: str, step: int, expected: int) -> None:
    assert rounded(Decimal(hours), step) == expected


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (("0", "50", "5", "30"), ["aucune heure"]),
        (("200000", "50", "5", "30"), ["parcours court"]),
        (TV1, []),
        (("2300000", "50", "5", "30"), ["une année de travail d’une personne (1\u00a0607 h)\u00a0: comptez environ 2"]),
        (("50000000", "50", "5", "30"), ["l’offre locale"]),
        (("1000000", "50", "5", "9"), ["SMIC"]),
        (("1000000", "50", "5", "12.02"), ["une année"]),
        (("4000000", "50", "5", "90"), ["élevé"]),
        (("400000", "50", "25", "60"), ["inhabituel"]),
    ],
)
def test_what_deserves_attention_is_said(case: tuple[str, ...], said: list[str]) -> None:
    warnings = sized(basis(*case)).warnings
    assert len(warnings) >= len(said)
    assert all(any(words in warning for warning in warnings) for words in said)
    if not said:
        assert warnings == ()


amounts = st.decimals(0, 10**9, places=2)
shares = st.decimals(0, 1, places=4)
costs = st.decimals("0.01", 500, places=2)
steps = st.sampled_from([1, 5, 7, 35])


def sizing(amount: Decimal, labour: Decimal, rate: Decimal, cost: Decimal, step: int) -> Sizing:
    return sized(Basis(amount, labour, rate, cost), round_to=step)


@given(amounts, shares, shares, costs, steps)
def test_hours_are_never_negative_and_near_the_exact_figure(
    amount: Decimal, labour: Decimal, rate: Decimal, cost: Decimal, step: int
) -> None:
    found = sizing(amount, labour, rate, cost, step)
    assert found.hours >= 0
    assert found.hours % step == 0
    assert abs(found.hours - found.exact) <= Decimal(step) / 2


@given(amounts, shares, shares, costs, steps, amounts, shares, shares, costs)
def test_more_money_labour_or_rate_never_gives_fewer_hours_and_a_dearer_hour_never_more(
    amount: Decimal,
    labour: Decimal,
    rate: Decimal,
    cost: Decimal,
    step: int,
    more: Decimal,
    wider: Decimal,
    higher: Decimal,
    dearer: Decimal,
) -> None:
    here = sizing(amount, labour, rate, cost, step).hours
    assert sizing(amount + more, labour, rate, cost, step).hours >= here
    assert sizing(amount, max(labour, wider), rate, cost, step).hours >= here
    assert sizing(amount, labour, max(rate, higher), cost, step).hours >= here
    assert sizing(amount, labour, rate, cost + dearer, step).hours <= here


@pytest.mark.parametrize(
    ("text", "share"),
    [("50", "0.5"), ("50 %", "0.5"), ("50%", "0.5"), ("7,5\u00a0%", "0.075"), ("7.5", "0.075"), ("0,5 %", "0.005"),
     ("100", "1"), ("0", "0"), ("0,05", "0.05")],
)  # fmt: skip
def test_a_share_is_read_as_people_write_it(text: str, share: str) -> None:
    assert read_share(text, fraction_up_to=Decimal("0.25")) == Decimal(share)


def test_a_fraction_is_read_where_the_other_reading_makes_no_sense() -> None:
    assert read_share("0,5", fraction_up_to=Decimal(1)) == Decimal("0.5")
    with pytest.raises(Unreadable, match="0,5\u00a0% ou 50\u00a0%"):
        read_share("0,5", fraction_up_to=Decimal("0.25"))
    with pytest.raises(Unreadable, match="1\u00a0% ou 100\u00a0%"):
        read_share("1", fraction_up_to=Decimal(1))


@pytest.mark.parametrize("text", ["", "beaucoup", "101", "-5", "5 % %", "1e3", "nan", "Infinity", "٥", "9" * 200])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_share(text, fraction_up_to=Decimal(1))


@pytest.mark.parametrize(
    ("text", "amount"), [("30 €/h", "30"), ("1 000 000,50 € HT", "1000000.50"), ("216_000", "216000"), ("0", "0")]
)
def test_euros_are_read_as_people_write_them(text: str, amount: str) -> None:
    assert read_euros(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "-1", "216.000", "1,5,5", "nan", "9" * 20, "²"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_euros(text)


@pytest.mark.parametrize("name", ["peinture", "Peinture intérieure", "PEINTRE"])
def test_a_trade_is_known_by_its_names(name: str) -> None:
    trade = trade_named(name)
    assert trade is not None
    assert trade.share == Decimal("0.7")


def test_every_trade_is_sourced_and_known_by_one_name_only() -> None:
    trades = own_tables().trades
    names = [name for trade in trades for name in (trade.name, *trade.words)]
    assert len(names) == len(set(names))
    assert all(trade_named(name) for name in names)
    assert all(0 < trade.low <= trade.high <= 1 and trade.source.title for trade in trades)


def test_the_command_answers_in_json() -> None:
    record = answer()
    assert set(record) == {"hours", "exact", "fte_1607", "months", "warnings", "working"}
    assert record["hours"] == 833
    assert (record["exact"], record["fte_1607"], record["months"]) == (833.33, 0.518, 5.49)
    assert record["warnings"] == []
    assert "Coût horaire" in str(record["working"])


def test_the_command_rounds_to_a_week() -> None:
    assert answer("--round-to", "35")["hours"] == 840


def test_a_trade_gives_its_usual_share_and_says_that_it_must_be_confirmed() -> None:
    result = CliRunner().invoke(
        APP, ["hours", "--amount", "100000", "--trade", "espaces verts", "--rate", "5", "--hourly-cost", "30", "--json"]
    )
    record = json.loads(result.stdout)
    assert record["hours"] == 100
    assert "de 50\u00a0% à 70\u00a0%" in record["working"]
    assert "à confirmer auprès du facilitateur" in record["working"]


def test_the_text_begins_with_the_hours_and_shows_the_working() -> None:
    text = run().stdout
    assert text.startswith("Heures d’insertion\u00a0: 833\u00a0h\n")
    assert typeset("667 h au taux de 4 %") in text.replace("\u00a0h", " h")
    assert "à confirmer auprès du facilitateur" in text


@pytest.mark.parametrize(
    ("case", "named"),
    [
        (("", "50", "5", "30"), "--amount manque"),
        (("beaucoup", "50", "5", "30"), "--amount : «\u00a0beaucoup\u00a0»"),
        (("1000000", "150", "5", "30"), "dépasse 100"),
        (("1000000", "50", "0,5", "30"), "--rate"),
        (("1000000", "50", "5", "0"), "--hourly-cost"),
        (("1000000", "50", "5", "-30"), "négatif"),
    ],
)
def test_a_wrong_figure_is_refused_in_one_line(case: tuple[str, ...], named: str) -> None:
    result = run(case=case)
    assert (result.exit_code, result.stdout) == (2, "")
    assert named in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--round-to", "0"], "--round-to"),
        (["--round-to", "7,5"], "--round-to"),
        (["--trade", "peinture"], "gardez l’un des deux"),
    ],
)
def test_a_wrong_option_is_refused_in_one_line(arguments: list[str], named: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert named in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_unknown_trade_is_answered_with_those_that_are_known() -> None:
    result = CliRunner().invoke(
        APP, ["hours", "--amount", "1", "--trade", "astronaute", "--rate", "5", "--hourly-cost", "30"]
    )
    assert result.exit_code == 2
    assert "espaces verts" in result.stderr
