"""One cell of the contracts table that counts: hours, euros, months, days."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from core.contracts_sheet.values import Unreadable, is_number, shown
from core.hours import HUNDREDTH, NBSP, plain
from core.months import NAMES
from core.sheets import Cell

_MOST_HOURS = Decimal(10_000_000)
_MOST_EUROS = Decimal(100_000_000_000)
_HOURS = r" ?(?:heures?|hrs?|h)"
_EUROS = r" ?(?:euros?|eur|€)?(?: ?h\.?t\.?)?(?: ?/ ?h(?:eure)?| par heure)?"

_NUMBER = re.compile(
    r"[+-]?(?:\d{1,3}(?: \d{3})+|\d+)(?:[.,]\d+)?"
    r"|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:,\d{3}){2,}",
    re.ASCII,
)
_AMBIGUOUS = re.compile(r"([1-9]\d{0,2})[.,](\d{3})", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]00:00(?::00)?)?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{2})", re.ASCII)
_NAMED_DAY = re.compile(r"(?:le )?(?:[a-z]+di |dimanche )?(\d{1,2})(?:er)? ([a-z]+)\.? (\d{4})", re.ASCII)
_MONTHS = {plain(name): number for number, name in enumerate(NAMES, start=1)}
_MONTHS |= {"janv": 1, "fev": 2, "fevr": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12}


def read_hours(cell: Cell) -> Decimal | None:
    """Read a volume of hours, above zero."""
    hours = _number(cell, _HOURS, "n’est pas un nombre d’heures", f"1200 ou 1{NBSP}200,5")
    if hours is not None and not 0 < hours <= _MOST_HOURS:
        raise Unreadable("n’est pas un volume d’heures possible", "Écrivez un nombre supérieur à 0, par exemple 1200.")
    return hours


def read_euros(cell: Cell) -> Decimal | None:
    """Read an amount in euros, zero or more."""
    euros = _number(cell, _EUROS, "n’est pas un montant", f"125{NBSP}000,50")
    if euros is not None and not 0 <= euros <= _MOST_EUROS:
        raise Unreadable("n’est pas un montant possible", "Écrivez un montant en euros hors taxes, sans signe.")
    return euros


def read_months(cell: Cell) -> int | None:
    """Read a duration in months: "24", "24 mois", "2 ans"."""
    words = plain(shown(cell))
    if not words:
        return None
    match = re.fullmatch(r"([0-9]{1,4})(?:[.,]0+)? ?(mois|ans?|annees?)?", words)
    months = int(match[1]) * (12 if (match[2] or "").startswith("an") else 1) if match else 0
    if not 1 <= months <= 1200:
        raise Unreadable("n’est pas une durée en mois", "Écrivez un nombre entier de mois, par exemple 24.")
    return months


def read_day_of_month(cell: Cell) -> int | None:
    """Read a day that every month has: "10", "le 10 du mois"."""
    words = plain(shown(cell))
    if not words:
        return None
    match = re.fullmatch(r"(?:le )?([0-9]{1,2})(?:er)?(?: (?:du|de chaque) mois(?: suivant)?)?", words)
    if not match or not 1 <= int(match[1]) <= 28:
        raise Unreadable("n’est pas un jour du mois", "Écrivez un nombre de 1 à 28, par exemple 10.")
    return int(match[1])


def read_date(cell: Cell) -> date | None:
    """Read a real date, "12/03/2026", "2026-03-12" or "12 mars 2026"."""
    if isinstance(cell, date):
        return _plausible(cell.date() if isinstance(cell, datetime) else cell)
    words = plain(shown(cell))
    if not words:
        return None
    if match := _ISO_DAY.fullmatch(words):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY.fullmatch(words):
        return _day(int(match[3]) + (2000 if len(match[3]) == 2 else 0), int(match[2]), int(match[1]))
    if (match := _NAMED_DAY.fullmatch(words)) and match[2] in _MONTHS:
        return _day(int(match[3]), _MONTHS[match[2]], int(match[1]))
    raise Unreadable("n’est pas une date", "Écrivez par exemple 12/03/2026 ou 12 mars 2026.")


def _number(cell: Cell, unit: str, fault: str, example: str) -> Decimal | None:
    refusal = Unreadable(fault, f"Écrivez par exemple {example}.")
    if is_number(cell):
        number = Decimal(str(cell))
        if not number.is_finite() or number.adjusted() > 15:
            raise refusal
        return number.quantize(HUNDREDTH, ROUND_HALF_UP)
    if not (words := plain(shown(cell))):
        return None
    words = re.sub(f"{unit}$", "", words, count=1)
    if match := _AMBIGUOUS.fullmatch(words):
        large, small = match[1] + match[2], f"{match[1]},{match[2][:2]}"
        raise Unreadable("peut se lire de deux façons", f"Écrivez {large} ou {small}.")
    if len(words) > 25 or not _NUMBER.fullmatch(words):
        raise refusal
    return Decimal(_with_point(words.replace(" ", ""))).quantize(HUNDREDTH, ROUND_HALF_UP)


def _with_point(digits: str) -> str:
    """Drop the separators of thousands: the last separator is the decimal one unless it is repeated."""
    last = max(",.", key=digits.rfind)
    if digits.count(last) > 1:
        return digits.replace(last, "")
    return digits.replace("." if last == "," else ",", "").replace(last, ".")


def _day(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise Unreadable("n’existe pas dans le calendrier", "Vérifiez le jour et le mois.") from None
    return _plausible(found)


def _plausible(day: date) -> date:
    if not 1990 <= day.year < 2100:
        raise Unreadable("a une année impossible", "Écrivez l’année en quatre chiffres, par exemple 12/03/2026.")
    return day
