"""How an article is shown: answer, what to check in the contract, sources, certainty, date. Same for all channels."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from knowledge.articles import Article, Source

_LEGAL = re.compile(r"\b([LRDA])\.? ?(\d+(?:-\d+)*)")
_NUMBERED = re.compile(r"(?:[LRDA]\.? ?)?\d")
_MONTH_NAMES = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_MONTHS = _MONTH_NAMES.split()
_CERTAINTY = {
    "verified": None,
    "practice": "Pratique courante, à confirmer auprès du facilitateur.",
    "unverified": "Information non vérifiée à ce jour, à confirmer auprès du facilitateur.",
}


def shown(article: Article, *, on: date | None, today: date) -> str:
    """The whole text of an article in the small Markdown of all channels.

    `on`, the day a consultation was launched, is said when the article depends on it.
    """
    lines = [article.body]
    if article.local_check:
        lines.append(f"**À vérifier dans votre contrat\u00a0:** {article.local_check}")
    if note := _CERTAINTY[article.certainty]:
        lines.append(note)
    if on is not None and (article.valid_from or article.valid_until):
        lines.append(f"Réponse valable pour une consultation lancée le {long_date(on)}.")
    label = "Source" if len(article.sources) == 1 else "Sources"
    lines.append(f"{label}\u00a0: " + "\u00a0; ".join(cited(source) for source in article.sources))
    dated = f"Mis à jour le {long_date(article.checked_on)}"
    if article.review_due_on() < today:
        dated += ", à revérifier"
    lines.append(dated)
    return "\n\n".join(lines)


def cited(source: Source) -> str:
    """A source in one line, linked when its address is known."""
    label = source.title if source.article is None else f"{source.title}, {_reference(source.article)}"
    return label if source.url is None else f"[{label}]({source.url})"


def listed(sentence: str, titles: Sequence[str]) -> str:
    """A sentence and its choices."""
    return sentence + "\n\n" + "\n".join(f"- {title}" for title in titles)


def day_in_france() -> date:
    """Today, by the legal time of mainland France."""
    return datetime.now(tz=ZoneInfo("Europe/Paris")).date()


def long_date(day: date) -> str:
    """« 1er mars 2027 »."""
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"


def _reference(article: str) -> str:
    legal = _LEGAL.sub("\\1.\u00a0\\2", article)
    return f"art.\u00a0{legal}" if _NUMBERED.match(article) else legal
