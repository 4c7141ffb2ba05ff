"""The command line, and the composition root: the only place that knows everybody."""

import logging
import os
import sys

import typer

from bot.cli import (
    answers,
    buying,
    calendar,
    care,
    clauses,
    declaring,
    inbox,
    learning,
    obligations,
    programming,
    receipts,
    register,
    running,
    talking,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Clausette, l’assistante du facilitateur des clauses sociales d’insertion.",
)
for commands in (
    running,
    answers,
    learning,
    obligations,
    buying,
    clauses,
    talking,
    declaring,
    inbox,
    register,
    receipts,
    calendar,
    care,
    programming,
):
    commands.register(app)


def main() -> None:
    """Run the `clausette` command. What it writes is for its own user only."""
    os.umask(0o077)
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    app()
