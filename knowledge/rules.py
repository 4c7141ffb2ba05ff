"""Rules of law as data (`law.yaml`): what each article says during which period, and for which purchase."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from knowledge.articles import Source

Nature = Literal["works", "services", "supplies", "concession"]
Buyer = Literal["state", "local", "utility"]
Applies = Literal["yes", "no", "check"]
Kind = Literal["duty", "choice", "condition"]
Amount = Decimal | Literal["threshold"]

_FILE = Path(__file__).parent / "law.yaml"
_NARROW = (
    (re.compile(r" (?=[:;!?»€%])"), "\u00a0"),
    (re.compile(r"(?<=«) "), "\u00a0"),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), "\u00a0"),
    (re.compile(r"(?<=\d) (?=M€)|(?<=€) (?=HT)|(?<=\b[LRD]\.) (?=\d)"), "\u00a0"),
)


@dataclass(frozen=True)
class Purchase:
    """What a buyer is about to launch. `value`: euros excluding tax of all lots, options and renewals together (article
    R. 2121-1); `months`: None when unknown; `social_services`: on the list annexed to the code."""

    nature: Nature
    buyer: Buyer
    value: Decimal
    launched: date
    months: int | None = None
    defence: bool = False
    social_services: bool = False


@dataclass(frozen=True)
class When:
    """Conditions on a purchase, all of which must hold; an absent one always does."""

    nature: tuple[str, ...] | None = None
    buyer: tuple[str, ...] | None = None
    defence: bool | None = None
    social_services: bool | None = None
    months_known: bool | None = None
    months_under: int | None = None
    value_from: Amount | None = None
    value_under: Amount | None = None

    def holds(self, purchase: Purchase) -> bool:
        """Whether the conditions that need no threshold hold."""
        return (
            (self.nature is None or purchase.nature in self.nature)
            and (self.buyer is None or purchase.buyer in self.buyer)
            and self.defence in (None, purchase.defence)
            and self.social_services in (None, purchase.social_services)
            and self.months_known in (None, purchase.months is not None)
            and (self.months_under is None or (purchase.months is not None and purchase.months < self.months_under))
        )


@dataclass(frozen=True)
class Case:
    """One line of a rule: the answer, and the sentence that says why."""

    when: When
    applies: Applies
    why: str


@dataclass(frozen=True)
class Rule:
    """An article during one period, both days included; `valid_until` is None while it is in force."""

    id: str
    article: str
    title: str
    kind: Kind
    source: Source
    valid_from: date
    valid_until: date | None
    concerns: When
    cases: tuple[Case, ...]
    before: Case | None
    exceptions: tuple[str, ...]
    reformed: bool
    certainty: Literal["verified", "unverified"]

    def in_force(self, on: date) -> bool:
        """Whether the text stands on that day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True)
class Thresholds:
    """European thresholds of one period, in euros excluding tax, by nature and kind of buyer."""

    valid_from: date
    valid_until: date
    source: Source
    amounts: Mapping[tuple[str, str], Decimal]


@dataclass(frozen=True)
class Changeover:
    """The day between two regimes, and the sentence of each."""

    day: date
    why: str
    old: str
    between: str
    new: str


@dataclass(frozen=True)
class Law:
    """Everything `law.yaml` says."""

    rules: tuple[Rule, ...]
    thresholds: tuple[Thresholds, ...]
    changeover: Changeover
    unknown_threshold: str
    unknown_period: str


@cache
def own_law() -> Law:
    """The product's own rules."""
    return read_law(_FILE.read_text(encoding="utf-8"))


def read_law(text: str) -> Law:
    """The rules written in `text`, in the format that `law.yaml` explains at its top."""
    values = yaml.load(text, Loader=yaml.CSafeLoader)
    sources = {name: Source(value["title"], url=value["url"]) for name, value in values["sources"].items()}
    changeover = values["changeover"]
    regimes = {name: typeset(sentence) for name, sentence in changeover["regimes"].items()}
    return Law(
        rules=tuple(_rule(value, sources["code"]) for value in values["rules"]),
        thresholds=tuple(_thresholds(value, sources) for value in values["thresholds"]),
        changeover=Changeover(changeover["day"], typeset(changeover["why"]), **regimes),
        unknown_threshold=typeset(values["unknown"]["threshold"]),
        unknown_period=typeset(values["unknown"]["period"]),
    )


def typeset(sentence: str) -> str:
    """A French sentence with its non-breaking spaces."""
    for pattern, space in _NARROW:
        sentence = pattern.sub(space, sentence)
    return sentence


def _rule(value: dict[str, Any], code: Source) -> Rule:
    return Rule(
        id=value["id"],
        article=value["article"],
        title=typeset(value["title"]),
        kind=value["kind"],
        source=replace(code, article=value["article"]),
        valid_from=value["valid_from"],
        valid_until=value.get("valid_until"),
        concerns=_when(value.get("concerns")),
        cases=tuple(_case(case) for case in value["cases"]),
        before=_case(value["before"]) if "before" in value else None,
        exceptions=tuple(typeset(sentence) for sentence in value.get("exceptions", ())),
        reformed=value.get("reformed", False),
        certainty=value.get("certainty", "verified"),
    )


def _case(value: dict[str, Any]) -> Case:
    return Case(_when(value.get("when")), value["applies"], typeset(value["why"]))


def _when(value: dict[str, Any] | None) -> When:
    fields = dict(value or {})
    for name in ("nature", "buyer"):
        if name in fields:
            fields[name] = tuple(fields[name])
    for name in ("value_from", "value_under"):
        if isinstance(fields.get(name), int):
            fields[name] = Decimal(fields[name])
    return When(**fields)


def _thresholds(value: dict[str, Any], sources: Mapping[str, Source]) -> Thresholds:
    amounts: dict[tuple[str, str], Decimal] = {}
    for nature in ("works", "concession", "services", "supplies"):
        for buyer in ("state", "local", "utility"):
            amount = value[nature] if isinstance(value[nature], int) else value[nature][buyer]
            amounts[nature, buyer] = Decimal(amount)
    return Thresholds(value["valid_from"], value["valid_until"], sources[value["source"]], amounts)
