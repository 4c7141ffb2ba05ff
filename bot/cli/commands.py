"""The commands by name, each imported when it is called: `clausette ask` does not wait for the libraries of the web."""

import gc
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group


@dataclass(frozen=True)
class Listed:
    """A command as the help lists it, and the modules of `bot.cli` that make it."""

    help: str
    modules: tuple[str, ...]


COMMANDS = {
    "demo": Listed("Ouvrir un territoire fictif : tout dans un processus, sans jeton ni serveur.", ("running",)),
    "serve": Listed("Tout dans un processus : pages, Telegram, e-mails, tâches.", ("running",)),
    "web": Listed("Les pages et le webhook seulement ; plusieurs processus possibles sur PostgreSQL.", ("running",)),
    "worker": Listed(
        "Les envois et les tâches seulement ; plusieurs processus possibles sur PostgreSQL.", ("running",)
    ),
    "ask": Listed("Poser une question à la base des fiches.", ("answers",)),
    "articles": Listed("La base des fiches : vérifier, noter, régler.", ("answers", "learning")),
    "obligations": Listed(
        "Dire quelles règles s’appliquent à un achat le jour où sa consultation est lancée.", ("obligations",)
    ),
    "hours": Listed("Calculer le nombre d’heures d’insertion d’un marché ou d’un lot.", ("buying",)),
    "lever": Listed("Choisir entre marché réservé, lot réservé, clause, critère et service d’insertion.", ("buying",)),
    "draft": Listed(
        "Rédiger la clause d’insertion d’un achat : article, règlement, engagement, annexe, notice, données.",
        ("clauses",),
    ),
    "check": Listed(
        "Dire ce qu’un projet de clause contient, ce qui lui manque et ce qui s’y contredit.", ("clauses",)
    ),
    "chat": Listed("Converser dans le terminal : un message par ligne, les réponses s’affichent.", ("talking",)),
    "declare": Listed("Déclarer un mois en une phrase : « Octobre : Dupont 84 h, Ahmed rien ».", ("declaring",)),
    "inbox": Listed("La boîte aux lettres de l’assistante.", ("inbox",)),
    "invite": Listed("Écrire aux attributaires ce qu’ils doivent, avec leur code d’accès.", ("register",)),
    "link": Listed(
        "Afficher un lien de connexion pour une personne connue, à lui transmettre soi-même.", ("register",)
    ),
    "import": Listed("Faire entrer des marchés dans le suivi.", ("register",)),
    "export": Listed("Écrire un tableau dans un fichier .xlsx.", ("register",)),
    "receipts": Listed("Les reçus des déclarations.", ("receipts",)),
    "board": Listed(
        "Qui doit quoi pour un mois : en retard, à déclarer, déclaré, validé, sans heures, suspendu.", ("calendar",)
    ),
    "forecast": Listed(
        "Ce que valaient les prévisions d’heures, rejouées mois par mois sur les marchés terminés.", ("calendar",)
    ),
    "doctor": Listed("Examiner l’installation et dire quoi faire.", ("care",)),
    "purge": Listed("Effacer ce dont la durée de conservation est passée.", ("care",)),
    "backup": Listed(
        "Sauvegarder la base, les fichiers reçus et vos fiches, sans les clés : gardez celles-ci à part.", ("care",)
    ),
    "restore": Listed(
        "Restaurer une sauvegarde dans une installation vide, avec les clés d’origine ; tout, ou rien.", ("care",)
    ),
    "programme": Listed(
        "Dire quelles opérations d’un programme d’achats se prêtent à une clause, pourquoi, et pour combien d’heures.",
        ("programming",),
    ),
}


class Commands(TyperGroup):
    """The command line: its help comes from the table above, a command from its module."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {name: TyperCommand(name, help=listed.help) for name, listed in COMMANDS.items()}

    def resolve_command(self, *given: Any, **named: Any) -> Any:
        """Find what is called; see the library."""
        name, listed, left = super().resolve_command(*given, **named)
        return name, listed if name is None else made(name), left


@cache
def made(name: str) -> Any:
    """Import a command."""
    app = typer.Typer()
    for module in COMMANDS[name].modules:
        import_module(f"bot.cli.{module}").register(app)
    gc.enable()
    return get_group(app).commands[name]
