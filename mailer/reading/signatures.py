"""The end of a mail that says nothing new: a signature, « Envoyé de mon iPhone », a disclaimer.

When in doubt it stays: a line too many bothers nobody, a lost post-scriptum loses hours.
"""

import re

from mailer.reading.folding import folded

MOST_LINES = 16
LONGEST_LINE = 110

_DASHES = re.compile(r"(?:--|—|__) ?")
_DEVICE = re.compile(
    r"\s*<?\s*(?:envoyee?s? (?:de mon|de ma|depuis|a partir d|avec|par|via|du)\b|sent (?:from|with|via) |get outlook |"
    r"obten(?:ez|ir) outlook|telecharge[rz] outlook|provenance ?: courrier|"
    r"de mon (?:iphone|ipad|mobile|telephone)|mon (?:iphone|mobile)\b).{0,80}"
)
_CLOSING = re.compile(
    r"\s*(?:(?:bien |tres )?(?:cordialement|respectueusement|sincerement)(?: a vous| votre)?|cdlt|cdt|"
    r"cordiales? salutations|(?:(?:sinceres|meilleures|mes) )?salutations(?: distinguees| cordiales)?|bien a vous|"
    r"bonne (?:journee|soiree|reception|fin de journee|semaine)(?: a (?:vous|tous))?|(?:best |kind )?regards)[ ,.!;]*"
)
_DISCLAIMER = re.compile(
    r"\s*(?:\*+\s*)?(?:"
    r"ce (?:message|courriel|mail|e-mail)(?: electronique)?(?:,? (?:et|ainsi que|est|peut|contient|s'adresse)\b|\s*\()|"
    r"this (?:message|e-?mail)\b.*(?:confidential|intended)|les informations contenues dans ce|"
    r"avis de confidentialite|pensez a l'environnement|(?:afin|avant) (?:de|d').{0,40}(?:environnement|imprimer)|"
    r"(?:garanti )?sans virus|l'absence de virus|cet e-?mail a ete (?:verifie|controle))"
)
_PICTURE = re.compile(r"\s*\[(?:cid:|image|logo|photo)[^\]]{0,200}\]\s*")
_SAYS_SOMETHING = re.compile(
    r"\?|\b\d+(?:[.,]\d+)?\s*h(?:eures?)?\b(?!\d)|^\s*(?:p\.?\s?s\b|nb\b|n\.b)|^\s*#", re.IGNORECASE
)


def unsigned(lines: list[str]) -> list[str]:
    """Return the lines without what ends them and says nothing; never less than one line that says something."""
    lines = [line for line in lines if not _PICTURE.fullmatch(folded(line))]
    lines = _without_disclaimer(lines)
    lines = _without_devices(lines)
    cut = _signature_start(lines)
    kept = lines[:cut] if cut else lines
    return kept if any(line.strip() for line in kept) else lines


def _without_disclaimer(lines: list[str]) -> list[str]:
    at = next(
        (n for n, line in enumerate(lines) if n and _DISCLAIMER.match(folded(line)) and not lines[n - 1].strip()), None
    )
    return lines if at is None or _says_something(lines[at + 1 :]) else lines[:at]


def _without_devices(lines: list[str]) -> list[str]:
    kept = [line for line in lines if not _DEVICE.fullmatch(folded(line))]
    return kept if any(line.strip() for line in kept) else lines


def _signature_start(lines: list[str]) -> int:
    """Return where the signature starts, 0 without one: among the last lines, the first that announces it."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for place, at in list(enumerate(filled))[-MOST_LINES - 1 :]:
        if place and (_DASHES.fullmatch(lines[at]) or _CLOSING.fullmatch(folded(lines[at]))):
            below = [lines[after] for after in filled[place + 1 :]]
            if all(len(line) <= LONGEST_LINE for line in below) and not _says_something(below):
                return at
    return 0


def _says_something(lines: list[str]) -> bool:
    return any(_SAYS_SOMETHING.search(line) for line in lines)
