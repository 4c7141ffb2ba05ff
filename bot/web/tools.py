"""The buyers' tools of the page `/acheteur`: their fields, and their answers in the tiny Markdown of messages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from bot.web.fields import Field
from core.hours import NBSP
from core.models import Territory
from core.months import read_day
from core.purchases.clause import (
    CAP,
    CCAG_LABELS,
    NOTICE_DAYS,
    stored_cap,
    stored_day,
    stored_modalities,
    stored_notice,
    stored_penalty,
    stored_publics,
)
from core.purchases.comparison import compared, told_comparison
from core.purchases.facts import BUYERS, NATURES, facts_of
from core.purchases.figures import (
    stored_amount,
    stored_cost,
    stored_count,
    stored_months,
    stored_share,
    stored_trade,
)
from core.purchases.habits import habits_of
from core.purchases.lots import RESERVED, stored_lots
from core.purchases.sizing import sized_lots, told_hours
from core.purchases.structures import structures_of
from core.purchases.wording import told_advice, told_rules, told_without_offer
from core.refusal import Refused
from knowledge.figures import percent
from knowledge.lever import Offer, Technicity, advised

Fields = tuple[Field, ...]
Answer = Callable[[Mapping[str, str], Territory, Session, date], str]
LEVELS: dict[str, tuple[Technicity, str]] = {
    "low": ("low", "Simples, appris sur le poste"),
    "medium": ("medium", "Ordinaires, du métier"),
    "high": ("high", "Très techniques"),
}
FORMS = (
    ("ordinary", "Marché ordinaire, avec ou sans lots"),
    ("framework", "Accord-cadre à bons de commande"),
    ("reserved", "Réservé en entier"),
)


@dataclass(frozen=True)
class Tool:
    """One tool: its address under `/acheteur`, its title, what it is for. One that `writes` is posted."""

    slug: str
    title: str
    what: str
    fields: Callable[[Territory, date], Fields]
    answer: Answer
    action: str = "Voir la réponse"
    writes: bool = False


def day_reader(today: date) -> Callable[[str], str]:
    """Make a reader of days, stored as YYYY-MM-DD."""

    def read(text: str) -> str:
        found = read_day(text, today)
        if found is None:
            raise Refused("Écrivez une date, par exemple 01/12/2026.")
        return found.isoformat()

    return read


NATURE = Field("nature", "Qu’achetez-vous\u00a0?", options=tuple(NATURES.items()))
BUYER = Field("buyer_kind", "Quel acheteur êtes-vous\u00a0?", options=tuple(BUYERS.items()))
LOTS = Field(
    "lots", "Montant HT, ou lots", read=stored_lots, rows=4,
    hint="Un montant sur toute la durée, ou un lot par ligne\u00a0: «\u00a0Lot 2 Peinture 300 k€\u00a0», "
    "«\u00a0Lot 3 Espaces verts réservé SIAE\u00a0».",
)  # fmt: skip
RATE = Field("rate", "Taux d’insertion", read=stored_share(most=Decimal(1), example=f"5{NBSP}%"),
             hint=f"L’usage va de 5 à 10{NBSP}% en travaux, jusqu’à 20{NBSP}% en services.")  # fmt: skip
TRADE = Field("trade", "Métier", read=stored_trade, required=False,
              hint=f"Il donne la part de main-d’œuvre\u00a0; ou écrivez-la, par exemple 55{NBSP}%. "
              "Avec des lots, leurs titres suffisent.")  # fmt: skip


def _rules_fields(_: Territory, today: date) -> Fields:
    return (
        NATURE,
        BUYER,
        Field(
            "value", "Valeur estimée HT", read=stored_amount, hint="Tous les lots, options et reconductions compris."
        ),
        Field("launched", "Lancement de la consultation", read=day_reader(today), kind="date", value=today.isoformat()),
        Field("months", "Durée en mois", read=stored_months, required=False, hint="Elle compte pour les travaux."),
    )


def _rules(answers: Mapping[str, str], _: Territory, __: Session, today: date) -> str:
    found = facts_of(answers).purchase(today)
    if found is None:
        raise ValueError("the fields give the whole purchase")
    return told_rules(found, whole=True)


SUPPLIERS = "SIAE, entreprises adaptées, ESAT. Vide si vous ne savez pas."


def _lever_fields(place: Territory, _: date) -> Fields:
    known = structures_of(place)
    return (
        NATURE,
        Field("suppliers", "Structures inclusives qui pourraient répondre", read=stored_count, required=False,
              hint=" ".join(filter(None, (SUPPLIERS, known.note if known.told else ""))),
              value=str(known.reservable or "")),
        Field("value", "Budget HT", read=stored_amount, required=False),
        Field("turnover", "Chiffre d’affaires annuel moyen de ces structures", read=stored_amount, required=False,
              value=f"{known.turnover:f}" if known.turnover else ""),
        Field("months", "Durée en mois", read=stored_months, required=False),
        Field("technicity", "Postes à tenir", options=tuple((value, label) for value, (_, label) in LEVELS.items()),
              value="medium"),
    )  # fmt: skip


def _lever(answers: Mapping[str, str], _: Territory, __: Session, ___: date) -> str:
    if not answers.get("suppliers"):
        return told_without_offer()
    facts, turnover = facts_of(answers), answers.get("turnover")
    technicity = LEVELS[answers["technicity"]][0]
    offer = Offer(int(answers["suppliers"]), facts.value, Decimal(turnover) if turnover else None, None, facts.months,
                  technicity, facts.legal_nature, social=facts.nature == "social")  # fmt: skip
    return told_advice(advised(offer))


def _hours_fields(place: Territory, _: date) -> Fields:
    habits = habits_of(place)
    return (
        LOTS,
        TRADE,
        Field(**{**vars(RATE), "value": percent(habits.rate)}),
        Field("cost", "Coût horaire, toutes charges", read=stored_cost, value=f"{habits.hourly_cost.normalize():f}",
              hint="" if "hourly_cost" in habits.set_here else "Usage, à confirmer auprès du facilitateur."),
    )  # fmt: skip


def _hours(answers: Mapping[str, str], place: Territory, session: Session, _: date) -> str:
    lots = facts_of(answers).lots
    found = sized_lots(lots, habits_of(place), trade=answers.get("trade"), rate=Decimal(answers["rate"]),
                       cost=Decimal(answers["cost"]))  # fmt: skip
    if not found:
        return f"Tous les lots sont réservés{NBSP}: il n’y a pas d’heures à calculer."
    divisions = dict.fromkeys(each.labour.division for each in found if each.labour.division)
    known = [compared(session, division) for division in divisions]
    return "\n\n".join([told_hours(found), *(told_comparison(each) for each in known if each is not None)])


def _draft_fields(place: Territory, _: date) -> Fields:
    habits = habits_of(place)
    return (
        Field("object", "Objet de l’achat"),
        Field("buyer", "Acheteur"),
        NATURE,
        Field("form", "Forme", options=FORMS, value="ordinary"),
        Field("whom", "Si tout est réservé, à qui", options=tuple(RESERVED.items()), required=False),
        Field(**{**vars(LOTS), "required": False}),
        TRADE,
        Field(**{**vars(RATE), "value": percent(habits.rate), "required": False}),
        Field("months", "Durée en mois", read=stored_months),
        Field("ccag", "CCAG", options=tuple(CCAG_LABELS.items())),
        Field("publics", "Publics", read=stored_publics, value="les publics usuels", required=False,
              hint="RSA, longue durée, handicap, jeunes, seniors, QPV, SIAE…"),
        Field("penalty", "Pénalité par heure non faite", read=stored_penalty, required=False,
              hint=f"L’usage va de 25 à 80{NBSP}€. Vide, aucune pénalité."),
        *_usual_fields(place),
    )  # fmt: skip


ADMITTED = (("yes", "Admise"), ("no", "Non admise"))
SCORED = (("no", "Non"), ("yes", "Oui, en plus de la clause"))


def _usual_fields(place: Territory) -> Fields:
    """What has a usual answer in a clause."""
    proposed = "Une proposition, à confirmer auprès du facilitateur."
    return (
        Field("notice", "Mise en demeure, en jours", read=stored_notice, required=False, value=NOTICE_DAYS,
              hint=proposed, is_usual=True),
        Field("cap", "Plafond des pénalités, en part du montant HT", read=stored_cap, required=False,
              value=percent(Decimal(CAP)), hint=f"{proposed} Écrivez «{NBSP}aucun{NBSP}» pour ne pas plafonner.",
              is_usual=True),
        Field("modalities", "Modalités admises", read=stored_modalities, required=False, value="toutes",
              hint="Embauche directe, mise à disposition, sous-traitance.", is_usual=True),
        Field("day", "Déclaration avant le, du mois suivant", read=stored_day, required=False,
              value=str(place.reporting_day), is_usual=True),
        Field("globalisation", "Globalisation avec d’autres marchés", options=ADMITTED,
              required=False, value="yes", is_usual=True),
        Field("criterion", "Critère d’attribution social", options=SCORED,
              required=False, value="no", is_usual=True),
    )  # fmt: skip


def _not_answered(_: Mapping[str, str], __: Territory, ___: Session, ____: date) -> str:
    return ""


TOOLS = (
    Tool("obligations", "Suis-je obligé\u00a0?", "Ce que la loi demande, selon la valeur et la date.", _rules_fields,
         _rules),
    Tool("levier", "Quel levier\u00a0?", "Clause, critère, lot ou marché réservé.", _lever_fields, _lever),
    Tool("heures", "Combien d’heures\u00a0?", "Le volume, lot par lot, avec le calcul.", _hours_fields, _hours),
    Tool("redaction", "Rédiger la clause", "L’article, les annexes et les données à publier, en Word.", _draft_fields,
         _not_answered, "Voir le texte", writes=True),
)  # fmt: skip
