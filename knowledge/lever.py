"""Which social lever suits a purchase: reserve it, reserve a lot, write a clause, score it, buy the insertion itself.

The landmarks come from the public platform « Le marché de l'inclusion »: more than 30 inclusive suppliers for whom the
purchase weighs less than 30 % of their turnover, reserve; 11 to 30, or a heavier weight, a lot; 2 to 10, a clause; at
most one, none. They are landmarks, not law: duration and technicity then temper them, as facilitators do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from knowledge.articles import Source
from knowledge.figures import percent
from knowledge.rules import Nature, typeset

Lever = Literal["reserved_contract", "reserved_lot", "reserved_ess", "clause", "criterion", "insertion_service", "none"]
Technicity = Literal["low", "medium", "high"]
Certainty = Literal["verified", "practice"]

_FILE = Path(__file__).parent / "lever.yaml"
_ORDER: tuple[Lever, ...] = ("reserved_contract", "reserved_lot", "clause", "none")


@dataclass(frozen=True)
class Offer:
    """A purchase and the inclusive suppliers found for it.

    `budget` and `mean_turnover` are euros excluding tax, None when unknown; `local_suppliers` is the part of
    `suppliers` on the territory; `insertion`: the very object is the qualification and insertion of people; `social`:
    social services, of the list annexed to the code.
    """

    suppliers: int
    budget: Decimal | None = None
    mean_turnover: Decimal | None = None
    local_suppliers: int | None = None
    months: int | None = None
    technicity: Technicity = "medium"
    nature: Nature | None = None
    insertion: bool = False
    social: bool = False

    @property
    def dependency(self) -> Decimal | None:
        """The part of a mean supplier's turnover that the purchase would be; None when unknown."""
        return self.budget / self.mean_turnover if self.budget is not None and self.mean_turnover else None


@dataclass(frozen=True)
class Option:
    """A lever, why it comes up here, what it is, its articles (all read in the code), how sure the choice of it is."""

    lever: Lever
    title: str
    why: str
    what: str
    articles: tuple[str, ...]
    source: Source
    certainty: Certainty = "practice"


@dataclass(frozen=True)
class Advice:
    """The lever advised, the reasons in reading order, what else is possible, and where the landmarks come from."""

    option: Option
    reasons: tuple[str, ...]
    alternatives: tuple[Option, ...]
    landmarks: Source


@dataclass(frozen=True)
class Landmarks:
    """Above `reserve`, `lot`, `clause` suppliers the next lever opens; `dependency` is a share; months."""

    reserve: int
    lot: int
    clause: int
    dependency: Decimal
    months_least: int
    months_better: int


def advised(offer: Offer) -> Advice:
    """The lever that suits the purchase, with reasons and alternatives."""
    if offer.insertion:
        reason = "L’objet même de l’achat est l’insertion des personnes : la clause n’aurait pas de sens."
        chosen = replace(_option(offer, "insertion_service", reason), certainty="verified")
        return _advice(chosen, [reason], _alternatives_of_insertion(offer))
    lever, reasons = _by_offer(offer)
    lever, tempering = _tempered(lever, offer)
    decisive = (reasons + tempering)[-1]
    told = [*reasons, *tempering, *_cautions(lever, offer)]
    return _advice(_option(offer, lever, decisive), told, _alternatives(lever, offer))


def _by_offer(offer: Offer) -> tuple[Lever, list[str]]:
    """What the landmarks say of the number of suppliers and the weight of the purchase."""
    marks, found, dependency = own_levers().landmarks, offer.suppliers, offer.dependency
    if found <= marks.clause:
        return "none", [f"{_suppliers(found)} : l’offre est trop mince pour porter une clause ou une réservation."]
    if found <= marks.lot:
        span = f"de {marks.clause + 1} à {marks.lot}"
        return "clause", [f"{_suppliers(found)} ({span}) : assez pour une clause, pas pour réserver."]
    if found <= marks.reserve:
        span = f"de {marks.lot + 1} à {marks.reserve}"
        return "reserved_lot", [f"{_suppliers(found)} ({span}) : assez pour réserver un lot."]
    many = f"{_suppliers(found)} (plus de {marks.reserve}) : l’offre est nombreuse."
    if dependency is None:
        unknown = "Le poids de l’achat dans leur chiffre d’affaires n’est pas connu : par prudence, un lot seulement."
        return "reserved_lot", [many, unknown]
    weight, limit = (
        f"L’achat pèserait {percent(dependency)} de leur chiffre d’affaires moyen",
        percent(marks.dependency),
    )
    if dependency < marks.dependency:
        return "reserved_contract", [many, f"{weight} (moins de {limit}) : elles n’en dépendraient pas."]
    return "reserved_lot", [many, f"{weight} ({limit} ou plus) : le marché entier serait trop lourd."]


