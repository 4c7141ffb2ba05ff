"""The buyers' tools: `hours` and `lever`, without database or settings unless a territory's tables are wanted."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, TypeVar, get_args

import typer

from bot.cli.place import OfTerritory, place_known
from bot.cli.rooms import stop
from core.purchases.habits import Habits, habits_of
from core.purchases.structures import structures_of
from knowledge.articles import Source
from knowledge.figures import NBSP, Unreadable, hours_of, percent, read_euros, read_share
from knowledge.lever import Advice, Offer, Option, Technicity, advised
from knowledge.presentation import cited
from knowledge.rules import Nature
from knowledge.sizing import Basis, Sizing, Trade, own_tables, sized, trade_named

NATURES = get_args(Nature)
TECHNICITIES = get_args(Technicity)
MOST_ROUNDING = 2000
OWN_TABLE = Source("table du territoire")
MOST_SUPPLIERS = 100_000
MOST_MONTHS = 1200

# Above these, a bare number under 1 has two plausible readings: an insertion rate of 0.5 % or of 50 %.
LABOUR_FRACTION_UP_TO = Decimal(1)
RATE_FRACTION_UP_TO = Decimal("0.25")

Read = TypeVar("Read")


def register(app: typer.Typer) -> None:
    """Add `hours` and `lever` to the command line."""
    app.command("hours")(hours)
    app.command("lever")(lever)


def hours(
    amount: Annotated[str | None, typer.Option(help="Montant du marché ou du lot, en euros HT.")] = None,
    labour_share: Annotated[str | None, typer.Option(help="Part de la main-d’œuvre, par exemple 50 %.")] = None,
    rate: Annotated[str | None, typer.Option(help="Taux d’insertion, par exemple 5 %.")] = None,
    hourly_cost: Annotated[
        str | None, typer.Option(help="Coût d’une heure, toutes charges comprises, en euros.")
    ] = None,
    trade: Annotated[str | None, typer.Option(help="Métier, qui donne la part de main-d’œuvre usuelle.")] = None,
    round_to: Annotated[str | None, typer.Option(help="Arrondir au multiple, par exemple 35 heures.")] = None,
    of_territory: OfTerritory = False,
    json_output: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Calculer le nombre d’heures d’insertion d’un marché ou d’un lot."""
    habits = habits_of(place_known()) if of_territory else None
    known = _trade(trade, labour_share, habits)
    basis = Basis(
        amount=_read("amount", amount, read_euros),
        labour_share=known.share if known else _read("labour-share", labour_share, _labour_share),
        rate=habits.rate if habits and rate is None else _read("rate", rate, _rate),
        hourly_cost=habits.hourly_cost
        if habits and hourly_cost is None
        else _read("hourly-cost", hourly_cost, read_euros),
    )
    step = habits.round_to if habits else 1
    if basis.hourly_cost == 0:
        stop("--hourly-cost : une heure de travail coûte plus que 0 €", code=2)
    found = sized(basis, round_to=step if round_to is None else _whole("round-to", round_to, 1, MOST_ROUNDING))
    if json_output:
        typer.echo(json.dumps(_record_of_hours(found, known), ensure_ascii=False))
    else:
        warnings = [f"Attention{NBSP}: {warning}" for warning in found.warnings]
        total = f"Heures d’insertion{NBSP}: {hours_of(found.hours)}"
        note = f"Calcul d’usage, à confirmer auprès du facilitateur. Source{NBSP}: {own_tables().formula.title}"
        typer.echo("\n".join((total, *warnings, "", *_working(found, known), "", note)))


