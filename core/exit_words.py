"""What became of people, told in words: « Karim est en CDI chez nous, on ne sait pas pour Paul » → one answer for each.

What is not understood for sure is left out, and asked: a « pas » that is none of ours, two situations in one breath.
"""

import re
from collections.abc import Mapping, Sequence

from core.hours import plain
from core.tellings import Known
from core.tellings.names import WORD, Names
from core.terms import ExitSituation

UNKNOWN = (
    r"(ne )?(sait|sais|savons|savent) (pas|rien)|aucune (nouvelle|idee)|(sans|pas de|plus de) nouvelles?|perdue? de vue"
    r"|j'ignore|nous ignorons|on ignore"
)
WAYS: Mapping[str, ExitSituation] = {
    UNKNOWN: ExitSituation.UNKNOWN,
    r"chez nous|avec nous|(toujours|encore) (la|en poste|salariee?|employee?|dans l'entreprise)|(l'a|l'avons) gardee?"
    r"|meme employeur|(est|sont) restee?s?": ExitSituation.KEPT,
    r"cdi|cdd (de )?([6-9]|1[0-9]|2[0-4]|six|sept|huit|neuf|dix|douze|dix-huit) ?mois|cdd (de )?(un|1) an|cdd long":
        ExitSituation.LASTING_JOB,
    r"cdd (de )?([1-5]|un|deux|trois|quatre|cinq) ?mois|cdd court|interim\w*|missions?|petits boulots|saisonniere?":
        ExitSituation.SHORT_JOB,
    r"chantier d'insertion|entreprise d'insertion|structure d'insertion|en insertion|aci|etti|geiq|siae|cddi":
        ExitSituation.INSERTION,
    r"formation|apprenti\w*|stage|ecole|etudes|afpa|contrat pro": ExitSituation.TRAINING,
    r"recherche (d'emploi|active)?|cherche (un |du )?(emploi|travail|poste)|chomage|sans emploi|chomeu(r|se)"
    r"|france travail|pole emploi|demandeu(r|se) d'emploi": ExitSituation.SEEKING,
    r"retraite|demenagee?|maladie|arret|conge (parental|maternite)|decedee?|prison|a son compte|auto-?entrepreneu\w*":
        ExitSituation.OTHER,
}  # fmt: skip
FOUND = [(re.compile(rf"(?<!\w)(?:{way})(?!\w)"), situation) for way, situation in WAYS.items()]
Span = tuple[int, int, set[int]]
CUT = re.compile(r"[,;.!\n]+")
NOT = re.compile(r"\b(pas|plus|jamais|ni)\b")
REST = re.compile(r"\b(les autres|l'autre|tous|toutes|personne|aucun|le reste)\b")
STRONGER = {ExitSituation.KEPT: {ExitSituation.LASTING_JOB, ExitSituation.SHORT_JOB}}


def may_tell_exit(text: str) -> bool:
    """Tell at no cost whether a text says what became of anybody."""
    words = plain(text)
    return any(pattern.search(words) for pattern, _ in FOUND)


def read_exits(text: str, people: Sequence[Known]) -> dict[int, ExitSituation]:
    """Return what is said of each person, by their id; of a name that two people bear, nothing."""
    words = plain(text)
    names = Names(people)
    spans = _mentions(words, names)
    if not spans:
        said = _situation(words)
        alone = said is not None and (len(people) == 1 or said is ExitSituation.UNKNOWN)
        return {each.id: said for each in people} if said is not None and alone else {}
    rest = {each.id for each in people} - {number for _, _, numbers in spans for number in numbers}
    found: dict[int, ExitSituation] = {}
    for clause in _clauses(words, names):
        found |= _told(clause, _mentions(clause, names), rest)
    return found


def _clauses(words: str, names: Names) -> list[str]:
    """Cut at the marks; what names nobody goes on from what comes before it."""
    found: list[str] = []
    for clause in CUT.split(words):
        if found and (not _mentions(clause, names) or not _mentions(found[-1], names)):
            found[-1] += f", {clause}"
        else:
            found.append(clause)
    return found


def _told(clause: str, spans: list[Span], rest: set[int]) -> dict[int, ExitSituation]:
    """Return what a clause says of those it names: one thing of them all, else to each what follows the name."""
    everyone = {number for _, _, numbers in spans for number in numbers or rest}
    said = _situation(clause)
    if said is not None:
        return dict.fromkeys(everyone, said)
    found: dict[int, ExitSituation] = {}
    ends = [start for start, _, _ in spans[1:]] + [len(clause)]
    for (_, start, numbers), end in zip(spans, ends, strict=True):
        if (told := _situation(clause[start:end])) is not None:
            found |= dict.fromkeys(numbers or rest, told)
    return found


def _mentions(words: str, names: Names) -> list[Span]:
    """Find who is named and where; nobody for « les autres »."""
    found: list[Span] = [(each.start(), each.end(), set()) for each in REST.finditer(words)]
    place = 0
    while match := WORD.search(words, place):
        place = match.end()
        phrase = names.phrase_at(words, match.start())
        people = phrase[1] if phrase else names.called(match[0])
        if len(people) == 1:
            place = phrase[0] if phrase else place
            found.append((match.start(), place, set(people)))
    return sorted(found)


def _situation(words: str) -> ExitSituation | None:
    """Return the one situation that a few words say."""
    left = re.sub(UNKNOWN, " ", words)
    if NOT.search(left):
        return None
    said = {situation for pattern, situation in FOUND if pattern.search(words)}
    for strong, weak in STRONGER.items():
        said -= weak if strong in said else set()
    return said.pop() if len(said) == 1 else None
