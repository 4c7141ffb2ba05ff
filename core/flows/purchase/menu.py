"""Prepare a purchase: the tools, and what is known of it."""

from core.dialogue import Chat
from core.flows.commands import Say
from core.flows.purchase.asking import (
    ANOTHER,
    CHECK,
    CORRECT,
    DRAFT,
    HOURS,
    LEVER,
    OFFER,
    PROGRAMME,
    RULES,
    STEPS,
    TOOLS,
)
from core.flows.register import Register
from core.hours import NBSP
from core.messages import Meaning
from core.purchases.facts import CORRECTED, recalled

WHAT = (
    f"**Préparer un achat avec une clause sociale.** Choisissez par où commencer{NBSP}; vos réponses servent d’un "
    "outil à l’autre.\n\n"
    f"- **Suis-je obligé{NBSP}?** ce que la loi demande, selon la valeur et la date\n"
    f"- **Quel levier{NBSP}?** clause, critère, lot ou marché réservé\n"
    f"- **Combien d’heures{NBSP}?** le volume, avec le calcul\n"
    "- **Rédiger la clause** en douze questions au plus, dans un fichier Word\n"
    "- **Contrôler une clause** déjà écrite\n"
    "- **Étudier un programme** d’achats, ligne par ligne, dans un classeur\n"
    "- **Que faire, et quand** étape par étape\n\n"
    "Tout est une proposition, que le facilitateur peut relire."
)


def purchase(chat: Chat, register: Register) -> Say:
    """Show the tools."""
    known = recalled(chat.answers)
    text = f"{WHAT}\n\nVotre achat{NBSP}: {known}." if known else WHAT
    tools = (RULES, LEVER, HOURS, DRAFT, CHECK, PROGRAMME, STEPS, OFFER)
    return Say(text, (*tools, *((CORRECT, ANOTHER) if known else ())))


def amend_purchase(chat: Chat, register: Register) -> Say:
    """Offer to change one thing that was said; the tool it served (`then`) asks it again."""
    then = chat.answers.get("then", "purchase")
    buttons: list[tuple[str, Meaning]] = [
        (label, {"start": "new_purchase", "answers": {"forget": key, "then": then}})
        for key, label in CORRECTED.items()
        if key in chat.answers
    ]
    if not buttons:
        return Say(f"Vous ne m’avez encore rien dit de l’achat. Que voulez-vous faire{NBSP}?", (TOOLS,))
    return Say(f"Que voulez-vous corriger{NBSP}?", (*buttons, ANOTHER))
