"""The habits by which a territory computes hours: hourly cost, rate, rounding, share of labour by trade.

They are settings of the territory; what it has not set is the product's own table, always "à confirmer".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from core.models import Territory
from knowledge.rules import Nature
from knowledge.sizing import Trade, own_tables, trade_in, trade_named

MOST_ROUNDING = 2000
USUAL: dict[Nature | None, str] = {"works": "bâtiment"}
WITHOUT_TRADE = Decimal("0.5")  # the middle of what the trades have; the answer says that it must be confirmed


@dataclass(frozen=True)
class Habits:
    """How hours are computed here. `shares` by trade, fractions; `set_here` names what the territory chose itself."""

    hourly_cost: Decimal
    rate: Decimal
    round_to: int = 1
    shares: Mapping[str, Decimal] = field(default_factory=dict)
    set_here: frozenset[str] = frozenset()

    def share_of(self, trade: Trade) -> Decimal:
        """The share of labour of a trade, the territory's own first."""
        return self.shares.get(trade.name, trade.share)

    def is_own(self, trade: Trade) -> bool:
        """Tell whether the territory gave this share itself."""
        return trade.name in self.shares


@dataclass(frozen=True)
class Labour:
    """A share of labour and where it comes from; `division` is the CPV division of such purchases, "" when unknown."""

    share: Decimal
    said: str
    division: str = ""


def habits_of(territory: Territory) -> Habits:
    """Read a territory's habits; what is absent, or was damaged, is the product's own."""
    tables, given = own_tables(), territory.sizing or {}
    cost, rate, rounding = _decimal(given.get("hourly_cost")), _decimal(given.get("rate")), given.get("round_to")
    told = given.get("shares")
    shares = {str(name): _decimal(share) for name, share in told.items()} if isinstance(told, dict) else {}
    known = {name: share for name, share in shares.items() if share is not None and 0 < share <= 1}
    return Habits(
        hourly_cost=cost if cost and cost > 0 else tables.hourly_cost,
        rate=rate if rate and 0 < rate <= 1 else tables.rate,
        round_to=rounding if isinstance(rounding, int) and 1 <= rounding <= MOST_ROUNDING else 1,
        shares=known,
        set_here=frozenset(name for name, value in (("hourly_cost", cost), ("rate", rate)) if value),
    )


def labour_of(habits: Habits, said: str | None, title: str, nature: Nature | None) -> Labour:
    """The share of labour for what a buyer said (a trade, a fraction), else for a title, else for the nature."""
    if said is not None and said[:1].isdigit():
        found = trade_in(title)
        return Labour(Decimal(said), "donnée par vous", found.division if found else "")
    trade = (trade_named(said) if said else None) or trade_in(title)
    told = trade.name if trade else ""
    if trade is None:
        usual = trade_named(USUAL[nature]) if nature in USUAL else None
        if usual is None:
            return Labour(WITHOUT_TRADE, "part moyenne faute de métier reconnu, à confirmer")
        trade, told = usual, f"{usual.name}, faute de métier reconnu"
    whose = "table du territoire" if habits.is_own(trade) else "à confirmer"
    return Labour(habits.share_of(trade), f"{told}, {whose}", trade.division)


def _decimal(value: object) -> Decimal | None:
    try:
        return Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None
