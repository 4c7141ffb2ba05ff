"""`clausette programme`: purchases to come, judged line by line; a spreadsheet needs neither database nor settings."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.place import OfTerritory, place_known
from bot.cli.rooms import opened, stop
from core.models import Territory
from core.people import territory
from core.purchases.habits import habits_of
from core.purchases.history import programme_of_history, stored_siren
from core.purchases.programme import Programme
from core.purchases.programme_sheet import read_programme
from core.purchases.programme_workbook import programme_workbook
from core.refusal import Refused
from core.sheets import UnreadableSheet
from knowledge.presentation import day_in_france


def register(app: typer.Typer) -> None:
    """Add `programme` to the command line."""
    app.command("programme")(programme)


def programme(
    out: Annotated[Path, typer.Option(help="Fichier .xlsx à écrire.", dir_okay=False)],
    file: Annotated[
        Path | None, typer.Argument(metavar="FICHIER", help="Tableau des achats prévus (.xlsx, .ods, .csv).")
    ] = None,
    buyer: Annotated[
        str | None, typer.Option(metavar="SIREN", help="Partir des marchés publiés d’un acheteur (import decp).")
    ] = None,
    of_territory: OfTerritory = False,
) -> None:
    """Dire quelles opérations d’un programme d’achats se prêtent à une clause, pourquoi, et pour combien d’heures."""
    if (file is None) == (buyer is None):
        stop("donnez un tableau, ou --buyer SIREN, l’un des deux", code=2)
    try:
        judged = _published(buyer) if buyer is not None else _told(file or Path(), of_territory=of_territory)
        out.write_bytes(programme_workbook(judged))
    except (Refused, UnreadableSheet) as error:
        stop(error.message)
    except OSError as error:
        stop(f"«\u00a0{error.filename}\u00a0» ne s’ouvre pas ou ne s’écrit pas ({error.strerror})")
    for notice in judged.notices:
        typer.echo(notice, err=True)
    suits, _, _ = judged.counted("oui")
    typer.echo(f"{len(judged.operations)} opérations lues, {suits} se prêtent à une clause. Écrit dans {out}.")


def _told(file: Path, *, of_territory: bool) -> Programme:
    place = place_known() if of_territory else Territory(sizing={})
    return read_programme(file, habits_of(place), day_in_france())


def _published(buyer: str) -> Programme:
    siren = stored_siren(buyer)
    with opened() as house, house.database.transaction() as session:
        return programme_of_history(session, siren, habits_of(territory(session, house)), house.today())
