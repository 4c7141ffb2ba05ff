"""How many hours of insertion a contract can carry.

The formula is a facilitator's convention (MEF Sud 77), not law: amount excluding tax × share of labour × insertion rate
÷ hourly cost. Everything is Decimal; a share is between 0 and 1. Tables and limits are data (`sizing.yaml`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.articles import Source
from knowledge.figures import euros, grouped, hours_of, percent
from knowledge.rules import typeset
from knowledge.words import plain

_FILE = Path(__file__).parent / "sizing.yaml"


@dataclass(frozen=True)
class Basis:
    """What the hours are computed from: euros excluding tax, shares between 0 and 1, euros per hour all charges
    included (above 0)."""

    amount: Decimal
    labour_share: Decimal
    rate: Decimal
    hourly_cost: Decimal

    @property
    def effort(self) -> Decimal:
        """Euros of labour that go to insertion."""
        return self.amount * self.labour_share * self.rate

    @property
    def hours(self) -> Decimal:
        """The exact number of hours, before any rounding."""
        return self.effort / self.hourly_cost


@dataclass(frozen=True)
class Sizing:
    """The hours proposed (a multiple of the rounding step) and how they were found.

    `fte`: years of full-time work at 1,607 h; `months`: months of full-time work at 151.67 h; `working` and `warnings`
    are French sentences, in reading order.
    """

    hours: Decimal
    exact: Decimal
    fte: Decimal
    months: Decimal
    warnings: tuple[str, ...]
    working: tuple[str, ...]


@dataclass(frozen=True)
class Trade:
    """The usual share of labour in a trade, between 0 and 1; always to be confirmed by the facilitateur.

    `division` is the first two digits of the CPV codes of such purchases.
    """

    name: str
    words: tuple[str, ...]
    division: str
    low: Decimal
    high: Decimal
    source: Source

    @property
    def share(self) -> Decimal:
        """The middle of the range."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Limits:
    """Where a warning begins. Euros per hour, shares between 0 and 1, hours."""

    minimum_wage: Decimal
    cost_at_most: Decimal
    cost_usual: tuple[Decimal, Decimal]
    rate_at_most: Decimal
    month: Decimal
    path: Decimal
    year: Decimal
    paid_year: Decimal
    paid_month: Decimal
    crew: Decimal
    rate_step: Decimal
    cost_step: Decimal


@dataclass(frozen=True)
class Tables:
    """Everything `sizing.yaml` says; `hourly_cost` (euros) and `rate` are proposed before anybody chose."""

    limits: Limits
    hourly_cost: Decimal
    rate: Decimal
    trades: tuple[Trade, ...]
    formula: Source


def sized(basis: Basis, *, round_to: int = 1) -> Sizing:
    """The hours of a clause, rounded to the nearest multiple of `round_to`, half up."""
    limits = own_tables().limits
    exact = basis.hours
    hours = rounded(exact, round_to)
    return Sizing(
        hours=hours,
        exact=exact,
        fte=hours / limits.year,
        months=hours / limits.paid_month,
        warnings=tuple(typeset(sentence) for sentence in _warnings(basis, hours, limits)),
        working=tuple(typeset(line) for line in _working(basis, hours, round_to, limits)),
    )


