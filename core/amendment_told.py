"""What a sentence says that changes in a contract: « le chantier est arrêté deux mois », « 300 heures de moins ».

Only what is plainly stated is read: a question, a condition, a denial say nothing. What is missing is asked afterwards.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from core.hours import plain, read_hours
from core.months import NAMES, first_day, last_day, month_of, months_after, read_day
from core.refusal import Refused
from core.terms import ShareRole

LONGEST = 400
_MONTHS = tuple(plain(name) for name in NAMES)
_MONTH = rf"(?:{'|'.join(_MONTHS)})"
_WHAT = r"(?:chantier|travaux|marche|contrat|lot(?: \w+)?|prestations?|operation|projet)"
_NEAR = r"(?:\W+[\w']+){0,5}?\W+"
_NUMBER = r"(?P<number>\d+(?: \d{3})*(?:[.,]\d+)?|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|quinze)"
_SOFT = re.compile(r"^(?:et )?(?:si|en cas|quand|lorsque)\b|\bn'(?:est|a|ont|etait)\b.*\bpas\b|\bne sera pas\b|\?\s*$")
_RESUMES = re.compile(
    rf"\b{_WHAT}{_NEAR}(?:reprend(?:ra|ront)?|reprennent|a repris|ont repris|redemarr\w+|recommenc\w+)\b"
    rf"|\breprise (?:du|des|de la|de l') ?{_WHAT}\b"
)
_TRANSFERRED = re.compile(
    rf"\b{_WHAT}{_NEAR}(?:cedee?s?|transferee?s?|reprise?s? par)\b|\bcession (?:du|de notre|de ce) (?:marche|contrat)\b"
)
_ASKS = re.compile(r"^(?:et )?(?:comment|combien|pourquoi|est-ce|peut|puis|pouvons|faut|doit|dois|qui|quel)\b")
_WHO = r"\b(?:on|nous|je|j'ai|l'entreprise)\b"
_AS_PARTNER = r"(?:sous[- ]?traitan\w+|co-?traitan\w+)"
_OF_A_MONTH = re.compile(
    rf"^(?:en |pour )?{_MONTH}(?: \d{{4}})? ?:|\b(?:a|ont|avait|avons) (?:fait|realise|assure|pris)\b"
)
_SHARED = re.compile(
    rf"{_WHO}.*\b(?:sous[- ]?trait|co-?trait)(?:e|ons|ee?s?|era|erons)\b"
    rf"|\b(?:fait|fera|feront|font|prend|prendra|realise|realisera|assure|assurera)\b.*\b{_AS_PARTNER}"
    rf"|\b{_AS_PARTNER}.*\b(?:fait|fera|feront|font|prend|prendra|realise|realisera|assure|assurera)\b"
)
_TAKEN_BACK = re.compile(rf"{_WHO}.*\b(?:reprend|reprenons|retire|retirons)\b.*\b{_AS_PARTNER}")
_POOLED = re.compile(
    r"\b(?:met|mets|mettons|mettre) (?:\w+ ){0,2}(?:nos|les|mes|ces)?\b.*\bheures\b.*\b(?:en commun|ensemble)\b"
    rf"|{_WHO}.*\b(?:globalis|mutualis|regroup)(?:e|ons|ees?|er)\b.*\b(?:heures|marches|engagements|contrats)\b"
)
_NAMED = re.compile(
    r"\b(?:à|a|chez|avec|par)\s+(?!(?:partir|compter|la|notre|nos|un|une|des|nous)\b|\d)"
    r"(?P<name>[\w&.’'-]+(?:\s+(?!(?:à|a|au|aux|du|dès|des|depuis|le|la|les|pour|sur|en|comme|qui|jusqu\w*)\b)"
    r"[\w&.’'-]+){0,5})",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(?P<name>(?!(?:on|nous|je|notre|nos|un|une|le|la|les)\b)[\w&.’' -]+?)(?:,.*?)?\s+"
    r"(?:fait|fera|prend|prendra|réalise|réalisera|assure|assurera|reprend|reprendra)\b",
    re.IGNORECASE,
)
LONGEST_NAME = 80
_TRANCHE = re.compile(r"\btranche\b.*\baffermi\w*|\baffermissement\b|\btranche\b.*\b(?:levee|debloquee|notifiee)\b")
_ENDS = re.compile(
    rf"\b{_WHAT}{_NEAR}(?:resiliee?s?|abandonnee?s?|prolongee?s?|prorogee?s?|rallongee?s?|prend(?:ra)? fin"
    r"|se (?:termine|terminera|finit)|finit|finira|prolongation)\b"
    rf"|\b(?:prolongation|prorogation|resiliation|fin anticipee) (?:du|des|de la|de l'|de notre) ?{_WHAT}\b"
    rf"|\b(?:marche|contrat){_NEAR}(?:s'arrete(?:ra)?|arrete definitivement)\b(?=.*\b(?:le|au|fin) (?:\d|{_MONTH}))"
)
_STOPS = re.compile(
    rf"\b{_WHAT}{_NEAR}(?:arretee?s?|suspendue?s?|interrompue?s?|ajournee?s?|a l'arret|en pause|stoppee?s?|gelee?s?"
    r"|s'arrete(?:nt|ra|ront)?)\b"
    rf"|\b(?:arret|suspension|interruption|ajournement) (?:du|des|de la|de l'|de notre) ?{_WHAT}\b"
)
_OF_HOURS = re.compile(r"\b(?:avenant|marche|contrat|lot|objectif|engagement|volume|clause|tranche)\b")
_DELTA = re.compile(
    rf"(?P<sign>[-+]) ?{_NUMBER} ?h(?:eures?)?\b"
    rf"|(?:moins|plus) (?:de )?(?P<amount>\d+(?: \d{{3}})*(?:[.,]\d+)?) ?h(?:eures?)?\b"
)
_AMOUNT = re.compile(r"(?P<amount>\d+(?: \d{3})*(?:[.,]\d+)?) ?(?:h|heures?)\b(?: d'insertion)?")
_LESS = re.compile(r"\b(?:moins|retir\w+|enlev\w+|supprim\w+|redui\w+|diminu\w+|baiss\w+)\b")
_MORE = re.compile(r"\b(?:plus|ajout\w+|supplementaires?|augment\w+|en sus)\b")
_TOTAL = re.compile(
    r"\b(?:passe(?:nt|ra)?|portee?s?|ramenee?s?|fixee?s?|reduite?|baisse) a "
    r"(?P<total>\d+(?: \d{3})*) ?h(?:eures?)?\b"
)
_DURATION = re.compile(rf"\b(?:pour |pendant |durant |de )?{_NUMBER} (?P<unit>mois|semaines?|jours?)\b")
_DAY = rf"(?:\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?|(?:1er|\d{{1,2}})(?: {_MONTH})?(?: \d{{4}})?)"
_RANGE = re.compile(rf"\bdu (?P<first>{_DAY}) au (?P<last>{_DAY})")
_SINCE = re.compile(
    rf"\b(?:depuis|a partir|a compter|des)(?: le| du| de| d')? ?"
    rf"(?P<day>{_DAY}|{_MONTH}(?: \d{{4}})?|hier|aujourd'hui|demain)"
)
_UNTIL = re.compile(
    rf"\bjusqu'(?:au|en|a|a la) ?(?P<end>fin (?:de |d')?)?(?P<day>{_DAY}|{_MONTH}(?: \d{{4}})?)\b"
    rf"|\b(?:au|a) (?P<fin>fin) (?P<month>{_MONTH}(?: \d{{4}})?)\b"
)
_ON = re.compile(rf"\b(?:le|au|ce|du|fin) (?P<day>{_DAY}|{_MONTH}(?: \d{{4}})?)(?!\w)(?! ?(?:h|heures?|mois|jours?)\b)")


@dataclass(frozen=True)
class Told:
    """What was read. `kind` is one of core.flows.amendment's choices, "" when only an amendment was named.

    `until` is the last day of a suspension or of the contract; `hours` are added, `total` is what they become;
    `lasts` is a duration whose first day was not said ("2 mois"). `company` is the other one as it was named, whose
    `hours` are those of its part, negative when they are taken back.
    """

    kind: str
    first: date | None = None
    until: date | None = None
    hours: Decimal | None = None
    total: Decimal | None = None
    lasts: str = ""
    company: str = ""
    role: ShareRole | None = None

    @property
    def is_between_companies(self) -> bool:
        """Whether it names another company, or other contracts: never the hours of a person."""
        return self.kind in {"share", "pool"}


def read_amendment(text: str, today: date) -> Told | None:
    """Read a sentence; None when it does not say that a contract changes."""
    words = plain(text).strip(" .!")
    if len(words) > LONGEST or _SOFT.search(words) or text.rstrip().endswith("?"):
        return None
    kind = _kind(words)
    if kind is None:
        return None
    told = Told(kind, first=_first(words, today), until=_last(words, today))
    if kind in {"share", "transfer", "tranche"} and told.first is None:
        told = replace(told, first=_on(words, today))
    if kind in {"share", "transfer"}:
        return _with_company(told, text, words)
    if kind in {"hours", "tranche"}:
        return _with_hours(told, words)
    if kind == "suspension":
        return _lasting(told, words)
    if kind == "end" and told.until is None:
        match = _DURATION.search(words)
        return replace(told, until=_on(words, today), lasts=_said(match))
    if kind == "resumption" and told.first is None:
        return replace(told, first=_on(words, today))
    return told


def _kind(words: str) -> str | None:
    if _ASKS.search(words):
        return None
    is_of_a_month = _OF_A_MONTH.search(words)
    if (
        not is_of_a_month
        and (_SHARED.search(words) or _TAKEN_BACK.search(words))
        and re.search(r"\bh(?:eures?)?\b|\d ?h\b", words)
    ):
        return "share"
    if _POOLED.search(words):
        return "pool"
    if _TRANSFERRED.search(words):
        return "transfer"
    if _TRANCHE.search(words):
        return "tranche"
    if _RESUMES.search(words):
        return "resumption"
    if _ENDS.search(words) and not (_STOPS.search(words) and _lasts(words)):
        return "end"
    if _STOPS.search(words):
        return "suspension"
    if _OF_HOURS.search(words) and _says_hours(words):
        return "hours"
    return "" if re.search(r"\b(?:un|l'|l’|d')? ?avenant\b", words) else None


def _says_hours(words: str) -> bool:
    said = _TOTAL.search(words) or _DELTA.search(words)
    return bool(said or (_AMOUNT.search(words) and (_LESS.search(words) or _MORE.search(words))))


def _with_hours(told: Told, words: str) -> Told:
    if total := _TOTAL.search(words):
        return replace(told, total=_number(total["total"]))
    amount = _AMOUNT.search(words)
    hours = _number(amount["amount"]) if amount else None
    if hours is None:
        return told
    signed = re.search(rf"(?P<sign>[-+]) ?{re.escape(amount['amount'])}" if amount else "$", words)
    is_less = signed["sign"] == "-" if signed else bool(_LESS.search(words)) and not _MORE.search(words)
    is_more = told.kind == "tranche" or bool(signed) or bool(_MORE.search(words))
    if not is_less and not is_more:
        return told
    return replace(told, hours=-hours if is_less else hours)


def _with_company(told: Told, text: str, words: str) -> Told:
    named = _NAMED.search(text) or _SUBJECT.search(text.strip())
    company = named["name"].strip(" .,!")[:LONGEST_NAME] if named else ""
    if told.kind == "transfer":
        return replace(told, company=company)
    role = ShareRole.CO_AWARDEE if re.search(r"\bco-?trait", words) else ShareRole.SUBCONTRACTOR
    amount = _AMOUNT.search(words)
    hours = _number(amount["amount"]) if amount else None
    if hours is not None and _TAKEN_BACK.search(words):
        hours = -hours
    return replace(told, company=company, role=role, hours=hours)


def _lasting(told: Told, words: str) -> Told:
    match = _DURATION.search(words)
    if told.until is not None or match is None:
        return told
    if told.first is None:
        return replace(told, lasts=_said(match))
    return replace(told, until=last_of(told.first, _said(match)))


def last_of(first: date, lasts: str) -> date:
    """Return the last day of "2 mois", "3 semaines" or "10 jours" from a first day."""
    count, unit = lasts.split()
    if unit == "mois":
        return months_after(first, int(count)) - timedelta(days=1)
    return first + timedelta(days=int(count) * (7 if unit == "semaines" else 1) - 1)


def _lasts(words: str) -> bool:
    return any(pattern.search(words) for pattern in (_DURATION, _RANGE, _UNTIL))


def _said(match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    unit = match["unit"].rstrip("s") + "s"
    return f"{_number(match['number']) or 0:.0f} {unit}"


def _number(said: str) -> Decimal | None:
    try:
        return read_hours(said, most=Decimal(10_000_000))
    except Refused:
        return None


def _first(words: str, today: date) -> date | None:
    if match := _RANGE.search(words):
        last = _day(match["last"], today)
        if last is not None and match["first"].isdigit() and not match["last"].isdigit():
            return last.replace(day=int(match["first"])) if int(match["first"]) <= last.day else None
        return _day(match["first"], today)
    match = _SINCE.search(words)
    if match is None:
        return None
    day = match["day"]
    if day.split()[0] in _MONTHS:
        month = _month(day, today, is_past=match[0].startswith("depuis"))
        return first_day(month)
    return _day(day, today, is_past=match[0].startswith("depuis"))


def _last(words: str, today: date) -> date | None:
    if match := _RANGE.search(words):
        return _day(match["last"], today)
    match = _UNTIL.search(words)
    if match is None:
        return None
    day = match["day"] or match["month"]
    return last_day(_month(day, today)) if day.split()[0] in _MONTHS else _day(day, today)


def _on(words: str, today: date) -> date | None:
    match = _ON.search(words)
    if match is None:
        return None
    day = match["day"]
    if day.split()[0] in _MONTHS:
        return last_day(_month(day, today)) if match[0].startswith("fin") else first_day(_month(day, today))
    return _day(day, today)


def _day(said: str, today: date, *, is_past: bool = False) -> date | None:
    """Read a day; a bare number is the next such day, or the last one for what has begun."""
    if not re.fullmatch(r"\d{1,2}|1er", said):
        return read_day(said, today)
    number = int(said.replace("1er", "1"))
    for months in range(0, -3, -1) if is_past else range(3):
        place = today.year * 12 + today.month - 1 + months
        try:
            day = date(place // 12, place % 12 + 1, number)
        except ValueError:
            continue
        if (day <= today) if is_past else (day >= today):
            return day
    return None


def _month(said: str, today: date, *, is_past: bool = False) -> str:
    """Return the named month: the next one, this one included, or the last one that has begun."""
    name, _, year = said.partition(" ")
    number = _MONTHS.index(name) + 1
    if year:
        return f"{year}-{number:02}"
    current = month_of(today)
    found = f"{today.year}-{number:02}"
    if is_past and found > current:
        return f"{today.year - 1}-{number:02}"
    return f"{today.year + 1}-{number:02}" if not is_past and found < current else found
