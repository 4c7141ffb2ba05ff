"""Looking after an installation: `doctor`, `purge`, `backup`, `restore`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.rooms import opened, stop
from core.backup import write_backup
from core.doctor import Verdict, examine
from core.hours import NBSP
from core.refusal import Refused
from core.restoring import restore
from core.retention import preview, purge
from core.settings import InvalidSettings
from mailer.doctor import examine_mail


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("doctor")(doctor)
    app.command("purge")(purge_command)
    app.command("backup")(backup_command)
    app.command("restore")(restore_command)


def doctor() -> None:
    """Examiner l’installation et dire quoi faire."""
    with opened() as house:
        try:
            findings = [*examine(house), *examine_mail(house.settings)]
        except InvalidSettings as error:
            stop(str(error), code=2)
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


def backup_command(
    file: Annotated[Path, typer.Argument(metavar="FICHIER.tar.gz", dir_okay=False, help="Fichier à écrire.")],
) -> None:
    """Sauvegarder la base, les fichiers reçus et vos fiches, sans les clés : gardez celles-ci à part.

    Les données restent chiffrées dans la sauvegarde. On peut continuer à travailler pendant ce temps.
    """
    with opened() as house:
        try:
            counts = write_backup(house, file)
        except Refused as refusal:
            stop(refusal.message)
        except OSError as error:
            stop(f"{file} ne peut pas être écrit ({error.strerror}).")
        folder = house.settings.data_dir / "keys"
        are_given = house.settings.encryption_keys.get_secret_value()
    print(
        f"Sauvegarde écrite{NBSP}: {file} ({sum(counts.values())} lignes, {file.stat().st_size // 1024 + 1}{NBSP}Ko)."
    )
    where = "les réglages CLAUSETTE_SECRET_KEY et CLAUSETTE_ENCRYPTION_KEYS" if are_given else f"le dossier {folder}"
    print(f"Elle ne se lit qu’avec les clés{NBSP}: sauvegardez à part {where}.")


def restore_command(
    file: Annotated[Path, typer.Argument(metavar="FICHIER.tar.gz", help="Sauvegarde à restaurer.")],
) -> None:
    """Restaurer une sauvegarde dans une installation vide, avec les clés d’origine ; tout, ou rien.

    La base peut être d’une autre sorte : une sauvegarde de SQLite se restaure dans PostgreSQL, et l’inverse.
    """
    if not file.is_file():
        stop(f"il n’y a pas de fichier {file}.", code=2)
    with opened(upgraded=False) as house:
        try:
            done = restore(house, file)
        except Refused as refusal:
            stop(refusal.message)
        except OSError as error:
            stop(f"{error.filename or file} ne peut pas être lu ou écrit ({error.strerror}).")
        taken_at = house.local(done.taken_at)
    print(
        f"Restauré{NBSP}: {sum(done.tables.values())} lignes et {done.files} fichiers, "
        f"tels qu’ils étaient le {taken_at:%d/%m/%Y à %H:%M}. Vérifiez avec «{NBSP}clausette doctor{NBSP}»."
    )
