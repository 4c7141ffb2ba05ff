"""`clausette obligations`: what the law asks of a purchase at its launch date, without database or settings."""

import json
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, NoReturn, get_args

import typer

from knowledge.articles import Source
from knowledge.law import Buyer, Nature, Purchase, Verdict, regime_of, rules_for
from knowledge.presentation import cited

NATURES = get_args(Nature)
BUYERS = get_args(Buyer)
MOST_MONTHS = 1200

_AMOUNT = re.compile(r"\d+(?:[.,]\d{1,2})?")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_HEADINGS = {
    ("duty", "yes"): "Obligatoire",
    ("condition", "yes"): "À prendre en compte",
    ("choice", "yes"): "Possible, à votre choix",
    ("", "check"): "À vérifier",
    ("", "no"): "Sans objet ou non imposé",
}


def register(app: typer.Typer) -> None:
    """Add `obligations` to the command line."""
    app.command("obligations")(obligations)


def obligations(
    nature: Annotated[str | None, typer.Option(help=f"Nature de l’achat : {', '.join(NATURES)}.")] = None,
    buyer: Annotated[
        str | None,
        typer.Option(help="Acheteur : state (services de l’État), local (collectivité), utility (réseaux)."),
    ] = None,
    value: Annotated[
        str | None, typer.Option(help="Valeur en euros HT, tous lots, options et reconductions compris.")
    ] = None,
    launched: Annotated[str | None, typer.Option(help="Jour de lancement de la consultation, AAAA-MM-JJ.")] = None,
    months: Annotated[str | None, typer.Option(help="Durée en mois (compte pour les travaux).")] = None,
    defence: Annotated[bool, typer.Option("--defence", help="Marché de défense ou de sécurité.")] = False,
    social_services: Annotated[
        bool, typer.Option("--social-services", help="Services sociaux et autres services spécifiques.")
    ] = False,
    json_output: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Dire quelles règles s’appliquent à un achat le jour où sa consultation est lancée."""
    purchase = Purchase(
        nature=_one_of(NATURES, "nature", nature),
        buyer=_one_of(BUYERS, "buyer", buyer),
        value=_amount(_given("value", value)),
        launched=_day(_given("launched", launched)),
        months=None if months is None else _months(months),
        defence=defence,
        social_services=social_services,
    )
    verdicts = rules_for(purchase)
    if json_output:
        typer.echo(json.dumps({"rules": [_record(verdict) for verdict in verdicts]}, ensure_ascii=False))
    else:
        address = f"Source\u00a0: {verdicts[0].source.title}, {verdicts[0].source.url}"
        typer.echo("\n\n".join((regime_of(purchase.launched), *_sections(verdicts), address)))


def _record(verdict: Verdict) -> dict[str, str]:
    return {
        "article": verdict.article,
        "applies": verdict.applies,
        "why": verdict.why,
        "source": _source(verdict.source),
    }


def _source(source: Source) -> str:
    """A source without markup: « Code de la commande publique, art. L. 2112-2 (https://…) »."""
    plain = cited(Source(source.title, source.article))
    return plain if source.url is None else f"{plain} ({source.url})"


def _sections(verdicts: Sequence[Verdict]) -> list[str]:
    return [
        "\n".join((f"{heading}\u00a0:", *(_line(verdict) for verdict in found)))
        for (kind, applies), heading in _HEADINGS.items()
        if (found := [v for v in verdicts if v.applies == applies and kind in ("", v.kind)])
    ]


def _line(verdict: Verdict) -> str:
    article = f"{verdict.article[0]}.\u00a0{verdict.article[1:]}"
    excepted = "".join(f"\n    · {exception}" for exception in verdict.exceptions)
    told = f"- {verdict.title} (art.\u00a0{article}). {verdict.why}"
    return f"{told}\n  Exceptions\u00a0:{excepted}" if excepted else told


def _given(option: str, text: str | None) -> str:
    if text is None or not text.strip():
        _stop(f"--{option} manque")
    return text.strip()


def _one_of(choices: Sequence[Any], option: str, text: str | None) -> Any:
    given = _given(option, text)
    if given not in choices:
        _stop(f"--{option} : « {given} » inconnu ({', '.join(choices)})")
    return given


def _amount(text: str) -> Decimal:
    digits = re.sub(r"[\s\u00a0\u202f_]|€|\bEUR\b|\bHT\b", "", text, flags=re.IGNORECASE)
    if digits.startswith("-"):
        _stop(f"--value : « {text} » est négatif")
    if _GROUPED.fullmatch(digits):
        _stop(f"--value : « {text} » peut se lire de deux façons ; écrivez 2000000 ou « 2 000 000 »")
    if not _AMOUNT.fullmatch(digits) or len(digits) > 15:
        _stop(f"--value : « {text} » n’est pas un montant en euros comme 216000 ou « 216 000,50 »")
    return Decimal(digits.replace(",", "."))


def _day(text: str) -> date:
    french = _DAY.fullmatch(text)
    try:
        if french:
            return date(int(french[3]), int(french[2]), int(french[1]))
        return date.fromisoformat(text)
    except ValueError:
        _stop(f"--launched : « {text} » n’est pas une date comme 2026-11-23")


def _months(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text.strip()) or not 1 <= int(text) <= MOST_MONTHS:
        _stop(f"--months : « {text} » n’est pas un nombre de mois, entre 1 et {MOST_MONTHS}")
    return int(text)


def _stop(message: str) -> NoReturn:
    """A wrong command: one line, exit code 2."""
    typer.echo(f"Erreur : {message}", err=True)
    raise typer.Exit(2)
