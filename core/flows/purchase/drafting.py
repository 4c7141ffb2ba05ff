"""Draft a clause: twelve questions at most, a summary where all can be changed, then the text and a Word file."""

from decimal import Decimal

from core.dialogue import YES, Chat, Option
from core.flows.commands import WriteClause
from core.flows.purchase.asking import ask_lots, ask_nature, offering
from core.flows.purchase.summary import FORMS, Draft, changes, summary
from core.flows.purchase.tools import ask_rate, ask_trade
from core.flows.register import Register
from core.hours import NBSP, plain
from core.purchases.clause import (
    CAP,
    CCAG_LABELS,
    CCAG_OF,
    LATE,
    MODALITY_LABELS,
    PENALTY,
    USUAL_PUBLICS,
    drafting_values,
    hours_kept,
    stored_cap,
    stored_day,
    stored_hours,
    stored_modalities,
    stored_notice,
    stored_penalty,
    stored_publics,
)
from core.purchases.facts import facts_of, sheet_of
from core.purchases.figures import stored_months
from core.purchases.habits import habits_of
from core.purchases.sizing import SizedLot, sized_lots
from core.refusal import Refused
from knowledge.figures import euros, hours_of, percent

LONGEST_OBJECT = 250
WHOM = {
    "siae": "Aux structures d’insertion (SIAE)",
    "handicap": "Aux entreprises adaptées et ESAT",
    "both": "Aux deux familles ensemble",
    "ess": "À l’économie sociale et solidaire (3 ans au plus)",
}
COMPUTED = "computed"


def draft_clause(chat: Chat, register: Register) -> WriteClause:
    """Ask what the clause needs, read it back, write it."""
    chat.text(
        "object",
        f"Quel est l’objet de l’achat{NBSP}? En une phrase, comme il figurera dans le marché.",
        most=LONGEST_OBJECT,
    )
    buyer = _buyer(chat, register)
    nature = ask_nature(chat)
    form = chat.choose("form", f"Sous quelle forme{NBSP}?", _forms(nature))
    draft = _reserved(chat, register, buyer, nature) if form == "reserved" else _clause(chat, register, buyer, nature)
    chat.agree(
        "agree", summary(chat, register, draft), change=changes(draft, has_penalty=bool(chat.answers.get("penalty")))
    )
    values = drafting_values(
        chat.answers, register.territory, buyer=buyer, months=draft.months, lots=draft.lots, hours=draft.hours
    )
    return WriteClause(values, sheet_of(chat.answers))


def _buyer(chat: Chat, register: Register) -> str:
    if register.is_buyer and register.person and register.person.organisation:
        return register.person.organisation.name
    return chat.text("buyer", f"Qui achète{NBSP}? Le nom de l’acheteur, comme dans le marché.", most=200)


def _forms(nature: str) -> list[Option]:
    return [Option(value, label) for value, label in FORMS.items() if nature != "concession" or value != "framework"]


def _reserved(chat: Chat, register: Register, buyer: str, nature: str) -> Draft:
    left_out = {"concession": ("both", "ess"), "social": ()}.get(nature, ("ess",))
    whom = [Option(kind, label) for kind, label in WHOM.items() if kind not in left_out]
    chat.choose("whom", f"À qui le réserver{NBSP}?", whom)
    months = _months(chat)
    ccag = _ccag(chat, nature)
    return Draft(buyer, nature, months, ccag)


def _clause(chat: Chat, register: Register, buyer: str, nature: str) -> Draft:
    habits = habits_of(register.territory)
    lots, facts = ask_lots(chat), facts_of(chat.answers)
    found: tuple[SizedLot, ...] = ()
    hours: dict[str, int] = {}
    hours_key = ""
    if not all(lot.reserved for lot in lots):
        trade, rate = ask_trade(chat, facts, lots), ask_rate(chat, habits)
        found = sized_lots(
            lots, habits, trade=trade, title=facts.object or "", nature=facts.legal_nature, rate=rate,
            cost=Decimal(chat.answers["cost"]) if "cost" in chat.answers else None,
            framework=chat.answers.get("form") == "framework",
        )  # fmt: skip
        hours_key, hours = _hours(chat, found)
    months = _months(chat)
    ccag = _ccag(chat, nature)
    if found:
        _publics(chat)
        _penalty(chat)
        _details(chat)
    return Draft(buyer, nature, months, ccag, lots, found, hours, hours_key)


