"""A buyer's answers, from JSON to values. Every wrong one is said in a line that names its field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from knowledge.drafting.fields import Fields
from knowledge.rules import Nature

Ccag = Literal["travaux", "fcs", "pi", "tic", "mi", "moe", "none"]
Reservation = Literal["handicap", "siae", "both", "ess"]
LONGEST_ESS = 36  # months, article L. 2113-16

PUBLICS = ("rsa", "long_term", "disability", "allowances", "young", "seniors", "refugees", "districts", "siae",
           "adapted", "geiq", "other")  # fmt: skip
MODALITIES = ("direct", "secondment", "subcontracting")
MOST_HOURS = 1_000_000
MOST_LOT_NUMBER = 99

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class WrongAnswers(Exception):
    """What is wrong in the answers: one French line for each field."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


@dataclass(frozen=True)
class Lot:
    """A lot: its hours (for each 100,000 euros ordered in a framework agreement), or whom it is reserved to."""

    number: int
    title: str
    hours: int | None
    reserved: Reservation | None


@dataclass(frozen=True)
class Penalties:
    """Euros for an hour not done and for a day of delay, days of formal notice, cap as a share of the amount."""

    per_hour: Decimal
    formal_notice_days: int
    late_documents: Decimal | None
    cap: Decimal | None


@dataclass(frozen=True)
class Facilitator:
    """Who accompanies the company, and how to reach them."""

    organisation: str
    name: str | None
    email: str
    phone: str | None


@dataclass(frozen=True)
class Answers:
    """Everything the texts need. `hours` (as in Lot) when there are no lots; `months` of execution."""

    nature: Nature
    buyer: str
    object: str
    months: int
    ccag: Ccag
    lots: tuple[Lot, ...]
    hours: int | None
    reserved: Reservation | None
    publics: tuple[str, ...]
    modalities: tuple[str, ...]
    proofs: tuple[str, ...]
    reporting_day: int
    penalties: Penalties | None
    facilitator: Facilitator | None
    globalisation: bool
    review: bool
    framework_agreement: bool
    social_criterion: bool

    @property
    def clause(self) -> bool:
        """Whether some hours are committed to."""
        return self.hours is not None or any(lot.hours is not None for lot in self.lots)


def read_answers(values: object) -> Answers:
    """The answers of a JSON object. Raises WrongAnswers with all that is wrong at once."""
    if not isinstance(values, dict):
        raise WrongAnswers(["Les réponses doivent être un objet JSON, entre accolades."])
    fields = Fields(values, "", [])
    nature = fields.one_of("nature", get_args(Nature))
    lots = tuple(_lot(fields.inside(f"lots[{place}]", value)) for place, value in enumerate(fields.many("lots")))
    answers = Answers(
        nature=nature,
        buyer=fields.text("buyer"),
        object=fields.text("object"),
        months=fields.whole("months", 1, 600),
        ccag=fields.one_of("ccag", get_args(Ccag)),
        lots=lots,
        hours=fields.whole("hours", 1, MOST_HOURS) if fields.has("hours") else None,
        reserved=fields.one_of("reserved", get_args(Reservation)) if fields.has("reserved") else None,
        publics=fields.choices("publics", PUBLICS),
        modalities=fields.choices("modalities", MODALITIES),
        proofs=fields.texts("proofs"),
        reporting_day=fields.whole("reporting_day", 1, 28),
        penalties=_penalties(fields.inside("penalties")) if fields.given("penalties") else None,
        facilitator=_facilitator(fields.inside("facilitator")) if fields.given("facilitator") else None,
        globalisation=fields.yes_or_no("globalisation"),
        review=fields.yes_or_no("review"),
        framework_agreement=fields.yes_or_no("framework_agreement", default=False),
        social_criterion=fields.yes_or_no("social_criterion", default=False),
    )
    fields.refuse_unknown()
    _check_together(answers, fields)
    if fields.wrong:
        raise WrongAnswers(fields.wrong)
    return answers


def _lot(fields: Fields) -> Lot:
    lot = Lot(
        number=fields.whole("number", 1, MOST_LOT_NUMBER),
        title=fields.text("title"),
        hours=fields.whole("hours", 1, MOST_HOURS) if fields.has("hours") else None,
        reserved=fields.one_of("reserved", get_args(Reservation)) if fields.has("reserved") else None,
    )
    fields.refuse_unknown()
    if lot.hours is None and lot.reserved is None:
        fields.refuse("hours", "manque : donnez les heures du lot, ou dites à qui il est réservé (reserved)")
    return lot


def _penalties(fields: Fields) -> Penalties:
    penalties = Penalties(
        per_hour=fields.euros("per_hour"),
        formal_notice_days=fields.whole("formal_notice_days", 1, 90),
        late_documents=fields.euros("late_documents") if fields.has("late_documents") else None,
        cap=fields.share("cap") if fields.has("cap") else None,
    )
    fields.refuse_unknown()
    return penalties


def _facilitator(fields: Fields) -> Facilitator:
    facilitator = Facilitator(
        organisation=fields.text("organisation"),
        name=fields.text("name") if fields.has("name") else None,
        email=fields.text("email"),
        phone=fields.text("phone") if fields.has("phone") else None,
    )
    if facilitator.email and not _EMAIL.fullmatch(facilitator.email):
        fields.refuse("email", f"« {facilitator.email} » n’est pas une adresse de courriel")
    fields.refuse_unknown()
    return facilitator


def _check_together(answers: Answers, fields: Fields) -> None:
    if answers.lots and (answers.hours is not None or answers.reserved is not None):
        fields.refuse("hours", "avec des lots, les heures et les réservations se donnent lot par lot")
    if not answers.lots and answers.hours is None and answers.reserved is None:
        fields.refuse("hours", "manque : donnez les heures, les lots, ou dites à qui le contrat est réservé (reserved)")
    numbers = [lot.number for lot in answers.lots]
    if len(set(numbers)) < len(numbers):
        fields.refuse("lots", "deux lots portent le même numéro")
    if "ess" in (answers.reserved, *(lot.reserved for lot in answers.lots)):
        if answers.nature not in ("services", ""):
            fields.refuse("reserved", "une réservation à l’ESS ne porte que sur des services (article L. 2113-15)")
        if answers.months > LONGEST_ESS:
            fields.refuse("months", f"un marché réservé à l’ESS dure {LONGEST_ESS} mois au plus (article L. 2113-16)")
    if answers.nature == "concession":
        if answers.ccag not in ("none", ""):
            fields.refuse("ccag", "aucun CCAG ne vise les concessions : écrivez « none »")
        if answers.framework_agreement:
            fields.refuse("framework_agreement", "une concession n’est pas un accord-cadre")
        if "both" in (answers.reserved, *(lot.reserved for lot in answers.lots)):
            fields.refuse("reserved", "une concession ne peut pas être réservée aux deux familles (article L. 3113-3)")