def rounded(hours: Decimal, step: int = 1) -> Decimal:
    """The nearest multiple of `step` hours, half up."""
    return (hours / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def penalty(units: Decimal, per_unit: Decimal, *, cap: Decimal | None = None) -> Decimal:
    """Euros due for hours not done or days of delay, never more than `cap`. The contract alone gives the amounts."""
    due = units * per_unit
    return due if cap is None else min(due, cap)


def trade_named(name: str) -> Trade | None:
    """The trade known by that name, whatever its accents and case."""
    wanted = plain(name)
    return next(
        (trade for trade in own_tables().trades if wanted in {plain(word) for word in (trade.name, *trade.words)}), None
    )


def trade_in(text: str) -> Trade | None:
    """The trade that a title names: « Lot 2 : peinture et sols souples » is painting. The longest name wins."""
    words = f" {_spelt(text)} "
    return next((trade for known, trade in _trade_names() if f" {known} " in words), None)


@cache
def _trade_names() -> tuple[tuple[str, Trade], ...]:
    """The names of the trades as they are searched, the longest first."""
    names = ((_spelt(name), trade) for trade in own_tables().trades for name in (trade.name, *trade.words))
    return tuple(sorted(names, key=lambda pair: -len(pair[0])))


def _spelt(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", plain(text))


def sensitivity(basis: Basis, *, round_to: int = 1) -> tuple[str, ...]:
    """The hours at a point of rate less or more, and at a tenth of cost less or more, in words."""
    return tuple(typeset(sentence) for sentence in _sensitivity(basis, round_to, own_tables().limits))


@cache
def own_tables() -> Tables:
    """The product's own tables."""
    values = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    sources = {name: Source(value["title"], url=value["url"]) for name, value in values["sources"].items()}
    trades = tuple(
        Trade(value["name"], tuple(value["words"]), value["cpv"], _share(low), _share(high), sources[value["source"]])
        for value in values["trades"]
        for low, high in [value["share"]]
    )
    limits, proposed = _limits(values["limits"], values["sensitivity"]), values["defaults"]
    return Tables(limits, Decimal(proposed["hourly_cost"]), _share(proposed["rate"]), trades, sources["mefsud77"])


def _limits(value: dict[str, Any], sensitivity: dict[str, int]) -> Limits:
    low, high = value["cost_usual"]
    as_written = ("minimum_wage", "cost_at_most", "month", "path", "year", "paid_year", "paid_month", "crew")
    return Limits(
        **{name: Decimal(value[name]) for name in as_written},
        cost_usual=(Decimal(low), Decimal(high)),
        rate_at_most=_share(value["rate_at_most"]),
        rate_step=_share(sensitivity["rate_points"]),
        cost_step=_share(sensitivity["cost_percent"]),
    )


def _share(percentage: int) -> Decimal:
    return Decimal(percentage) / 100


def _working(basis: Basis, hours: Decimal, step: int, limits: Limits) -> Iterator[str]:
    labour = basis.amount * basis.labour_share
    to = "à l’heure la plus proche" if step == 1 else f"au multiple de {step} h le plus proche"
    yield f"Montant : {euros(basis.amount)} HT"
    yield f"Part de main-d’œuvre : {percent(basis.labour_share)}, soit {euros(labour)}"
    yield f"Taux d’insertion : {percent(basis.rate)}, soit {euros(basis.effort)} d’effort"
    yield f"Coût horaire : {euros(basis.hourly_cost)}, soit {grouped(basis.hours, 2)} h"
    yield f"Arrondi {to} : {hours_of(hours)}"
    yield (
        f"Soit {grouped(hours / limits.year, 3)} ETP sur un an (1 607 h), {grouped(hours / limits.paid_year, 3)} en "
        f"heures payées (1 820 h), ou {grouped(hours / limits.paid_month, 2)} mois à temps plein (151,67 h)"
    )
    yield "Si les hypothèses changent : " + ", ".join(_sensitivity(basis, step, limits))


def _sensitivity(basis: Basis, step: int, limits: Limits) -> Iterator[str]:
    for rate in (basis.rate - limits.rate_step, basis.rate + limits.rate_step):
        if 0 < rate <= 1:
            other = Basis(basis.amount, basis.labour_share, rate, basis.hourly_cost)
            yield f"{hours_of(rounded(other.hours, step))} au taux de {percent(rate)}"
    for factor in (1 - limits.cost_step, 1 + limits.cost_step):
        cost = (basis.hourly_cost * factor).quantize(Decimal("0.01"))
        if cost > 0:
            other = Basis(basis.amount, basis.labour_share, basis.rate, cost)
            yield f"{hours_of(rounded(other.hours, step))} au coût de {euros(cost)}"


def _warnings(basis: Basis, hours: Decimal, limits: Limits) -> Iterator[str]:
    yield from _warnings_of_volume(hours, limits)
    if basis.hourly_cost < limits.minimum_wage:
        yield (
            f"Le coût horaire de {euros(basis.hourly_cost)} est sous le SMIC brut de 2026 "
            f"({euros(limits.minimum_wage)}) : il doit comprendre toutes les charges."
        )
    elif basis.hourly_cost > limits.cost_at_most:
        low, high = limits.cost_usual
        yield (
            f"Le coût horaire de {euros(basis.hourly_cost)} est élevé : l’usage va de {low} à {high} €, "
            "à confirmer auprès du facilitateur."
        )
    if basis.rate > limits.rate_at_most:
        yield (
            f"Un taux de {percent(basis.rate)} est inhabituel : l’usage va de 5 à 10 % en travaux et jusqu’à 20 % en "
            "services, à confirmer auprès du facilitateur."
        )


def _warnings_of_volume(hours: Decimal, limits: Limits) -> Iterator[str]:
    if hours == 0:
        yield "Le calcul ne donne aucune heure : une clause ne se justifie pas sur cette base."
    elif hours < limits.month:
        yield (
            f"{hours_of(hours)} font moins d’un mois de travail (environ {limits.month} h) : regroupez l’effort sur un "
            "autre lot, ouvrez la globalisation avec d’autres marchés, ou renoncez à la clause sur ce lot."
        )
    elif hours < limits.path:
        yield (
            f"{hours_of(hours)} font un parcours court : deux à trois mois de travail "
            f"({limits.path} à 450 h) aident mieux une personne."
        )
    elif hours > limits.year * limits.crew:
        yield (
            f"{hours_of(hours)} font plus de {limits.crew} emplois à temps plein pendant un an : vérifiez avec le "
            "facilitateur que l’offre locale peut suivre."
        )
    elif hours > limits.year:
        people = (hours / limits.year).to_integral_value(ROUND_CEILING)
        yield (
            f"{hours_of(hours)} dépassent une année de travail d’une personne (1 607 h) : comptez environ {people} "
            "personnes, ou un parcours sur plusieurs années."
        )
