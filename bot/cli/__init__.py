"""The command line, and the composition root: the only place that knows everybody."""

import gc
import logging
import os
import sys

import typer

from bot.cli.commands import Commands

# Objects between two collections of garbage. With the usual 700 a start spends a sixth of its time looking in vain.
FEWER = 100_000

app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def clausette() -> None:
    """Clausette, l’assistante du facilitateur des clauses sociales d’insertion."""


def main() -> None:
    """Run the `clausette` command. What it writes is for its own user only."""
    os.umask(0o077)
    gc.set_threshold(FEWER)
    gc.disable()  # until the command is imported (`bot.cli.commands`): modules are no garbage
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    app()
