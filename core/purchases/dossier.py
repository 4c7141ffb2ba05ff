"""The purchase's sheet as the facilitateur receives it: what was said, and what the tools make of it."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from core.hours import NBSP
from core.models import Territory
from core.purchases.facts import Facts, facts_of, sheet_of
from core.purchases.habits import habits_of
from core.purchases.sizing import sized_lots, total_hours
from core.purchases.wording import SOCIAL
from knowledge.figures import hours_of
from knowledge.law import rules_for
from knowledge.lever import Offer, Technicity, advised

VERDICTS = {"yes": "obligatoire", "no": "non imposée", "check": "à vérifier"}
TECHNICITIES: dict[str, Technicity] = {"low": "low", "medium": "medium", "high": "high"}


def dossier(answers: Mapping[str, str], territory: Territory, today: date) -> str:
    """Everything known of a purchase, one line each; "" when nothing is."""
    sheet, facts = sheet_of(answers), facts_of(answers)
    if not sheet:
        return ""
    return "\n".join((sheet, *_computed(answers, facts, territory, today)))


def _computed(answers: Mapping[str, str], facts: Facts, territory: Territory, today: date) -> Iterator[str]:
    if facts.lots and not all(lot.reserved for lot in facts.lots):
        found = sized_lots(
            facts.lots, habits_of(territory), trade=answers.get("trade"), title=facts.object or "",
            nature=facts.legal_nature, rate=Decimal(answers["rate"]) if "rate" in answers else None,
            cost=Decimal(answers["cost"]) if "cost" in answers else None,
        )  # fmt: skip
        divisions = [each.labour.division for each in found if each.labour.division]
        if divisions:
            yield f"- Famille CPV{NBSP}: {', '.join(dict.fromkeys(divisions))}"
        yield f"- Heures calculées{NBSP}: {hours_of(total_hours(found))}"
    purchase = facts.purchase(today)
    if purchase is not None:
        social = next((verdict for verdict in rules_for(purchase) if verdict.article in SOCIAL), None)
        if social is not None:
            yield f"- Condition sociale{NBSP}: {VERDICTS[social.applies]} (art.{NBSP}{social.article})"
    if answers.get("suppliers"):
        technicity = TECHNICITIES.get(answers.get("technicity", ""), "medium")
        offer = Offer(int(answers["suppliers"]), facts.value, None, None, facts.months, technicity, facts.legal_nature,
                      social=facts.nature == "social")  # fmt: skip
        yield f"- Levier conseillé{NBSP}: {advised(offer).option.title.lower()}"
