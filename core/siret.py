"""SIREN and SIRET, the identifiers of French organisations and of their establishments.

Both end with a Luhn key. La Poste has too many establishments for it: the digits of its SIRETs add up to a multiple of
five instead (Insee, base Sirene; only its head office also satisfies Luhn).
"""

import re

LA_POSTE = "356000000"
_SEPARATORS = re.compile(r"[\s.\-]+")


def read_siret(text: str) -> str | None:
    """Return the fourteen digits of a SIRET typed with or without spaces, None when it is not a valid one."""
    digits = _SEPARATORS.sub("", text)
    return digits if is_siret(digits) else None


def is_siret(digits: str) -> bool:
    """Tell whether `digits` is exactly a SIRET: fourteen digits with a right key."""
    if not re.fullmatch(r"[0-9]{14}", digits) or not int(digits):
        return False
    return _luhn(digits) or (digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0)


def is_siren(digits: str) -> bool:
    """Tell whether `digits` is exactly a SIREN: nine digits with a right key."""
    return bool(re.fullmatch(r"[0-9]{9}", digits)) and int(digits) > 0 and _luhn(digits)


def siren_of(siret: str) -> str:
    """Return the organisation's SIREN, the first nine digits of its SIRET."""
    return siret[:9]


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
