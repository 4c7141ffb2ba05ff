"""From a buyer's answers to the texts of a clause, each paragraph with its legal basis.

The wording is data (`texts.yaml`): paragraphs kept or left out by flags, filled with values. It is a proposal, and says
so: the facilitateur reads it before it is published.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.articles import Source
from knowledge.drafting.answers import PUBLICS, Answers, Facilitator, Lot, WrongAnswers, read_answers
from knowledge.drafting.document import Block, Bullets, Draft, Heading, Table, Text, as_text
from knowledge.figures import euros, grouped, hours_of, percent
from knowledge.presentation import cited
from knowledge.rules import typeset
from knowledge.sizing import own_tables, penalty

__all__ = ["PUBLICS", "Answers", "Draft", "WrongAnswers", "as_text", "drafted", "read_answers", "social_considerations"]

_FILE = Path(__file__).parent / "texts.yaml"
_SHORT_MONTHS = 3


def drafted(answers: Answers) -> Draft:
    """The texts for these answers, in the order in which a buyer needs them."""
    flags, values = _flags(answers), _values(answers)
    return Draft(
        title=typeset(f"Clause d’insertion : {answers.object}"),
        checks=tuple(typeset(check.format_map(values)) for check in _checks(answers)),
        blocks=tuple(_blocks(answers, flags, values)),
    )


def social_considerations(answers: Answers) -> tuple[str, ...]:
    """The values of `considerationsSociales` to publish (DECP format 2.0.3)."""
    reserved = "Concession réservée" if answers.nature == "concession" else "Marché réservé"
    declared = (("Clause sociale", answers.clause), ("Critère social", answers.social_criterion),
                (reserved, bool(_reservations(answers))))  # fmt: skip
    return tuple(value for value, held in declared if held)


def _blocks(answers: Answers, flags: frozenset[str], values: Mapping[str, str]) -> Iterator[Block]:
    for part in _kept(_texts()["parts"], flags):
        yield Heading(typeset(part["title"].format_map(values)), 1)
        sections = [(s, paragraphs) for s in part["sections"] if (paragraphs := _kept(s["paragraphs"], flags))]
        for place, (section, paragraphs) in enumerate(sections, start=1):
            number = f"{place}. " if len(sections) > 1 else ""
            yield Heading(typeset(number + section["title"]), 2)
            for paragraph in paragraphs:
                yield _block(paragraph, answers, values)


def _block(paragraph: Mapping[str, Any], answers: Answers, values: Mapping[str, str]) -> Block:
    if "bullets" in paragraph:
        return Bullets(tuple(_BULLETS[paragraph["bullets"]](answers)))
    if "table" in paragraph:
        return _TABLES[paragraph["table"]](answers, values)
    return Text(typeset(paragraph["text"].format_map(values)), _basis(paragraph["basis"], answers, values))


def _basis(names: list[str], answers: Answers, values: Mapping[str, str]) -> str:
    founding = "ccag" if answers.ccag != "none" else "concession" if answers.nature == "concession" else "condition"
    return typeset(
        "Fondement : " + " ; ".join(_source(founding if n == "volume" else n, answers, values) for n in names)
    )


def _source(name: str, answers: Answers, values: Mapping[str, str]) -> str:
    known = _texts()["sources"][name]
    title = known["title"].format_map(values)
    if name != "ccag":
        return cited(Source(title, known.get("article")))
    ccag = _ccag(answers)
    verified = "" if ccag["verified"] else " (numéro d’article à vérifier sur Légifrance)"
    return cited(Source(title, ccag["article"])) + verified


def _kept(items: list[dict[str, Any]], flags: frozenset[str]) -> list[dict[str, Any]]:
    return [item for item in items if all(_holds(flag, flags) for flag in item.get("when", ()))]


def _holds(flag: str, flags: frozenset[str]) -> bool:
    return flag[1:] not in flags if flag.startswith("!") else flag in flags


def _flags(answers: Answers) -> frozenset[str]:
    penalties = answers.penalties
    known = {
        "concession": answers.nature == "concession",
        "ccag": answers.ccag != "none",
        "lots": bool(answers.lots),
        "single": not answers.lots,
        "framework": answers.framework_agreement,
        "reserved": bool(_reservations(answers)),
        "halves": any(kind != "ess" for _, kind in _reservations(answers)),
        "ess": any(kind == "ess" for _, kind in _reservations(answers)),
        "clause": answers.clause,
        "criterion": answers.social_criterion,
        "facilitator": answers.facilitator is not None,
        "globalisation": answers.globalisation,
        "review": answers.review,
        "penalties": penalties is not None,
        "late": penalties is not None and penalties.late_documents is not None,
        "cap": penalties is not None and penalties.cap is not None,
    }
    return frozenset(flag for flag, held in known.items() if held)


def _values(answers: Answers) -> dict[str, str]:
    texts, penalties = _texts(), answers.penalties
    kind = "concession" if answers.nature == "concession" else "framework" if answers.framework_agreement else "market"
    ccag = _ccag(answers)
    numbered = f"l’article {ccag['article']} du {ccag['name']}"
    return {
        **texts["contracts"][kind],
        "buyer": answers.buyer,
        "object": answers.object,
        "months": str(answers.months),
        "hours": _hours(answers.hours or 0),
        "hours_told": _hours_told(answers),
        "reporting_day": str(answers.reporting_day),
        "ccag_name": ccag["name"],
        "ccag_reference": numbered if ccag["article"] else f"la clause d’insertion sociale du {ccag['name']}",
        "facilitator": _contact(answers.facilitator) if answers.facilitator else "",
        "controller": answers.facilitator.organisation if answers.facilitator else answers.buyer,
        "per_hour": euros(penalties.per_hour) if penalties else "",
        "late": euros(penalties.late_documents) if penalties and penalties.late_documents else "",
        "cap": percent(penalties.cap) if penalties and penalties.cap else "",
        "notice_days": str(penalties.formal_notice_days) if penalties else "",
        "due": euros(penalty(Decimal(100), penalties.per_hour)) if penalties else "",
        "keeping": "10" if answers.nature == "works" else "5",
        "decp": ", ".join(f"« {value} »" for value in social_considerations(answers)),
    }


def _checks(answers: Answers) -> Iterator[str]:
    texts = _texts()["checks"]
    yield texts["reader"]
    if any(kind == "ess" for _, kind in _reservations(answers)):
        yield texts["ess"]
    if not answers.clause:
        return
    if answers.facilitator is None:
        yield texts["no_facilitator"]
    if answers.ccag != "none" and not _ccag(answers)["verified"]:
        yield texts["ccag_unverified"]
    if answers.ccag == "none" and answers.nature != "concession":
        yield texts["no_ccag"]
    yield from (texts[name] for name in _penalty_checks(answers))
    if answers.review:
        yield texts["review"]
    if answers.framework_agreement:
        yield texts["framework"]
    else:
        yield from (texts["small"].format(lot=name, hours=hours_of(hours)) for name, hours in _small(answers))
    if answers.months < _SHORT_MONTHS:
        yield texts["short"]
    if "districts" in answers.publics:
        yield texts["districts"]


def _penalty_checks(answers: Answers) -> tuple[str, ...]:
    if answers.penalties is None:
        return ("no_penalty",)
    if answers.penalties.cap is None:
        return ("penalty_example", "penalty_notice", "no_cap")
    return ("penalty_example", "penalty_proposal")


def _small(answers: Answers) -> Iterator[tuple[str, Decimal]]:
    least = own_tables().limits.month
    volumes = [(f"Lot {lot.number}", lot.hours) for lot in answers.lots] or [("Volume", answers.hours)]
    return ((name, Decimal(hours)) for name, hours in volumes if hours is not None and hours < least)


def _reservations(answers: Answers) -> list[tuple[str, str]]:
    """Who may bid, for each reserved lot or for the whole: « Le lot 2 (Nettoyage) », « siae »."""
    if answers.reserved:
        kind = {"concession": "La concession"}.get(answers.nature, "Le marché")
        return [(kind, answers.reserved)]
    return [(f"Le lot {lot.number} ({lot.title})", lot.reserved) for lot in answers.lots if lot.reserved]


def _told_reservations(answers: Answers) -> list[str]:
    ending = "_concession" if answers.nature == "concession" else ""
    feminine = "e" if answers.reserved and ending else ""
    known = _texts()["reservations"]
    return [typeset(f"{what} est réservé{feminine} {known[kind + ending]}.") for what, kind in _reservations(answers)]


def _hours_told(answers: Answers) -> str:
    per = " par tranche de 100 000 € HT de commandes" if answers.framework_agreement else ""
    if answers.hours is not None:
        return f"{_hours(answers.hours)} heures d’insertion{per}"
    return " ; ".join(
        f"lot {lot.number}, {_hours(lot.hours)} heures d’insertion{per}" for lot in _lots(answers) if lot.hours
    )


def _lots(answers: Answers) -> tuple[Lot, ...]:
    return tuple(sorted((lot for lot in answers.lots if lot.hours is not None), key=lambda lot: lot.number))


def _lots_table(answers: Answers, _: Mapping[str, str]) -> Table:
    header = "Heures d’insertion par tranche de 100 000 € HT" if answers.framework_agreement else "Heures d’insertion"
    rows = tuple((f"Lot {lot.number}", lot.title, _hours(lot.hours or 0)) for lot in _lots(answers))
    return Table((("Lot", "Désignation", typeset(header)), *rows), header=True)


def _group_table(_: Answers, __: Mapping[str, str]) -> Table:
    return Table((("Membre du groupement", "Heures à réaliser"), ("", ""), ("", "")), header=True)


def _form_table(_: Answers, values: Mapping[str, str]) -> Table:
    rows = _texts()["form"]
    told = ((row["field"].format_map(values), row["fill"].format_map(values)) for row in rows)
    return Table(tuple((typeset(field), typeset(fill)) for field, fill in told), header=False)


def _contact(facilitator: Facilitator) -> str:
    known = (facilitator.organisation, facilitator.name, facilitator.email, facilitator.phone)
    return ", ".join(part for part in known if part)


def _hours(hours: int | None) -> str:
    return grouped(Decimal(hours or 0), 0)


def _ccag(answers: Answers) -> dict[str, Any]:
    none = {"name": "", "article": None, "verified": True}
    return none if answers.ccag == "none" else dict(_texts()["ccag"][answers.ccag])


def _listed(values: list[str]) -> list[str]:
    *others, last = values
    return [typeset(f"{value} ;") for value in others] + [typeset(f"{last}.")]


@cache
def _texts() -> dict[str, Any]:
    return dict(yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


_BULLETS = {
    "publics": lambda answers: _listed([_texts()["publics"][public] for public in answers.publics]),
    "modalities": lambda answers: _listed([_texts()["modalities"][name] for name in answers.modalities]),
    "proofs": lambda answers: _listed(list(answers.proofs) or _texts()["proofs"]),
    "reservations": _told_reservations,
}
_TABLES = {"lots": _lots_table, "group": _group_table, "form": _form_table}