def _tempered(lever: Lever, offer: Offer) -> tuple[Lever, list[str]]:
    """The lever once nature, duration and technicity have been looked at."""
    marks = own_levers().landmarks
    reasons = []
    if lever == "reserved_lot" and offer.nature == "concession":
        lever = "clause"
        reasons.append("Une concession n’est pas allotie comme un marché : la clause remplace le lot réservé.")
    if lever == "clause" and offer.months is not None and offer.months < marks.months_least:
        reasons.append(
            f"Moins de {marks.months_least} mois d’exécution : trop court pour recruter et accompagner une personne, "
            "sauf globalisation avec d’autres marchés."
        )
        return "none", reasons
    if lever == "clause" and offer.technicity == "high":
        reasons.append(
            "Les postes sont très techniques : un volume d’heures égal pour tous serait risqué ; "
            "laissez les candidats proposer, et notez-les."
        )
        return "criterion", reasons
    return lever, reasons


def _cautions(lever: Lever, offer: Offer) -> Iterator[str]:
    marks = own_levers().landmarks
    if lever == "clause" and offer.months is not None and offer.months < marks.months_better:
        yield f"Moins de {marks.months_better} mois d’exécution : prévoyez la mise à disposition ou la globalisation."
    if lever in ("reserved_contract", "reserved_lot") and offer.technicity == "high":
        yield "Les postes sont très techniques : vérifiez par un sourcing que les structures savent faire (R. 2111-1)."
    if offer.local_suppliers is None:
        return
    local, _ = _by_offer(replace(offer, suppliers=offer.local_suppliers))
    if offer.local_suppliers == 0 and offer.suppliers:
        yield "Aucune de ces structures n’est sur le territoire : vérifiez qu’elles s’y déplaceraient."
    elif _ORDER.index(local) > _ORDER.index(_by_offer(offer)[0]):
        title = _option(offer, local, "").title.lower()
        yield f"Avec les seules {offer.local_suppliers} structures du territoire, le repère donnerait : {title}."


def _alternatives(lever: Lever, offer: Offer) -> Iterator[Option]:
    concession = offer.nature == "concession"
    if lever == "reserved_contract" and not concession:
        yield _option(offer, "reserved_lot", "Pour ne réserver qu’une partie de l’achat.")
    if lever in ("reserved_contract", "reserved_lot"):
        yield _option(offer, "clause", "Sur les lots non réservés, ou si la réservation reste sans offre.")
    if lever == "reserved_lot":
        yield _option(offer, "reserved_contract", "Si le sourcing montre que les structures peuvent tout porter.")
    if lever == "clause" and offer.suppliers and not concession:
        yield _option(offer, "reserved_lot", "Si le sourcing trouve une structure prête pour un petit lot.")
    if lever in ("none", "criterion"):
        yield _option(offer, "clause", _why_clause_anyway(lever, offer))
    if offer.social and not concession:
        yield _option(offer, "reserved_ess", "Si des structures de l’économie sociale et solidaire savent le faire.")
    if lever != "criterion":
        yield _option(offer, "criterion", "En plus, pour faire décrire et noter la démarche d’insertion.")


def _why_clause_anyway(lever: Lever, offer: Offer) -> str:
    if lever == "criterion":
        return "Avec un petit volume d’heures, sur les postes que l’on apprend vite."
    if offer.suppliers > own_levers().landmarks.clause:
        return "Avec une globalisation acceptée, ou par mise à disposition sur un volume réduit."
    return "Si l’entreprise peut embaucher elle-même : une clause ne demande pas de structure d’insertion."


def _alternatives_of_insertion(offer: Offer) -> Iterator[Option]:
    yield _option(
        offer, "reserved_contract", "Si vous voulez limiter les candidats aux structures d’insertion ou du handicap."
    )
    yield _option(offer, "clause", "Si vous achetez en fait des travaux ou un service ordinaire.")


def _advice(option: Option, reasons: list[str], alternatives: Iterator[Option]) -> Advice:
    told = tuple(typeset(reason) for reason in reasons)
    return Advice(option, told, tuple(alternatives), own_levers().platform)


def _suppliers(number: int) -> str:
    if number == 0:
        return "Aucune structure repérée"
    return "1 structure repérée" if number == 1 else f"{number} structures repérées"


@dataclass(frozen=True)
class Levers:
    """Everything `lever.yaml` says."""

    landmarks: Landmarks
    levers: dict[str, dict[str, Any]]
    code: Source
    platform: Source


@cache
def own_levers() -> Levers:
    """The product's own levers and landmarks."""
    values = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    marks = values["thresholds"]
    sources = {name: Source(value["title"], url=value["url"]) for name, value in values["sources"].items()}
    landmarks = Landmarks(**{**marks, "dependency": Decimal(marks["dependency"]) / 100})
    return Levers(landmarks, values["levers"], sources["code"], sources["marche"])


def _option(offer: Offer, lever: Lever, why: str) -> Option:
    known = own_levers().levers[lever]

    def of(field: str) -> Any:
        concession = f"{field}_concession"
        return known[concession] if offer.nature == "concession" and concession in known else known[field]

    articles = tuple(of("articles"))
    source = replace(own_levers().code, article=", ".join(articles))
    return Option(lever, typeset(of("title")), typeset(why), typeset(of("what")), articles, source)
