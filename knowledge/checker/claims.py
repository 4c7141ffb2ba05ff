"""Figures that a clause commits to, read so that two of them can be compared: hours by lot, reporting day, penalty.

A figure is compared only with one that speaks of exactly the same thing: what is said of a year, a phase or an example
never contradicts the total.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from knowledge.checker.folding import folded


@dataclass(frozen=True)
class Claim:
    """A figure, what it is said of (two claims with one subject and two figures contradict each other), and the
    sentence that says it. `subject` is None when the sentence does not let it be compared."""

    figure: Decimal
    subject: tuple[str, ...] | None
    sentence: str


_NUMBER = r"(?<![\d,./-])(\d{1,3}(?:[ .]\d{3})+|\d{1,7})(?:,(\d{1,2}))?"
_HOURS = re.compile(
    _NUMBER + r"\)?\s?(?:heures?|h)\b"
    r"(?!\s*(?:par (?:semaine|jour|mois)|hebdo|ouvre|calend|apres|avant|de formation|de retard|manquant|non |\d))"
)
_ANNOUNCED = re.compile(
    r"(?:volume|nombre)[^.:|]{0,40}heures?[^.:|\d]{0,40}:\s*" + _NUMBER + r"(?!\s?(?:%|€|euros?))\b"
)
_SHARE_OF_HOURS = re.compile(
    r"\d\s?%\s*(?:au moins\s*)?(?:des|du (?:nombre|volume|total|temps)|de l'ensemble des)[^.]{0,40}heures?"
)
_DELAY = re.compile(r"(?:dans (?:les|un delai de)|sous|delai (?:de|d'\w+ de)|toutes les|dont)\s*$")
_ABOUT_A_VOLUME = re.compile(r"insertion|volume|engag|realis|consacr|reserv|effectu|minimum|\blots?\b|objectif|nombre")
_NO_VOLUME = re.compile(
    r"penalit|par exemple|a titre d'exemple|equivalents? temps plein|\betp\b|hebdomadaire|au lieu de|initialement"
)
_QUALIFIERS = re.compile(
    r"tranches? (?:ferme|optionnelle|conditionnelle)(?: n\s?[°o]?\s?\d+)?|par an\b|annuel\w*|chaque annee|periode\w*"
    r"|(?:premiere|deuxieme|seconde|troisieme|quatrieme) annee|annee \d|reconduction\w*|bons? de commande"
    r"|par tranche|par (?:personne|participant)|maximum|maximal\w*|total\w*|ensemble"
)
_LOT = re.compile(r"\blot\s*(?:n\s?[°o.]?\s*|numero\s*)?(\d{1,3})\b")
_LOTS = re.compile(r"\blots\s*(?:n\s?[°o.]?s?\s*)?\d")
_WORDS = {"premier": 1, "cinq": 5, "huit": 8, "dix": 10, "quinze": 15, "vingt": 20}
_DAY = rf"(\d{{1,2}}|{'|'.join(_WORDS)})"
_DAYS = re.compile(
    rf"(?:avant|au plus tard|pour|jusqu'au)\s*(?:le\s*)?{_DAY}(?:er|e|eme)?\s*(?:jours?\s*)?"
    r"(?:ouvr\w+\s*|calendaires?\s*)?(?:du|de chaque) mois"
    rf"|dans les {_DAY} (?:premiers )?jours? (?:ouvr\w+ )?(?:du mois|(?:de|suivant) la fin (?:du|de chaque) mois)"
)
_NOT_A_DECLARATION = re.compile(r"reunion|comite|facture")
_PER_HOUR = re.compile(_NUMBER + r"\s?(?:€|euros?)(?:\s?(?:ht|ttc))?[^.;]{0,40}?(?:par|de l'|pour chaque|/)\s?heure")
_WORSE_CASE = re.compile(r"port(?:ee?|es?) a\b|majore|doublee?|recidive|repete")
_MISSING = re.compile(r"penalit|non (?:realise|execut|effectu)|manquant")


def volumes(sentences: Sequence[str]) -> tuple[Claim, ...]:
    """Hours of insertion that the sentences commit to, lot by lot."""
    lots_named = any(_LOT.search(folded(sentence)) for sentence in sentences)
    claims = [claim for sentence in sentences for claim in _volumes_in(sentence, lots_named)]
    return (*claims, *_volumes_in_tables(sentences))


def shares_of_hours(sentences: Sequence[str]) -> tuple[str, ...]:
    """Sentences that give the volume as a share of the hours worked, as urban renewal does."""
    return tuple(sentence for sentence in sentences if _SHARE_OF_HOURS.search(folded(sentence)))


def reporting_days(sentences: Sequence[str]) -> tuple[Claim, ...]:
    """Days of the month on which the company declares."""
    return tuple(
        Claim(Decimal(_WORDS.get(day) or day), ("reporting day",), sentence)
        for sentence in sentences
        if not _NOT_A_DECLARATION.search(text := folded(sentence))
        for found in _DAYS.finditer(text)
        for day in (found[1] or found[2],)
    )


def hourly_penalties(sentences: Sequence[str]) -> tuple[Claim, ...]:
    """Euros due for an hour not done."""
    return tuple(
        Claim(_number(found), None if _WORSE_CASE.search(text) else ("penalty",), sentence)
        for sentence in sentences
        if _MISSING.search(text := folded(sentence)) and (found := _PER_HOUR.search(text))
    )


def contradicting(claims: Sequence[Claim]) -> tuple[Claim, Claim] | None:
    """The first two claims that give one subject two figures."""
    first: dict[tuple[str, ...], Claim] = {}
    for claim in claims:
        if claim.subject is not None and first.setdefault(claim.subject, claim).figure != claim.figure:
            return first[claim.subject], claim
    return None


def _volumes_in(sentence: str, lots_named: bool) -> Iterator[Claim]:
    text = folded(sentence)
    if _NO_VOLUME.search(text) or not _ABOUT_A_VOLUME.search(text):
        return
    found = [match for match in _HOURS.finditer(text) if not _DELAY.search(text[: match.start()])]
    found = found or list(_ANNOUNCED.finditer(text))
    lots = list(_LOT.finditer(text))
    qualifiers = tuple(sorted(set(_QUALIFIERS.findall(text))))
    seen = set()
    for match in found:
        lot = _lot_of(match, lots, found)
        comparable = lot not in seen and not _LOTS.search(text) and (lot is not None or not lots_named)
        yield Claim(_number(match), (lot or "", *qualifiers) if comparable else None, sentence)
        seen.add(lot)


def _lot_of(hours: re.Match[str], lots: Sequence[re.Match[str]], found: Sequence[re.Match[str]]) -> str | None:
    """The lot the hours are said of: the one before, or the one after where the sentence begins with hours."""
    if lots and found[0].start() < lots[0].start():
        return next((lot[1] for lot in lots if lot.start() > hours.start()), None)
    return next((lot[1] for lot in reversed(lots) if lot.start() < hours.start()), None)


def _volumes_in_tables(sentences: Sequence[str]) -> Iterator[Claim]:
    """Rows « Lot 1 | Peinture | 500 » under a header that says in which column the hours are."""
    column: int | None = None
    for sentence in sentences:
        cells = [cell.strip() for cell in folded(sentence).split("|")]
        if len(cells) == 1:
            column = None
            continue
        if (header := next((i for i, cell in enumerate(cells) if "heures" in cell), None)) is not None:
            column = header
        elif column is not None and column < len(cells) and (figure := re.fullmatch(_NUMBER, cells[column])):
            lot = next((found[1] for cell in cells if (found := _LOT.match(cell))), None)
            yield Claim(_number(figure), (lot,) if lot else None, sentence)


def _number(found: re.Match[str]) -> Decimal:
    return Decimal(f"{re.sub(r'[ .]', '', found[1])}.{found[2] or 0}")
