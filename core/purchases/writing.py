"""The clause written from a buyer's answers, and its text ready to copy."""

from collections.abc import Mapping
from decimal import Decimal

from core.models import Territory
from core.purchases.clause import drafting_values, hours_kept
from core.purchases.facts import facts_of
from core.purchases.habits import habits_of
from core.purchases.sizing import sized_lots
from core.refusal import Refused
from knowledge.drafting import Draft, WrongAnswers, drafted, read_answers
from knowledge.drafting.document import Bullets, Heading, Table, Text

SHOWN_PARTS = 3  # the article, the paragraph of the rules, the line of commitment; the annexes are in the file
NOTHING_TO_WRITE = "Donnez un montant, des lots, ou dites à qui le marché est réservé."


def clause_from(answers: Mapping[str, str], place: Territory) -> Draft:
    """Write the clause with the computed hours. Raises Refused when something is missing or does not go together."""
    facts, reserved = facts_of(answers), answers.get("form") == "reserved"
    if facts.months is None:
        raise Refused("Donnez la durée en mois, même estimée.")
    if reserved and not answers.get("whom"):
        raise Refused("Dites à qui le marché est réservé.")
    if not reserved and not facts.lots:
        raise Refused(NOTHING_TO_WRITE)
    found = sized_lots(
        () if reserved else facts.lots, habits_of(place), trade=answers.get("trade"), title=facts.object or "",
        nature=facts.legal_nature, rate=Decimal(answers["rate"]) if "rate" in answers else None,
        framework=answers.get("form") == "framework",
    )  # fmt: skip
    hours = hours_kept(found, "computed")
    if found and not hours:
        raise Refused("Le calcul ne donne aucune heure\u00a0: augmentez le montant ou le taux.")
    values = drafting_values(
        answers, place, buyer=answers["buyer"], months=facts.months, lots=() if reserved else facts.lots, hours=hours
    )
    return draft_of(values)


def draft_of(values: Mapping[str, object]) -> Draft:
    """Write what `knowledge.drafting` reads. Raises Refused with all that is wrong."""
    try:
        return drafted(read_answers(dict(values)))
    except WrongAnswers as wrong:
        raise Refused(" ".join(wrong.lines), reopen="lots") from wrong


def text_to_copy(draft: Draft) -> str:
    """The article and what goes with it in the contract's documents, without the annexes nor the bases."""
    parts: list[str] = []
    titles = 0
    for block in draft.blocks:
        if isinstance(block, Heading):
            titles += block.level == 1
            if titles > SHOWN_PARTS:
                break
            parts.append(f"**{block.text}**")
        elif isinstance(block, Text):
            parts.append(block.text)
        elif isinstance(block, Bullets):
            parts.append("\n".join(f"- {item}" for item in block.items))
        elif isinstance(block, Table):
            parts.append("\n".join(f"- {' | '.join(row)}" for row in block.rows if any(row[1:])))
    return "\n\n".join(part for part in parts if part)
