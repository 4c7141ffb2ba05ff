"""Figures as buyers type them: "1,2 M€", "300 k", "18 mois", "deux ans". Each reader returns what is stored."""

import re
from collections.abc import Callable
from decimal import Decimal

from core.dialogue import is_not_known
from core.hours import NBSP, plain
from core.refusal import Refused
from knowledge.figures import Unreadable, euros, read_euros, read_share
from knowledge.sizing import trade_in, trade_named

MOST_MONTHS = 600
LEAST_PURCHASE = Decimal(1000)
LONGEST_TRADE = 60
NO_AMOUNT = (
    f"Je n’ai pas reconnu un montant. Écrivez par exemple 216000, «{NBSP}216{NBSP}000 €{NBSP}» "
    f"ou «{NBSP}1,2 M€{NBSP}» (hors taxes)."
)

_SCALED = re.compile(
    r"(?P<number>\d+(?:[ \u00a0\u202f]\d{3})*(?:[.,]\d+)?)\s*"
    r"(?P<scale>millions?|meuros?|m€|m|milliers?|mille|k€|keuros?|k)(?:\s*d['’])?",
    re.IGNORECASE,
)
_POLITE = re.compile(r"^(?:environ|a peu pres|autour de|pour|soit|de|montant|~|≈)\s*:?\s*", re.IGNORECASE)
_TAX = re.compile(r"\b(?:HT|H\.T\.?|hors taxes?|euros?)\b\.?|€", re.IGNORECASE)
_MONTHS = re.compile(r"(\d{1,3})\s*(?:mois)?")
_YEARS = re.compile(r"(\d{1,2})(?:[.,](5))?\s*ans?(?:\s*et\s*(?:(demi)|(\d{1,2})\s*mois))?")
_SPELT = {"un an": 12, "une annee": 12, "deux ans": 24, "trois ans": 36, "quatre ans": 48, "six mois": 6, "un mois": 1}


def read_amount(text: str) -> Decimal:
    """Euros excluding tax, above 0: "1,2 M€", "300 k€", "216 000 € HT". Raises Refused."""
    if re.search(r"\bTTC\b", text, re.IGNORECASE):
        raise Refused(f"Donnez le montant hors taxes (HT){NBSP}: les seuils et le calcul des heures s’y rapportent.")
    digits = _TAX.sub("", _POLITE.sub("", " ".join(text.split()))).strip()
    scaled = _SCALED.fullmatch(digits)
    try:
        amount = read_euros(_unscaled(scaled) if scaled else digits)
    except Unreadable as error:
        if "deux façons" in str(error):
            raise Refused(f"{error}.") from error
        raise Refused(NO_AMOUNT) from error
    if amount == 0:
        raise Refused("Le montant doit dépasser 0 €. Une estimation suffit, vous pourrez la corriger.")
    return amount


def stored(number: Decimal) -> str:
    """A figure as it is stored: no exponent, no useless zero."""
    return f"{number.normalize():f}"


def _unscaled(scaled: re.Match[str]) -> str:
    number, scale = Decimal(re.sub(r"\s", "", scaled["number"]).replace(",", ".")), scaled["scale"].lower()
    thousands = scale.startswith("k") or (scale.startswith("mill") and not scale.startswith("million"))
    return stored(number * (1_000 if thousands else 1_000_000))


def read_estimate(text: str) -> Decimal:
    """What a purchase or a lot may cost: an amount of 1,000 euros or more. Raises Refused."""
    amount = read_amount(text)
    if amount < LEAST_PURCHASE:
        raise Refused(
            f"{euros(amount)}, est-ce bien le montant{NBSP}? Écrivez-le en entier, par exemple 35000 "
            f"ou «{NBSP}35 k€{NBSP}»."
        )
    return amount


def stored_amount(text: str) -> str:
    """The estimate of a purchase as it is stored."""
    return stored(read_estimate(text))


def stored_months(text: str) -> str:
    """A duration in months as it is stored, "" when not known: "18", "18 mois", "2 ans", "deux ans et demi"."""
    words = plain(text).strip(" .!")
    if is_not_known(text):
        return ""
    spelt, months, years = _SPELT.get(words), _MONTHS.fullmatch(words), _YEARS.fullmatch(words)
    number = spelt or (int(months[1]) if months else 0)
    if years:
        number = int(years[1]) * 12 + (6 if years[2] or years[3] else 0) + int(years[4] or 0)
    if not 1 <= number <= MOST_MONTHS:
        raise Refused(
            f"Écrivez la durée en mois, par exemple 18, «{NBSP}2 ans{NBSP}», ou «{NBSP}je ne sais pas{NBSP}»."
        )
    return str(number)


def stored_share(*, most: Decimal, example: str) -> Callable[[str], str]:
    """Make a reader of shares written as percentages, stored as fractions."""

    def read(text: str) -> str:
        try:
            share = read_share(_POLITE.sub("", text.strip()), fraction_up_to=Decimal(0))
        except Unreadable as error:
            raise Refused(f"Écrivez un pourcentage, par exemple {example}.") from error
        if not 0 < share <= most:
            raise Refused(
                f"Le pourcentage doit dépasser 0 et rester sous {most * 100:f}{NBSP}%. Par exemple {example}."
            )
        return stored(share)

    return read


_LABOUR = stored_share(most=Decimal(1), example=f"55{NBSP}%")


def stored_trade(text: str) -> str:
    """A trade's name, or a share of labour, as it is stored: the digits of a fraction."""
    found = trade_named(text) or (trade_in(text) if len(text) <= LONGEST_TRADE and "€" not in text else None)
    if found is not None:
        return found.name
    try:
        return _LABOUR(text)
    except Refused as refusal:
        raise Refused(
            f"Je ne connais pas ce métier. Choisissez-en un, ou donnez la part de main-d’œuvre, par exemple 55{NBSP}%."
        ) from refusal


def stored_cost(text: str) -> str:
    """An hourly cost in euros as it is stored."""
    amount = read_amount(re.sub(r"/?\s*(?:de l'heure|par heure|/h|h)\s*$", "", text.strip(), flags=re.IGNORECASE))
    if not 5 <= amount <= 500:
        raise Refused(f"Un coût horaire se situe entre 5 et 500 €. Écrivez par exemple 35{NBSP}€.")
    return stored(amount)


def stored_count(text: str) -> str:
    """A number of structures as it is stored, "" when not known."""
    words = plain(text).strip(" .!")
    if is_not_known(text):
        return ""
    words = {"aucune": "0", "aucun": "0", "zero": "0", "une": "1", "un": "1"}.get(words, words)
    found = re.fullmatch(r"(\d{1,5})(?: structures?| entreprises?| siae)?", words)
    if not found:
        raise Refused(f"Écrivez un nombre de structures, par exemple 12, ou «{NBSP}je ne sais pas{NBSP}».")
    return str(int(found[1]))
