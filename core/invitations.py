"""The calendar file of a meeting that a buyer prepares in a conversation."""

from collections.abc import Sequence

from core.exchange import ShownFile
from core.files import make
from core.flows.purchase.asking import STEPS, TOOLS
from core.messages import Meaning
from core.purchases.invitations import Invitation, calendar_for, told_invitation
from core.turn import Turn


def made(turn: Turn, asked: Invitation) -> tuple[str, Sequence[tuple[str, Meaning]], Sequence[ShownFile]]:
    """Make the file, and say what to do with it."""
    house = turn.house
    content = calendar_for(asked, zone=house.settings.zone, written_at=house.now())
    return told_invitation(asked), (STEPS, TOOLS), (make(turn.session, house, turn.conversation, asked.name, content),)
