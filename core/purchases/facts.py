"""What a buyer says of a purchase: kept as the answers of a conversation, reused from one tool to the next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.hours import NBSP
from core.months import day_in_french
from core.purchases.lots import Lot, lots_of, told_lots
from knowledge.figures import euros, percent
from knowledge.rules import Buyer, Nature, Purchase

NATURES = {
    "works": "Travaux",
    "services": "Services",
    "social": "Services sociaux (liste du code)",
    "supplies": "Fournitures",
    "concession": "Concession",
}
BUYERS = {
    "local": "Collectivité (mairie, Département), établissement public, bailleur",
    "state": "État (ministère, services centraux)",
    "utility": "Opérateur de réseaux (eau, énergie, transports)",
    "defence": "Défense ou sécurité",
}
SHARED = frozenset(
    {"nature", "buyer_kind", "value", "launched", "months", "object", "buyer", "lots", "trade", "rate", "cost",
     "suppliers", "purpose", "technicity", "turnover"}
)  # fmt: skip
"""The answers that one tool leaves to the others, unless they are "I do not know"."""
CORRECTED = {
    "object": "L’objet",
    "buyer": "L’acheteur",
    "nature": "La nature",
    "buyer_kind": "La sorte d’acheteur",
    "value": "La valeur",
    "launched": "La date de lancement",
    "months": "La durée",
    "lots": "Le montant ou les lots",
    "trade": "Le métier",
    "rate": "Le taux",
    "cost": "Le coût horaire",
    "purpose": "Ce que l’achat vise",
    "suppliers": "Le nombre de structures",
    "technicity": "La technicité des postes",
}
"""What can be corrected, in the order in which it is offered."""


@dataclass(frozen=True)
class Facts:
    """What is known so far; None where nobody said. `value`: euros excluding tax of all lots and renewals together."""

    nature: str | None = None
    buyer_kind: str | None = None
    value: Decimal | None = None
    launched: date | None = None
    months: int | None = None
    object: str | None = None
    buyer: str | None = None
    lots: tuple[Lot, ...] = ()

    @property
    def legal_nature(self) -> Nature | None:
        """The nature that the law knows: social services are services."""
        natures: dict[str | None, Nature] = {
            "works": "works", "services": "services", "social": "services", "supplies": "supplies",
            "concession": "concession",
        }  # fmt: skip
        return natures.get(self.nature)

    def purchase(self, today: date) -> Purchase | None:
        """The purchase that the rules of law look at, None while something is missing."""
        buyers: dict[str | None, Buyer] = {"local": "local", "state": "state", "utility": "utility", "defence": "state"}
        nature, buyer = self.legal_nature, buyers.get(self.buyer_kind)
        if nature is None or buyer is None or self.value is None:
            return None
        return Purchase(
            nature=nature,
            buyer=buyer,
            value=self.value,
            launched=self.launched or today,
            months=self.months,
            defence=self.buyer_kind == "defence",
            social_services=self.nature == "social",
        )


def facts_of(answers: Mapping[str, str]) -> Facts:
    """Read the facts among the answers of a conversation."""
    return Facts(
        nature=answers.get("nature"),
        buyer_kind=answers.get("buyer_kind"),
        value=Decimal(answers["value"]) if "value" in answers else None,
        launched=date.fromisoformat(answers["launched"]) if "launched" in answers else None,
        months=int(answers["months"]) if answers.get("months") else None,
        object=answers.get("object"),
        buyer=answers.get("buyer"),
        lots=lots_of(answers["lots"]) if "lots" in answers else (),
    )


def shared(answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that other tools may reuse."""
    return {key: value for key, value in answers.items() if key in SHARED and value}


def recalled(answers: Mapping[str, str]) -> str:
    """Say in a line what is reused: « travaux, collectivité, 6 000 000 € HT, 8 mois »."""
    return ", ".join(_short(facts_of(answers)))


def _short(facts: Facts) -> Iterator[str]:
    if facts.object:
        yield f"«{NBSP}{facts.object}{NBSP}»"
    if facts.nature:
        yield NATURES[facts.nature].partition(" (")[0].lower()
    if facts.value is not None:
        yield f"{euros(facts.value)} HT"
    elif facts.lots:
        yield told_lots(facts.lots)
    if facts.months:
        yield f"{facts.months} mois"
    if facts.launched:
        yield f"consultation lancée le {day_in_french(facts.launched)}"


def sheet_of(answers: Mapping[str, str]) -> str:
    """The purchase's sheet, as a case tells it to the facilitateur; "" when nothing is known."""
    facts, lines = facts_of(answers), []
    labels = (
        ("Objet", facts.object),
        ("Acheteur", facts.buyer),
        ("Nature", NATURES.get(facts.nature or "")),
        ("Sorte d’acheteur", BUYERS.get(facts.buyer_kind or "")),
        ("Valeur estimée", f"{euros(facts.value)} HT, tous lots et reconductions" if facts.value is not None else None),
        ("Lancement prévu", day_in_french(facts.launched) if facts.launched else None),
        ("Durée", f"{facts.months} mois" if facts.months else None),
        ("Métier ou part de main-d’œuvre", _trade(answers)),
        ("Taux d’insertion envisagé", percent(Decimal(answers["rate"])) if "rate" in answers else None),
        ("Structures inclusives repérées", answers.get("suppliers") or None),
    )
    lines = [f"- {label}{NBSP}: {said}" for label, said in labels if said]
    lines += [f"- {lot.shown}" for lot in facts.lots if lot.is_named]
    if facts.lots and not any(lot.is_named for lot in facts.lots):
        lines.append(f"- Montant{NBSP}: {told_lots(facts.lots)}")
    return "\n".join(lines)


def _trade(answers: Mapping[str, str]) -> str | None:
    trade = answers.get("trade")
    if trade is None:
        return None
    return percent(Decimal(trade)) if trade[:1].isdigit() else trade