def _hours(chat: Chat, found: tuple[SizedLot, ...]) -> tuple[str, dict[str, int]]:
    key = "hours." + "-".join(str(each.lot.number or 0) for each in found)
    framework = f" par tranche de 100{NBSP}000 € de commandes" if chat.answers.get("form") == "framework" else ""
    lines = "\n".join(f"- {each.line}" for each in found)
    offered = []
    if any(each.found.hours >= 1 for each in found):
        total = " + ".join(hours_of(each.found.hours) for each in found if each.found.hours >= 1)
        offered = [Option(COMPUTED, f"Garder {total}")]
        text = (
            f"Voici le calcul{framework}{NBSP}:\n{lines}\n\nGardez-vous ces heures, ou en écrivez-vous d’autres{NBSP}?"
        )
    else:
        text = f"Le calcul ne donne aucune heure{framework}{NBSP}:\n{lines}\n\nÉcrivez les heures à demander."
    read = offering(offered, lambda typed: _kept_or_given(found, typed, is_offered=bool(offered)))
    given = chat.value(key, text, read, suggestions=offered)
    return key, hours_kept(found, given)


def _kept_or_given(found: tuple[SizedLot, ...], typed: str, *, is_offered: bool) -> str:
    if is_offered and plain(typed).strip(" .!") in YES | {"garder", "je garde", "je les garde"}:
        return COMPUTED
    return stored_hours(found, typed)


def _months(chat: Chat) -> int:
    known = facts_of(chat.answers).months
    if known is not None:
        chat.value("months", "", stored_months)  # answered already: a step one can go back to
        return known
    return int(chat.value("duration", f"Combien de mois dure l’exécution{NBSP}?", _months_needed))


def _months_needed(typed: str) -> str:
    months = stored_months(typed)
    if not months:
        raise Refused("La clause annonce une durée prévisionnelle. Une estimation suffit, par exemple 12.")
    return months


def _ccag(chat: Chat, nature: str) -> str:
    options = [Option(value, CCAG_LABELS[value]) for value in CCAG_OF[nature]]
    return chat.choose("ccag", f"Quel CCAG le marché vise-t-il{NBSP}?", options)


def _publics(chat: Chat) -> None:
    usual = [Option(",".join(USUAL_PUBLICS), "Les publics usuels")]
    chat.value(
        "publics",
        f"Quels publics{NBSP}? Gardez les publics usuels, ou écrivez les vôtres{NBSP}: RSA, longue durée, handicap, "
        "ASS ou AAH, jeunes, seniors, réfugiés, QPV, SIAE, EA ou ESAT, GEIQ, autres.",
        offering(usual, stored_publics),
        suggestions=usual,
    )


def _penalty(chat: Chat) -> None:
    usual = f"{euros(PENALTY)} par heure, {euros(LATE)} par jour"
    options = [Option(f"{PENALTY:f}", f"{usual} (exemple réel)"), Option("", "Aucune pénalité")]
    chat.value(
        "penalty",
        f"Quelle pénalité par heure non faite{NBSP}? L’usage va de 25 à 80{NBSP}€. Sans pénalité au contrat, aucune ne "
        "pourra être appliquée ensuite.",
        offering(options, stored_penalty),
        suggestions=options,
    )


def _details(chat: Chat) -> None:
    """What has a usual answer, given when the flow starts: asked only when somebody wants to change it."""
    chat.value(
        "modalities",
        f"Quelles modalités admettez-vous{NBSP}? Embauche directe, mise à disposition, sous-traitance.",
        stored_modalities,
        suggestions=[Option(",".join(MODALITY_LABELS), "Toutes")],
    )
    chat.value("day", f"Avant quel jour du mois suivant l’entreprise déclare-t-elle{NBSP}?", stored_day)
    if chat.answers.get("penalty"):
        chat.value(
            "notice", f"Après combien de jours de mise en demeure la pénalité est-elle due{NBSP}?", stored_notice
        )
        caps = [Option(CAP, f"{percent(Decimal(CAP))} (proposition)"), Option("", "Aucun plafond")]
        chat.value(
            "cap",
            f"Quel plafond pour l’ensemble des pénalités, en part du montant HT{NBSP}?",
            offering(caps, stored_cap, by_number=False),
            suggestions=caps,
        )
    chat.confirm("globalisation", f"Admettez-vous la globalisation des heures avec d’autres marchés{NBSP}?")
    chat.confirm("criterion", f"Y a-t-il aussi un critère d’attribution social{NBSP}?")
