"""Reading a draft clause: what is there, what is missing, what contradicts itself. Every statement rests on a quote."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.articles import Source
from knowledge.checker.claims import contradicting, hourly_penalties, reporting_days, shares_of_hours, volumes
from knowledge.checker.folding import folded
from knowledge.checker.items import Item, own_checklist
from knowledge.checker.paragraphs import Paragraph, clause_of, paragraphs_of

__all__ = ["GAP", "Finding", "Paragraph", "Status", "checked", "paragraphs_of"]

Status = Literal["present", "missing", "contradiction"]

GAP = " […] "  # between two passages of one quote
LONGEST_QUOTE = 280

_SENTENCES = re.compile(r"(?<=[.;!?])\s+(?=[A-ZÀ-ÖØ-Þ«•-])")
_DENIED_BEFORE = re.compile(
    r"(?:\b(?:aucune?s?|pas de|sans|ni|absence de|dispensee?s? de)|\bpas d'|n'est pas prevue?s? de|absence d')"
    r"\s*(?:\w+\s+){0,2}$"
)
_DENIED_AFTER = re.compile(
    r"^[^.]{0,30}\b(?:sans objet|neant|n(?:e |')(?:s'appliqu\w+|sont|est|sera|seront)\s*(?:appliqu\w+ )?pas\b)"
)
_BLANK = re.compile(r"a completer|a definir|\bx{2,}\b|_{3,}|\.{5,}|…{2,}|\[\s*\]")


@dataclass(frozen=True)
class Finding:
    """What the draft says of one item. `quote`: its own words, empty when it says nothing; `proposal`: what to write,
    empty when nothing is to be done; `minimum`: one of the four mentions of the CCAG."""

    item: str
    title: str
    status: Status
    quote: str
    proposal: str
    source: Source
    minimum: bool


@dataclass(frozen=True)
class _Sentence:
    own: str
    text: str  # folded, letter for letter
    title: bool


def checked(paragraphs: Sequence[Paragraph]) -> tuple[Finding, ...]:
    """The draft against the whole checklist, in its order."""
    sentences = tuple(sentence for paragraph in clause_of(paragraphs) for sentence in _sentences_of(paragraph))
    checklist = own_checklist()
    conflicts = dict(_conflicts([sentence.own for sentence in sentences]))
    return tuple(
        _finding(item, "contradiction", conflicts[item.id], checklist.contradictions[item.id])
        if item.id in conflicts
        else _looked_for(item, sentences)
        for item in checklist.items
    )


def _sentences_of(paragraph: Paragraph) -> Iterator[_Sentence]:
    title = paragraph.level is not None
    for part in [paragraph.text] if title else _SENTENCES.split(paragraph.text):
        if part.strip():
            yield _Sentence(part, folded(part), title)


def _conflicts(sentences: Sequence[str]) -> Iterator[tuple[str, str]]:
    readers = {"hours": volumes, "frequency": reporting_days, "penalty": hourly_penalties}
    for item, read in readers.items():
        pair = contradicting(read(sentences))
        if pair is not None:
            yield item, GAP.join(dict.fromkeys(claim.sentence[:LONGEST_QUOTE].strip() for claim in pair))


def _looked_for(item: Item, sentences: Sequence[_Sentence]) -> Finding:
    if item.figure is not None:
        return _figure_looked_for(item, [sentence.own for sentence in sentences])
    begun = ""
    for place, sentence in enumerate(sentences):
        found = _sign(item, sentence)
        if found is None or not _surrounded(item, sentences, place):
            continue
        own, completed = _around(sentence.own, found), _completed(item, sentences, place)
        if completed is not None:
            return _finding(item, "present", _quoted(item, sentence, own, completed), "")
        begun = begun or ("" if sentence.title else own)
    return _finding(item, "missing", begun, item.partial if begun else item.proposal)


def _figure_looked_for(item: Item, sentences: Sequence[str]) -> Finding:
    written = [sentence for sentence in sentences if not _BLANK.search(folded(sentence))]
    told = [claim.sentence for claim in volumes(written)] or list(shares_of_hours(written))
    if told:
        return _finding(item, "present", told[0][:LONGEST_QUOTE].strip(), "")
    return _finding(item, "missing", "", item.proposal)


def _sign(item: Item, sentence: _Sentence) -> re.Match[str] | None:
    """The first sign that the sentence neither denies nor leaves blank."""
    if item.unless.search(sentence.text) or _BLANK.search(sentence.text):
        return None
    for found in item.signs.finditer(sentence.text):
        denied = _DENIED_BEFORE.search(sentence.text[: found.start()]) or _DENIED_AFTER.search(
            sentence.text[found.end() :]
        )
        if not denied:
            return found
    return None


def _surrounded(item: Item, sentences: Sequence[_Sentence], place: int) -> bool:
    around = sentences[max(0, place - 1) : place + 2]
    return item.near is None or any(item.near.search(sentence.text) for sentence in around)


def _completed(item: Item, sentences: Sequence[_Sentence], place: int) -> _Sentence | None:
    """The sentence that gives what the item needs: itself, or one of those that follow. A title alone says nothing."""
    if item.needs is None:
        return None if sentences[place].title else sentences[place]
    here, *following = sentences[place : place + 1 + item.reach]
    told = (here, *(sentence for sentence in following if not sentence.title))
    return next((sentence for sentence in told if item.needs.search(sentence.text)), None)


def _quoted(item: Item, sentence: _Sentence, own: str, completed: _Sentence) -> str:
    """The sign and what completes it; a title is left out where the sentence under it says everything."""
    needed = None if item.needs is None else item.needs.search(completed.text)
    if completed is sentence or needed is None:
        return own
    rest = _around(completed.own, needed)
    return rest if sentence.title and item.signs.search(completed.text) else GAP.join((own, rest))


def _around(own: str, found: re.Match[str]) -> str:
    """The sentence, or the part of a long one that holds what was found, cut between words."""
    if len(own) <= LONGEST_QUOTE:
        return own.strip()
    start = max(0, min(found.start() - LONGEST_QUOTE // 3, len(own) - LONGEST_QUOTE))
    if start:
        start = own.find(" ", start, found.start()) + 1 or start
    part = own[start : start + LONGEST_QUOTE]
    return (part if start + LONGEST_QUOTE >= len(own) else part.rsplit(" ", 1)[0]).strip()


def _finding(item: Item, status: Status, quote: str, proposal: str) -> Finding:
    return Finding(item.id, item.title, status, quote, proposal, item.source, item.minimum)
