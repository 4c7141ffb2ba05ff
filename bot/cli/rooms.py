"""Opening the house: settings, keys, database, articles, letters. Creates what is missing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from bot.cli.edges import model_of
from core.database import Database
from core.hours import NBSP
from core.house import House, utc_now
from core.keys import load_keys
from core.months import read_month
from core.schema import upgrade
from core.settings import InvalidSettings, Settings
from core.shelf import Shelf, articles_folder, territory_name
from mailer.letters import write_letter


@contextmanager
def opened(settings: Settings | None = None, *, upgraded: bool = True) -> Iterator[House]:
    """Open the house and close it at the end. A wrong setting ends the command with one line and exit code 2.

    `upgraded` brings the schema up to date first; only a restoration does it later, in its own way.
    """
    try:
        known = settings or Settings.read()
        keys = load_keys(known)
        model = model_of(known)
        database = Database(known.database, keys)
        if upgraded:
            upgrade(database)
    except InvalidSettings as error:
        stop(str(error), code=2)
    except OSError as error:
        stop(f"{error.strerror}: {error.filename}", code=2)
    except DBAPIError:
        place = make_url(known.database).render_as_string(hide_password=True)
        stop(f"la base de données ne répond pas, ou refuse la connexion ({place}).", code=2)
    try:
        yield House(known, keys, database, _shelf(known, database), write_letter, model=model)
    finally:
        database.close()
        if model is not None:
            model.close()


def _shelf(settings: Settings, database: Database) -> Shelf:
    return Shelf(
        articles_folder(settings),
        territory=lambda: territory_name(database, settings),
        today=lambda: utc_now().astimezone(settings.zone).date(),
    )


def month_given(option: str, month: str | None, house: House) -> str | None:
    """Read the month of an option, "2026-10"; None when it was not given. Anything else ends the command."""
    if month is None:
        return None
    read = read_month(month, house.today())
    if read is None:
        stop(f"{option}{NBSP}: «{NBSP}{month}{NBSP}» n’est pas un mois. Écrivez par exemple 2026-10.", code=2)
    return read


def stop(sentence: str, *, code: int = 1) -> NoReturn:
    """End the command with one clear line on the error output."""
    print(f"clausette : {sentence}", file=sys.stderr)
    raise typer.Exit(code)
