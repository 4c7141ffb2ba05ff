"""`clausette articles gaps` and `corrected`: what the base lacks, and telling people of a correction."""

import json
from typing import Annotated

import typer

from bot.cli.answers import articles
from bot.cli.rooms import opened, stop
from core.feedback import Gap, gaps, tell_correction
from core.hours import NBSP
from core.refusal import Refused


def register(app: typer.Typer) -> None:
    """Add the commands to `clausette articles`, which `answers` adds to the command line."""
    articles.command("gaps")(gaps_command)
    articles.command("corrected")(corrected)


def gaps_command(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Sur combien de jours.")] = 90,
    json_output: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Les questions sans bonne réponse, groupées : sans réponse, sans choix, jugées inutiles."""
    with opened() as house:
        found = gaps(house, days=days)
    if json_output:
        print(json.dumps([_record(gap) for gap in found], ensure_ascii=False))
        return
    if not found:
        print(f"Aucune question sans bonne réponse depuis {days}{NBSP}jours.")
    for gap in found:
        shown = f"{NBSP}; fiches{NBSP}: {', '.join(gap.articles)}" if gap.articles else ""
        print(f"{gap.count:>4}  {gap.example}\n      {', '.join(gap.labels)}{shown}")


def corrected(
    article: Annotated[str, typer.Argument(metavar="ID", help="Nom de la fiche corrigée.")],
    change: Annotated[str, typer.Argument(metavar="PHRASE", help="Ce qui a changé, en une phrase.")],
) -> None:
    """Prévenir, une seule fois, les personnes qui ont reçu une fiche qui vient d’être corrigée."""
    with opened() as house:
        try:
            told = len(tell_correction(house, article, change))
        except KeyError:
            stop(f"aucune fiche ne porte le nom «{NBSP}{article}{NBSP}».")
        except Refused as refusal:
            stop(refusal.message)
    plural = "s" if told > 1 else ""
    print(f"{told} conversation{plural} prévenue{plural}." if told else "Personne n’a reçu cette fiche.")


def _record(gap: Gap) -> dict[str, object]:
    return {
        "count": gap.count,
        "example": gap.example,
        "outcomes": list(gap.outcomes),
        "articles": list(gap.articles),
    }