def lever(
    suppliers: Annotated[str | None, typer.Option(help="Nombre de structures inclusives capables de répondre.")] = None,
    budget: Annotated[str | None, typer.Option(help="Budget de l’achat, en euros HT.")] = None,
    mean_turnover: Annotated[
        str | None, typer.Option(help="Chiffre d’affaires annuel moyen de ces structures, en euros.")
    ] = None,
    local_suppliers: Annotated[str | None, typer.Option(help="Dont structures du territoire.")] = None,
    months: Annotated[str | None, typer.Option(help="Durée d’exécution en mois.")] = None,
    technicity: Annotated[str, typer.Option(help=f"Technicité des postes : {', '.join(TECHNICITIES)}.")] = "medium",
    nature: Annotated[str | None, typer.Option(help=f"Nature de l’achat : {', '.join(NATURES)}.")] = None,
    object_: Annotated[
        str | None, typer.Option("--object", help="« insertion » si l’achat a l’insertion pour objet même.")
    ] = None,
    social: Annotated[bool, typer.Option("--social", help="Services sociaux de la liste du code.")] = False,
    of_territory: OfTerritory = False,
    json_output: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Choisir entre marché réservé, lot réservé, clause, critère et service d’insertion."""
    if of_territory:
        known = structures_of(place_known())
        suppliers = suppliers or (str(known.reservable) if known.reservable else None)
        mean_turnover = mean_turnover or (f"{known.turnover:f}" if known.turnover else None)
    offer = Offer(
        suppliers=_whole("suppliers", suppliers, 0, MOST_SUPPLIERS),
        budget=None if budget is None else _read("budget", budget, read_euros),
        mean_turnover=None if mean_turnover is None else _read("mean-turnover", mean_turnover, read_euros),
        local_suppliers=None
        if local_suppliers is None
        else _whole("local-suppliers", local_suppliers, 0, MOST_SUPPLIERS),
        months=None if months is None else _whole("months", months, 1, MOST_MONTHS),
        technicity=_one_of(TECHNICITIES, "technicity", technicity),
        nature=None if nature is None else _one_of(NATURES, "nature", nature),
        insertion=object_ is not None and _one_of(("insertion",), "object", object_) == "insertion",
        social=social,
    )
    _coherent(offer)
    advice = advised(offer)
    if json_output:
        typer.echo(json.dumps(_record_of_advice(advice), ensure_ascii=False))
    else:
        typer.echo(_shown(advice))


def _coherent(offer: Offer) -> None:
    if offer.local_suppliers is not None and offer.local_suppliers > offer.suppliers:
        stop(f"--local-suppliers : {offer.local_suppliers} dépasse --suppliers ({offer.suppliers})", code=2)
    if offer.mean_turnover == 0:
        stop("--mean-turnover : le chiffre d’affaires moyen doit dépasser 0 € ; omettez-le s’il est inconnu", code=2)
    if offer.social and offer.nature not in (None, "services"):
        stop("--social : ce sont des services (--nature services)", code=2)
    if offer.insertion and offer.nature not in (None, "services"):
        stop("--object insertion : un achat d’insertion est un marché de services (--nature services)", code=2)


def _rate(text: str) -> Decimal:
    return read_share(text, fraction_up_to=RATE_FRACTION_UP_TO)


def _labour_share(text: str) -> Decimal:
    return read_share(text, fraction_up_to=LABOUR_FRACTION_UP_TO)


def _trade(name: str | None, labour_share: str | None, habits: Habits | None) -> Trade | None:
    if name is None:
        return None
    if labour_share is not None:
        stop("--trade et --labour-share donnent tous deux la part de main-d’œuvre : gardez l’un des deux", code=2)
    trade = trade_named(name)
    if trade is None:
        names = ", ".join(known.name for known in own_tables().trades)
        stop(f"--trade : « {name} » inconnu ({names}) ; sinon donnez --labour-share", code=2)
    if habits is not None and habits.is_own(trade):
        own = habits.share_of(trade)
        return replace(trade, low=own, high=own, source=OWN_TABLE)
    return trade


def _working(found: Sizing, trade: Trade | None) -> list[str]:
    if trade is None:
        return list(found.working)
    span = percent(trade.low) if trade.low == trade.high else f"de {percent(trade.low)} à {percent(trade.high)}"
    doubt = "" if trade.source is OWN_TABLE else ", à confirmer auprès du facilitateur"
    told = f"Part usuelle en {trade.name}{NBSP}: {span} ({trade.source.title}){doubt}"
    return [found.working[0], told, *found.working[1:]]


def _record_of_hours(found: Sizing, trade: Trade | None) -> dict[str, Any]:
    return {
        "hours": int(found.hours),
        "exact": float(round(found.exact, 2)),
        "fte_1607": float(round(found.fte, 3)),
        "months": float(round(found.months, 2)),
        "warnings": list(found.warnings),
        "working": "\n".join(_working(found, trade)),
    }


def _record_of_advice(advice: Advice) -> dict[str, Any]:
    return {
        **_record_of_option(advice.option),
        "reasons": list(advice.reasons),
        "landmarks": _source(advice.landmarks),
        "alternatives": [_record_of_option(option) for option in advice.alternatives],
    }


def _record_of_option(option: Option) -> dict[str, Any]:
    return {
        "lever": option.lever,
        "title": option.title,
        "why": option.why,
        "what": option.what,
        "articles": list(option.articles),
        "source": _source(option.source),
        "certainty": option.certainty,
    }


def _source(source: Source) -> str:
    """A source without markup: « Code de la commande publique, art. L. 2112-2 (https://…) »."""
    return f"{cited(Source(source.title, source.article))} ({source.url})"


def _shown(advice: Advice) -> str:
    advised_option, reasons = advice.option, [f"- {reason}" for reason in advice.reasons]
    others = [
        line for option in advice.alternatives for line in (f"- {option.title}. {option.why}", f"  {_founded(option)}")
    ]
    certainty = (
        "" if advised_option.certainty == "verified" else " (repères d’usage, à confirmer auprès du facilitateur)"
    )
    return "\n".join(
        (
            f"Levier conseillé{NBSP}: {advised_option.title}{certainty}",
            advised_option.what,
            _founded(advised_option),
            "",
            f"Pourquoi{NBSP}:",
            *reasons,
            "",
            f"Autres possibilités{NBSP}:",
            *others,
            "",
            f"Repères{NBSP}: {advice.landmarks.title}, {advice.landmarks.url}",
            f"Textes{NBSP}: {advised_option.source.title}, {advised_option.source.url}",
        )
    )


def _founded(option: Option) -> str:
    articles = (re.sub(r"^([LRD])", rf"\1.{NBSP}", article) for article in option.articles)
    return f"Fondement{NBSP}: art.{NBSP}{', '.join(articles)}"


def _read(option: str, text: str | None, reader: Callable[[str], Read]) -> Read:
    try:
        return reader(_given(option, text))
    except Unreadable as error:
        stop(f"--{option} : {error}", code=2)


def _number(option: str, text: str | None, least: int, most: int) -> int | None:
    return None if text is None else _whole(option, text, least, most)


def _whole(option: str, text: str | None, least: int, most: int) -> int:
    given = _given(option, text)
    if not re.fullmatch(r"[0-9]{1,7}", given) or not least <= int(given) <= most:
        stop(f"--{option} : « {given} » n’est pas un nombre entier, entre {least} et {most}", code=2)
    return int(given)


def _given(option: str, text: str | None) -> str:
    if text is None or not text.strip():
        stop(f"--{option} manque", code=2)
    return text.strip()


def _one_of(choices: Sequence[Any], option: str, text: str | None) -> Any:
    given = _given(option, text)
    if given not in choices:
        stop(f"--{option} : « {given} » inconnu ({', '.join(choices)})", code=2)
    return given
