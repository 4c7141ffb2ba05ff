"""The questions that the tools share, each asked once."""

from collections.abc import Callable, Sequence

from core.dialogue import Chat, Option
from core.flows.register import Register
from core.hours import NBSP, plain
from core.messages import Meaning
from core.months import day_in_french, next_first
from core.purchases.facts import BUYERS, NATURES, facts_of
from core.purchases.figures import stored_amount, stored_months
from core.purchases.lots import HOW, Lot, lots_of, stored_lots, stored_total, total_of
from core.purchases.structures import structures_of
from core.terms import MeetingKind, OrganisationKind
from knowledge.figures import euros

FIRST_LAUNCH_YEARS, LAST_LAUNCH_YEARS = 8, 6
UNKNOWN = Option("", "Je ne sais pas")

RULES: tuple[str, Meaning] = ("Suis-je obligé\u00a0?", {"start": "purchase_rules"})
LEVER: tuple[str, Meaning] = ("Quel levier\u00a0?", {"start": "purchase_lever"})
HOURS: tuple[str, Meaning] = ("Combien d’heures\u00a0?", {"start": "purchase_hours"})
DRAFT: tuple[str, Meaning] = ("Rédiger la clause", {"start": "draft_clause"})
CHECK: tuple[str, Meaning] = ("Contrôler une clause", {"start": "check_clause"})
PROGRAMME: tuple[str, Meaning] = ("Étudier un programme", {"start": "study_programme"})
KICK_OFF: tuple[str, Meaning] = (
    "Préparer la réunion de lancement",
    {"start": "plan_meeting", "answers": {"meeting": str(MeetingKind.KICK_OFF)}},
)
REVIEWS: tuple[str, Meaning] = (
    "Préparer les points trimestriels",
    {"start": "plan_meeting", "answers": {"meeting": str(MeetingKind.REVIEW)}},
)
STEPS: tuple[str, Meaning] = ("Que faire, et quand", {"start": "purchase_steps"})
OFFER: tuple[str, Meaning] = ("L’aide du facilitateur", {"start": "buyer_offer"})
ADVICE: tuple[str, Meaning] = ("Demander un conseil", {"start": "buyer_advice"})
TOOLS: tuple[str, Meaning] = ("Autres outils", {"start": "purchase"})
CORRECT: tuple[str, Meaning] = ("Corriger", {"start": "amend_purchase"})
ANOTHER: tuple[str, Meaning] = ("Nouvel achat", {"start": "new_purchase"})


def ask_nature(chat: Chat) -> str:
    """Ask what is bought."""
    return chat.choose("nature", f"Qu’achetez-vous{NBSP}?", [Option(value, label) for value, label in NATURES.items()])


def ask_buyer_kind(chat: Chat) -> str:
    """Ask what kind of buyer: the thresholds depend on it."""
    options = [Option(value, label) for value, label in BUYERS.items()]
    return chat.choose("buyer_kind", f"Quel acheteur êtes-vous{NBSP}?", options)


def ask_value(chat: Chat, text: str) -> None:
    """Ask for the value of the whole, the total of the lots being offered when it is known."""
    lots = facts_of(chat.answers).lots
    total = total_of(lots)
    offered = [Option(f"{total:f}", f"{euros(total)} HT (le total déjà donné)")] if total else []
    chat.value("value", text, offering(offered, stored_amount), suggestions=offered)


def ask_launch(chat: Chat) -> None:
    """Ask for the day on which the consultation is launched: it decides which law applies."""
    today = chat.today
    soon = next_first(f"{today.year:04}-{today.month:02}")
    chat.day(
        "launched",
        f"Quand lancez-vous la consultation{NBSP}? Ce jour décide de la loi qui s’applique.",
        first=today.replace(year=today.year - FIRST_LAUNCH_YEARS, day=1),
        last=today.replace(year=today.year + LAST_LAUNCH_YEARS, day=1),
        suggestions=[Option(today.isoformat(), "Aujourd’hui"), Option(soon.isoformat(), f"Le {day_in_french(soon)}")],
    )


def ask_months(chat: Chat) -> None:
    """Ask how long it lasts, reconductions included; not knowing is an answer."""
    text = f"Combien de mois dure l’exécution, reconductions comprises{NBSP}?"
    chat.value("months", text, stored_months, suggestions=[UNKNOWN])


def ask_lots(chat: Chat) -> tuple[Lot, ...]:
    """Ask for the amount, or the lots with their amounts; the value of the whole is offered when it is known."""
    value = facts_of(chat.answers).value
    offered = [Option(stored_total(value), f"{euros(value)} HT, sans lots")] if value else []
    text = f"Quel est le montant HT, sur toute la durée{NBSP}?\n\n{HOW}"
    return lots_of(chat.value("lots", text, offering(offered, stored_lots), suggestions=offered))


def offered_structures(register: Register) -> list[Option]:
    """Offer the number of structures that the territory entered, or else those that the register knows, if any."""
    entered = structures_of(register.territory)
    if entered.reservable:
        return [Option(str(entered.reservable), f"{entered.reservable} ({entered.told})"), UNKNOWN]
    known = register.structures(OrganisationKind.SIAE)
    return [Option(str(known), f"{known} (connues du suivi)"), UNKNOWN] if known else [UNKNOWN]


def offering(options: Sequence[Option], read: Callable[[str], str], *, by_number: bool = True) -> Callable[[str], str]:
    """Read a figure, or an offered answer by its words, or its number where that figure would make no sense."""

    def read_either(typed: str) -> str:
        words = plain(typed).strip(" .!")
        for place, option in enumerate(options, start=1):
            if words == plain(option.label) or (by_number and words == str(place)):
                return option.value
        return read(typed)

    return read_either
