"""A contract that was amended keeps its hours and dates: the table may say the first ones, or those of today."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.amendments import first_standing, known_standing
from core.contracts_sheet.row import Problem
from core.models import Commitment

KEPT = ("committed_hours", "starts_on", "ends_on", "status")


def without_terms(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a line says without what only an amendment changes."""
    return {name: None if name in KEPT else value for name, value in values.items()}


def contradictions(line: int, values: Mapping[str, Any], commitment: Commitment) -> Iterator[Problem]:
    """Yield what is wrong when a line gives hours or dates that the contract never had."""
    said = (values["committed_hours"], values["starts_on"], values["ends_on"])
    known = [
        (each.hours, each.starts_on, each.ends_on) for each in (first_standing(commitment), known_standing(commitment))
    ]
    if all(any(value in {None, each[place]} for each in known) for place, value in enumerate(said)):
        return
    fault = "ce marché a un avenant signé, ses heures et ses dates ne changent plus par un tableau"
    yield Problem(line, "", "", fault, "Enregistrez le changement comme un avenant (page /desk/avenants).")
