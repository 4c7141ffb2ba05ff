"""Looking after an installation: `doctor`, `purge`."""

from typing import Annotated

import typer

from bot.cli.rooms import opened
from core.doctor import Verdict, examine
from core.hours import NBSP
from core.retention import preview, purge


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("doctor")(doctor)
    app.command("purge")(purge_command)


def doctor() -> None:
    """Examiner l’installation et dire quoi faire."""
    with opened() as house:
        findings = examine(house)
    for finding in findings:
        print(f"[{finding.verdict}] {finding.what}" + (f"\n        {finding.remedy}" if finding.remedy else ""))
    if any(finding.verdict is Verdict.WRONG for finding in findings):
        raise typer.Exit(1)


def purge_command(
    yes: Annotated[
        bool, typer.Option("--yes", help="Effacer pour de bon ; sans cette option, montrer seulement.")
    ] = False,
) -> None:
    """Effacer ce dont la durée de conservation est passée."""
    with opened() as house:
        rows = purge(house) if yes else preview(house)
    for label, count in rows:
        print(f"{count:>8}  {label}")
    if not yes:
        print(f"Rien n’est effacé. Pour effacer{NBSP}: clausette purge --yes")
