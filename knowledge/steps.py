"""What a buyer does for a social clause, phase by phase, as data (`steps.yaml`)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.articles import Source
from knowledge.rules import typeset

_FILE = Path(__file__).parent / "steps.yaml"


@dataclass(frozen=True)
class Step:
    """One thing to do. `source` is None for what is practice, to be confirmed by the facilitateur."""

    what: str
    source: Source | None


@dataclass(frozen=True)
class Phase:
    """A phase of a purchase, its steps in their order, and what comes after them."""

    id: str
    title: str
    steps: tuple[Step, ...]
    next: str


@cache
def phases() -> tuple[Phase, ...]:
    """The phases in their order."""
    values = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return tuple(
        Phase(
            value["id"],
            value["title"],
            tuple(Step(typeset(step["what"]), _source(step["basis"], values["sources"])) for step in value["steps"]),
            typeset(value["next"]),
        )
        for value in values["phases"]
    )


def _source(basis: str, sources: dict[str, Any]) -> Source | None:
    if basis == "practice":
        return None
    known = sources["decp" if basis == "data" else "code"]
    return Source(known["title"], None if basis == "data" else basis, known["url"])
