"""The territory that the commands of buyers may use, where a database holds one."""

from typing import Annotated

import typer

from bot.cli.rooms import opened
from core.models import Territory
from core.people import territory

OfTerritory = Annotated[
    bool, typer.Option("--territory", help="Prendre les tables du territoire, dans la base de données.")
]


def place_known() -> Territory:
    """Open the house and return its territory."""
    with opened() as house, house.database.transaction() as session:
        return territory(session, house)
