"""The checklist of a phase, in the tiny Markdown of messages."""

from core.hours import NBSP
from knowledge.presentation import cited
from knowledge.steps import Phase, phases

__all__ = ["Phase", "phases", "told_phase"]

PRACTICE = "pratique, à confirmer auprès du facilitateur"


def told_phase(phase: Phase) -> str:
    """Write what there is to do, each with its basis, and what comes next."""
    lines = [f"- {step.what} ({cited(step.source) if step.source else PRACTICE})" for step in phase.steps]
    return "\n".join((f"**{phase.title}**", "", *lines, "", f"Ensuite{NBSP}: {phase.next}"))
