"""Words of a question or of an article, and the units they are compared by.

Everything that is indexed and everything that is asked goes through `words`, so that accents, elisions, dotted
acronyms and the several ways of writing a legal reference never make a difference.
"""

import re
import unicodedata
from functools import lru_cache

# Without interrogatives: « comment », « combien », « qui », « faut », « peut » tell one question from another.
_SHORT_WORDS = """
    le la les l un une des du de d a au aux en et ou dans sur sous par pour avec sans ce cet cette ces c ca cela
    il elle ils elles on je j tu nous vous me m te t se s lui leur leurs mon ma mes ton ta tes son sa ses notre nos
    votre vos que qu y est sont etre ete suis es ont ai as avons avez etait si ne n pas plus mais donc car
    alors aussi tout toute tous toutes bien tres meme comme la-dessus svp merci bonjour
"""
SHORT = frozenset(_SHORT_WORDS.split())
PREFIX = 6
MOST_CONTENT_WORDS = 30

_MARKS = re.compile(r"[\u0300-\u036f]+")
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}(?:[A-Za-z]\b)?")
_ARTICLE = re.compile(r"\b([LRDlrd])\.?\s?\*?\s?(\d{3,4}(?:-\d+)+)")
_ELISION = re.compile(r"\b(?:jusqu|lorsqu|puisqu|quoiqu|qu|[ldjmtsnc])'")
_WHAT_IS = re.compile(r"\bqu[' ]est\b")
_HOURS = re.compile(r"(\d)\s?h(?:rs?|eures?)?\b")
_TOKEN = re.compile(r"[a-z0-9]+(?:-\d+)*")
_SIGNS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
# A final s or x is dropped to join singular and plural; these would change their meaning.
_NOT_PLURAL = frozenset({"moins", "cours", "temps"})
# Six letters join words of different meanings: « comment » and « commencer », « départ » and « département ». The
# beginnings that tell them apart, and words kept whole.
_LONGER: list[str] = re.findall(
    r"\w+",
    "promoteu promoti communiq communic personnel publici publicat contrat contrac contrai fonctionn fourniss fournitu "
    "prestati attributi attribue candidatu departem collecte reference apprend reglement general complet complem "
    "coordonna formulai interieu comptable comptabilit presente presence principa partiel",
)
_BY_BEGINNING = {
    beginning: tuple(longer for longer in _LONGER if longer.startswith(beginning))
    for beginning in {longer[:PREFIX] for longer in _LONGER}
}
_WHOLE = frozenset(("comment", "benefice", "candidat", "candidate", "commun", "present", "question", "reglement"))
_SHORT_PLURAL = frozenset({"lots", "lois", "cdis", "cdds", "etps", "eas", "eis", "acis"})


def plain(text: str) -> str:
    """Lower case without accents, ligatures or curly apostrophes; spaces of any kind become one space."""
    folded = text.translate(_SIGNS).lower()
    if not folded.isascii():
        folded = _MARKS.sub("", unicodedata.normalize("NFKD", folded))
    return " ".join(folded.split())


def words(text: str) -> list[str]:
    """Words in their order: « art. L. 2112-2 du C.C.P. » gives art, l2112-2, du, ccp."""
    if "." in text:
        text = _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    has_digits = any(map(str.isdigit, text))
    if has_digits:
        text = _ARTICLE.sub(r"\1\2", text)
    # « qu'est-ce que » asks for a definition, « est-ce que » does not.
    folded = _WHAT_IS.sub("quest", plain(text)).replace("%", " pourcent ").replace("€", " euros ")
    if has_digits:
        folded = _HOURS.sub(r"\1 heures", folded)
    if "'" in folded:
        folded = _ELISION.sub(" ", folded.replace("aujourd'hui", "aujourdhui"))
    return _TOKEN.findall(folded)


def singular(word: str) -> str:
    """The word without the mark of its plural."""
    if word[-1] in "sx" and (len(word) > 4 or word in _SHORT_PLURAL) and word not in _NOT_PLURAL:
        return word[:-1]
    return word


@lru_cache(maxsize=20_000)  # all the words of the articles, which are read again and again while they are indexed
def stem(word: str) -> str:
    """First six letters, singular: what two forms of a word share. As good as a stemmer on our questions.

    Numbers and legal references are kept whole: L2112-2 is not L2112-3.
    """
    if word[-1].isdigit():
        return word
    one = singular(word)
    if one in _WHOLE:
        return one
    beginning = one[:PREFIX]
    for longer in _BY_BEGINNING.get(beginning, ()):
        if one.startswith(longer):
            return longer
    return beginning


def is_content(word: str) -> bool:
    """Whether the word says something of the subject."""
    return word not in SHORT


def units(word: str) -> tuple[str, ...]:
    """What the article channel counts of a content word: its stem (marked =), and its letters four by four."""
    if not is_content(word):
        return ()
    if not word[0].isalnum():
        return ("=" + word,)
    framed = f" {word} "
    return ("=" + stem(word), *(framed[i : i + 4] for i in range(max(1, len(framed) - 3))))


def capped(tokens: list[str]) -> list[str]:
    """The beginning of a long message, up to thirty content words: the time of a search grows with them."""
    kept: list[str] = []
    count = 0
    for token in tokens:
        count += is_content(token)
        if count > MOST_CONTENT_WORDS:
            break
        kept.append(token)
    return kept
