"""Lots as buyers type them: one amount, or one lot a line, "Lot 2 Peinture 80 k€", "Lot 3 Nettoyage réservé SIAE"."""

import json
import re
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Literal

from core.hours import NBSP, plain
from core.purchases.figures import read_estimate, stored
from core.refusal import Refused
from knowledge.figures import euros

MOST_LOTS = 30
LONGEST_TITLE = 120
Reserved = Literal["handicap", "siae", "both", "ess"]
RESERVED = {
    "siae": "structures d’insertion (SIAE)",
    "handicap": "entreprises adaptées et ESAT",
    "both": "SIAE, entreprises adaptées et ESAT",
    "ess": "structures de l’économie sociale et solidaire",
}
HOW = (
    f"Un montant suffit (par exemple «{NBSP}850{NBSP}000{NBSP}»). Pour des lots, écrivez-les tous dans un message, "
    f"un par ligne ou séparés par des points-virgules{NBSP}: «{NBSP}Lot 1 Gros œuvre 1,2 M€{NBSP}; "
    f"Lot 2 Peinture 300 k€{NBSP}; Lot 3 Espaces verts réservé SIAE{NBSP}»."
)

_PARTS = re.compile(r"[\n;]+|,\s*(?=lot\b)", re.IGNORECASE)
_UNIT = r"(?:millions?(?:\s*d['’]euros)?|M€|M|k€|k|mille|milliers?|€|euros?)"
_NUMBER = re.compile(
    r"^\W*lot\s*(?:n\s?°|no|numéro)?\s*(\d{1,2})\b"
    rf"|^\W*(\d{{1,2}})\s*(?:[:.)–-]\s*|\s+)(?=[^\W\d])(?!{_UNIT}(?:\W|$))",
    re.IGNORECASE,
)
_RESERVED = re.compile(
    r"[,(–-]?\s*réserv\w*\s*(?:à|aux|au|pour)?\s*(?:(?:des|les|une?)\s+)?(?P<whom>[^\d€]*)", re.IGNORECASE
)
_AMOUNT = re.compile(
    rf"(?:(?<=[\s:=(])|^)(?P<amount>\d[\d \u00a0\u202f.,]*(?:\s*{_UNIT})*)\s*(?:H\.?T\.?)?\s*$", re.IGNORECASE
)
_YEARLY = re.compile(r"\b(?:par an|annuels?|/ ?an)\b|€\s*/\s*an\b", re.IGNORECASE)
_APPROXIMATE = re.compile(r"\b(?:environ|estimée? à|estimation|montant|pour)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Lot:
    """One lot, or the whole purchase (`number` None). `amount` in euros excluding tax, None for a reserved one."""

    number: int | None
    title: str
    amount: Decimal | None
    reserved: Reserved | None = None

    @property
    def is_named(self) -> bool:
        """Tell a lot from a single contract."""
        return self.number is not None

    @property
    def name(self) -> str:
        """Write "Lot 2 (Peinture)"."""
        if self.number is None:
            return "Marché"
        return f"Lot {self.number} ({self.title})" if self.title != f"Lot {self.number}" else self.title

    @property
    def shown(self) -> str:
        """Write the lot in one line."""
        said = [f"{euros(self.amount)} HT"] if self.amount is not None else []
        said += [f"réservé ({RESERVED[self.reserved]})"] if self.reserved else []
        return f"{self.name}{NBSP}: {', '.join(said)}"


def stored_lots(text: str) -> str:
    """Lots as they are stored. Raises Refused with the line that is not understood."""
    lines = [line.strip() for line in _PARTS.split(text) if line.strip(" .")]
    if not lines:
        raise Refused("Je n’ai rien reçu à lire.")
    if len(lines) > MOST_LOTS:
        raise Refused(
            f"{len(lines)} lots, c’est plus que je n’en prends ici ({MOST_LOTS}). Gardez ceux qui se clausent."
        )
    many = len(lines) > 1
    lots = [_lot(line, place if many else None) for place, line in enumerate(lines, start=1)]
    numbers = [lot.number for lot in lots]
    twice = next((number for number in numbers if number is not None and numbers.count(number) > 1), None)
    if twice is not None:
        raise Refused(f"Deux lots portent le numéro {twice}. Renumérotez-les et envoyez la liste à nouveau.")
    return json.dumps([asdict(lot) for lot in lots], ensure_ascii=False, default=stored)


def lots_of(stored: str) -> tuple[Lot, ...]:
    """Read stored lots back."""
    return tuple(_back(value) for value in json.loads(stored))


def stored_total(amount: Decimal) -> str:
    """One amount as stored lots, for a purchase without lots."""
    return stored_lots(f"{amount:f}")


def total_of(lots: tuple[Lot, ...]) -> Decimal:
    """The amounts together."""
    return sum((lot.amount for lot in lots if lot.amount is not None), Decimal(0))


def told_lots(lots: tuple[Lot, ...]) -> str:
    """Write "3 lots, 1 580 000 € HT" or "850 000 € HT"."""
    total = f"{euros(total_of(lots))} HT"
    return f"{len(lots)} lots, {total}" if len(lots) > 1 else total


def _back(value: dict[str, Any]) -> Lot:
    amount = None if value["amount"] is None else Decimal(value["amount"])
    return Lot(value["number"], value["title"], amount, value["reserved"])


def _lot(line: str, place: int | None) -> Lot:
    if _YEARLY.search(line):
        raise Refused(
            f"Donnez le montant sur toute la durée, reconductions comprises, pas par an{NBSP}: "
            f"«{NBSP}{line[:80]}{NBSP}»."
        )
    if re.search(r"\bTTC\b", line, re.IGNORECASE):
        raise Refused(f"Donnez le montant hors taxes (HT){NBSP}: les seuils et le calcul des heures s’y rapportent.")
    rest, number = line, place
    if numbered := _NUMBER.match(rest):
        number, rest = int(numbered[1] or numbered[2]), rest[numbered.end() :]
    reserved: Reserved | None = None
    if found := _RESERVED.search(rest):
        reserved, rest = _whom(found["whom"]), f"{rest[: found.start()]} {rest[found.end() :]}"
    amount = None
    if found := _AMOUNT.search(rest):
        amount, rest = _amount(found["amount"], line), rest[: found.start()]
    if amount is None and reserved is None:
        raise Refused(f"Je n’ai pas trouvé de montant dans «{NBSP}{line[:80]}{NBSP}».")
    title = _APPROXIMATE.sub("", " ".join(rest.split())).strip(" :.,–-=")[:LONGEST_TITLE]
    if number is None and reserved is not None:
        number = 1
    return Lot(number, title or (f"Lot {number}" if number else ""), amount, reserved)


def _amount(text: str, line: str) -> Decimal:
    try:
        return read_estimate(text)
    except Refused as refusal:
        raise Refused(f"Dans «{NBSP}{line[:80]}{NBSP}»{NBSP}: {refusal.message}") from refusal


def _whom(text: str) -> Reserved:
    words = plain(text)
    handicap = re.search(r"\b(ea|eatt|esat|handicap\w*|adaptees?)\b", words) is not None
    if re.search(r"\bess\b|sociale et solidaire", words):
        return "ess"
    siae = re.search(r"\b(siae|insertion|iae|ei|aci|ai|etti)\b", words) is not None
    if handicap:
        return "both" if siae else "handicap"
    return "siae"
