"""What a clause should say, as data (`items.yaml`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.articles import Source
from knowledge.rules import typeset

_FILE = Path(__file__).parent / "items.yaml"
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True)
class Item:
    """One thing to look for. The patterns work on folded sentences; `figure` names a figure looked for by the
    contradictions' reader instead of signs."""

    id: str
    title: str
    minimum: bool
    source: Source
    signs: re.Pattern[str]
    needs: re.Pattern[str] | None
    reach: int
    near: re.Pattern[str] | None
    unless: re.Pattern[str]
    figure: str | None
    proposal: str
    partial: str


@dataclass(frozen=True)
class Checklist:
    """The items in the order of the report, and what to do about two passages that contradict each other, by item."""

    items: tuple[Item, ...]
    contradictions: Mapping[str, str]


@cache
def own_checklist() -> Checklist:
    """The product's own checklist."""
    values = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    sources = {name: Source(value["title"], article=value.get("article")) for name, value in values["sources"].items()}
    contradictions = {name: typeset(sentence) for name, sentence in values["contradictions"].items()}
    return Checklist(tuple(_item(value, sources) for value in values["items"]), contradictions)


def _item(value: dict[str, Any], sources: Mapping[str, Source]) -> Item:
    return Item(
        id=value["id"],
        title=value["title"],
        minimum=value.get("minimum", False),
        source=sources[value["source"]],
        signs=re.compile("|".join(f"(?:{sign})" for sign in value["signs"])) if "signs" in value else _NOTHING,
        needs=re.compile(value["needs"]) if "needs" in value else None,
        reach=value.get("reach", 0),
        near=re.compile(value["near"]) if "near" in value else None,
        unless=re.compile(value["unless"]) if "unless" in value else _NOTHING,
        figure=value.get("figure"),
        proposal=typeset(value["proposal"]),
        partial=typeset(value.get("partial", "")),
    )
