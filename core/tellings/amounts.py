"""Hours as people type them inside a sentence: "84", "7h30", "84 + 7 formation", "80/90" (no number at all)."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from core.hours import MOST_IN_A_MONTH, read_hours
from core.refusal import Refused
from core.tellings.marks import Kind, Mark
from core.tellings.page import Page
from core.tellings.values import Hours

_CLOCK = re.compile(r"([0-9]{1,3})(?: ?h|:)([0-5][0-9])(?: ?(?:min|mn|m)\b)?(?![0-9:])")
_SPACED_CLOCK = re.compile(r"([0-9]{1,3}) ?h(?:eures?)? ([0-5][0-9])(?P<minutes> ?(?:min|mn|m|minutes)\b)?(?![0-9])")
_AFTER_CLOCK = re.compile(r" ?(?:$|[,;.)\n\t]|et\b|pour\b)")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_WORDS = re.compile(
    r"(?:(?:une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|"
    r"quarante|cinquante|soixante|septante|huitante|octante|nonante|cents?|et(?= (?:une?|onze)\b))(?:[ -]+|\b))+"
)
_UNIT = re.compile(r" ?(?:h(?:eures?|eurs?)\b|h(?:rs?|re|s)?\b\.?)?(?P<half> et demie?\b)?")
_NOT_HOURS = re.compile(
    r" ?(?:%|€|euros?\b|k€|jours?\b|j\b|journees?\b|semaines?\b|sem\b|mois\b(?! dernier| passe| precedent)|ans?\b|"
    r"min(?:utes?)?\b|mn\b|personnes?\b|salarie\w*|contrats?\b|fois\b|participants?\b|ouvriers?\b|gars\b)"
)
_RATE = re.compile(
    r" ?(?:/ ?(?:j|jours?|s|sem|semaines?)\b|par (?:jour|semaine|personne)|hebdo\w*|"
    r"chaque (?:jour|semaine)|[x*] ?[0-9]+)"
)
_RANGE = re.compile(r" ?(?:/|-|a|ou|ou bien) ?[0-9]+(?:[.,][0-9]+)?")
_DOTTED_DATE = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])\.(?:0[1-9]|1[0-2])")
_TRAINING = r"(?:de |en |d')?(?:formations?|form)\b\.?"
_WORK = re.compile(r" ?(?:de |en |sur (?:le )?)?(?:travail\w*|production|prod|chantier|terrain)\b")
_AFTER_WORK = re.compile(r"(?:travail\w*|production|prod|chantier|terrain)[ :=]*$")
_LINK = re.compile(r"(?P<open> ?\(? ?)(?P<link>\+|dont|plus|et|&|,)?[ ]*")
_TRAINING_FIRST = re.compile(rf"{_TRAINING} ?[:=]? ?")
_TRAINING_LAST = re.compile(rf" ?{_TRAINING}")
_SIGN = re.compile(r"(?:(?:^|[\s:=(])[-+]|[~±#<] ?|(?<![-=])> ?|n° ?)$")
_CLOSE = re.compile(r" ?\)")


@dataclass(frozen=True)
class _Amount:
    """A number read, or None where there is one that cannot be told for sure; and where it ends."""

    number: Decimal | None
    end: int


def hours_at(page: Page, place: int) -> Mark | None:
    """Read hours at a place of a message, training included; None when there is no number there."""
    flat = page.flat
    training_first = _TRAINING_FIRST.match(flat, place)
    first = _amount_at(flat, training_first.end() if training_first else place)
    if first is None:
        return None
    if training_first or (alone := _TRAINING_LAST.match(flat, first.end)):
        end = first.end if training_first or alone is None else alone.end()
        return _mark(page, place, end, None, Decimal(0))  # only the training: what of the rest?
    return _with_training(page, place, first) or _mark(page, place, first.end, first.number, Decimal(0))


def _with_training(page: Page, place: int, first: _Amount) -> Mark | None:
    flat = page.flat
    work = _WORK.match(flat, first.end)
    is_work = bool(work) or bool(_AFTER_WORK.search(flat[max(0, place - 20) : place]))
    link = _LINK.match(flat, work.end() if work else first.end)
    if link is None or not (link.end() > first.end or is_work):
        return None
    before = _TRAINING_FIRST.match(flat, link.end())
    second = _amount_at(flat, before.end() if before else link.end(), is_added=True)
    after = _TRAINING_LAST.match(flat, second.end) if second and not before else None
    if second is None or not (before or after):
        return None
    end = after.end() if after else second.end
    if "(" in link["open"] and (close := _CLOSE.match(flat, end)):
        end = close.end()
    worked, training = _parts(first.number, second.number, link["link"] or "", is_work)
    return _mark(page, place, end, worked, training)


def _parts(first: Decimal | None, training: Decimal | None, link: str, is_work: bool) -> tuple[Decimal | None, Decimal]:
    """Tell what was worked from what was told: "dont" counts the training inside, "plus" beside; else ask."""
    if first is None or training is None:
        return None, Decimal(0)
    if link == "dont" and not is_work:
        return (first - training, training) if training <= first else (None, Decimal(0))
    if link in {"+", "plus", "et", "&"} or is_work:
        return first, training
    return None, Decimal(0)


def _mark(page: Page, start: int, end: int, worked: Decimal | None, training: Decimal) -> Mark:
    if worked is not None and worked + training > MOST_IN_A_MONTH:
        worked, training = None, Decimal(0)
    return Mark(Kind.HOURS, start, end, Hours(page.quote(start, end), worked, training))


def number_at(flat: str, place: int) -> tuple[Decimal | None, int] | None:
    """Read one number of hours and where it ends, whatever its size."""
    found = _amount_at(flat, place)
    return (found.number, found.end) if found else None


def _amount_at(flat: str, place: int, *, is_added: bool = False) -> _Amount | None:
    amount = _clock(flat, place) or _digits(flat, place) or _spelt(flat, place)
    if amount is None:
        return None
    for pattern in (_NOT_HOURS, _RATE, _RANGE):
        if doubtful := pattern.match(flat, amount.end):
            return _Amount(None, doubtful.end())
    glued = flat[amount.end : amount.end + 1]
    if glued.isalnum() or glued == "?" or flat[amount.end : amount.end + 2] == " ?":
        return replace(amount, number=None)
    is_signed = not is_added and _SIGN.search(flat[max(0, place - 3) : place])
    return replace(amount, number=None) if is_signed else amount


def _clock(flat: str, place: int) -> _Amount | None:
    if match := _CLOCK.match(flat, place):
        return _Amount(_minutes(match[1], match[2]), match.end())
    match = _SPACED_CLOCK.match(flat, place)
    if match is None:
        return None
    is_sure = match["minutes"] or _AFTER_CLOCK.match(flat, match.end())
    return _Amount(_minutes(match[1], match[2]) if is_sure else None, match.end())


def _minutes(hours: str, minutes: str) -> Decimal:
    return (Decimal(hours) + Decimal(minutes) / 60).quantize(Decimal("0.01"))


def _digits(flat: str, place: int) -> _Amount | None:
    match = _NUMBER.match(flat, place)
    if match is None:
        return None
    whole, _, fraction = match[0].replace(",", ".").partition(".")
    unit = _UNIT.match(flat, match.end())
    has_unit = unit is not None and unit.end() > match.end()
    end = unit.end() if unit is not None and unit[0].strip() else match.end()
    in_columns = "," in match[0] and re.search(r"[^\W\d_],$", flat[:place])
    may_be_a_date = _DOTTED_DATE.fullmatch(match[0]) and not has_unit
    if len(whole) > 4 or len(fraction) > 2 or in_columns or may_be_a_date:
        return _Amount(None, end)
    half = Decimal("0.5") if unit is not None and unit["half"] else Decimal(0)
    return _Amount(Decimal(f"{whole}.{fraction or 0}") + half, end)


def _spelt(flat: str, place: int) -> _Amount | None:
    match = _WORDS.match(flat, place)
    if match is None or (place and flat[place - 1].isalnum()):
        return None
    words = match[0].strip(" -")
    end = place + len(match[0].rstrip(" -"))
    unit = _UNIT.match(flat, end)
    has_unit = unit is not None and unit[0].strip() != ""
    if words in {"un", "une", "sept"} and not has_unit:
        return None if words != "sept" else _Amount(None, end)  # September, or the number
    if unit is not None and has_unit:
        end = unit.end()
    try:
        number = read_hours(words)
    except Refused:
        return _Amount(None, end)
    half = Decimal("0.5") if unit is not None and unit["half"] else Decimal(0)
    return _Amount(number + half, end)
