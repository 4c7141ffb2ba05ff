"""`clausette programme`: a programme of purchases, judged line by line, without database or settings."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.rooms import stop
from core.models import Territory
from core.purchases.habits import habits_of
from core.purchases.programme import read_programme
from core.purchases.programme_workbook import programme_workbook
from core.refusal import Refused
from core.sheets import UnreadableSheet
from knowledge.presentation import day_in_france


def register(app: typer.Typer) -> None:
    """Add `programme` to the command line."""
    app.command("programme")(programme)


def programme(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Tableau des achats prévus (.xlsx, .ods, .csv).")],
    out: Annotated[Path, typer.Option(help="Fichier .xlsx à écrire.", dir_okay=False)],
) -> None:
    """Dire quelles opérations d’un programme d’achats se prêtent à une clause, pourquoi, et pour combien d’heures."""
    today: date = day_in_france()
    try:
        judged = read_programme(file, habits_of(Territory(sizing={})), today)
        out.write_bytes(programme_workbook(judged))
    except (Refused, UnreadableSheet) as error:
        stop(error.message)
    except OSError as error:
        stop(f"«\u00a0{error.filename}\u00a0» ne s’ouvre pas ou ne s’écrit pas ({error.strerror})")
    for notice in judged.notices:
        typer.echo(notice, err=True)
    suits = sum(each.verdict == "oui" for each in judged.operations)
    typer.echo(f"{len(judged.operations)} opérations lues, {suits} se prêtent à une clause. Écrit dans {out}.")
