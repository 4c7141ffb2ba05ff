"""An awarded contract as the open data tells it, in its present state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from core.hours import NBSP

CLAUSE = "Clause sociale"
CRITERION = "Critère social"
RESERVED_CONTRACT = "Marché réservé"
RESERVED_CONCESSION = "Concession réservée"
NO_CONSIDERATION = "Pas de considération sociale"


class Awardee(NamedTuple):
    """Who won. `kind` is "SIRET" only when `id` is a valid one, "" when the kind of identifier is not known."""

    id: str
    kind: str
    name: str | None


@dataclass(frozen=True)
class Modification:
    """A change published after the award; None means unchanged."""

    notified_on: date | None = None
    published_on: date | None = None
    amount: Decimal | None = None
    months: int | None = None
    awardees: tuple[Awardee, ...] = ()


@dataclass(frozen=True)
class DecpContract:
    """A contract or a lot, its modifications applied; None means that the data does not say.

    `amount` is in euros excluding tax, `cpv` eight digits, `nature` the legal kind of contract (not works or services).
    `social` holds the declared considerations, in their official words; None is unknown, which is not "no".
    """

    position: int
    buyer_siret: str
    reference: str
    object: str | None = None
    nature: str | None = None
    buyer_name: str | None = None
    amount: Decimal | None = None
    months: int | None = None
    notified_on: date | None = None
    published_on: date | None = None
    cpv: str | None = None
    place: str | None = None
    place_kind: str | None = None
    awardees: tuple[Awardee, ...] = ()
    social: tuple[str, ...] | None = None
    concession: bool = False
    modifications: tuple[Modification, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the contract: a reference is unique for one buyer only."""
        return self.buyer_siret, self.reference

    @property
    def has_social_clause(self) -> bool:
        """Tell whether a social clause is declared; it may be about insertion or not."""
        return self.social is not None and CLAUSE in self.social

    @property
    def version(self) -> tuple[date, int]:
        """Order the published versions of one contract."""
        days = [self.published_on, *(change.published_on or change.notified_on for change in self.modifications)]
        return max((day for day in days if day), default=date.min), len(self.modifications)


@dataclass(frozen=True)
class DecpProblem:
    """What is wrong with the record at `position` (from 1; the line in a CSV file), in French.

    When `kept`, the contract is read all the same, without the field; otherwise it is left out, or the file ends there.
    """

    position: int
    reference: str | None
    reason: str
    kept: bool

    def __str__(self) -> str:
        """Write "Enregistrement 12 (marché 2024-07) : … ."."""
        which = f" (marché {self.reference})" if self.reference else ""
        return f"Enregistrement {self.position}{which}{NBSP}: {self.reason}."


def latest(contracts: Iterable[DecpContract]) -> list[DecpContract]:
    """Keep the latest published version of each contract; between equals, the last one read."""
    newest: dict[tuple[str, str], DecpContract] = {}
    for contract in contracts:
        known = newest.get(contract.key)
        if known is None or contract.version >= known.version:
            newest[contract.key] = contract
    return list(newest.values())


def bought_by(contract: DecpContract, siren: str) -> bool:
    """Tell whether the buyer has this SIREN (or this SIRET, when fourteen digits are given)."""
    return contract.buyer_siret.startswith("".join(siren.split()))


def notified_since(contract: DecpContract, day: date) -> bool:
    """Tell whether the contract was notified, else published, on `day` or later; unknown dates are kept."""
    known = contract.notified_on or contract.published_on
    return known is None or known >= day
