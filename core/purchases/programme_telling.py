"""What a judged programme comes to, in the tiny Markdown of messages."""

from collections.abc import Iterator
from decimal import Decimal

from core.hours import NBSP
from core.months import in_french
from core.purchases.programme import VERDICTS, Programme
from knowledge.figures import euros, hours_of

MOST_LISTED = 5
LABELS = {"oui": "Se prêtent à une clause", "à étudier": "À étudier", "non": "Sans clause"}


def told_programme(programme: Programme) -> str:
    """Say how many operations suit a clause, which first, when the hours fall, and what could not be read."""
    return "\n\n".join(_parts(programme))


def _parts(programme: Programme) -> Iterator[str]:
    count = len(programme.operations)
    yield f"**{count} opération{'s' if count > 1 else ''} lue{'s' if count > 1 else ''}**\n" + "\n".join(
        _counted(programme, verdict) for verdict in VERDICTS
    )
    first = sorted((each for each in programme.operations if each.verdict == "oui"), key=lambda each: -each.hours)
    if first:
        yield f"Les plus importantes{NBSP}:\n" + "\n".join(
            f"- {each.planned.object[:80]}{NBSP}: {hours_of(each.hours)}" for each in first[:MOST_LISTED]
        )
    if months := programme.by_month():
        busiest = max(months, key=lambda month: months[month])
        yield (
            f"Heures à venir{NBSP}: de {in_french(min(months))} à {in_french(max(months))}, "
            f"au plus {hours_of(months[busiest].quantize(Decimal(1)))} par mois ({in_french(busiest)})."
        )
    if programme.notices:
        left = len(programme.notices) - MOST_LISTED
        more = [f"- et {left} autres, dans le classeur"] if left > 0 else []
        yield "À vérifier\u00a0:\n" + "\n".join([*(f"- {each}" for each in programme.notices[:MOST_LISTED]), *more])
    yield "Le classeur donne chaque ligne, sa raison, et les mois. Estimations à confirmer auprès du facilitateur."


def _counted(programme: Programme, verdict: str) -> str:
    count, amount, hours = programme.counted(verdict)
    told = f"- {LABELS[verdict]}{NBSP}: {count}"
    return f"{told} ({euros(amount)} HT, {hours_of(hours)})" if count and hours else told
