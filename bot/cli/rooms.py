"""Opening the house: settings, keys, database, articles, letters. Creates what is missing."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer

from core.database import Database
from core.house import House
from core.keys import load_keys
from core.schema import upgrade
from core.settings import InvalidSettings, Settings
from knowledge import Library
from knowledge.articles import OWN_FOLDER
from mailer.letters import write_letter


class Shelf:
    """The library in force: the product's articles and the operator's, loaded on first use."""

    def __init__(self, operator_folder: Path) -> None:
        self._folders = [OWN_FOLDER, *([operator_folder] if operator_folder.is_dir() else [])]
        self._library: Library | None = None
        self._loading = threading.Lock()

    def __call__(self) -> Library:
        """Return the library."""
        if self._library is None:
            with self._loading:
                if self._library is None:
                    self._library = Library.load(*self._folders)
        return self._library


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[House]:
    """Open the house and close it at the end. A wrong setting ends the command with one line and exit code 2."""
    try:
        known = settings or Settings.read()
        keys = load_keys(known)
        database = Database(known.database, keys)
        upgrade(database)
    except InvalidSettings as error:
        stop(str(error), code=2)
    except OSError as error:
        stop(f"{error.strerror}: {error.filename}", code=2)
    try:
        yield House(known, keys, database, Shelf(known.data_dir / "articles"), write_letter)
    finally:
        database.close()


def stop(sentence: str, *, code: int = 1) -> NoReturn:
    """End the command with one clear line on the error output."""
    print(f"clausette : {sentence}", file=sys.stderr)
    raise typer.Exit(code)
