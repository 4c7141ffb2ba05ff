"""What a buyer says in asking for hours or a clause: « nettoyage, 400 k€ sur 4 ans, combien d’heures ? ».

Only what can be read one way is kept: the tool asks for the rest.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from core.hours import plain
from core.purchases.figures import read_estimate, stored_months
from core.purchases.lots import stored_total
from core.refusal import Refused
from knowledge.sizing import trade_in

LONGEST_ASKED = 300
_WANTED = re.compile(
    r"\b(combien|nombre|nb|volume|calcul\w*|estim\w*)\b.{0,25}\bheures?\b"
    r"|\b(veux|voudrais|voudrait|veut|souhait\w*|aimerais|besoin|mettre|met|inserer|integrer|inclure|ajouter|prevoir"
    r"|rediger|ecrire|preparer)\b.{0,25}\bclauses?\b"
)
_OTHERWISE = re.compile(  # the law, a contract won, a difficulty: the articles and the register answer those
    r"\b(oblig\w*|seuils?|penalit\w*|il (me|nous) reste|puis[- ]je|peut[- ]on|faut[- ]il|gagnee?s?|remporte\w*|obtenu"
    r"|attributaires?|titulaires?)\b"
    r"|\b(je|on|nous) (dois|doit|devons)( \w+)? (faire|realiser|effectuer)\b|\b(dois|doit|devons)[- ](je|on|nous)\b"
    r"|\bheures? (d'insertion )?(je|on|nous) (dois|doit|devons)\b"
)
_AMOUNT = re.compile(
    r"(?<![\w.,])\d+(?:[ .\u00a0\u202f]\d{3})*(?:[.,]\d{1,2})?\s*"
    r"(?:(?i:millions?|m€|meuros?|milliers?|mille|k€|keuros?|k)|M|€|(?i:euros?))(?!\w)(?:\s*d['’]euros?|\s*€|\s*euros?)?",
)
_LASTING = re.compile(r"\b(\d{1,3} ?mois|\d{1,2}(?:[.,]5)? ?ans?|(?:un|deux|trois|quatre) ans?|(?:un|six) mois)\b")
_RENEWED = re.compile(r"\b(renouvel\w+|reconduct\w+|reconduit\w*)\b")
_IN_PART = re.compile(r"\b(lots?|ttc|par an|par mois|annuels?|mensuels?)\b|/ ?an\b")
_NATURES = {
    "works": re.compile(r"\b(travaux|chantier)\b"),
    "supplies": re.compile(r"\bfournitures?\b"),
    "services": re.compile(r"\b(services?|prestations?)\b"),
    "concession": re.compile(r"\bconcession\b"),
}


def purchase_asked(text: str) -> dict[str, str] | None:
    """Return what a message says of the purchase whose hours or clause it asks for, as answers of the tools.

    None unless it tells one amount or more: a question in general has an article.
    """
    words = plain(text)
    if len(text) > LONGEST_ASKED or not _WANTED.search(words) or _OTHERWISE.search(words):
        return None
    amounts = list(_amounts(text))
    if not amounts:
        return None
    is_whole = len(amounts) == 1 and not _IN_PART.search(words)
    found = {"lots": stored_total(amounts[0])} if is_whole else {}
    return found | _trade(words) | _duration(words)


def _amounts(text: str) -> Iterator[Decimal]:
    for match in _AMOUNT.finditer(text):
        try:
            yield read_estimate(match[0])
        except Refused:  # an hourly cost, or digits that read two ways
            continue


def _trade(words: str) -> dict[str, str]:
    said = [nature for nature, pattern in _NATURES.items() if pattern.search(words)]
    trade = trade_in(words)
    if trade is None:
        return {"nature": said[0]} if len(said) == 1 else {}
    nature = "works" if trade.division == "45" else said[0] if len(said) == 1 else "services"
    return {"nature": nature, "trade": trade.name}


def _duration(words: str) -> dict[str, str]:
    found = _LASTING.findall(words)
    if len(found) != 1 or _RENEWED.search(words):
        return {}
    try:
        return {"months": stored_months(found[0])}
    except Refused:  # « 0 mois »: the tool asks
        return {}
