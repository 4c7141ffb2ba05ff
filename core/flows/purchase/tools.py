"""Three short tools: what the law asks, which lever, how many hours."""

from decimal import Decimal

from core.dialogue import Chat, Option
from core.flows.commands import Say
from core.flows.purchase.asking import (
    ADVICE,
    DRAFT,
    HOURS,
    LEVER,
    RULES,
    TOOLS,
    UNKNOWN,
    ask_buyer_kind,
    ask_launch,
    ask_lots,
    ask_months,
    ask_nature,
    ask_value,
    offered_structures,
    offering,
)
from core.flows.register import Register
from core.hours import NBSP
from core.messages import Meaning
from core.purchases.comparison import told_comparison
from core.purchases.facts import Facts, facts_of
from core.purchases.figures import stored_amount, stored_cost, stored_count, stored_share, stored_trade
from core.purchases.habits import Habits, habits_of
from core.purchases.lots import Lot
from core.purchases.sizing import SizedLot, sized_lots, told_hours
from core.purchases.structures import structures_of
from core.purchases.wording import told_advice, told_rules, told_without_offer
from knowledge.figures import euros, percent
from knowledge.lever import Offer, Technicity, advised, own_levers
from knowledge.sizing import own_tables, trade_in

TECHNICITIES: dict[str, tuple[Technicity, str]] = {
    "low": ("low", "Simples, appris sur le poste"),
    "medium": ("medium", "Ordinaires, du métier"),
    "high": ("high", "Très techniques"),
}
ALL_RESERVED = "Tous les lots sont réservés{nbsp}: il n’y a pas d’heures à calculer."
NO_TURNOVER = Option("", "Je ne sais pas")
MOST_RATE = Decimal(1)


def purchase_rules(chat: Chat, register: Register) -> Say:
    """What the law asks of the purchase on the day of its launch."""
    nature = ask_nature(chat)
    ask_buyer_kind(chat)
    ask_value(
        chat,
        f"Quelle est la valeur estimée HT{NBSP}? Comptez tous les lots, les options et les reconductions. "
        f"Par exemple 216000 ou «{NBSP}1,2 M€{NBSP}».",
    )
    ask_launch(chat)
    if nature == "works":
        ask_months(chat)
    found = facts_of(chat.answers).purchase(chat.today)
    if found is None:
        raise ValueError("the questions above give the whole purchase")
    return Say(told_rules(found), (LEVER, HOURS, DRAFT, _correct("purchase_rules"), TOOLS))


def purchase_lever(chat: Chat, register: Register) -> Say:
    """Which social lever suits the purchase, with the reasons."""
    nature = ask_nature(chat)
    insertion = nature in {"services", "social"} and chat.choose(
        "purpose",
        f"Que voulez-vous obtenir{NBSP}?",
        (Option("ordinary", "Un service ordinaire"), Option("insertion", "L’insertion des personnes elles-mêmes")),
    ) == "insertion"  # fmt: skip
    if insertion:
        return Say(
            told_advice(advised(Offer(0, nature="services", insertion=True))),
            (HOURS, DRAFT, ADVICE, _correct("purchase_lever"), TOOLS),
        )
    suppliers = chat.value(
        "suppliers",
        f"Combien de structures inclusives (SIAE, entreprises adaptées, ESAT) pourraient répondre{NBSP}? "
        "Le marché de l’inclusion ou le facilitateur vous le disent.",
        stored_count,
        suggestions=offered_structures(register),
    )
    if not suppliers:
        return Say(told_without_offer(), (ADVICE, HOURS, DRAFT, _correct("purchase_lever"), TOOLS))
    known = structures_of(register.territory)
    budget = turnover = None
    if int(suppliers) > own_levers().landmarks.reserve:
        ask_value(chat, f"Quel est le budget HT de l’achat{NBSP}?")
        budget = facts_of(chat.answers).value
        text = f"Quel est le chiffre d’affaires annuel moyen de ces structures{NBSP}?"
        usual = [Option(f"{each:f}", f"{euros(each)} (moyenne du territoire)") for each in (known.turnover,) if each]
        offered = [*usual, NO_TURNOVER]
        given = chat.value("turnover", text, offering(offered, _amount_or_unknown), suggestions=offered)
        turnover = Decimal(given) if given else None
    ask_months(chat)
    levels = [Option(value, label) for value, (_, label) in TECHNICITIES.items()]
    technicity = chat.choose("technicity", f"Comment sont les postes à tenir{NBSP}?", levels)
    facts = facts_of(chat.answers)
    offer = Offer(
        int(suppliers),
        budget,
        turnover,
        None,
        facts.months,
        TECHNICITIES[technicity][0],
        nature=facts.legal_nature,
        social=nature == "social",
    )
    told = [told_advice(advised(offer)), *([known.note] if known.reservable else [])]
    return Say("\n\n".join(told), (HOURS, DRAFT, RULES, _correct("purchase_lever"), TOOLS))


