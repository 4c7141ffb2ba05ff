"""Is a sentence written by a language model said by the article? Checked word by word; in doubt, no.

A verbatim quote is not enough: a sentence may quote an article and say the contrary. So a sentence must be made of the
article's own words, mostly those of the passage it quotes, with the same negations, conditions, duties and figures.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.articles import Article
from knowledge.words import is_content, plain, stem, words

LONGEST_SENTENCE = 320
SHORTEST_QUOTE = 3  # words
FROM_PASSAGE = 0.75  # share of a sentence's words that its passage has

# What turns a sentence round, folded; a class is present in the sentence if and only if it is in the passage.
_NEGATION = re.compile(r"\b(?:ne|n'|pas|jamais|aucune?s?|ni|sans|non|nulle?s?|ignore[rz]?|oublie[rz]?)(?:\b|(?<='))")
_CONDITIONS = {
    "if": re.compile(r"\b(?:si|s'ils?|a condition|sous reserve|lorsqu\w*|quand|des lors|tant qu\w*|selon|en cas)\b"),
    "except": re.compile(r"\b(?:sauf|excepte|hors|hormis|a defaut|sinon)\b"),
    "only": re.compile(r"\b(?:seule?s?|seulement|uniquement|exclusivement)\b"),
    "least": re.compile(r"\b(?:au moins|minimum|minimal\w*|a partir|plus d\w*)\b"),
    "most": re.compile(r"\b(?:au plus|maximum|maximal\w*|jusqu\w*|moins d\w*|plafond\w*)\b"),
    "part": re.compile(r"\b(?:parfois|souvent|certaine?s?|general\w*|en principe|habituel\w*)\b"),
}
# What one owes or may: present in the sentence only if in the passage.
_DUTIES = {
    "must": re.compile(r"\b(?:dois|doit|devez|doivent|devra|devront|faut|faudra|oblig\w*|exig\w*|impose\w*)\b"),
    "may": re.compile(
        r"\b(?:peut|peuvent|pouvez|pourra|pourrez|possible\w*|permet\w*|permis\w*|autoris\w*|libre\w*)\b"
    ),
    "forbidden": re.compile(r"\b(?:interdi\w*|defend\w*|refus\w*|exclu\w*|impossible\w*)\b"),
    "always": re.compile(r"\b(?:toujours|tous|toutes|tout|automatique\w*|chaque)\b"),
    "yes": re.compile(r"\boui\b"),
}
_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)?|\b(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quarante|"
    r"cinquante|soixante|cent|mille|moitie|tiers|quart|double|triple)s?\b"
)
_MARKUP = re.compile(r"https?:|www\.|@|[\[\]<>{}|\\`*#_]|\n")
_ORDERS = re.compile(
    r"\b(?:ignor|oubli|contourn|desobe|disregard|forget)\w*\b(?! pas\b)"
    r".{0,60}\b(?:consigne|instruction|regle|prompt|fiche|previous)"
    r"|\b(?:system|systeme) ?prompt\b|\b(?:tu es|vous etes) (?:maintenant|desormais|une? (?:ia|assistant|modele))\b"
    r"|\b(?:ia|assistant|modele de langage)\b.{0,40}\b(?:reponds|repondez|dis|dites|affirme)\b"
)
_ENDS = re.compile(r"(?<=[.!?;])\s+")
_ITEM = re.compile(r"^\s*[-•*]\s+")


@dataclass(frozen=True)
class Claim:
    """One sentence and the extract of the article that says it."""

    text: str
    quote: str


def gives_orders(text: str) -> bool:
    """Tell whether a text speaks to a language model rather than to people."""
    return bool(_ORDERS.search(plain(text)))


def is_grounded(claim: Claim, article: Article) -> bool:
    """Tell whether an article says a sentence."""
    if not 1 < len(claim.text.strip()) <= LONGEST_SENTENCE or _MARKUP.search(claim.text.strip()):
        return False
    passage = next(iter(_quoted(claim.quote, article)), None)
    return passage is not None and _same_sense(claim.text, passage) and _same_words(claim.text, passage, article)


def passages_of(body: str) -> Iterator[str]:
    """Give the sentences of a text; the items of a list come with the line that introduces it."""
    introduction = ""
    for line in body.splitlines():
        if not line.strip():
            continue
        if _ITEM.match(line):
            yield f"{introduction} {_ITEM.sub('', line).strip()}".strip()
            continue
        sentences = [sentence for sentence in _ENDS.split(line.strip()) if sentence]
        introduction = sentences[-1] if sentences else ""
        yield from sentences


def _quoted(quote: str, article: Article) -> Iterator[str]:
    """Give the passages that hold the whole quote."""
    wanted = _folded(quote).strip(" .;:…")
    if len(wanted.split()) < SHORTEST_QUOTE:
        return
    for passage in passages_of(article.body):
        if wanted in _folded(passage):
            yield passage


def _folded(text: str) -> str:
    return " ".join(text.replace("**", "").replace("’", "'").split()).casefold()


def _same_sense(sentence: str, passage: str) -> bool:
    said, written = plain(sentence), plain(passage)
    if bool(_NEGATION.search(said)) != bool(_NEGATION.search(written)):
        return False
    if any(bool(pattern.search(said)) != bool(pattern.search(written)) for pattern in _CONDITIONS.values()):
        return False
    if any(pattern.search(said) and not pattern.search(written) for pattern in _DUTIES.values()):
        return False
    return set(_NUMBER.findall(said)) <= set(_NUMBER.findall(written))


def _same_words(sentence: str, passage: str, article: Article) -> bool:
    said = _stems(sentence)
    known = _stems(f"{article.title} {article.body} {article.local_check or ''}")
    return bool(said) and said <= known and len(said & _stems(passage)) >= FROM_PASSAGE * len(said)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text) if is_content(word)}
