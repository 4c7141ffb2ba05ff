"""A purchase told in a sentence, with its amount, goes to the tool that counts its hours and asks for the rest only."""

from core.hours import NBSP
from core.purchases.asked import purchase_asked
from core.purchases.facts import recalled
from core.recollection import forget
from core.replay import begin
from core.turn import Turn


def takes_purchase(turn: Turn, text: str) -> bool:
    """Take a purchase to its tool where nothing else is under way; say whether it did.

    An awardee who speaks of an amount speaks of the contract that it won: the articles and the register answer.
    """
    if turn.flow not in {None, "ask"} or turn.register.declarable:
        return False
    asked = purchase_asked(text)
    if asked is None:
        return False
    forget(turn)  # another purchase than the one spoken of before
    if known := recalled(asked):
        turn.say(f"J’ai noté{NBSP}: {known}. Voyons combien d’heures cela fait.")
    begin(turn, "purchase_hours", asked, is_told=True)
    return True
