"""The law at the date of a consultation: what applies to a purchase, which text is in force, what has changed.

The day that counts is the one on which the consultation is launched, never that of signature (decree 2022-767). On 21
August 2026 the decree is in force and the law is not yet: whatever differs between the eve and the next day is "check".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from knowledge.articles import Source
from knowledge.dates import long_date
from knowledge.rules import Amount, Applies, Buyer, Case, Kind, Nature, Purchase, Rule, Thresholds, own_law, typeset

__all__ = [
    "Buyer",
    "Nature",
    "Purchase",
    "Rule",
    "UnknownThreshold",
    "Verdict",
    "changed_between",
    "regime_of",
    "rules_for",
    "text_in_force",
    "threshold",
]


class UnknownThreshold(LookupError):
    """No European threshold is known for that day."""


@dataclass(frozen=True)
class Verdict:
    """Whether an article applies to a purchase. `kind` says in what sense: it obliges (`duty`), it allows (`choice`) or
    it frames the others (`condition`). `exceptions` are those the buyer may invoke when it applies or may apply."""

    article: str
    applies: Applies
    why: str
    source: Source
    exceptions: tuple[str, ...] = ()
    kind: Kind = "duty"
    title: str = ""


def rules_for(purchase: Purchase) -> tuple[Verdict, ...]:
    """The verdict on every article that concerns the purchase, in the order of the file, one for each article."""
    law = own_law()
    changeover = law.changeover
    if purchase.launched != changeover.day:
        return tuple(_verdicts(purchase, purchase.launched))
    eve, day_after = (_verdicts(purchase, changeover.day + timedelta(days=days)) for days in (-1, 1))
    return tuple(
        new
        if old.applies == new.applies
        else Verdict(new.article, "check", changeover.why, new.source, new.exceptions, new.kind, new.title)
        for old, new in zip(eve, day_after, strict=True)
    )


def threshold(nature: Nature, buyer: Buyer, on: date) -> Decimal:
    """The European threshold in euros excluding tax (notice annexed to the code). Raises UnknownThreshold."""
    for period in own_law().thresholds:
        if _covers(period, on):
            return period.amounts[nature, buyer]
    raise UnknownThreshold(on.isoformat())


def text_in_force(article: str, on: date) -> Rule | None:
    """The text of an article (« L2112-2-1 ») on a day; None when it did not exist or was not checked so far back."""
    return next((rule for rule in _texts(article) if rule.in_force(on)), None)


def changed_between(article: str, a: date, b: date) -> tuple[Rule, ...]:
    """The texts of an article that entered into force after the earlier day and up to the later one."""
    first, last = sorted((a, b))
    texts = _texts(article)
    return tuple(
        rule
        for rule in texts
        # The beginning of what was checked is not a change, unless what held before it is known.
        if first < rule.valid_from <= last and (rule is not texts[0] or rule.before is not None)
    )


def regime_of(on: date) -> str:
    """One sentence: the regime of a consultation launched on that day, around the change of 21-22 August 2026."""
    changeover = own_law().changeover
    if on < changeover.day:
        return changeover.old.format(jour=long_date(on))
    return (changeover.between if on == changeover.day else changeover.new).format(jour=long_date(on))


def _verdicts(purchase: Purchase, on: date) -> Iterator[Verdict]:
    for article in dict.fromkeys(rule.article for rule in own_law().rules):
        texts = [rule for rule in _texts(article) if rule.concerns.holds(purchase)]
        if texts:
            yield _verdict(next((rule for rule in texts if rule.in_force(on)), texts[0]), purchase, on)


def _verdict(rule: Rule, purchase: Purchase, on: date) -> Verdict:
    applies, why = _decided(rule, purchase, on)
    exceptions = () if applies == "no" else rule.exceptions
    return Verdict(rule.article, applies, why, rule.source, exceptions, rule.kind, rule.title)


def _decided(rule: Rule, purchase: Purchase, on: date) -> tuple[Applies, str]:
    if not rule.in_force(on):
        return (rule.before.applies, rule.before.why) if rule.before else ("check", own_law().unknown_period)
    try:
        case = next(case for case in rule.cases if _holds(case, purchase))
        return case.applies, _worded(case.why, purchase)
    except UnknownThreshold:
        return "check", own_law().unknown_threshold


def _holds(case: Case, purchase: Purchase) -> bool:
    when = case.when
    return (
        when.holds(purchase)
        and (when.value_under is None or purchase.value < _amount(when.value_under, purchase))
        and (when.value_from is None or purchase.value >= _amount(when.value_from, purchase))
    )


def _amount(amount: Amount, purchase: Purchase) -> Decimal:
    if amount == "threshold":
        return threshold(purchase.nature, purchase.buyer, purchase.launched)
    return amount


def _worded(why: str, purchase: Purchase) -> str:
    known = why if "{seuil}" not in why else why.replace("{seuil}", _euros(_amount("threshold", purchase)))
    return known.replace("{valeur}", _euros(purchase.value))


def _euros(amount: Decimal) -> str:
    whole = amount == amount.to_integral_value()
    return typeset(f"{amount:,.{0 if whole else 2}f} € HT".replace(",", "\u00a0").replace(".", ","))


def _texts(article: str) -> tuple[Rule, ...]:
    return tuple(sorted((r for r in own_law().rules if r.article == article), key=lambda rule: rule.valid_from))


def _covers(period: Thresholds, on: date) -> bool:
    return period.valid_from <= on <= period.valid_until
