"""Amounts, shares and hours: read as people write them, kept as Decimal, written as the French do."""

import re
from decimal import Decimal

from knowledge.rules import typeset

NBSP = "\N{NO-BREAK SPACE}"
MOST_EUROS = Decimal(1_000_000_000_000)

_NUMBER = re.compile(r"-?([0-9]+)(?:[.,]([0-9]{1,6}))?")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:[.,][0-9]{3})+")
_LONGEST = 40  # no figure is longer, and a long text must cost nothing to refuse


class Unreadable(ValueError):
    """A figure that cannot be read, or that can be read in two ways; the message is one French sentence."""


def read_euros(text: str) -> Decimal:
    """Euros excluding tax: "216000", "216 000,50 €", "30 €/h". Raises Unreadable."""
    digits = re.sub(r"[\s_]|€(?:/h)?|\bEUR\b|\bHT\b", "", text, flags=re.IGNORECASE)
    if _GROUPED.fullmatch(digits):
        raise Unreadable(typeset(f"« {text} » peut se lire de deux façons ; écrivez 2000000 ou « 2 000 000 »"))
    number = _number(digits)
    if number is None or number > MOST_EUROS:
        raise Unreadable(typeset(f"« {text[:_LONGEST]} » n’est pas un montant en euros comme 216000 ou « 216 000,50 »"))
    if digits.startswith("-"):
        raise Unreadable(typeset(f"« {text} » est négatif"))
    return number


def read_share(text: str, *, fraction_up_to: Decimal) -> Decimal:
    """A share between 0 and 1: "50", "50 %" and "0,5" are all one half.

    A bare number under 1 has two readings ("0,5" is 50 % or 0.5 %); it is read as a fraction when it is not above
    `fraction_up_to`, where the other reading would make no sense, and refused above. Raises Unreadable.
    """
    digits = re.sub(r"\s", "", text)
    signed = digits.endswith("%")
    number = _number(digits.rstrip("%") if signed else digits)
    if number is None or digits.count("%") > 1:
        raise Unreadable(typeset(f"« {text[:_LONGEST]} » n’est pas un pourcentage comme 50 ou « 7,5 % »"))
    if digits.startswith("-"):
        raise Unreadable(typeset(f"« {text} » est négatif"))
    if number > 100:
        raise Unreadable(typeset(f"« {text} » dépasse 100 %"))
    if signed or number == 0 or number > 1 or (number == 1 and fraction_up_to < 1):
        return number / 100
    if number < 1 and number <= fraction_up_to:
        return number
    as_fraction, as_percentage = percent(number), percent(number / 100)
    raise Unreadable(
        typeset(f"« {text} » peut se lire {as_percentage} ou {as_fraction} ; écrivez le nombre avec son signe %")
    )


def euros(amount: Decimal) -> str:
    """« 25 000 € », « 12,02 € »."""
    whole = amount == amount.to_integral_value()
    return f"{grouped(amount, 0 if whole else 2)}{NBSP}€"


def hours_of(hours: Decimal) -> str:
    """« 833 h », « 833,33 h »."""
    whole = hours == hours.to_integral_value()
    return f"{grouped(hours, 0 if whole else 2)}{NBSP}h"


def percent(share: Decimal) -> str:
    """« 7,5 % » for 0.075."""
    text = f"{(share * 100).quantize(Decimal('0.01')).normalize():f}"
    return f"{text.replace('.', ',')}{NBSP}%"


def grouped(number: Decimal, places: int) -> str:
    """« 2 573,33 » with non-breaking spaces between thousands."""
    return f"{number:,.{places}f}".replace(",", NBSP).replace(".", ",")


def _number(digits: str) -> Decimal | None:
    found = _NUMBER.fullmatch(digits) if len(digits) <= _LONGEST else None
    return Decimal(f"{found[1]}.{found[2] or 0}") if found else None