def purchase_hours(chat: Chat, register: Register) -> Say:
    """How many hours, lot by lot, with the working and what similar contracts look like."""
    habits = habits_of(register.territory)
    lots = ask_lots(chat)
    if all(lot.reserved for lot in lots):
        return Say(ALL_RESERVED.format(nbsp=NBSP), (DRAFT, _correct("purchase_hours"), TOOLS))
    facts = facts_of(chat.answers)
    trade = ask_trade(chat, facts, lots)
    rate, cost = ask_rate(chat, habits), _ask_cost(chat, habits)
    found = sized_lots(lots, habits, trade=trade, title=facts.object or "", nature=facts.legal_nature,
                       rate=rate, cost=cost)  # fmt: skip
    told = [told_hours(found), *_comparisons(register, found)]
    return Say("\n\n".join(told), (DRAFT, RULES, ADVICE, _correct("purchase_hours"), TOOLS))


def _correct(tool: str) -> tuple[str, Meaning]:
    return "Corriger", {"start": "amend_purchase", "answers": {"then": tool}}


def ask_trade(chat: Chat, facts: Facts, lots: tuple[Lot, ...]) -> str | None:
    """Ask for the trade of a purchase without lots; the titles of lots say theirs."""
    if any(lot.is_named for lot in lots):
        return None
    named = trade_in(" ".join((lots[0].title, facts.object or "")))
    trades = own_tables().trades
    works = [trade for trade in trades if (trade.division == "45") is (facts.nature == "works")]
    usual = works if facts.nature else list(trades)
    offered = list(dict.fromkeys(([named] if named else []) + usual[:7]))
    options = [Option(trade.name, trade.name.capitalize()) for trade in offered]
    return chat.value(
        "trade",
        f"Pour quel métier{NBSP}? Il donne la part de main-d’œuvre{NBSP}; vous pouvez aussi l’écrire, "
        f"par exemple 55{NBSP}%.",
        offering(options, stored_trade),
        suggestions=options,
    )


def ask_rate(chat: Chat, habits: Habits) -> Decimal:
    """Ask for the rate of insertion."""
    rates = sorted({habits.rate, Decimal("0.05"), Decimal("0.07"), Decimal("0.1")})
    options = [Option(f"{rate.normalize():f}", percent(rate)) for rate in rates]
    text = (
        f"Quel taux d’insertion{NBSP}? C’est la part de la main-d’œuvre confiée à des personnes éloignées de l’emploi. "
        f"L’usage va de 5 à 10{NBSP}% en travaux, jusqu’à 20{NBSP}% en services."
    )
    read = stored_share(most=MOST_RATE, example=f"5{NBSP}%")
    return Decimal(chat.value("rate", text, offering(options, read), suggestions=options))


def _ask_cost(chat: Chat, habits: Habits) -> Decimal:
    whose = "celui du territoire" if "hourly_cost" in habits.set_here else "usage, à confirmer"
    usual = Option(f"{habits.hourly_cost.normalize():f}", f"{euros(habits.hourly_cost)} ({whose})")
    text = f"Quel coût horaire, toutes charges comprises{NBSP}?"
    return Decimal(chat.value("cost", text, offering([usual], stored_cost), suggestions=[usual]))


def _comparisons(register: Register, found: tuple[SizedLot, ...]) -> list[str]:
    divisions = dict.fromkeys(each.labour.division for each in found)
    known = [register.compared(division) for division in divisions if division]
    return [told_comparison(each) for each in known if each is not None]


def _amount_or_unknown(typed: str) -> str:
    return "" if typed.strip(" .!").lower() == UNKNOWN.label.lower() else stored_amount(typed)
