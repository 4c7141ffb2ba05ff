"""What the clause will say, read back before it is written, and what can be changed there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.dialogue import Chat, Option
from core.flows.register import Register
from core.hours import NBSP
from core.purchases.clause import (
    CCAG_LABELS,
    MODALITY_LABELS,
    PUBLIC_LABELS,
    USUAL_PUBLICS,
    told_hours_kept,
    told_penalty,
)
from core.purchases.facts import NATURES
from core.purchases.habits import habits_of
from core.purchases.lots import RESERVED, Lot
from core.purchases.sizing import SizedLot
from knowledge.figures import euros, percent

FORMS = {
    "ordinary": "Marché ordinaire, avec ou sans lots",
    "framework": "Accord-cadre à bons de commande",
    "reserved": "Réservé en entier",
}
PENALTY_TERMS = (Option("notice", "La mise en demeure"), Option("cap", "Le plafond des pénalités"))


@dataclass(frozen=True)
class Draft:
    """What was gathered. `hours` by lot number ("0" without lots); `hours_key` is the question that gave them."""

    buyer: str
    nature: str
    months: int
    ccag: str
    lots: tuple[Lot, ...] = ()
    found: tuple[SizedLot, ...] = ()
    hours: Mapping[str, int] = field(default_factory=dict)
    hours_key: str = ""


def summary(chat: Chat, register: Register, draft: Draft) -> str:
    """Everything the clause will say."""
    lines = "\n".join(f"- {line}" for line in _lines(chat.answers, register, draft))
    return f"**Voici la clause que je vais écrire**\n\n{lines}\n\nVous confirmez{NBSP}?"


def _lines(answers: Mapping[str, str], register: Register, draft: Draft) -> Iterator[str]:
    yield f"Objet{NBSP}: {answers['object']}"
    yield f"Acheteur{NBSP}: {draft.buyer}"
    yield f"{NATURES[draft.nature].partition(' (')[0]}, {FORMS[answers['form']].partition(',')[0].lower()}"
    if answers["form"] == "reserved":
        yield f"Réservé aux {RESERVED[answers['whom']]}"
    yield from told_hours_kept(draft.found, draft.hours)
    yield from (lot.shown for lot in draft.lots if lot.reserved)
    if draft.found:
        basis = draft.found[0].basis
        yield f"Calcul{NBSP}: taux de {percent(basis.rate)}, {euros(basis.hourly_cost)} de l’heure{_cost(register)}"
    yield f"Durée{NBSP}: {draft.months} mois"
    yield CCAG_LABELS[draft.ccag]
    if draft.found:
        yield from _clause_lines(answers, register)
    yield f"Facilitateur{NBSP}: {_facilitator(register)}"
    for each in draft.found:
        yield from (f"**Attention**{NBSP}: {warning}" for warning in each.found.warnings[:1] if len(draft.found) == 1)


def _clause_lines(answers: Mapping[str, str], register: Register) -> Iterator[str]:
    publics = answers["publics"]
    usual = publics == ",".join(USUAL_PUBLICS)
    yield f"Publics{NBSP}: " + (
        "les publics usuels" if usual else ", ".join(PUBLIC_LABELS[public] for public in publics.split(","))
    )
    yield f"Modalités{NBSP}: " + ", ".join(MODALITY_LABELS[name] for name in answers["modalities"].split(","))
    yield f"Déclaration chaque mois, avant le {answers['day'] or register.territory.reporting_day} du mois suivant"
    yield f"Pénalité{NBSP}: {told_penalty(answers)}"
    yield "Globalisation admise" if answers["globalisation"] == "yes" else "Sans globalisation"
    if answers["criterion"] == "yes":
        yield "Un critère social s’y ajoute"


def _cost(register: Register) -> str:
    return "" if "hourly_cost" in habits_of(register.territory).set_here else " (usage, à confirmer)"


def _facilitator(register: Register) -> str:
    place = register.territory
    known = [place.facilitator_name, place.facilitator_email] if place.facilitator_email else ["à compléter"]
    return ", ".join(part for part in known if part)


def changes(draft: Draft, *, has_penalty: bool) -> list[Option]:
    """What can be changed: each value names the answers to forget."""
    kept = draft.hours_key
    options = [Option(f"lots trade {kept}".strip(), "Le montant ou les lots")] if draft.lots else []
    if draft.found:
        options += [Option(f"rate {kept}", "Le taux"), Option(kept, "Les heures")]
    options += [
        Option("object", "L’objet"),
        Option("buyer", "L’acheteur"),
        Option(f"nature form lots trade ccag whom {kept}".strip(), "La nature ou la forme"),
        Option("months duration", "La durée"),
        Option("ccag", "Le CCAG"),
    ]
    if draft.found:
        options += [
            Option("publics", "Les publics"),
            Option("penalty", "La pénalité"),
            *(PENALTY_TERMS if has_penalty else ()),
            Option("modalities", "Les modalités"),
            Option("day", "Le jour de déclaration"),
            Option("globalisation", "La globalisation"),
            Option("criterion", "Le critère social"),
        ]
    return options
