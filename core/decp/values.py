"""One field of the open data as publishers write it.

Each reader returns None when the field is empty or holds a placeholder, and raises ValueError, with a French reason,
when it holds something else than what it should.
"""

import html
import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

from core.decp.contract import CLAUSE, CRITERION, NO_CONSIDERATION, RESERVED_CONCESSION, RESERVED_CONTRACT
from core.hours import NBSP, plain
from core.siret import read_siret

_PLACEHOLDERS = {"", "nc", "mq", "cdl", "inx", "null", "none", "nan", "nat", "n/a", "-", "[]", "{}", "non renseigné"}
# "INX" and the like stand for a missing value, and some publishers leave them in front of the real one.
_PREFIX = re.compile(r"^(?:INX|CDL|MQ|NC)\s+(?=\S)")
_MOST_EUROS = Decimal(50_000_000_000)  # beyond: 1e17, 999999999999 and other ways to say "not known"
_LONGEST = 2000
_LONGEST_CODE = 100
_ISO_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*|Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_FRENCH_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_DEPARTMENT = re.compile(r"\d{2}|2[AB]|97\d|98\d")
_SOCIAL = {
    "pas de consideration": NO_CONSIDERATION, "clause social": CLAUSE, "critere social": CRITERION,
    "marche reserve": RESERVED_CONTRACT, "concession reserve": RESERVED_CONCESSION,
}  # fmt: skip
_PLACE_KINDS = {
    plain(kind): kind
    for kind in ("Code postal", "Code commune", "Code arrondissement", "Code canton", "Code département",
                 "Code région", "Code pays")
}  # fmt: skip


def read_text(raw: object) -> str | None:
    """Read a text: HTML entities, line feeds and control characters gone; raises ValueError when it is a structure."""
    while isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    if isinstance(raw, dict | list) and raw:
        raise ValueError("ce n’est pas un texte")
    if raw is None or isinstance(raw, dict | list):
        return None
    text = raw if isinstance(raw, str) else _number_shown(raw)
    if "&" in text:
        text = html.unescape(text)
    clean = " ".join(text.split())
    if not clean.isprintable():
        # Surrogates and control characters would be refused later, by UTF-8 and by the database.
        clean = "".join(" " if unicodedata.category(character) in {"Cc", "Cs"} else character for character in clean)
    clean = unicodedata.normalize("NFC", clean[:_LONGEST]).strip()
    return None if clean.lower() in _PLACEHOLDERS else clean


def read_code(raw: object) -> str | None:
    """Read an identifier, without the placeholder that may stand in front of it."""
    text = read_text(raw)
    if text and len(text) > _LONGEST_CODE:
        raise ValueError(f"{quoted(text)} est trop long")
    return _PREFIX.sub("", text) if text else None


def read_buyer(raw: object) -> str | None:
    """Read the buyer's SIRET as fourteen digits; its key is for the caller to check."""
    text = read_code(raw)
    if text is None:
        return None
    digits = re.sub(r"[\s.]", "", text.removesuffix(".0"))
    if not re.fullmatch(r"[0-9]{12,14}", digits):
        raise ValueError(f"l’acheteur {quoted(text)} n’est pas désigné par un SIRET de 14 chiffres")
    if len(digits) < 14 and read_siret(digits.zfill(14)) is None:
        raise ValueError(f"l’acheteur {quoted(text)} n’a pas les 14 chiffres d’un SIRET")
    return digits.zfill(14)


def read_amount(raw: object) -> Decimal | None:
    """Read a positive and plausible amount in euros."""
    text = read_code(raw)
    if text is None:
        return None
    number = _decimal(text)
    if number is None:
        raise ValueError(f"{quoted(text)} n’est pas un montant")
    if not 0 < number <= _MOST_EUROS:
        raise ValueError(f"{quoted(text)} n’est pas un montant plausible")
    return number.quantize(Decimal("0.01"))


def read_months(raw: object) -> int | None:
    """Read a duration in whole months, up to the 99 years of the longest concessions."""
    text = read_code(raw)
    if text is None:
        return None
    number = _decimal(plain(text).removesuffix("mois").strip())
    if number is None or not 1 <= number <= 1200 or number != number.to_integral_value():
        raise ValueError(f"{quoted(text)} n’est pas une durée en mois")
    return int(number)


def read_day(raw: object) -> date | None:
    """Read a day: "2024-04-02", with or without an hour or a time zone, "20240402", "02/04/2024"."""
    text = read_code(raw)
    if text is None:
        return None
    try:
        if match := _ISO_DAY.fullmatch(text):
            day = date(int(match[1]), int(match[2]), int(match[3]))
        elif match := _FRENCH_DAY.fullmatch(text):
            day = date(int(match[3]), int(match[2]), int(match[1]))
        else:
            raise ValueError
    except ValueError:
        raise ValueError(f"{quoted(text)} n’est pas une date") from None
    if not 1990 <= day.year < 2100:
        raise ValueError(f"{quoted(text)} n’est pas une date plausible")
    return day


def read_cpv(raw: object) -> str | None:
    """Read a CPV code as eight digits, its control digit dropped."""
    text = read_code(raw)
    if text is None:
        return None
    match = re.fullmatch(r"([0-9]{7,8})(?:\.0|-[0-9])?", text)
    if not match:
        raise ValueError(f"{quoted(text)} n’est pas un code CPV")
    return match[1].zfill(8)


def read_place_kind(raw: object, place: str | None) -> str | None:
    """Read what the code of the place is; raises ValueError when the code cannot be of this kind."""
    text = read_text(raw)
    if text is None:
        return None
    kind = _PLACE_KINDS.get(plain(text))
    if kind is None:
        raise ValueError(f"{quoted(text)} n’est pas un type de lieu")
    if place and kind == "Code département" and not _DEPARTMENT.fullmatch(place):
        raise ValueError(f"{quoted(place)} n’est pas un code de département")
    return kind


def read_social(raw: object) -> tuple[str, ...] | None:
    """Read the social considerations in their official words, in the order of the schema; None when nothing is said.

    Raises ValueError for words that are none of them.
    """
    words = []
    waiting = [raw]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif text := read_text(value):
            words.append(plain(text))
    declared = " | ".join(words)
    found = tuple(official for stem, official in _SOCIAL.items() if stem in declared)
    if not found and declared:
        raise ValueError(f"{quoted(declared)} n’est pas une considération sociale connue")
    return found or None


def _decimal(text: str) -> Decimal | None:
    digits = re.sub(r"[\s'’]", "", text).removesuffix("HT").removesuffix("€")
    if digits.count(",") == 1 and "." not in digits:
        digits = digits.replace(",", ".")
    if len(digits) > 40 or not digits.isascii():
        return None
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return None
    # An exponent of millions is cheap to write and endless to expand.
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None


def _number_shown(raw: object) -> str:
    if isinstance(raw, Decimal) and raw.is_finite() and 0 <= raw.adjusted() < 20 and raw == raw.to_integral_value():
        return str(int(raw))
    return str(raw)


def quoted(text: str) -> str:
    """Put French quotation marks around a value, shortened so that a message can hold it."""
    return f"«{NBSP}{text if len(text) <= 60 else f'{text[:59]}…'}{NBSP}»"
