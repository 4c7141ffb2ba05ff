"""A hire told in one message, as answers of the `hire` flow: « embauche de Karim Haddad le 12 en CDD maçon 35 h, RSA ».

What is not understood for sure is left out: the flow asks for it, and reads everything back before it is recorded.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from core.employments import KINDS
from core.flows.filling import Answers
from core.flows.hire_terms import MOST_WEEKLY
from core.flows.register import Register
from core.hours import plain
from core.models import Commitment
from core.months import read_day
from core.terms import Criterion, EmploymentKind, Modality
from core.trades import job_in

LONGEST = 300
MOST_NAMES = 4  # words
Term = TypeVar("Term")
BEGINS = re.compile(
    r"^(bonjour,? )?((une |nouvelle |une nouvelle )?embauche|(nouveau )?recrutement"
    r"|(j'ai|on a|nous avons|je viens d'|on vient d') ?(embauche|recrute)r?)"
    r"( de | d'|[ :]+)(m\.|mme|monsieur|madame)? ?"
)
ENDS_NAME = frozenset(
    {"le", "depuis", "a", "au", "en", "comme", "pour", "du", "des", "sur", "par", "chez", "avec", "cdd", "cdi", "cddi",
     "rsa", "rqth", "hier", "ce", "interim", "apprenti", "apprentie", "demain", "aujourd'hui", "mis", "mise", "il",
     "elle", "qui", "jusqu'au", "dans", "poste", "lundi", "mardi", "mercredi", "jeudi",
     "vendredi", "samedi", "dimanche"}
)  # fmt: skip
MONTHS = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
DAY = rf"(\d{{1,2}}(?:er)?(?:[/.-]\d{{1,2}}(?:[/.-]\d{{2,4}})?| (?:{MONTHS})(?: \d{{4}})?)?)"
STARTS = re.compile(
    rf"\b(?:(?:le|du|depuis le|a partir du|a compter du|des le) {DAY}(?![\d/])(?! ?h)|(hier|aujourd'hui))"
)
ENDS = re.compile(rf"\b(?:jusqu'au|au|jusqu'a fin) {DAY}")
WEEKLY = re.compile(r"\b(\d{1,3}(?:[.,]\d{1,2})?) ?(?:h|heures?)\b( ?(?:/|par|la|a la) ?sem(?:aine)?\b| hebdo\w*)?")
KIND_WORDS: Mapping[str, EmploymentKind] = {
    r"cddi|contrat d'insertion": EmploymentKind.INSERTION,
    r"cdd": EmploymentKind.CDD,
    r"cdi": EmploymentKind.CDI,
    r"apprenti|apprentie|apprentissage|contrat d'apprentissage": EmploymentKind.APPRENTICESHIP,
    r"contrats? pro|contrat de prof\w*|professionnalisation": EmploymentKind.PROFESSIONALISATION,
    r"interim\w*|mission d'interim": EmploymentKind.TEMPORARY,
}
CRITERION_WORDS: Mapping[str, Criterion] = {
    r"rsa|brsa": Criterion.RSA,
    r"ass|aah": Criterion.MINIMUM_ALLOWANCE,
    r"rqth|travailleu(?:r|se) handicapee?": Criterion.DISABLED_WORKER,
    r"deld|detld|chomeu(?:r|se) de longue duree|demandeu(?:r|se) d'emploi de longue duree|longue duree":
        Criterion.LONG_TERM_JOBSEEKER,
    r"qpv|quartier prioritaire": Criterion.PRIORITY_DISTRICT,
    r"mission locale|cej|pacea": Criterion.UNQUALIFIED_YOUTH,
    r"senior|plus de 50 ans": Criterion.SENIOR,
    r"pass iae": Criterion.INSERTION_EMPLOYEE,
}  # fmt: skip
MODALITY_WORDS: Mapping[str, Modality] = {
    r"mise a disposition|mis a disposition|mad|etti|geiq|interim\w*": Modality.SECONDMENT,
    r"sous-traitance|sous-traitant": Modality.SUBCONTRACTING,
    r"embauche directe|en direct": Modality.DIRECT_HIRE,
}


def hire_told(register: Register, text: str) -> Answers | None:
    """Return what a message tells of a hire; None when it tells none, or hours of a month with it."""
    words = plain(text)
    begins = BEGINS.match(words)
    if begins is None or len(text) > LONGEST or "?" in text or "\n" in text.strip():
        return None
    kinds = _said(words, KIND_WORDS)
    weekly = _weekly(words, has_kind=bool(kinds))
    if weekly is None:
        return None
    name, rest = _name(text, words[: begins.end()].count(" "))
    if not name:
        return None
    rows = register.workable
    row = rows[0] if len(rows) == 1 else _named(rows, words)
    found: Answers = {"name" if " " in name else "called": name, "weekly": weekly, "job": job_in(rest)}
    found |= {"commitment": str(row.id)} if row is not None else {}
    starts = STARTS.search(words)
    starts_on = _day(starts[1] or starts[2], register.today) if starts else None
    found |= {"starts_on": starts_on.isoformat()} if starts_on else {}
    ends = ENDS.search(words)
    ends_on = _end(ends[1], starts_on or register.today) if ends else None
    found["ends_on"] = ends_on.isoformat() if ends_on else ""
    return found | _terms(words, kinds, row)


def _terms(words: str, kinds: list[EmploymentKind], row: Commitment | None) -> Answers:
    """Keep what is said once and is possible together; the rest is asked."""
    found: Answers = {}
    allowed = [Modality.of(value) for value in row.modalities] if row is not None and row.modalities else list(Modality)
    modalities = [each for each in _said(words, MODALITY_WORDS) if each in allowed]
    if not modalities and kinds:
        fitting = [each for each in allowed if kinds[0] in KINDS[each]]
        modalities = fitting if len(fitting) == 1 else []
    if len(modalities) == 1:
        found["modality"] = str(modalities[0])
    if len(kinds) == 1:
        found["kind"] = str(kinds[0])
    criteria = _said(words, CRITERION_WORDS)
    if len(criteria) == 1:
        found["criterion"] = str(criteria[0])
    return found


def _said(words: str, ways: Mapping[str, Term]) -> list[Term]:
    return [term for way, term in ways.items() if re.search(rf"(?<![\w'])(?:{way})(?![\w'])", words)]


def _weekly(words: str, *, has_kind: bool) -> str | None:
    """Return the hours of a week, "" when none are said; None when the hours may be those of a month."""
    matches = WEEKLY.findall(words)
    if not matches:
        return ""
    hours = [Decimal(number.replace(",", ".")) for number, _ in matches]
    by_week = any(mark for _, mark in matches)
    if len(hours) > 1 or not (by_week or has_kind) or not 0 < hours[0] <= MOST_WEEKLY:
        return None
    return str(hours[0])


def _name(text: str, skipped: int) -> tuple[str, str]:
    """Return the name that follows the first words, up to what no name holds, and what comes after it."""
    typed = text.replace("’", "'").split()[skipped:]
    found: list[str] = []
    for word in typed:
        bare = word.strip(",.;:()")
        if not found and plain(bare).startswith("d'"):
            bare = bare[2:]
        if not bare or plain(bare) in ENDS_NAME or any(character.isdigit() for character in bare):
            break
        found.append(bare)
        if word.endswith((",", ";", ":", ")")) or len(found) == MOST_NAMES:
            break
    return " ".join(found), " ".join(typed[len(found) :])


def _named(rows: list[Commitment], words: str) -> Commitment | None:
    named = [row for row in rows if plain(row.contract.reference) in words]
    return named[0] if len(named) == 1 else None


def _day(said: str, today: date) -> date | None:
    """Read a first day; a number alone is of this month when it has come, else nobody knows."""
    number = said.removesuffix("er")
    if not number.isdigit():
        return read_day(said, today)
    return today.replace(day=int(number)) if 1 <= int(number) <= today.day else None


def _end(said: str, after: date) -> date | None:
    found = read_day(said, after)
    return found if found is not None and found > after else None
