"""How an article is shown: answer, what to check in the contract, sources, certainty, date. Same for all channels."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from knowledge.articles import Article, Source
from knowledge.dates import long_date
from knowledge.law import regime_of
from knowledge.rules import own_law

REFORM_TAG = "réforme-2026"  # an article that the change of 21-22 August 2026 touches

_LEGAL = re.compile(r"\b([LRDA])\.? ?(\d+(?:-\d+)*)")
_NUMBERED = re.compile(r"(?:[LRDA]\.? ?)?\d")
_CERTAINTY = {
    "verified": None,
    "practice": "Pratique courante, à confirmer auprès du facilitateur.",
    "unverified": "Information non vérifiée à ce jour, à confirmer auprès du facilitateur.",
}


def shown(article: Article, *, on: date | None, today: date) -> str:
    """The whole text of an article in the small Markdown of all channels.

    `on`, the day a consultation was launched, is said when the article depends on it; an article that the reform of
    August 2026 touches then ends with the regime of that day.
    """
    reformed = on is not None and _touched_by_reform(article)
    lines = [article.body]
    if article.local_check:
        lines.append(f"**À vérifier dans votre contrat\u00a0:** {article.local_check}")
    if note := _CERTAINTY[article.certainty]:
        lines.append(note)
    if on is not None and not reformed and (article.valid_from or article.valid_until):
        lines.append(f"Réponse valable pour une consultation lancée le {long_date(on)}.")
    label = "Source" if len(article.sources) == 1 else "Sources"
    lines.append(f"{label}\u00a0: " + "\u00a0; ".join(cited(source) for source in article.sources))
    lines.append(f"Mis à jour le {long_date(article.checked_on)}")
    if (due := article.review_due_on()) < today:
        lines.append(
            f"Cette fiche devait être relue avant le {long_date(due)}\u00a0: à confirmer auprès du facilitateur."
        )
    if on is not None and reformed:
        lines.append(regime_of(on))
    return "\n\n".join(lines)


def cited(source: Source) -> str:
    """A source in one line, linked when its address is known."""
    label = source.title if source.article is None else f"{source.title}, {_reference(source.article)}"
    return label if source.url is None else f"[{label}]({source.url})"


def listed(sentence: str, titles: Sequence[str]) -> str:
    """A sentence and its choices."""
    return sentence + "\n\n" + "\n".join(f"- {title}" for title in titles)


def leads(articles: Sequence[Article]) -> str:
    """The titles and first sentences of articles near the one shown, for who did not find his question in it."""
    lines = [f"- **{article.title}** {_beginning(article.body)}" for article in articles]
    return "**Si ce n’est pas tout à fait votre question\u00a0:**\n\n" + "\n".join(lines)


def day_in_france() -> date:
    """Today, by the legal time of mainland France."""
    return datetime.now(tz=ZoneInfo("Europe/Paris")).date()


def _touched_by_reform(article: Article) -> bool:
    changeover = own_law().changeover.day
    limits = [day for day in (article.valid_from, article.valid_until) if day is not None]
    return REFORM_TAG in article.tags or any(abs((day - changeover).days) <= 1 for day in limits)


def _beginning(body: str) -> str:
    paragraph = body.partition("\n")[0]
    return paragraph.removesuffix(":").rstrip("\u00a0 ")


def _reference(article: str) -> str:
    legal = _LEGAL.sub("\\1.\u00a0\\2", article)
    return f"art.\u00a0{legal}" if _NUMBERED.match(article) else legal
