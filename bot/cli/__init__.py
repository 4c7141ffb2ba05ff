"""The command line, and the composition root: the only place that knows everybody."""

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)


def main() -> None:
    """Run the `clausette` command."""
    app()
