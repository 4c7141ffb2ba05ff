"""Hours of insertion: read as people write them, kept as Decimal, written as the French do.

Standard library only. An hour is one hour worked by an eligible participant on the contract.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from core.refusal import Refused

NBSP = "\N{NO-BREAK SPACE}"
HUNDREDTH = Decimal("0.01")

FULL_TIME_MONTH = Decimal("151.67")  # 35 h × 52 / 12, article L3121-27 du code du travail
FLAGGED_ABOVE = Decimal(220)  # implausible for one person in one month: the facilitateur looks
MOST_IN_A_MONTH = Decimal(310)  # ten hours a day, every day: refused

_SMALL = ("zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
          "treize", "quatorze", "quinze", "seize", "dix sept", "dix huit", "dix neuf")  # fmt: skip
_TENS = ((20, "vingt"), (30, "trente"), (40, "quarante"), (50, "cinquante"), (60, "soixante"), (80, "quatre vingt"),
         (70, "septante"), (80, "huitante"), (80, "octante"), (90, "nonante"))  # fmt: skip
_NOTHING = {"rien", "neant", "aucune", "aucune heure", "pas d'heure", "pas d'heures", "nul", "nulle"}
_UNIT_OF_HOURS = r"(?:heures?|hrs?|h)"
_CLOCK = re.compile(rf"^(\d{{1,4}}) ?(?:h|:|{_UNIT_OF_HOURS}) ?([0-5]\d) ?(?:min|mn|m)?$")
_DECIMAL = re.compile(rf"^(-?)(\d{{1,3}}(?: \d{{3}})+|\d{{1,9}})(?:[.,](\d{{1,4}}))? ?{_UNIT_OF_HOURS}?$")
_HALF = re.compile(rf"^(.+?) ?{_UNIT_OF_HOURS}? et demie?$")
_WITH_TRAINING = re.compile(
    r"^(?P<first>.+?) ?(?P<link>\+|(?:dont|plus|et)(?= )) ?(?P<training>.+?) ?(?:de |en )?formation$"
)
_LONGEST = 80  # no number of hours is longer, and a long text must cost nothing to refuse
_EXAMPLE = f"Écrivez par exemple 84, 7,5 ou 7h30{NBSP}; 0 s’il n’y a rien."


def plain(text: str) -> str:
    """Fold case, accents, curly apostrophes and every kind of space, to compare what people type."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("−", "-"))
        text = "".join([c for c in decomposed if not unicodedata.combining(c)])
    return " ".join(text.lower().split())


def read_hours(text: str, *, most: Decimal = MOST_IN_A_MONTH) -> Decimal:
    """Read a number of hours: "84", "7,5", "7h30", "84 h", "sept", "rien".

    Raises Refused when it is not a number of hours, negative, or above `most`.
    """
    words = plain(text).strip(" .!")
    if words in _NOTHING:
        return Decimal(0)
    readers = (_clock, _decimal, _spelt) if len(words) <= _LONGEST else ()
    hours = next((hours for read in readers if (hours := read(words)) is not None), None)
    if hours is None:
        raise Refused(f"Je n’ai pas reconnu un nombre d’heures. {_EXAMPLE}")
    if hours < 0:
        raise Refused(f"Un nombre d’heures ne peut pas être négatif. {_EXAMPLE}")
    if hours > most:
        raise Refused(
            f"{french(hours)}{NBSP}h dépasse le maximum possible ici ({french(most)}{NBSP}h). "
            "Vérifiez le nombre et écrivez-le à nouveau."
        )
    return hours.quantize(HUNDREDTH, ROUND_HALF_UP)


