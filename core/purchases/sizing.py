"""The hours of each lot of a purchase, by the habits of the territory, and how they were found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.hours import NBSP
from core.purchases.habits import Habits, Labour, labour_of
from core.purchases.lots import Lot
from knowledge.figures import euros, grouped, hours_of, percent
from knowledge.rules import Nature
from knowledge.sizing import Basis, Sizing, own_tables, sensitivity, sized

ORDERED = Decimal(100_000)  # the hours of a framework agreement are given for so many euros of orders


@dataclass(frozen=True)
class SizedLot:
    """A lot, what its hours rest on, and the hours."""

    lot: Lot
    labour: Labour
    basis: Basis
    found: Sizing
    round_to: int

    @property
    def line(self) -> str:
        """The whole working in one line."""
        basis = self.basis
        return (
            f"{self.lot.name}{NBSP}: {euros(basis.amount)} × {percent(basis.labour_share)} × {percent(basis.rate)} "
            f"÷ {euros(basis.hourly_cost)} = {grouped(basis.hours, 2)}{NBSP}h, "
            f"arrondi à **{hours_of(self.found.hours)}**"
        )


def sized_lots(
    lots: Sequence[Lot],
    habits: Habits,
    *,
    trade: str | None = None,
    title: str = "",
    nature: Nature | None = None,
    rate: Decimal | None = None,
    cost: Decimal | None = None,
    framework: bool = False,
) -> tuple[SizedLot, ...]:
    """Size the lots that are not reserved. `trade` (a name or a fraction) concerns a purchase without lots only.

    In a framework agreement the hours are those of 100,000 euros of orders.
    """
    return tuple(
        _sized(lot, habits, labour_of(habits, None if lot.is_named else trade, lot.title or title, nature),
               rate or habits.rate, cost or habits.hourly_cost, framework=framework)
        for lot in lots
        if lot.amount is not None and lot.reserved is None
    )  # fmt: skip


def _sized(lot: Lot, habits: Habits, labour: Labour, rate: Decimal, cost: Decimal, *, framework: bool) -> SizedLot:
    basis = Basis(ORDERED if framework else lot.amount or Decimal(0), labour.share, rate, cost)
    return SizedLot(lot, labour, basis, sized(basis, round_to=habits.round_to), habits.round_to)


def total_hours(lots: Sequence[SizedLot]) -> Decimal:
    """The hours of all the lots together."""
    return sum((each.found.hours for each in lots), Decimal(0))


def told_hours(lots: Sequence[SizedLot]) -> str:
    """The hours with their working, sensitivity and warnings, in the tiny Markdown of messages."""
    return "\n\n".join("\n".join(part) for part in _parts(lots) if part)


def _parts(lots: Sequence[SizedLot]) -> Iterator[list[str]]:
    tables, total = own_tables(), total_hours(lots)
    limits = tables.limits
    yield [f"**{hours_of(total)} d’insertion**" + (f" pour {len(lots)} lots" if len(lots) > 1 else "")]
    yield ["Montant × part de main-d’œuvre × taux ÷ coût horaire", *(f"- {each.line}" for each in lots)]
    parts = dict.fromkeys(f"{percent(each.labour.share)} ({each.labour.said})" for each in lots)
    yield [f"Part de main-d’œuvre{NBSP}: {' ; '.join(parts)}"]
    yield [
        f"Soit {grouped(total / limits.year, 2)} ETP sur un an (1{NBSP}607{NBSP}h), "
        f"ou {grouped(total / limits.paid_month, 1)} mois à temps plein"
    ]
    yield [f"Si les hypothèses changent{NBSP}:", *(f"- {each}" for each in _sensitivity(lots))]
    yield [f"- **Attention**{NBSP}: {each}" for each in _warnings(lots)]
    yield [f"Calcul d’usage ({tables.formula.title}), à confirmer auprès du facilitateur."]


def _sensitivity(lots: Sequence[SizedLot]) -> tuple[str, ...]:
    if len(lots) != 1:
        whole = lots[0].basis
        weighted = sum((each.basis.amount * each.labour.share for each in lots), Decimal(0))
        # the lots share rate and cost: the whole behaves as one basis whose labour is the sum of theirs
        return sensitivity(Basis(weighted, Decimal(1), whole.rate, whole.hourly_cost), round_to=lots[0].round_to)
    return sensitivity(lots[0].basis, round_to=lots[0].round_to)


def _warnings(lots: Sequence[SizedLot]) -> list[str]:
    if len(lots) == 1:
        return list(lots[0].found.warnings)
    told = {warning: None for each in lots for warning in each.found.warnings if not warning[0].isdigit()}
    own = [
        f"{each.lot.name}, {warning[0].lower()}{warning[1:]}"
        for each in lots
        for warning in each.found.warnings
        if warning[0].isdigit()
    ]
    return [*own, *told]
