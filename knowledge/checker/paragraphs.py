"""A draft as paragraphs, and the part of it that speaks of insertion.

A contract of fifty pages has its own articles on penalties, subcontracting or personal data: only what stands in an
article about insertion, or names insertion itself, may be held for a part of the clause.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.checker.folding import folded

MOST_IN_A_PARAGRAPH = 2000
DENSE = 0.25  # without titles, from one paragraph in four on insertion, the draft is the clause itself

_INSERTION = re.compile(
    r"clauses? sociales?|clauses? d'insertion|insertion (?:professionnelle|sociale|par l'activite)|heures? d'insertion"
    r"|action d'insertion|demarche d'insertion|parcours d'insertion|personnes? en insertion|engagement d'insertion"
    r"|volet insertion|facilitat(?:eur|rice)s?\b|publics? eligibles?|publics? prioritaires?|eloignee?s? de l'emploi"
)
_TITLE = re.compile(r"\binsertion\b|clauses? sociales?|volet social|consideration[s]? sociale|performance sociale")
_NUMBERED = re.compile(
    r"^(?:(?:article|art\.?|chapitre|section)\s+)?(?:n°\s*)?(\d{1,2}(?:[.-]\d{1,2}){0,4})\s*[.):–—-]*\s*(?=[^\W\d_]|«)",
    re.IGNORECASE,
)
_BARE_ARTICLE = re.compile(r"^(?:article|chapitre|section)\s+(\d{1,2}(?:[.-]\d{1,2}){0,4})(?:er)?\b", re.IGNORECASE)
_ANNEX = re.compile(r"^annexes?\b", re.IGNORECASE)
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*\d*\s*$|…+\s*\d+\s*$")  # a line of a table of contents
_LIGATURES = str.maketrans({"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": ""})


@dataclass(frozen=True)
class Paragraph:
    """A paragraph in its own words. `level` is that of a heading (1 is the highest), None for running text; a heading
    styled as such in a word processor may have no number in its text."""

    text: str
    level: int | None = None


def paragraphs_of(text: str) -> tuple[Paragraph, ...]:
    """Plain text as paragraphs: lines cut in mid-sentence are joined, numbered titles are recognised."""
    lines = (" ".join(line.translate(_LIGATURES).split()) for line in text.splitlines())
    return tuple(Paragraph(line) for line in _joined(lines))


def clause_of(paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """The paragraphs of the insertion clause, in their order; none when the draft never speaks of insertion."""
    known = [_marked(paragraph) for paragraph in paragraphs if paragraph.text and not _LEADERS.search(paragraph.text)]
    told = [bool(_INSERTION.search(folded(paragraph.text))) for paragraph in known]
    if not any(told):
        return ()
    inside = _inside_articles(known)
    if _opens_on_insertion(known) or (not any(inside) and sum(told) >= DENSE * len(known)):
        return _cut(known)
    # The line after one that names insertion often holds the figure or the address it announces.
    follows = [before and here.level is None for before, here in zip([False, *told], known, strict=False)]
    return _cut([paragraph for paragraph, *kept in zip(known, inside, told, follows, strict=True) if any(kept)])


def _joined(lines: Iterator[str]) -> Iterator[str]:
    held = ""
    for line in lines:
        if held and (not line or held.endswith((".", ":", ";", "!", "?", "|")) or not line[0].islower()):
            yield held
            held = line
        else:
            held = f"{held} {line}".strip()
    if held:
        yield held


def _marked(paragraph: Paragraph) -> Paragraph:
    """The paragraph, as a heading if it looks like one."""
    if paragraph.level is not None or len(paragraph.text) > 120 or paragraph.text.endswith((";", ",")):
        return paragraph
    if _ANNEX.match(paragraph.text):
        return Paragraph(paragraph.text, 0)
    number = _number(paragraph.text)
    return paragraph if number is None else Paragraph(paragraph.text, len(number))


def _number(text: str) -> tuple[int, ...] | None:
    found = _NUMBERED.match(text) or _BARE_ARTICLE.match(text)
    return tuple(int(part) for part in re.split(r"[.-]", found[1])) if found else None


def _opens_on_insertion(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether the draft is the clause itself: its first line is the title, unless it is article 12 of a contract."""
    first = paragraphs[0].text
    return len(first) <= 120 and bool(_TITLE.search(folded(first))) and _number(first) in (None, (1,))


def _inside_articles(paragraphs: Sequence[Paragraph]) -> list[bool]:
    inside: list[bool] = []
    opened: Paragraph | None = None
    for paragraph in paragraphs:
        if opened is not None and _closes(paragraph, opened):
            opened = None
        if opened is None and paragraph.level is not None and _TITLE.search(folded(paragraph.text)):
            opened = paragraph
        inside.append(opened is not None)
    return inside


def _closes(paragraph: Paragraph, opened: Paragraph) -> bool:
    """Whether a heading ends the article: the « 1. » of a list inside article 12 does not."""
    if paragraph.level is None or opened.level is None or paragraph.level > opened.level:
        return False
    number, first = _number(paragraph.text), _number(opened.text)
    if number is None or first is None or number > first:
        return True
    return bool(_BARE_ARTICLE.match(paragraph.text)) and number[: len(first)] != first


def _cut(paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """No paragraph is endless, so that no search in it is."""
    return tuple(
        Paragraph(paragraph.text[start : start + MOST_IN_A_PARAGRAPH], paragraph.level)
        for paragraph in paragraphs
        for start in range(0, len(paragraph.text), MOST_IN_A_PARAGRAPH)
    )
