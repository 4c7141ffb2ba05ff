"""What a buyer said of a purchase to one tool, kept in the conversation for the other tools."""

from core.flows import PURCHASE_TOOLS, SAYS_WHAT_IT_REUSES
from core.hours import NBSP
from core.purchases.facts import recalled, shared
from core.turn import Turn


def remember(turn: Turn) -> None:
    """Keep what the tool under way learnt."""
    if turn.flow in PURCHASE_TOOLS and (learnt := shared(turn.answers)):
        known = turn.state.get("purchase")
        turn.state["purchase"] = {**(known if isinstance(known, dict) else {}), **learnt}


def forget(turn: Turn, what: str = "") -> None:
    """Forget one thing, or everything to start afresh: the tools under way are left too."""
    known = turn.state.get("purchase")
    if what and isinstance(known, dict):
        turn.state["purchase"] = {key: value for key, value in known.items() if key != what}
        return
    stack = turn.state.get("stack")
    stacked = stack if isinstance(stack, list) else []
    gone = {"purchase", *({"flow", "run", "answers", "given"} if turn.flow in PURCHASE_TOOLS else ())}
    kept = {key: value for key, value in turn.state.items() if key not in gone}
    turn.state = {**kept, "stack": [each for each in stacked if each["flow"] not in PURCHASE_TOOLS]}


def taken_over(turn: Turn, flow: str) -> dict[str, str]:
    """Return what a tool takes over from the others; said first, with a way to start afresh."""
    known = turn.state.get("purchase")
    if flow not in PURCHASE_TOOLS or not isinstance(known, dict):
        return {}
    if flow in SAYS_WHAT_IT_REUSES and (told := recalled(known)):
        turn.say(f"Je reprends votre achat{NBSP}: {told}.", [("Nouvel achat", {"start": "new_purchase"})])
    return known