def read_work(text: str, *, most: Decimal = MOST_IN_A_MONTH) -> tuple[Decimal, Decimal]:
    """Read hours worked and hours in training: "84", "84 + 7 formation" (91 in all), "84 dont 7 de formation".

    Raises Refused as `read_hours` does, or when the training is more than the whole.
    """
    words = plain(text).strip(" .!")
    match = _WITH_TRAINING.match(words) if len(words) <= _LONGEST else None
    if match is None:
        return read_hours(text, most=most), Decimal(0)
    first, training = read_hours(match["first"], most=most), read_hours(match["training"], most=most)
    if match["link"] != "dont":
        return first, training
    if training > first:
        raise Refused("Les heures de formation dépassent le total. Écrivez par exemple 84 dont 7 formation.")
    return first - training, training


def _clock(words: str) -> Decimal | None:
    match = _CLOCK.match(words)
    return Decimal(match[1]) + Decimal(match[2]) / 60 if match else None


def _decimal(words: str) -> Decimal | None:
    match = _DECIMAL.match(words)
    if not match:
        return None
    sign, whole, fraction = match.groups()
    try:
        return Decimal(f"{sign}{whole.replace(' ', '')}.{fraction or 0}")
    except InvalidOperation:
        return None


def _spelt(words: str) -> Decimal | None:
    half = _HALF.match(words)
    if half:
        whole = _decimal(half[1])
        whole = _spelt(half[1]) if whole is None else whole
        return None if whole is None else whole + Decimal("0.5")
    said = re.sub(rf"\b{_UNIT_OF_HOURS}$", "", words).replace("-", " ").replace(" et ", " ")
    number = _SPELT.get(re.sub(r"\b(un)e\b|\b(vingt|cent)s\b", r"\1\2", said.strip()))
    return None if number is None else Decimal(number)


def _spellings() -> dict[str, int]:
    small = {name: number for number, name in enumerate(_SMALL)}
    tens = dict(small)
    for ten, name in _TENS:
        follow = 19 if name in {"soixante", "quatre vingt"} else 9
        tens[name] = ten
        tens |= {f"{name} {unit}": ten + number for unit, number in small.items() if 1 <= number <= follow}
    hundreds = {"cent": 100} | {f"{_SMALL[digit]} cent": digit * 100 for digit in range(2, 10)}
    whole = {f"{name} {rest}": hundred + n for name, hundred in hundreds.items() for rest, n in tens.items() if n}
    return tens | hundreds | whole


_SPELT = _spellings()


def french(number: Decimal) -> str:
    """Write a number the French way: 1234.50 is "1 234,5" (with a non-breaking space)."""
    text = f"{number.quantize(HUNDREDTH, ROUND_HALF_UP):,.2f}".rstrip("0").rstrip(".")
    return text.replace(",", NBSP).replace(".", ",")


def in_hours(number: Decimal) -> str:
    """Write hours: "84 h"."""
    return f"{french(number)}{NBSP}h"


@dataclass(frozen=True)
class Progress:
    """A commitment's hours at one date; every figure in hours."""

    committed: Decimal
    done: Decimal
    accepted: Decimal

    @property
    def remaining(self) -> Decimal:
        """Hours still to do; never negative, a surplus is not owed back."""
        return max(Decimal(0), self.committed - self.done)

    @property
    def surplus(self) -> Decimal:
        """Hours done beyond the commitment."""
        return max(Decimal(0), self.done - self.committed)

    @property
    def share_done(self) -> Decimal | None:
        """Done over committed (0.5 is half), or None when nothing is committed yet."""
        return self.done / self.committed if self.committed else None


def share_elapsed(starts_on: date, ends_on: date, today: date) -> Decimal:
    """Share of a period that is behind us, from 0 to 1, first and last day included."""
    if today < starts_on:
        return Decimal(0)
    if today >= ends_on:
        return Decimal(1)
    return Decimal((today - starts_on).days + 1) / Decimal((ends_on - starts_on).days + 1)


def percent(share: Decimal) -> str:
    """Write a share: 0.125 is "13 %"."""
    return f"{(share * 100).quantize(Decimal(1), ROUND_HALF_UP)}{NBSP}%"
