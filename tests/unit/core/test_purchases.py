"""What buyers type of a purchase, and the hours computed from it."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.purchases.clause import stored_hours, stored_penalty, stored_publics
from core.purchases.figures import read_estimate, stored_cost, stored_months, stored_share, stored_trade
from core.purchases.habits import Habits
from core.purchases.lots import lots_of, stored_lots
from core.purchases.sizing import sized_lots, total_hours
from core.refusal import Refused

USUAL = Habits(Decimal(35), Decimal("0.05"))


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("216000", 216000), ("216 000 € HT", 216000), ("1,2 M€", 1200000), ("300 k", 300000), ("1 million d'euros", 10**6),
     ("environ 300 000 euros", 300000), ("300 mille", 300000)],
)  # fmt: skip
def test_an_amount_is_read_as_buyers_type_it(typed: str, amount: int) -> None:
    assert read_estimate(typed) == amount


@pytest.mark.parametrize(
    ("typed", "why"),
    [("35", "est-ce bien le montant"), ("500 000 TTC", "hors taxes"), ("500.000", "deux façons"), ("1e9", "reconnu"),
     ("-5000", "reconnu"), ("beaucoup", "reconnu"), ("0", "dépasser 0")],
)  # fmt: skip
def test_what_is_no_estimate_is_refused_with_what_to_do(typed: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read_estimate(typed)


@pytest.mark.parametrize(
    ("typed", "lots"),
    [
        ("850 000", [(None, "", 850000, None)]),
        ("Lot 1 Gros œuvre 1,2 M€ ; Lot 2 Peinture 300 k€",
         [(1, "Gros œuvre", 1200000, None), (2, "Peinture", 300000, None)]),
        ("1 Gros œuvre 1 200 000\n2 Peinture 80000 € HT",
         [(1, "Gros œuvre", 1200000, None), (2, "Peinture", 80000, None)]),
        ("lot 1 : 120 000, lot 2 : 80 000", [(1, "Lot 1", 120000, None), (2, "Lot 2", 80000, None)]),
        ("Lot 3 Espaces verts réservé SIAE", [(3, "Espaces verts", None, "siae")]),
        ("lot 4 Ménage réservé EA ou SIAE 50 000", [(4, "Ménage", 50000, "both")]),
        ("2 M€", [(None, "", 2000000, None)]),
        ("Lot 3 - VRD (voirie 2) : 90 k€", [(3, "VRD (voirie 2)", 90000, None)]),
    ],
)  # fmt: skip
def test_lots_are_read_as_buyers_type_them(typed: str, lots: list[tuple[object, ...]]) -> None:
    assert [(lot.number, lot.title, lot.amount, lot.reserved) for lot in lots_of(stored_lots(typed))] == lots


@pytest.mark.parametrize("typed", ["Peinture", "240 000 € par an", "lot 1 10 000 ; lot 1 20 000", "", "lot 1 12"])
def test_lots_that_cannot_be_read_are_refused(typed: str) -> None:
    with pytest.raises(Refused):
        stored_lots(typed)


def test_durations_shares_costs_and_trades_are_read() -> None:
    assert [stored_months(text) for text in ("18", "2 ans", "1 an et 2 mois", "je ne sais pas")] == [
        "18",
        "24",
        "14",
        "",
    ]
    assert stored_share(most=Decimal(1), example="5 %")("7,5 %") == "0.075"
    assert stored_cost("35 €/h") == "35"
    assert [stored_trade(text) for text in ("la peinture", "55 %", "Nettoyage")] == ["peinture", "0.55", "nettoyage"]
    assert stored_publics("RSA, jeunes et handicap") == "rsa,disability,young"
    assert [stored_penalty(text) for text in ("45 € par heure", "aucune")] == ["45", ""]


def test_hours_given_by_hand_name_every_lot() -> None:
    found = sized_lots(lots_of(stored_lots("lot 1 Peinture 1 M€ ; lot 2 Voirie 500 k€")), USUAL)
    assert stored_hours(found, "lot 2 150, lot 1 900") == stored_hours(found, "900, 150").replace(
        '"1": 900, "2": 150', '"2": 150, "1": 900'
    )
    for typed in ("900", "lot 1 900, lot 3 150", "lot 1 0, lot 2 150", "beaucoup"):
        with pytest.raises(Refused):
            stored_hours(found, typed)


def test_the_territory_chooses_share_cost_and_rounding() -> None:
    own = Habits(Decimal(40), Decimal("0.05"), 35, {"peinture": Decimal("0.6")}, frozenset({"hourly_cost"}))
    (found,) = sized_lots(lots_of(stored_lots("lot 1 Peinture 1 M€")), own)
    assert (found.labour.share, found.found.hours) == (Decimal("0.6"), Decimal(735))
    assert found.labour.said == "peinture, table du territoire"


@given(st.lists(st.integers(1000, 10**9), min_size=1, max_size=5), st.integers(1, 10**6))
def test_the_hours_of_lots_are_never_negative_and_grow_with_the_amounts(amounts: list[int], more: int) -> None:
    def hours(values: list[int]) -> Decimal:
        typed = " ; ".join(f"Lot {place} Peinture {value}" for place, value in enumerate(values, start=1))
        return total_hours(sized_lots(lots_of(stored_lots(typed)), USUAL))

    assert 0 <= hours(amounts) <= hours([amounts[0] + more, *amounts[1:]])


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for read in (stored_lots, stored_months, stored_trade, stored_cost, stored_publics, stored_penalty):
        with suppress(Refused):
            assert isinstance(read(text), str)
